"""Hazy pictures for the comparison of airlight estimators, of the scenes and photographs held out from training.

Four kinds: plain; with a white object near the camera; with a coloured airlight as in a sand storm; with both.
"""

import numpy as np
import torch

from padnet.data.haze_pairs import cast
from padnet.haze.resampling import factor_of, reduced
from padnet.haze.synthetic_depth import simulated_depth
from padnet.haze.white_objects import with_white_object
from padnet.imaging.haze_scores import HazePair

KINDS = ("plain", "white", "cast", "cast, white")
STREAM = 37  # random stream, separate from that of the training pairs
SIDE = 240  # pixels: longest side of a picture


def airlight_pairs(scenes, photographs, spec, seed: int, count: int) -> list[tuple[str, HazePair]]:
    """(kind, HazePair) of `count` pictures of each kind, scenes and photographs in turn.

    scenes: sequence of objects with name, J (h, w, 3), d and mask (h, w). photographs: sequence of images (h, w, 3).
    spec: HazeData, for the ranges of beta, airlight, tint and hue. A picture depends only on the seed and its number.
    """
    return [
        (kind, _pair(scenes, photographs, spec, kind, i, np.random.default_rng([seed, STREAM, KINDS.index(kind), i])))
        for kind in KINDS
        for i in range(count)
    ]


def _pair(scenes, photographs, spec, kind, i, rng):
    if i % 2 == 0 and len(scenes):
        scene = scenes[int(rng.integers(len(scenes)))]
        planes = small(np.concatenate([scene.J, scene.d[..., None], scene.mask[..., None]], axis=2))
        name, J, d, mask = scene.name, planes[..., :3], planes[..., 3], planes[..., 4] > 0.999
    else:
        number = int(rng.integers(len(photographs)))
        name, J = f"photograph {number}", small(photographs[number])
        d = simulated_depth(J, rng)
        mask = np.ones(d.shape, bool)
    if "white" in kind:
        J, d, hidden = with_white_object(J, d, rng)
        mask = mask | hidden
    A = np.clip(rng.uniform(*spec.airlight) + spec.tint * rng.standard_normal(3), 0.3, 1)
    if "cast" in kind:
        A = np.clip(cast(A, spec.hue, rng), 0.3, 1)
    beta = float(np.exp(rng.uniform(*np.log(spec.beta))))
    t = np.exp(-beta * d)
    I = t[..., None] * J + (1 - t[..., None]) * A  # Eq. (17)
    return HazePair(name, np.round(255 * I) / 255, J, t, A, mask, beta)


def small(x):
    """(h, w, c) with block means, no side longer than SIDE."""
    x = torch.from_numpy(np.ascontiguousarray(np.moveaxis(np.asarray(x, np.float64), 2, 0)))[None]
    return reduced(x, factor_of(tuple(x.shape[-2:]), 1, SIDE))[0].permute(1, 2, 0).numpy()
