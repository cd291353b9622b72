"""Haze removal by haze lines (Berman, Treibitz, Avidan, "Non-local image dehazing", CVPR 2016).

By (17), I - A = t (J - A): pixels with the same colour J and different amounts of haze lie on a line through the
airlight A, at the distance r = t |J - A|. An image contains few distinct colours, so the directions of I - A are
assigned to fixed clusters, spread evenly over the sphere. In each cluster the farthest pixel is assumed to be
haze-free,

    t~ = r / r_max,    not below max(0.1, 1 - min_c I_c / A_c), where J >= 0.

t is then computed by weighted least squares (padnet.haze.wls) with the image luminance as guide. As in the authors'
code, the confidence of a pixel depends on its line: it is full if the line has at least 50 pixels and the standard
deviation of its radii, divided by the largest of all lines, exceeds 0.43, and lower otherwise. The publication gives
the weight 1 / sigma^2 of the spread of t~ instead.

Differences: the directions are a Fibonacci sphere, not a subdivided icosahedron. Unlike the authors' code, this one
assumes that I is linear and does not undo gamma; it neither constrains the top row to be distant nor rescales
weights; it removes all haze, while theirs keeps 6 percent; and it does not stretch the contrast afterwards.

If there is haze in front of every pixel of a line, its farthest pixel is not haze-free, and t is too large by a
factor of one over the largest t on that line.
"""

import numpy as np
import torch
from scipy.spatial import KDTree

from padnet.baselines.inputs import check_positive
from padnet.errors import InputError
from padnet.haze.model import check_airlight, check_colour
from padnet.haze.wls import weighted_least_squares

__all__ = ["berman"]

LEAST = 0.1  # of t~
FULL = 50  # number of pixels of a line with full confidence
LUMINANCE = (0.2989, 0.5870, 0.1140)  # of red, green, blue


def directions(count: int) -> np.ndarray:
    """Unit vectors spread evenly over the sphere, (count, 3): points of equal area along a golden spiral."""
    i = np.arange(count)
    z = 1 - (2 * i + 1) / count
    angle = np.pi * (3 - 5**0.5) * i
    flat = np.sqrt(1 - z**2)
    return np.stack([flat * np.cos(angle), flat * np.sin(angle), z], axis=1)


def lines_of(difference: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """(line, r) of the pixels: the index of the nearest direction, (pixels,) int, and the distance from A.

    difference: I - A, (pixels, 3). A pixel equal to A has no direction and is assigned to an extra line, `count`.
    """
    r = np.linalg.norm(difference, axis=1)
    line = np.full(len(r), count)
    away = r > 0
    line[away] = KDTree(directions(count)).query(difference[away] / r[away, None])[1]
    return line, r


def haze_lines(I: np.ndarray, A: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """(t~, weight) of an image, each (h, w): the transmission by haze lines and its confidence, in [0, 1].

    I: (h, w, 3). A: (3,). For pixels equal to A, t~ is given by the bounds alone, with the lowest weight.
    """
    line, r = lines_of((I - A).reshape(-1, 3), count)
    size = np.bincount(line, minlength=count + 1)
    longest = np.zeros(count + 1)
    np.maximum.at(longest, line, r)
    with np.errstate(invalid="ignore"):
        t = np.where(r > 0, r / longest[line], 0)  # Eqs. (11), (12)
    bound = 1 - (I / A).min(axis=2)  # Eq. (13)
    t = np.maximum(np.clip(t, LEAST, 1).reshape(bound.shape), bound)  # Eq. (14)
    mean = np.bincount(line, r, count + 1) / np.maximum(size, 1)
    # Unbiased: divide by one less than the number of pixels. A line with a single pixel has spread 0.
    spread = np.sqrt(np.bincount(line, (r - mean[line]) ** 2, count + 1) / np.maximum(size - 1, 1))
    relative = spread / max(spread.max(), np.finfo(float).tiny)
    trust = np.minimum(1, size / FULL) * np.clip(3 * np.maximum(relative - 0.1, 0.001), 0, 1)
    return t, trust[line].reshape(bound.shape)


@torch.no_grad()
def berman(I: torch.Tensor, A: torch.Tensor, *, lines: int = 1000, smooth: float = 0.1) -> torch.Tensor:
    """The transmission of hazy images, (n, 1, h, w) in [0, 1].

    Args:
        I: (n, 3, h, w) in [0, 1]. A: (n, 3), the airlight, in (0, 1].
        lines: number of directions on the sphere, an integer of at least 20.
        smooth: weight of the smoothness term, positive.

    Raises:
        InputError: for an image that is not in colour, an airlight of the wrong shape, or a number out of its range.
    """
    if not isinstance(lines, int) or lines < 20:
        raise InputError(f"lines, the directions on the sphere, must be a whole number of at least 20, got {lines}.")
    check_positive(smooth=smooth)
    check_airlight(A, check_colour(I))
    found = []
    for picture, airlight in zip(I.double().cpu().numpy(), A.double().cpu().numpy(), strict=True):
        picture = np.moveaxis(picture, 0, 2)
        t, weight = haze_lines(picture, airlight, lines)
        found.append(weighted_least_squares(t, weight, picture @ np.array(LUMINANCE), smooth))
    return torch.from_numpy(np.stack(found)[:, None]).to(I).clamp(0, 1)
