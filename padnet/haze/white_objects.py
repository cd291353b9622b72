"""White objects near the camera, walls and cars, which estimators of the airlight take for haze."""

import numpy as np

SIDE = (0.1, 0.4)  # of the object, relative to the image, height and width
WHITE = (0.88, 1.0)  # its brightness
ROUGH = 0.03  # greatest decrease of brightness from pixel to pixel
NEAREST = 0.3  # its depth is a quantile of the scene's, from 0 to this


def with_white_object(J, d, rng):
    """Add a white rectangle to the scene, upright and without shading.

    J: (h, w, 3) in [0, 1].   d: (h, w), depth.   rng: numpy Generator.
    Returns (J, d, hidden): the new scene and depth, and a boolean (h, w), True where the object is.
    """
    (h, w), J, d = d.shape, J.copy(), d.copy()
    height, width = (max(1, round(n * rng.uniform(*SIDE))) for n in (h, w))
    top, left = rng.integers(h - height + 1), rng.integers(w - width + 1)
    place = np.s_[top : top + height, left : left + width]
    J[place] = rng.uniform(*WHITE) * (1 - ROUGH * rng.random((height, width, 1)))
    d[place] = np.quantile(d, rng.uniform(0, NEAREST))
    hidden = np.zeros(d.shape, bool)
    hidden[place] = True
    return J, d, hidden
