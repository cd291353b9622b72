"""Blur kernels by formula: motion along a line, defocus and Gaussian, for photographs without a measured kernel."""

from collections.abc import Callable

import numpy as np

from padnet.errors import InputError

FINE = 16  # sampling points per pixel and axis
WIDEST = 512  # pixels: larger kernels are a mistake in a unit


def motion_kernel(length: float, angle: float) -> np.ndarray:
    """The kernel of uniform motion along a line, one pixel wide: (m, m) float64, m odd, sum 1, centred.

    length: of the motion in pixels, 1 to 512. angle: in degrees, counter-clockwise from the horizontal as seen on the
    screen; 0 moves left and right, 90 up and down. The sense of the motion makes no difference.
    Raises InputError for any other length or an angle that is not finite.
    """
    length = _checked(length, "the length of a motion", 1)
    if not np.isfinite(angle):
        raise InputError(f"the angle of a motion is a number of degrees, not {angle}")
    a = np.deg2rad(angle)

    def inside(x, y):
        # y points down: (cos a, -sin a) is the direction on the screen.
        u, v = np.cos(a) * x - np.sin(a) * y, np.sin(a) * x + np.cos(a) * y
        return (abs(u) <= length / 2) & (abs(v) <= 0.5)

    return _sampled(length / 2 + 0.5, inside)


def defocus_kernel(radius: float) -> np.ndarray:
    """The kernel of a lens out of focus, a disk: (m, m) float64, m odd, sum 1, centred.

    radius: in pixels, 0.5 to 256. Raises InputError for any other.
    """
    radius = _checked(radius, "the radius of a defocus", 0.5)
    return _sampled(radius, lambda x, y: x**2 + y**2 <= radius**2)


def gaussian_kernel(sigma: float) -> np.ndarray:
    """A Gaussian kernel, cut at four standard deviations: (m, m) float64, m odd, sum 1, centred.

    sigma: its standard deviation in pixels, 0.2 to 64. Raises InputError for any other.
    """
    sigma = _checked(sigma, "the standard deviation of a Gaussian", 0.2, 64)
    return _sampled(4 * sigma, lambda x, y: np.exp(-0.5 * (x**2 + y**2) / sigma**2))


def _checked(value: float, what: str, least: float, most: float | None = None) -> float:
    most = most or WIDEST * least  # 512 pixels across
    if not least <= value <= most:
        raise InputError(f"{what} is from {least:g} to {most:g} pixels, not {value:g}")
    return float(value)


def _sampled(reach: float, inside: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> np.ndarray:
    """The mean of ``inside(x, y)`` over every pixel of the smallest odd square that reaches so far from its centre."""
    size = 2 * int(np.ceil(reach - 0.5)) + 1
    at = (np.arange(size * FINE) + 0.5) / FINE - size / 2
    kernel = inside(at[None], at[:, None]).astype(np.float64).reshape(size, FINE, size, FINE).mean(axis=(1, 3))
    return kernel / kernel.sum()
