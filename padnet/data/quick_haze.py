"""The quick profile's scenes of known depth: parts of a stereo image from scikit-image.

`padnet sample` writes them: haze/PART.png, 8-bit colour, and haze/PART.npy, the disparity in pixels, 0 where it is
unknown.
"""

from pathlib import Path

import numpy as np

from padnet.data.middlebury import scene
from padnet.data.readers import missing, read_colour
from padnet.errors import InputError, PadnetError

PARTS = {"training": ("upper", "lower"), "test": ("right",)}
NAMES = PARTS["training"] + PARTS["test"]
WHAT = (
    "the right half of scikit-image's picture of a motorcycle (Middlebury 2014) in half size; the left half, cut "
    "in two, for training"
)


def parts(split):
    """The parts of the "training" or the "test" split; no pixel is in two parts."""
    return list(PARTS[split])


def title(part):
    """The display name of a part."""
    return f"motorcycle_{part}"


def number(part):
    """The index of a part among all parts, used to seed its random numbers."""
    return NAMES.index(part)


def files(root, part):
    """The paths (image, disparity) of a part below the data folder `root`."""
    return Path(root) / f"haze/{part}.png", Path(root) / f"haze/{part}.npy"


def read(root, part):
    """The middlebury.Scene of a part.

    root: data folder, data/quick.   part: of NAMES.
    Raises InputError for an unknown part or arrays in another format, PadnetError for a missing or damaged file.
    """
    if part not in NAMES:
        raise InputError(f"there is no part {part!r} of the quick scene: choose from {', '.join(NAMES)}")
    picture, path = files(root, part)
    J = read_colour(picture)
    if not path.is_file():
        raise missing(path)
    try:
        disparity = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise PadnetError(f"{path} is not a readable disparity: remove it and run `padnet sample` again") from error
    return scene(title(part), J, disparity.astype(np.float64))
