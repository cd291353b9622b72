"""Haze removal by haze lines (Berman, Treibitz, Avidan, "Non-local image dehazing", CVPR 2016).

By (17), I - A = t (J - A): pixels of one colour J behind more or less haze lie on a line through the airlight A, at
the distance r = t |J - A|. A picture has few colours, so the directions of I - A are put into clusters, fixed and
spread evenly over the sphere; in each cluster the farthest pixel is taken for one without haze,

    t~ = r / r_max,    not below max(0.1, 1 - min_c I_c / A_c), where J >= 0.

t then follows from weighted least squares (padnet.haze.wls) on the luminance of the picture. As in the authors'
program a pixel is trusted by its line: in full where the line has at least 50 pixels and the standard deviation of its
radii, over the largest of all lines, exceeds 0.43; less below. The publication states the weight 1 / sigma^2
of the spread of t~ instead.

What differs: the directions are a Fibonacci sphere, not a subdivided icosahedron; no gamma is undone, I being taken
as linear; the top row is not bound to be distant, and weights are not rescaled, as the program does; all haze is
removed, where the program leaves 6 percent of t; and the contrast is not stretched after it.

Where haze lies before every pixel of a line, its farthest is not without haze, and t is too large by one over the
largest t of that line.
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
FULL = 50  # pixels of a line that is trusted in full
LUMINANCE = (0.2989, 0.5870, 0.1140)  # of red, green, blue


def directions(count: int) -> np.ndarray:
    """Unit vectors spread evenly over the sphere, (count, 3): points of equal area along a golden spiral."""
    i = np.arange(count)
    z = 1 - (2 * i + 1) / count
    angle = np.pi * (3 - 5**0.5) * i
    flat = np.sqrt(1 - z**2)
    return np.stack([flat * np.cos(angle), flat * np.sin(angle), z], axis=1)


def lines_of(difference: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """(line, r) of the pixels: the number of the nearest direction, (pixels,) int, and the distance from A.

    difference: I - A, (pixels, 3). A pixel at A itself has no direction: it goes with a line of its own, `count`.
    """
    r = np.linalg.norm(difference, axis=1)
    line = np.full(len(r), count)
    away = r > 0
    line[away] = KDTree(directions(count)).query(difference[away] / r[away, None])[1]
    return line, r


def haze_lines(I: np.ndarray, A: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """(t~, weight) of a picture, each (h, w): the transmission by haze lines and how far it is trusted, in [0, 1].

    I: (h, w, 3). A: (3,). Pixels at A itself have t~ by the bounds alone, and the least weight.
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
    # Over one less than the line has: a single pixel says nothing of its spread, and gets none.
    spread = np.sqrt(np.bincount(line, (r - mean[line]) ** 2, count + 1) / np.maximum(size - 1, 1))
    relative = spread / max(spread.max(), np.finfo(float).tiny)
    trust = np.minimum(1, size / FULL) * np.clip(3 * np.maximum(relative - 0.1, 0.001), 0, 1)
    return t, trust[line].reshape(bound.shape)


@torch.no_grad()
def berman(I: torch.Tensor, A: torch.Tensor, *, lines: int = 1000, smooth: float = 0.1) -> torch.Tensor:
    """The transmission of hazy pictures, (n, 1, h, w) in [0, 1].

    Args:
        I: (n, 3, h, w) in [0, 1]. A: (n, 3), the airlight, in (0, 1].
        lines: directions on the sphere, a whole number of at least 20.
        smooth: weight of the smoothness, positive.

    Raises:
        InputError: for a picture that is not colour, an airlight of another shape, or a number out of its range.
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
