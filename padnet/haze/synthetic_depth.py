"""Simulated depth for photographs that have none: planes, smooth surfaces, and objects along the picture's edges."""

import numpy as np
from scipy.ndimage import zoom
from skimage.segmentation import felzenszwalb

SLOPE = (-0.4, 1.2)  # of log d from the bottom of the picture to its top: what is higher up is mostly farther away
SIDEWAYS = 0.4
RELIEF = 0.4  # spread of the smooth surface, of log d
APART = 0.35  # spread of log d from object to object
KNOTS = 4  # a side, that the smooth surface is drawn at
FLAT = 0.25  # share of pictures without objects


def simulated_depth(J, rng):
    """A random depth for a picture, its median 1.

    The objects are segments of the picture (P. Felzenszwalb, D. Huttenlocher, IJCV 2004), each at one depth, so
    that depth jumps where colour does.

    J: (h, w, 3) in [0, 1].   rng: numpy Generator.   Returns (h, w) float64, positive.
    """
    h, w = J.shape[:2]
    up, right = np.linspace(0.5, -0.5, h)[:, None], np.linspace(-0.5, 0.5, w)
    log_d = rng.uniform(*SLOPE) * up + rng.uniform(-SIDEWAYS, SIDEWAYS) * right
    knots = rng.uniform(0, RELIEF) * rng.standard_normal((KNOTS, KNOTS))
    log_d = log_d + zoom(knots, (h / KNOTS, w / KNOTS), order=3, mode="nearest", grid_mode=True)
    scale, spread = np.exp(rng.uniform(np.log(20), np.log(300))), rng.uniform(0, APART)
    if rng.random() >= FLAT:
        segments = felzenszwalb(J, scale=scale, sigma=0.8, min_size=max(1, h * w // 200))
        log_d = log_d + spread * rng.standard_normal(segments.max() + 1)[segments]
    d = np.exp(log_d)
    return d / np.median(d)
