"""Signs that a restored photograph is worse than the blurred one, which no certificate tells."""

import numpy as np
from scipy.fft import irfft2, next_fast_len, rfft2

# On 5 photographs, 4 blurs and 3 noise levels no right result came above 1.13 and 1.9, on a page of text above 5.1. Of
# 161 results that were over 3 dB worse than the photograph, for a wrong kernel or noise that was told too small, 152
# came above one of these.
MISFIT, ROUGHER = 1.6, 6.0
LARGE = 0.5  # |K| of the frequencies that the kernel lets through
EDGE, LEAST = 8, 16  # pixels: border that is left out, and the least side of a photograph that is judged


def doubts(y: np.ndarray, x: np.ndarray, kernel: np.ndarray, noise: float, clipped: np.ndarray | None) -> list[str]:
    """Why a result is likely worse than its photograph, as sentences; none for one that is likely better.

    y: the photograph, (h, w) floats. x: the result, alike. kernel: (m, n), sum 1. noise: standard deviation that was
    used. clipped: (h, w) bool, saturated pixels, which are left out.
    """
    m, n = kernel.shape
    if min(y.shape[0] - m, y.shape[1] - n) < LEAST or min(y.shape) < LEAST + 2 * EDGE:
        return []
    told = []
    misfit = _misfit(y, x, kernel, clipped) / noise
    if misfit > MISFIT:
        told.append(
            f"the result is likely worse than the photograph: blurred again it differs from it by {misfit:.1f} times "
            "the noise where the kernel lets most through; is it the right kernel, and the right noise?"
        )
    rougher = _variation(x) / max(_variation(y), 1e-12)
    if rougher > ROUGHER and not told:
        told.append(
            f"the result is likely worse than the photograph: its total variation is {rougher:.1f} times as large; "
            "give a larger --noise, or a smaller kernel"
        )
    return told


def _misfit(y: np.ndarray, x: np.ndarray, kernel: np.ndarray, clipped: np.ndarray | None) -> float:
    """Root mean square of y - K x at the frequencies with |K| > 0.5, of the pixels that depend on x alone."""
    m, n = kernel.shape
    shape = tuple(next_fast_len(size, real=True) for size in y.shape)
    again = irfft2(rfft2(x, s=shape) * rfft2(kernel, s=shape), s=shape)[m - 1 : y.shape[0], n - 1 : y.shape[1]]
    top, left = (m - 1) // 2, (n - 1) // 2
    inside = slice(top, top + again.shape[0]), slice(left, left + again.shape[1])
    rest = y[inside] - again
    if clipped is not None:
        rest = np.where(clipped[inside], 0, rest)
    window = np.hanning(rest.shape[0] + 2)[1:-1, None] * np.hanning(rest.shape[1] + 2)[1:-1]
    power = np.abs(rfft2(rest * window)) ** 2 / np.sum(window**2)
    return float(np.sqrt(np.mean(power[np.abs(rfft2(kernel, s=rest.shape)) > LARGE])))


def _variation(x: np.ndarray) -> float:
    x = x[EDGE:-EDGE, EDGE:-EDGE]
    return float(np.abs(np.diff(x, axis=0)).sum() + np.abs(np.diff(x, axis=1)).sum())
