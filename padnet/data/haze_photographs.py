"""Photographs with simulated depth, for a haze benchmark that no training has seen.

The last eight of Sun et al.'s 80 photographs, which trainings hold out, at half size; the others are of the training
split. Depth is that of padnet.haze.ground_depth.
"""

from pathlib import Path

import numpy as np
import torch

from padnet.data.middlebury import Scene
from padnet.data.readers import list_folder, missing, read_colour
from padnet.errors import InputError
from padnet.haze.ground_depth import ground_depth
from padnet.haze.resampling import reduced

COUNT, HELD = 80, 8  # photographs, and those of the test split
FACTOR = 2  # downscaling factor
SEED = 1711  # of the depths, together with the number of the photograph
WHAT = (
    f"the last {HELD} of Sun et al.'s {COUNT} photographs, held out from training, in half size, with simulated depth: "
    "a ground plane, objects that stand on it, and a background"
)


def parts(split):
    """The numbers of the photographs of the "training" or the "test" split."""
    return list(range(COUNT - HELD)) if split == "training" else list(range(COUNT - HELD, COUNT))


def title(part):
    """The display name of a photograph."""
    return f"photograph {part + 1}"


def number(part):
    """The index of a photograph among all, used to seed its random numbers."""
    return part


def files(root, part):
    """The paths of a photograph below the data folder `root`.

    Raises PadnetError if the folder has fewer photographs.
    """
    return (_path(root, part),)


def read(root, part):
    """The middlebury.Scene of a photograph, its depth known everywhere.

    root: data folder, data/paper. Raises InputError for an unknown number, PadnetError for a missing or damaged file.
    """
    if part not in range(COUNT):
        raise InputError(f"there is no photograph {part!r}: choose from 0 to {COUNT - 1}")
    x = torch.from_numpy(np.moveaxis(read_colour(_path(root, part)), 2, 0).copy())[None]
    J = reduced(x, FACTOR)[0].permute(1, 2, 0).numpy()
    d = ground_depth(J, np.random.default_rng([SEED, part]))
    return Scene(title(part), J, d, np.ones(d.shape, bool))


def _path(root, part):
    paths = list_folder(Path(root) / "sun13", ".png")
    if part >= len(paths):
        raise missing(f"{Path(root) / 'sun13'}, photograph {part + 1}")
    return paths[part]
