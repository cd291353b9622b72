"""Noise level estimation for a blurred photograph: frequencies that the known kernel suppresses contain only noise."""

from collections.abc import Iterable

import numpy as np
from scipy.fft import fftfreq, rfft2, rfftfreq

LEAST = 0.001  # lower bound for a given noise level: zero would make the data term infinite
# Range of an estimate: the error of a measured kernel acts like noise of some tenths of a percent.
ESTIMATED = (0.005, 0.25)
ROUNDING = 1 / (255 * 12**0.5)  # standard deviation of the rounding to 8 bits
BLIND = 0.05  # frequencies with |K| below this are treated as noise only
RINGS, LOW = 8, 4  # rings of equal width up to the Nyquist frequency; those from LOW on are used
ENOUGH = 50  # minimum number of frequencies per ring
ORDER = 3  # of the differences: (1, -3, 3, -1) along both axes
POWER = 20**2  # the sum of the squared coefficients: the factor by which the variance of white noise grows
HALF = 0.6744897502  # median of |x| for a standard normal x
FREE = 0.1  # saturated windows are excluded if at least this fraction of the windows is unsaturated


def estimate_noise(
    picture: np.ndarray | Iterable[np.ndarray], kernel: np.ndarray | None = None, unclipped: np.ndarray | None = None
) -> float:
    """Estimate the standard deviation of white noise in a blurred image; the result is from 0.005 to 0.25.

    picture: (h, w) floats in [0, 1], or its channels, an iterable of such arrays; their variances are averaged.
    kernel: (m, n), the blur, sum 1. If it is None or suppresses no frequency, the highest frequencies are used, which
    blur attenuates most.
    unclipped: (h, w) bool, the pixels that noise can change in both directions; None: those that are neither 0 nor 1.

    With a kernel, the power is measured where |K| < 0.05, in rings of frequencies, and the half of the rings with
    more power is used, because JPEG compression suppresses noise in the outermost rings. The estimate is then within
    20 % from 1 % noise on, and within 25 % at 2 % noise after JPEG compression at quality 85. Without a kernel it is
    the median of |third differences| along both axes, divided by its value for a normal distribution (the robust
    estimator of Donoho and Johnstone, 1994, with differences instead of wavelets): fine texture is counted as noise,
    up to 22 %, and JPEG compression hides most of the noise. Saturated pixels are ignored. For an image with a side
    below 4 pixels the minimum is returned.
    """
    planes = [picture] if getattr(picture, "ndim", 0) == 2 else picture
    found = [_deviation(np.asarray(plane, dtype=np.float64), kernel, unclipped) for plane in planes]
    return float(np.clip(np.sqrt(np.mean(np.square(found))), *ESTIMATED))


def _deviation(plane: np.ndarray, kernel: np.ndarray | None, unclipped: np.ndarray | None) -> float:
    good = (plane > 0) & (plane < 1) if unclipped is None else unclipped
    told = None if kernel is None else _where_blind(plane, kernel, good)
    return _highest(plane, good) if told is None else told


def _where_blind(plane: np.ndarray, kernel: np.ndarray, good: np.ndarray) -> float | None:
    """The standard deviation from the frequencies that the kernel suppresses; None if there are too few of them."""
    h, w = plane.shape
    if any(m > n for m, n in zip(kernel.shape, plane.shape, strict=False)):
        return None
    # The window falls smoothly to zero at the border, whose jump would otherwise leak into every frequency.
    window = np.hanning(h + 2)[1:-1, None] * np.hanning(w + 2)[1:-1]
    free = np.sum(window[good] ** 2)
    if free < FREE * np.sum(window**2):
        return None
    power = np.abs(rfft2((plane - np.average(plane, weights=window)) * window)) ** 2 / free
    radius = np.hypot(fftfreq(h)[:, None], rfftfreq(w)[None])
    blind = np.abs(rfft2(kernel, s=(h, w))) < BLIND
    rings = [power[blind & (radius >= 0.5 * i / RINGS) & (radius < 0.5 * (i + 1) / RINGS)] for i in range(LOW, RINGS)]
    # The median of an exponential distribution is ln 2 times its mean, and robust against a few strong scene
    # frequencies.
    heard = sorted(np.sqrt(np.median(ring) / np.log(2)) for ring in rings if len(ring) >= ENOUGH)
    return float(np.mean(heard[len(heard) // 2 :])) if heard else None


def _highest(plane: np.ndarray, good: np.ndarray) -> float:
    """The standard deviation from the highest frequencies."""
    if min(plane.shape) <= ORDER:
        return ESTIMATED[0]
    size = np.abs(np.diff(np.diff(plane, ORDER, axis=0), ORDER, axis=1))
    whole = ~_any(_any(~good).T).T
    if whole.mean() >= FREE:
        size = size[whole]
    return np.median(size) / (HALF * np.sqrt(POWER))


def _any(flags: np.ndarray) -> np.ndarray:
    """Whether any of the rows i to i + ORDER is flagged."""
    rows = len(flags) - ORDER
    return np.logical_or.reduce([flags[i : i + rows] for i in range(ORDER + 1)])
