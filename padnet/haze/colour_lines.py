"""The direction of the airlight from the colour lines of small patches.

M. Sulami, I. Glatzer, R. Fattal, M. Werman, "Automatic recovery of the atmospheric light in hazy images", ICCP 2014:
in a patch of one surface and depth only the shading varies, so its pixels lie on a line, J = l R in (17), shifted by
(1 - t) A. The plane through the origin and that line contains A; the direction of A is where the planes of many
patches meet.

Difference: their second step finds the length of A from the correlation of shading and transmission. Here the image
is divided by the direction, and the length is a high quantile of its dark channel.
"""

import numpy as np
import torch

from padnet.haze.dark_channel import DARKEST, dark_channel
from padnet.haze.model import check_colour
from padnet.haze.quad_tree import quad_tree_airlight

__all__ = ["colour_lines_airlight"]

SIZE, STEP = 7, 4  # pixels: side of the patches, and between their corners
LONG, THIN = 0.02, 0.05  # least deviation along a line, and greatest share of the variance across it
ACROSS = 0.08  # distance of a line from the origin; nearer ones have no plane
SPREAD = 0.05  # of the normals around the airlight, in units of length
DRAWN, SEED = 3000, 2014  # pairs of planes that propose a direction
LEAST = 0.2  # of a channel, relative to the largest
FEW = 10  # lines; with fewer the quad tree decides
DENSE = 0.999  # quantile of the dark channel


def colour_lines_airlight(I: torch.Tensor) -> torch.Tensor:
    """A of every image, (n, 3, h, w) in [0, 1] -> (n, 3), each channel in [0.1, 1].

    Raises InputError for an image that is not in colour.
    """
    return torch.cat([_of(x[None]) for x in check_colour(I)])


def _of(I):
    found = None if min(I.shape[-2:]) < SIZE else _direction(I[0].double().cpu().numpy())
    if found is None:
        return quad_tree_airlight(I)
    A = torch.from_numpy(np.clip(found / found.max(), LEAST, 1)).to(I)
    length = dark_channel(I / A[:, None, None]).flatten().quantile(DENSE)
    return (length * A).clamp(DARKEST, 1)[None]


def _direction(x):
    """The unit vector nearest to all planes, (3,); None if there are too few lines, or they meet in none."""
    patches = np.lib.stride_tricks.sliding_window_view(x, (SIZE, SIZE), (1, 2))[:, ::STEP, ::STEP]
    patches = patches.reshape(3, -1, SIZE**2).transpose(1, 0, 2)
    centre = patches.mean(axis=2)
    apart = patches - centre[..., None]
    variance, axes = np.linalg.eigh(apart @ apart.transpose(0, 2, 1) / SIZE**2)
    R = axes[..., 2] * np.where(axes[..., 2].sum(axis=1, keepdims=True) < 0, -1, 1)
    is_line = (variance[:, 2] > LONG**2) & (variance[:, 1] < THIN * variance[:, 2]) & (R > -0.1).all(axis=1)
    normals = np.cross(R[is_line], centre[is_line])
    length = np.linalg.norm(normals, axis=1)
    normals = normals[length > ACROSS] / length[length > ACROSS, None]
    if len(normals) < FEW:
        return None
    first, second = np.random.default_rng(SEED).integers(len(normals), size=(2, DRAWN))
    meeting = np.cross(normals[first], normals[second])
    length = np.linalg.norm(meeting, axis=1)
    meeting = meeting[length > LEAST] / length[length > LEAST, None]
    meeting = meeting * np.where(meeting.sum(axis=1, keepdims=True) < 0, -1, 1)
    meeting = meeting[(meeting > LEAST * meeting.max(axis=1, keepdims=True)).all(axis=1)]
    if not len(meeting):
        return None
    A = meeting[np.exp(-((normals @ meeting.T) ** 2) / (2 * SPREAD**2)).sum(axis=0).argmax()]
    for _ in range(5):  # to the best plane's normal, with less weight for planes farther away
        weight = np.exp(-((normals @ A) ** 2) / (2 * SPREAD**2))
        A = np.linalg.eigh((normals * weight[:, None]).T @ normals)[1][:, 0]
        A = A * (-1 if A.sum() < 0 else 1)
    return A
