"""Signs that a kernel is turned, shifted or wrong, and that a result is worse than its photograph."""

import numpy as np
from scipy.fft import irfft2, next_fast_len, rfft2

LARGE = 256  # pixels: the side of the middle of a photograph that the orientation is tried on
SAME = 0.1  # of the peak: a kernel that differs from itself turned by no more has no orientation
TURNED = 0.93  # of the total variation: by so much a turned kernel must be better to be mentioned
OFF = 1.0  # pixels
CORNERS = 0.9  # of the sum: so much around the pixel (0, 0), with the wrap-around, is a kernel of Fourier transforms


def kernel_advice(kernel: np.ndarray) -> list[str]:
    """What is unusual about the place of a kernel, (m, n) with sum 1, as sentences that name the cure."""
    m, n = kernel.shape
    rows, columns = (np.minimum(np.arange(size), size - np.arange(size)) for size in (m, n))
    near = (rows[:, None] <= m // 4) & (columns[None] <= n // 4)
    if min(m, n) > 4 and kernel[near].sum() > CORNERS and kernel[m // 2, n // 2] < kernel[0, 0]:
        return [
            "the kernel has its centre at pixel (0, 0), as for a Fourier transform: move it with numpy.fft.fftshift"
        ]
    told = []
    if m % 2 == 0 or n % 2 == 0:
        told.append(f"the kernel of {m}x{n} pixels has no middle pixel: ({m // 2}, {n // 2}) is taken as its centre")
    weight = np.abs(kernel) / np.abs(kernel).sum()
    off = [float((weight.sum(1 - axis) * np.arange(size)).sum() - size // 2) for axis, size in ((0, m), (1, n))]
    if np.hypot(*off) > OFF:
        told.append(
            f"the kernel's centre of mass lies {off[0]:+.1f} rows and {off[1]:+.1f} columns from its centre pixel "
            f"({m // 2}, {n // 2}): the result is shifted by as much; pad the kernel until both agree"
        )
    return told


def is_turned(picture: np.ndarray, kernel: np.ndarray, noise: float) -> bool:
    """Whether the kernel turned by 180 degrees restores a picture with clearly less total variation.

    picture: (h, w) floats in [0, 1]. kernel: (m, n), sum 1. noise: standard deviation.
    A wrong orientation leaves double edges. Both are tried by a Wiener filter on the middle of the picture.
    """
    if np.abs(kernel - kernel[::-1, ::-1]).max() <= SAME * np.abs(kernel).max():
        return False
    h, w = (min(LARGE, size) for size in picture.shape)
    if h <= 2 * kernel.shape[0] or w <= 2 * kernel.shape[1]:
        return False
    top, left = (picture.shape[0] - h) // 2, (picture.shape[1] - w) // 2
    y = picture[top : top + h, left : left + w]
    # Falls to the mean at the border, which would ring otherwise.
    window = np.sqrt(np.hanning(h + 2)[1:-1, None] * np.hanning(w + 2)[1:-1])
    y = (y - y.mean()) * window
    shape = tuple(next_fast_len(size + k, real=True) for size, k in zip(y.shape, kernel.shape, strict=True))
    padded = np.zeros(shape)
    padded[: kernel.shape[0], : kernel.shape[1]] = kernel
    K, Y = rfft2(np.roll(padded, (-(kernel.shape[0] // 2), -(kernel.shape[1] // 2)), (0, 1))), rfft2(y, s=shape)
    c = max(noise, 0.01) ** 2 / max(y.var(), 1e-6)
    a, b = (_variation(irfft2(Y * filtered / (np.abs(K) ** 2 + c), s=shape)[:h, :w]) for filtered in (K.conj(), K))
    return bool(b < TURNED * a)


def _variation(x: np.ndarray) -> float:
    """Total variation of the middle half."""
    h, w = x.shape
    x = x[h // 4 : h - h // 4, w // 4 : w - w // 4]
    return float(np.abs(np.diff(x, axis=0)).sum() + np.abs(np.diff(x, axis=1)).sum())
