"""Random near objects, mostly dark trunks and blobs, in front of a simulated scene."""

import numpy as np
from scipy.ndimage import zoom

NEARNESS = (0.02, 0.4)  # depth of an object relative to the nearest point that it hides; log-uniform
FARTHER = (1.0, 2.5)  # factor by which the depth of the background is increased
SHADE = (0.05, 1.0)  # brightness of an object relative to the image; log-uniform
COVER = (0.05, 0.4)  # fraction of the image that a blob covers
WIDTH = (0.02, 0.3)  # of a trunk, relative to the shorter side of the image
MOST = 2  # maximum number of objects per image
KNOTS = 5  # per side, of the random surface that defines outlines


def with_silhouettes(J, d, rng):
    """Add near objects to the scene and increase the depth of everything behind them.

    An object has a constant depth; its texture is the mirrored, shaded image itself.

    J: (h, w, 3) in [0, 1].   d: (h, w), depth.   rng: numpy Generator.
    Returns (J, d, hidden): the new scene and depth, and a boolean (h, w), True where an object is.
    """
    d = d * rng.uniform(*FARTHER)
    J, hidden, surface = J.copy(), np.zeros(d.shape, bool), J[::-1, ::-1]
    for _ in range(rng.integers(1, MOST + 1)):
        outline = _trunk(d.shape, rng) if rng.random() < 0.5 else _blob(d.shape, rng)
        near, shade = (np.exp(rng.uniform(*np.log(limits))) for limits in (NEARNESS, SHADE))
        if outline.any():
            d[outline] = near * d[outline].min()
            J[outline] = shade * surface[outline]
            hidden |= outline
    return J, d, hidden


def _wavy(shape, rng):
    """A smooth random surface with a standard deviation of about 1: (h, w)."""
    h, w = shape
    return zoom(rng.standard_normal((KNOTS, KNOTS)), (h / KNOTS, w / KNOTS), order=3, mode="nearest", grid_mode=True)


def _blob(shape, rng):
    """The region where a smooth random surface is highest."""
    surface = _wavy(shape, rng)
    return surface > np.quantile(surface, 1 - rng.uniform(*COVER))


def _trunk(shape, rng):
    """A band with wavy edges across the whole image."""
    (h, w), angle = shape, rng.uniform(0, np.pi)
    y, x = np.mgrid[:h, :w]
    away = (x - rng.uniform(0, w)) * np.cos(angle) + (y - rng.uniform(0, h)) * np.sin(angle)
    half = 0.5 * min(shape) * rng.uniform(*WIDTH)
    return np.abs(away + 0.5 * half * _wavy(shape, rng)) < half
