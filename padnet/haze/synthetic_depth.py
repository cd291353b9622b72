"""Simulated depth maps for photographs: planes, smooth surfaces, and objects that follow the image edges."""

import numpy as np
from scipy.ndimage import zoom
from skimage.segmentation import felzenszwalb

SLOPE = (-0.4, 1.2)  # of log d from bottom to top: higher pixels are usually farther away
SIDEWAYS = 0.4
RELIEF = 0.4  # standard deviation of the smooth surface, of log d
APART = 0.35  # standard deviation of log d between objects
KNOTS = 4  # per side, of the smooth surface
FLAT = 0.25  # fraction of images without objects


def simulated_depth(J, rng):
    """A random depth map for an image, with median 1.

    The objects are segments of the image (P. Felzenszwalb, D. Huttenlocher, IJCV 2004), each with a constant offset
    in depth, so that depth edges coincide with colour edges.

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
