"""Boundary handling for real photographs: an observation inside a periodic frame.

Fourier methods assume periodic images, but photographs are not periodic. The observation is placed in a larger frame
whose padding is filled so that the whole is consistent with periodic blur. The padding is an estimate, the observed
pixels are never changed, and only pixels far from the padding are scored.
"""

import numpy as np
import torch
from scipy.fft import irfft2, next_fast_len, rfft2

from padnet.errors import InputError
from padnet.imaging.kernels import check_kernel

REFRESHES = 10  # of the padding; on Levin's images they gain 0.2 dB (1 % noise) and 0.9 dB (captures)
SMOOTHNESS = 0.1  # weight of the squared gradient in the rough reconstruction used by a refresh
# If the noise level is known: this weight divided by the noise level, the maximum number of refreshes, and the change
# at which they end, also divided by the noise level. For camera shakes of 15 and 31 pixels on four photographs, one
# pass of the networks after up to 80 refreshes gained 1.5 dB at 0.1 % noise, 0.15 and 0.5 dB at 1 % and 0.1 dB at 5 %
# over two passes after ten refreshes.
TOLD, MOST, SETTLED = 0.4, 80, 0.005


def frame_shape(h, w, margin):
    """(H, W): the smallest sizes >= h + 2 margin and w + 2 margin without a prime factor above 5.

    Sizes with large prime factors make the FFT four to six times slower.
    Raises InputError for sizes that are not positive or a negative margin.
    """
    if min(h, w) < 1 or margin < 0:
        raise InputError(f"a frame needs a positive size and a margin of zero or more, not {h}x{w} and {margin}")
    return tuple(next_fast_len(n + 2 * margin, real=True) for n in (h, w))


def place(x_shape, shape):
    """(top, left) of x, (h, w), centred in a frame of `shape` (H, W).

    Raises InputError if it does not fit.
    """
    if any(small > large for small, large in zip(x_shape, shape, strict=False)):
        raise InputError(f"an image of {tuple(x_shape)} does not fit a frame of {tuple(shape)}: take a larger margin")
    return tuple((large - small) // 2 for small, large in zip(x_shape, shape, strict=False))


def crop_scored(a, x_shape, crop):
    """The scored part of `a`, (..., H, W) array or tensor with x centred in it.

    x_shape: (h, w).   crop: pixels removed on each side of x.   Returns (..., h - 2 crop, w - 2 crop).
    Works for both truth and estimate; for the truth H, W = h, w.
    """
    top, left = place(x_shape, a.shape[-2:])
    h, w = x_shape
    if crop < 0 or min(h, w) <= 2 * crop:
        raise InputError(f"a crop of {crop} pixels a side leaves nothing of {h}x{w}: take a smaller one")
    return a[..., top + crop : top + h - crop, left + crop : left + w - crop]


def _bridge(frame, start, length):
    """Fill the rows outside [start, start + length) by linear interpolation from the last row, wrapping around, to
    the first.
    """
    gap = frame.shape[0] - length
    part = np.arange(1, gap + 1)[:, None] / (gap + 1)
    rows = (start + length + np.arange(gap)) % frame.shape[0]
    frame[rows] = (1 - part) * frame[start + length - 1] + part * frame[start]


def transfer(k, shape):
    """rfft2 of the kernel with its centre pixel (m//2, n//2) at (0, 0)."""
    padded = np.zeros(shape)
    padded[: k.shape[0], : k.shape[1]] = k
    return rfft2(np.roll(padded, (-(k.shape[0] // 2), -(k.shape[1] // 2)), (0, 1)))


def gradient_energy(shape):
    """|D|^2 at the frequencies of rfft2, where D takes periodic differences along both axes."""
    rows = 4 * np.sin(np.pi * np.arange(shape[0]) / shape[0]) ** 2
    columns = 4 * np.sin(np.pi * np.arange(shape[1] // 2 + 1) / shape[1]) ** 2
    return rows[:, None] + columns


def to_frame(y, offset, x_shape, k, shape, noise=None, clipped=None, floor=False):
    """Place `y` in a periodic frame: (H, W) float64.

    y: (h', w') observation.   offset: (top, left) of y[0, 0] relative to x.   x_shape: (h, w).
    k: (m, n) kernel, sums to 1.   shape: (H, W), see frame_shape; x is placed at `place`.
    noise: standard deviation of the noise in y, > 0; None if unknown.
    clipped: (h', w') bool, pixels of y that were not measured because they are saturated; they are filled like the
    padding. None: none are. floor: they are at least as bright as observed.

    The padding is initialised by linear interpolation across the periodic border. It is then replaced repeatedly by K
    x, where x minimises ||Kx - frame||^2 + s ||Dx||^2: blur that is consistent with the observation. Each refresh is
    a majorisation-minimisation step for the problem on the observed pixels alone. Without `noise`, s is 0.1 and there
    are ten refreshes; with it, s is 0.4 noise, and the refreshes are accelerated (Beck and Teboulle 2009) until the
    padding converges.
    Raises InputError if y, k or x do not fit.
    """
    check_kernel(k)
    if np.ndim(y) != 2 or not np.isfinite(y).all():
        raise InputError(f"an observation is (h, w) and finite, this one has the shape {np.shape(y)}")
    top, left = np.add(place(x_shape, shape), offset)
    if any(a > b for a, b in zip(k.shape, shape, strict=False)):
        raise InputError(f"the kernel {k.shape} is larger than the frame {tuple(shape)}: take a larger frame")
    if min(top, left) < 0 or top + y.shape[0] > shape[0] or left + y.shape[1] > shape[1]:
        raise InputError(
            f"an observation of {y.shape} at {tuple(offset)} of an image of {tuple(x_shape)} "
            f"leaves the frame {tuple(shape)}: check the offset or take a larger margin"
        )
    if noise is not None and not 0 < noise < np.inf:
        raise InputError(f"the noise of an observation is a positive standard deviation, not {noise}")
    inside = (slice(top, top + y.shape[0]), slice(left, left + y.shape[1]))
    frame = np.zeros(shape)
    frame[inside] = y
    _bridge(frame[:, inside[1]], top, y.shape[0])
    _bridge(frame.T, left, y.shape[1])
    if y.shape == tuple(shape) and clipped is None:
        return frame

    power = np.abs(transfer(k, shape)) ** 2
    # K x as a single filter: x = conj(K) Y / (|K|^2 + s |D|^2). Frequency 0 is unchanged.
    s = SMOOTHNESS if noise is None else TOLD * noise
    smooth = power / (power + s * gradient_energy(shape) + np.finfo(float).tiny)
    # Many refreshes are needed if the noise level is known; single precision halves their time, and is far more exact
    # than SETTLED. The threads do not change the result.
    smooth, frame = (a if noise is None else a.astype(np.float32) for a in (smooth, frame))
    threads, observed, y = torch.get_num_threads(), y, np.asarray(y, frame.dtype)

    def refreshed(z):
        Z = rfft2(z, workers=threads)
        Z *= smooth  # in place, as below: no new array at every refresh
        found = irfft2(Z, s=shape, workers=threads, overwrite_x=True)
        if clipped is None:
            found[inside] = y
        else:
            part = found[inside]
            part[~clipped] = y[~clipped]
            if floor:
                part[clipped] = np.maximum(part[clipped], y[clipped])
        return found

    if noise is None:
        for _ in range(REFRESHES):
            frame = refreshed(frame)
        return frame
    frame = _settle(refreshed, frame, SETTLED * noise).astype(float)
    measured = np.ones(y.shape, bool) if clipped is None else ~clipped
    frame[inside][measured] = observed[measured]  # to the last digit
    return frame


def _settle(refreshed, frame, least):
    """Refreshes with Nesterov momentum, at most MOST, until the root mean square change is below `least`."""
    ahead, t = frame, 1.0
    for _ in range(MOST):
        new, later = refreshed(ahead), (1 + (1 + 4 * t**2) ** 0.5) / 2
        moved = np.subtract(new, frame, out=frame)
        change = np.sqrt(np.mean(moved**2))
        moved *= (t - 1) / later
        frame, ahead, t = new, np.add(new, moved, out=moved), later
        if change < least:
            break
    return frame
