"""How noisy a blurred photograph is: where the known kernel lets nothing of the scene through, there is noise alone."""

from collections.abc import Iterable

import numpy as np
from scipy.fft import fftfreq, rfft2, rfftfreq

LEAST = 0.001  # what counts as none, where noise is given: the data term would be infinite
# An estimate is no less and no more: what a photograph's kernel is off by acts as noise of some tenths of a percent.
ESTIMATED = (0.005, 0.25)
ROUNDING = 1 / (255 * 12**0.5)  # standard deviation of the rounding to 8 bits
BLIND = 0.05  # |K| under which a frequency counts as noise alone
RINGS, LOW = 8, 4  # of equal width up to the Nyquist frequency; those from LOW on are looked at
ENOUGH = 50  # frequencies that a ring needs
ORDER = 3  # of the differences: (1, -3, 3, -1) along both axes
POWER = 20**2  # the sum of the squared coefficients: what white noise gains in them
HALF = 0.6744897502  # half of a normal distribution lies within so many standard deviations
FREE = 0.1  # share of the windows that must be unsaturated, for the others to be left out


def estimate_noise(
    picture: np.ndarray | Iterable[np.ndarray], kernel: np.ndarray | None = None, unclipped: np.ndarray | None = None
) -> float:
    """The standard deviation of white noise in a blurred picture, from 0.005 to 0.25.

    picture: (h, w) floats in [0, 1], or its channels, an iterable of such; their variances are averaged. unclipped:
    (h, w) bool, the pixels that noise can move either way; None: those that are neither 0 nor 1.
    kernel: (m, n), the blur, sum 1; None, or one that is nowhere blind: the noise is told by the highest frequencies,
    of which blur leaves little.

    With a kernel the power is read where |K| < 0.05, in rings of frequencies, and the louder half of the rings counts:
    a JPEG hides noise from the outermost. There the estimate is within 20 % from 1 % noise on, within 25 % at 2 % under
    a JPEG of quality 85. Without, it is the median of |third differences| along both axes, over what a normal
    distribution gives (the robust estimate of Donoho and Johnstone, 1994, on differences in place of wavelets): texture
    finer than the blur counts as noise, up to 22 %, and a JPEG hides most of it. Saturated pixels, which noise cannot
    move, do not count. A picture under 4 pixels a side tells nothing: it counts as the least noise.
    """
    planes = [picture] if getattr(picture, "ndim", 0) == 2 else picture
    found = [_deviation(np.asarray(plane, dtype=np.float64), kernel, unclipped) for plane in planes]
    return float(np.clip(np.sqrt(np.mean(np.square(found))), *ESTIMATED))


def _deviation(plane: np.ndarray, kernel: np.ndarray | None, unclipped: np.ndarray | None) -> float:
    good = (plane > 0) & (plane < 1) if unclipped is None else unclipped
    told = None if kernel is None else _where_blind(plane, kernel, good)
    return _highest(plane, good) if told is None else told


def _where_blind(plane: np.ndarray, kernel: np.ndarray, good: np.ndarray) -> float | None:
    """The deviation by the frequencies at which the kernel is blind, or None where these are too few."""
    h, w = plane.shape
    if any(m > n for m, n in zip(kernel.shape, plane.shape, strict=False)):
        return None
    # Smooth to zero at the border, whose jump would be heard at every frequency.
    window = np.hanning(h + 2)[1:-1, None] * np.hanning(w + 2)[1:-1]
    free = np.sum(window[good] ** 2)
    if free < FREE * np.sum(window**2):
        return None
    power = np.abs(rfft2((plane - np.average(plane, weights=window)) * window)) ** 2 / free
    radius = np.hypot(fftfreq(h)[:, None], rfftfreq(w)[None])
    blind = np.abs(rfft2(kernel, s=(h, w))) < BLIND
    rings = [power[blind & (radius >= 0.5 * i / RINGS) & (radius < 0.5 * (i + 1) / RINGS)] for i in range(LOW, RINGS)]
    # The median of an exponential distribution is ln 2 of its mean; a few strong lines of the scene do not move it.
    heard = sorted(np.sqrt(np.median(ring) / np.log(2)) for ring in rings if len(ring) >= ENOUGH)
    return float(np.mean(heard[len(heard) // 2 :])) if heard else None


def _highest(plane: np.ndarray, good: np.ndarray) -> float:
    """The deviation by the highest frequencies."""
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
