"""Blur kernels of several kinds for training: camera shake, lines, disks, boxes and Gaussians."""

import numpy as np

from padnet.errors import InputError
from padnet.imaging.kernels import TRAINING, camera_shake

FINE = 8  # sampling points per pixel and axis
KINDS_STREAM = 3  # a random stream separate from those of padnet.imaging.kernels


def _shape(size, inside, angle):
    """A kernel of sum 1: the mean of ``inside(u, v)`` over each pixel of (size, size), with u and v rotated by
    ``angle``.
    """
    at = (np.arange(size * FINE) + 0.5) / FINE - size / 2
    y, x = at[:, None], at[None]
    u, v = np.cos(angle) * x + np.sin(angle) * y, np.cos(angle) * y - np.sin(angle) * x
    kernel = inside(u, v).reshape(size, FINE, size, FINE).mean(axis=(1, 3))
    # Quantise to integers, so that the last bit of a cosine does not change the result.
    kernel = np.round(kernel / kernel.max() * 65535)
    return kernel / kernel.sum()


def _line(half, rng):
    length = half * rng.uniform(0.4, 1)
    return lambda u, v: ((abs(u) <= length) & (abs(v) <= 0.5)).astype(float)


def _disk(half, rng):
    radius = half * rng.uniform(0.4, 1)
    return lambda u, v: (u**2 + v**2 <= radius**2).astype(float)


def _box(half, rng):
    a, b = half * rng.uniform(0.3, 0.7, 2)  # keeps the corners inside at any angle
    return lambda u, v: ((abs(u) <= a) & (abs(v) <= b)).astype(float)


def _gaussian(half, rng):
    sigma = half * rng.uniform(0.15, 0.4)
    return lambda u, v: np.exp(-0.5 * (u**2 + v**2) / sigma**2)


def _anisotropic(half, rng):
    a, b = half * rng.uniform(0.1, 0.4, 2)
    return lambda u, v: np.exp(-0.5 * ((u / a) ** 2 + (v / b) ** 2))


SHAPES = {"line": _line, "disk": _disk, "box": _box, "gaussian": _gaussian, "anisotropic": _anisotropic}
KINDS = ("point", "shake", *SHAPES)


def blur_kernel(kind, size, rng):
    """A kernel of one of KINDS: (size, size) float64, non-negative, sum 1; "point" is a single pixel in the centre.

    size: odd, at least 3; a "shake" has at least 9 pixels.   rng: numpy Generator; the same state gives the same
    kernel. Shapes fill 0.4 to 1 of the size, at any angle; Gaussians have standard deviations of 0.05 to 0.2 of it.
    Raises InputError for any other kind or size.
    """
    if kind not in KINDS:
        raise InputError(f"there is no kind of kernel {kind!r}: use one of {', '.join(KINDS)}")
    if size < 3 or size % 2 == 0:
        raise InputError(f"the size of a kernel is odd and at least 3, not {size}")
    if kind == "shake":
        return camera_shake(max(size, 9), rng)
    if kind == "point":
        return _shape(size, lambda u, v: ((abs(u) < 0.5) & (abs(v) < 0.5)).astype(float), 0.0)
    return _shape(size, SHAPES[kind](size / 2, rng), rng.uniform(0, np.pi))


def mixed_kernel(seed, index, kinds, sizes):
    """Training kernel number ``index``; its kind and size are drawn from ``kinds`` and ``sizes``."""
    rng = np.random.default_rng([seed, TRAINING, index, KINDS_STREAM])
    return blur_kernel(str(rng.choice(kinds)), int(rng.choice(sizes)), rng)
