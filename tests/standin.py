"""Pictures for the tests: smooth random textures, and how they are written."""

import numpy as np
from scipy.ndimage import gaussian_filter
from skimage.io import imsave

from padnet.imaging.degradation import observe
from padnet.imaging.kernels import camera_shake
from padnet.imaging.pairs import Pair

SHIFT = np.array([2.5, -3.25])  # of every stand-in capture, in pixels


def texture(seed, size=96):
    """A smooth random picture, (size, size) in [0, 1]."""
    noise = gaussian_filter(np.random.default_rng(seed).standard_normal((size, size)), 1.5, mode="wrap")
    return (noise - noise.min()) / (noise.max() - noise.min())


def write_picture(path, x):
    path.parent.mkdir(parents=True, exist_ok=True)
    imsave(path, np.round(255 * np.clip(x, 0, 1)).astype(np.uint8), check_contrast=False)


def pair(seed, m=9, size=48, noise=0.0, crop=8):
    """A texture under camera shake, as a Pair."""
    k = camera_shake(m, np.random.default_rng(seed))
    x = texture(seed, size)
    y = observe(x, k, noise, False, np.random.default_rng(seed))
    return Pair(f"x{seed}", f"k{seed}", x, y, k, ((m - 1) // 2, (m - 1) // 2), crop)
