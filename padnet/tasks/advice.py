"""Signs that a kernel is turned, shifted or wrong, and that a result is worse than its photograph."""

import numpy as np
from scipy.fft import irfft2, rfft2

from padnet.imaging.boundary import frame_shape, gradient_energy, place, to_frame, transfer

LARGE = 256  # pixels: the side of the middle of a photograph that the orientation is tried on
SMALL, TIMES = 128, 6  # pixels, and sides of the kernel: on less of a photograph it is not tried
AROUND = 8  # pixels of the frame in addition to half a kernel
QUIET, SMOOTH = 0.005, 16.0  # least noise, and the weight of the squared gradients divided by the noise
SAME = 0.1  # of the peak: a kernel that differs from itself turned by no more has no orientation
# Of the total variation, which a turned kernel must not exceed to be mentioned: see tests/tasks/test_advice.py.
TURNED = 0.975
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
    off = [round(float(weight.sum(1 - i) @ np.arange(size)) - size // 2, 1) + 0.0 for i, size in ((0, m), (1, n))]
    if np.hypot(*off) > OFF:
        told.append(
            f"the kernel's centre of mass lies {off[0]:+.1f} rows and {off[1]:+.1f} columns from its centre pixel "
            f"({m // 2}, {n // 2}): the result is shifted by as much; pad the kernel until both agree"
        )
    return told


def is_turned(picture: np.ndarray, kernel: np.ndarray, noise: float) -> bool:
    """Whether the kernel turned by 180 degrees restores a picture with clearly less total variation.

    picture: (h, w) floats in [0, 1]. kernel: (m, n), sum 1. noise: standard deviation.
    A wrong orientation leaves double edges. Both are tried on the middle of the picture, by least squares with
    squared gradients.
    """
    turned = np.ascontiguousarray(kernel[::-1, ::-1])
    if np.abs(kernel - turned).max() <= SAME * np.abs(kernel).max():
        return False
    h, w = (min(LARGE, size) for size in picture.shape)
    if min(h, w) < max(SMALL, TIMES * max(kernel.shape)):
        return False
    top, left = (picture.shape[0] - h) // 2, (picture.shape[1] - w) // 2
    y = picture[top : top + h, left : left + w]
    as_given, other = (_variation(y, k, max(noise, QUIET)) for k in (kernel, turned))
    return bool(other < TURNED * as_given)


def _variation(y: np.ndarray, kernel: np.ndarray, noise: float) -> float:
    """Total variation of `y` (h, w) deconvolved."""
    shape = frame_shape(y.shape[0], y.shape[1], max(kernel.shape) // 2 + AROUND)
    frame = to_frame(y, (0, 0), y.shape, kernel, shape, noise)
    K = transfer(kernel, shape)
    x = irfft2(K.conj() * rfft2(frame) / (np.abs(K) ** 2 + SMOOTH * noise * gradient_energy(shape)), s=shape)
    top, left = place(y.shape, shape)
    x = x[top : top + y.shape[0], left : left + y.shape[1]]
    return float(np.abs(np.diff(x, axis=0)).sum() + np.abs(np.diff(x, axis=1)).sum())
