"""Depth of photographs for testing: a ground plane up to a horizon, objects that stand on it, and a far background.

It shares nothing with the depth that trainings simulate (padnet.haze.synthetic_depth): no tilted planes or smooth
surfaces in log d, and an object's depth is that of the ground where it ends, not a random offset.
"""

import numpy as np
from skimage.segmentation import felzenszwalb

HORIZON = (0.15, 0.4)  # row of the horizon, relative to the height
NEAREST = 1.0  # depth of the ground at the lower border, where the camera stands one unit above it
FARTHEST = (8.0, 20.0)  # depth of the background; the ground ends there
STANDING = 0.7  # fraction of the segments that stand upright
SCALE, SIGMA = 150, 0.8  # of the segmentation


def ground_depth(J, rng):
    """A depth map for an image, with median 1.

    J: (h, w, 3) in [0, 1].   rng: numpy Generator.   Returns (h, w) float64, positive.
    """
    h, w = J.shape[:2]
    horizon, far = h * rng.uniform(*HORIZON), rng.uniform(*FARTHEST)
    below = (np.arange(h) + 0.5 - horizon) / (h - horizon)
    ground = np.minimum(NEAREST / np.maximum(below, NEAREST / far), far)  # depth is one over the rows below the horizon
    d = np.repeat(ground[:, None], w, axis=1)
    segments = felzenszwalb(J, scale=SCALE, sigma=SIGMA, min_size=max(1, h * w // 200))
    foot = np.zeros(segments.max() + 1, int)
    np.maximum.at(foot, segments.ravel(), np.repeat(np.arange(h), w))
    # What reaches the lower border is ground, or would be nearer than the camera.
    stands = (rng.random(len(foot)) < STANDING) & (foot < h - 1)
    d = np.where(stands[segments], ground[foot][segments], d)
    return d / np.median(d)
