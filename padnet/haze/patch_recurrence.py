"""The airlight from small patches that recur at several depths.

Y. Bahat, M. Irani, "Blind dehazing using internal patch recurrence", ICCP 2016: two patches of one radiance J with
transmissions t_1 > t_2 have, by (17), deviations s_i = t_i std(J) and means m_i = t_i mean(J) + (1 - t_i) A. With
t_1 / t_2 = s_1 / s_2 their means give

    A = (s_1 m_2 - s_2 m_1) / (s_1 - s_2).

Differences: A is the weighted median over pairs of patches, not alternated with the pairs' transmissions; patches
are compared by their projections on a few principal components.
"""

import numpy as np
import torch
from scipy.spatial import KDTree

from padnet.haze.dark_channel import DARKEST, dark_airlight
from padnet.haze.model import check_colour

__all__ = ["recurrence_airlight"]

SIZE, STEP = 7, 3  # pixels: side of the patches, and between their corners
MOST, FEW = 4000, 50  # patches of the largest deviations; with fewer the dark channel decides
TEXTURE = 0.015  # least deviation of a patch
COMPONENTS = 12
NEIGHBOURS = 12
RATIO, ALIKE = 1.25, 0.8  # least s_1 / s_2 and correlation of a pair
PAIRS = 20  # fewest


def recurrence_airlight(I: torch.Tensor) -> torch.Tensor:
    """A of every image, (n, 3, h, w) in [0, 1] -> (n, 3), each channel in [0.1, 1].

    Raises InputError for an image that is not in colour.
    """
    return torch.cat([_of(x[None]) for x in check_colour(I)])


def _of(I):
    found = None if min(I.shape[-2:]) < SIZE else _from_pairs(I[0].double().cpu().numpy())
    return dark_airlight(I) if found is None else torch.from_numpy(found).to(I).clamp(DARKEST, 1)[None]


def _from_pairs(x):
    """A, (3,), or None if too little recurs."""
    patches = np.lib.stride_tricks.sliding_window_view(x, (SIZE, SIZE), (1, 2))[:, ::STEP, ::STEP]
    patches = patches.reshape(3, -1, SIZE**2).transpose(1, 0, 2)
    m = patches.mean(axis=2)
    apart = (patches - m[..., None]).reshape(len(m), -1)
    s = np.sqrt((apart**2).mean(axis=1))
    kept = np.argsort(-s, kind="stable")[:MOST]
    kept = kept[s[kept] > TEXTURE]
    if len(kept) < FEW:
        return None
    m, s = m[kept], s[kept]
    shape = apart[kept] / (s[:, None] * apart.shape[1] ** 0.5)
    place = shape @ np.linalg.eigh(shape.T @ shape)[1][:, -COMPONENTS:]
    near = KDTree(place).query(place, k=NEIGHBOURS)[1][:, 1:]
    one, two = np.repeat(np.arange(len(s)), NEIGHBOURS - 1), near.ravel()
    alike = (shape[one] * shape[two]).sum(axis=1)
    is_pair = (s[one] > RATIO * s[two]) & (alike > ALIKE)
    if is_pair.sum() < PAIRS:
        return None
    one, two, alike = one[is_pair], two[is_pair], alike[is_pair]
    A = (s[one, None] * m[two] - s[two, None] * m[one]) / (s[one] - s[two])[:, None]
    weight = alike**8 * (1 - s[two] / s[one]) ** 2 * ((A > 0.2) & (A < 1.1)).all(axis=1)
    if not weight.sum() > 0:
        return None
    order = np.argsort(A, axis=0, kind="stable")
    total = np.cumsum(weight[order], axis=0)
    middle = (total >= 0.5 * total[-1]).argmax(axis=0)
    return np.take_along_axis(A, np.take_along_axis(order, middle[None], axis=0), axis=0)[0]
