"""A colour photograph as a grey picture and two differences of colours, which share little of the scene.

The channels of a photograph are much alike, so that a network removes noise from each as if it were alone. Of these
three the first has the scene and less noise than a channel, and the others have little else than noise.
"""

import numpy as np

ROWS = np.array([[1 / 3, 1 / 3, 1 / 3], [1 / 2, 0, -1 / 2], [1 / 4, -1 / 2, 1 / 4]])  # of red, green, blue
BACK = np.array([[1, 1, 2 / 3], [1, 0, -4 / 3], [1, -1, 2 / 3]])
GREY = np.array([0, 0.5, 0.5])  # where a difference is none: in the middle of [0, 1], which the networks know
NOISE = np.sqrt((ROWS**2).sum(axis=1))  # of each, where every channel has 1


def opponents(rgb: np.ndarray) -> np.ndarray:
    """(3, h, w) of red, green and blue in [0, 1] -> (3, h, w) in [0, 1]."""
    return np.einsum("ij,jhw->ihw", ROWS, rgb) + GREY[:, None, None]


def colours(planes: np.ndarray) -> np.ndarray:
    """The channels (3, h, w) again, not clipped."""
    return np.einsum("ij,jhw->ihw", BACK, planes - GREY[:, None, None])
