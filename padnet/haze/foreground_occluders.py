"""Near objects before far haze: trunks and blobs, mostly dark, that a simulated scene gets in front of it."""

import numpy as np
from scipy.ndimage import zoom

NEARNESS = (0.02, 0.4)  # depth of an object over the nearest of what it hides, its logarithm uniform
FARTHER = (1.0, 2.5)  # times that the scene behind is farther away
SHADE = (0.05, 1.0)  # brightness of an object's surface over the picture's, its logarithm uniform
COVER = (0.05, 0.4)  # share of the picture that a blob covers
WIDTH = (0.02, 0.3)  # of a trunk, over the picture's shorter side
MOST = 2  # objects in a picture
KNOTS = 5  # a side, that outlines are drawn at


def with_silhouettes(J, d, rng):
    """The scene with one or a few near objects before it, and all behind them farther away.

    An object has one depth; its surface is the picture's own, mirrored and shaded.

    J: (h, w, 3) in [0, 1].   d: (h, w), depth.   rng: numpy Generator.
    Returns (J, d, hidden): the scene's, and a boolean (h, w), True where an object is.
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
    """A smooth random surface of spread about 1: (h, w)."""
    h, w = shape
    return zoom(rng.standard_normal((KNOTS, KNOTS)), (h / KNOTS, w / KNOTS), order=3, mode="nearest", grid_mode=True)


def _blob(shape, rng):
    """Where a smooth random surface is highest."""
    surface = _wavy(shape, rng)
    return surface > np.quantile(surface, 1 - rng.uniform(*COVER))


def _trunk(shape, rng):
    """A band across the whole picture, its edges wavy."""
    (h, w), angle = shape, rng.uniform(0, np.pi)
    y, x = np.mgrid[:h, :w]
    away = (x - rng.uniform(0, w)) * np.cos(angle) + (y - rng.uniform(0, h)) * np.sin(angle)
    half = 0.5 * min(shape) * rng.uniform(*WIDTH)
    return np.abs(away + 0.5 * half * _wavy(shape, rng)) < half
