"""Registration of a sharp ground truth to a captured photograph.

A real capture is shifted by some pixels against the blurred truth, because the camera was remounted. The shift is
estimated to a quarter pixel by least squares between the capture and the truth blurred with the true kernel, over +-7
px: first integer pixels, then halves, then quarters around the best.
"""

import numpy as np
from scipy.ndimage import shift as spline_shift
from scipy.signal import fftconvolve

from padnet.errors import InputError

REACH = 7  # pixels; the +-5 used by Levin et al. is too small for images 1 and 3 with kernel 6


def best_shift(x, y, k, finest=0.25):
    """The shift d, (2,) in pixels, for which x(p - d) blurred with k is closest to y, and the PSNR of the fit.

    x, y: (h, w) truth and capture.   k: (m, n) convolution kernel.
    finest: last step of the search in pixels: 1, 0.5 or 0.25.
    The PSNR in dB (peak 1) only uses pixels that neither border nor kernel can affect.
    Raises InputError for different shapes, an invalid step, or an image that is too small.
    """
    if x.shape != y.shape:
        raise InputError(f"truth {x.shape} and capture {y.shape} need the same shape to be registered")
    if finest not in (1, 0.5, 0.25):
        raise InputError(f"the finest step of the search is 1, 0.5 or 0.25 pixels, not {finest}")
    margin = REACH + max(k.shape) // 2 + 1
    if min(x.shape) <= 2 * margin:
        raise InputError(f"an image of {x.shape} is too small to be registered with a kernel of {k.shape}")
    blurred = fftconvolve(x, k, mode="same")
    inside = (slice(margin, -margin),) * 2

    def misfit(d):
        moved = np.roll(blurred, d.astype(int), (0, 1)) if (d % 1 == 0).all() else spline_shift(blurred, d, order=3)
        return np.mean((moved[inside] - y[inside]) ** 2)

    best, step = np.zeros(2), 1.0
    steps = range(-REACH, REACH + 1)
    while True:
        tries = [best + step * np.array([i, j]) for i in steps for j in steps]
        best = min((d for d in tries if np.abs(d).max() <= REACH), key=misfit)
        if step <= finest:
            return best, -10 * np.log10(max(misfit(best), np.finfo(float).tiny))
        step, steps = step / 2, (-1, 0, 1)


def registered(x, y, k):
    """The truth `x` shifted to match the capture `y`: (h, w), by cubic spline, clipped to [0, 1].

    Up to 7 px at the border replicate the nearest pixel and must not be scored.
    """
    shift, _ = best_shift(x, y, k)
    return np.clip(spline_shift(x, shift, order=3, mode="nearest"), 0, 1)
