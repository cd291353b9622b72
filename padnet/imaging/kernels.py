"""Simulated camera-shake kernels, and the validation of blur kernels.

A kernel is the image of a point light during the exposure. The simulated camera drifts with inertia, the hand
trembles and pulls it back, and sometimes it jerks; the kernel is bright where the camera stays longer.
"""

import numpy as np

from padnet.errors import InputError

SIZES = (13, 15, 17, 19, 21, 23, 25, 27)
TRAINING, TEST = 1, 2  # separate random streams, so that test kernels are never used in training
STEPS = 24  # of the hand movement during the exposure
EXPOSURES = 4000  # sampling points of the path


def check_kernel(k):
    """Raise InputError unless `k` is a blur kernel: (m, n), finite, with a positive sum."""
    k = np.asarray(k)
    if k.ndim != 2 or k.size == 0:
        raise InputError(f"a kernel has two axes and at least one pixel, this one has the shape {k.shape}")
    if not np.issubdtype(k.dtype, np.floating):
        raise InputError(f"a kernel holds floating-point numbers, this one {k.dtype}: convert it and divide by its sum")
    if not np.isfinite(k).all():
        raise InputError("the kernel holds NaN or infinite values: correct or replace it")
    if k.sum() <= 0:
        raise InputError(f"the kernel sums to {k.sum():g}: a blur kernel has a positive sum")


def _path(rng):
    """One camera path as (EXPOSURES, 2) positions, centred on its mean, scaled to a maximum of 1 per axis."""
    from scipy.interpolate import CubicSpline  # here, for it takes longer to import than many a deconvolution

    inertia = rng.uniform(0.75, 0.97)
    pull = rng.uniform(0.0, 0.1)
    jerk = rng.uniform(0.0, 0.1)
    position, speed = np.zeros(2), rng.normal(size=2)
    knots = [position]
    for _ in range(STEPS):
        speed = inertia * speed - pull * position + rng.normal(size=2) * (1 - inertia)
        if rng.random() < jerk:
            speed = -speed * rng.uniform(0.2, 1.2) + rng.normal(size=2)
        position = position + speed
        knots.append(position)
    path = CubicSpline(np.arange(STEPS + 1), np.stack(knots))(np.linspace(0, STEPS, EXPOSURES))
    path -= path.mean(axis=0)
    return path / np.abs(path).max()


def _splat(points, size):
    """Distribute each of the (n, 2) points over four pixels of a (size, size) grid, bilinearly."""
    grid = np.zeros((size, size))
    low = np.floor(points).astype(int)
    part = points - low
    for i in (0, 1):
        for j in (0, 1):
            weight = np.abs(1 - i - part[:, 0]) * np.abs(1 - j - part[:, 1])
            np.add.at(grid, (low[:, 0] + i, low[:, 1] + j), weight)
    return grid


def camera_shake(size, rng):
    """A simulated camera-shake kernel: (size, size) float64, non-negative, sum 1, centroid at the centre.

    size: odd, 9 to 41 pixels.   rng: numpy Generator; the same state gives the same kernel.
    Weights are integers divided by their sum (16 bits at the peak), so that they have the same bits on every
    processor.
    Raises InputError for any other size.
    """
    if size not in range(9, 42, 2):
        raise InputError(f"a camera-shake kernel has an odd size from 9 to 41, not {size}")
    from scipy.ndimage import gaussian_filter

    middle = (size - 1) / 2
    path = _path(rng)
    reach = (middle - 1.5) * rng.uniform(0.75, 1.0)
    width = rng.uniform(0.2, 0.45)  # of the optics, in pixels
    kernel = gaussian_filter(_splat(middle + reach * path, size), width, mode="constant", radius=1)
    kernel = np.round(kernel / kernel.max() * 65535)
    return kernel / kernel.sum()


def _drawn(seed, stream, index, sizes):
    rng = np.random.default_rng([seed, stream, index])
    return camera_shake(int(rng.choice(sizes)), rng)


def training_kernel(seed, index, sizes=SIZES):
    """Training kernel number `index` of the stream `seed`; its size is drawn from `sizes`."""
    return _drawn(seed, TRAINING, index, sizes)


def sample_kernel(seed, index, sizes=SIZES):
    """Test kernel number `index` of the quick profile, from a stream separate from the training kernels."""
    return _drawn(seed, TEST, index, sizes)
