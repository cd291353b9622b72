"""The Middlebury stereo scenes of 2005 and 2006 at third size: images with measured disparity.

D. Scharstein, C. Pal (CVPR 2007) and H. Hirschmueller, D. Scharstein (CVPR 2007). The files
middlebury/SCENE_view{1,5}.png are 8-bit colour, SCENE_disp{1,5}.png 8-bit grey: three times the disparity in pixels,
0 where it is unknown. The publisher cropped the images, which subtracted a constant from the disparities. It differs
between scenes and is not in these files: depth is computed as 1/disparity as stored.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from padnet.data.readers import read_colour, read_grey
from padnet.errors import InputError

SCENES = (
    "Aloe",
    "Art",
    "Baby1",
    "Baby2",
    "Baby3",
    "Books",
    "Bowling1",
    "Bowling2",
    "Cloth1",
    "Cloth2",
    "Cloth3",
    "Cloth4",
    "Dolls",
    "Flowerpots",
    "Lampshade1",
    "Lampshade2",
    "Laundry",
    "Midd1",
    "Midd2",
    "Moebius",
    "Monopoly",
    "Reindeer",
    "Rocks1",
    "Rocks2",
    "Wood1",
    "Wood2",
)
VIEWS = (1, 5)

# Scenes whose names differ by a number, Wood1 and Wood2, show similar objects and stay together. Test scenes are
# those of every third family by name, starting with the first, and the three that Fattal's benchmark also uses, so
# that training never uses them.
FAMILIES = sorted({name.rstrip("0123456789") for name in SCENES})
IN_FATTAL = ("Dolls", "Moebius", "Reindeer")
TEST = tuple(name for name in SCENES if name.rstrip("0123456789") in FAMILIES[::3] or name in IN_FATTAL)
WHAT = (
    f"{len(TEST)} of the {len(SCENES)} Middlebury scenes of 2005 and 2006 in third size, view 1 "
    f"({', '.join(TEST)}), both views of the others for training"
)


@dataclass(frozen=True)
class Scene:
    """A haze-free image with depth.

    J: (h, w, 3) in [0, 1].   d: (h, w) > 0, depth divided by its median in the scene.   mask: (h, w) bool, where it
    was measured; elsewhere d is filled in. All float64.
    """

    name: str
    J: np.ndarray
    d: np.ndarray
    mask: np.ndarray


def parts(split):
    """[(scene, view)] of the "training" or the "test" split, sorted by name; the test split only has view 1."""
    if split == "test":
        return [(name, 1) for name in TEST]
    return [(name, view) for name in SCENES if name not in TEST for view in VIEWS]


def title(part):
    """The display name of a part: the scene's name, with the suffix "_view5" for view 5."""
    name, view = part
    return name if view == 1 else f"{name}_view{view}"


def number(part):
    """The index of a part among all parts, used to seed its random numbers."""
    name, view = part
    return len(VIEWS) * SCENES.index(name) + VIEWS.index(view)


def files(root, part):
    """The paths (image, disparity) of a part below the data folder `root`."""
    name, view = part
    return tuple(Path(root) / f"middlebury/{name}_{kind}{view}.png" for kind in ("view", "disp"))


def read(root, part):
    """The Scene of a part.

    root: data folder, data/paper.   part: (scene, view), of SCENES and VIEWS.
    Raises InputError for an unknown part or an image in another format, PadnetError for a missing or damaged file.
    """
    name, view = part
    if name not in SCENES or view not in VIEWS:
        raise InputError(
            f"there is no view {view} of a scene {name!r}: choose a view of {VIEWS} and a scene of {', '.join(SCENES)}"
        )
    picture, disparity = files(root, part)
    return scene(title(part), read_colour(picture), 255 / 3 * read_grey(disparity))


def scene(name, J, disparity):
    """The Scene for an image J (h, w, 3) and its disparity (h, w), 0 or not finite where unknown.

    Raises InputError if their sizes differ or no disparity is known.
    """
    if J.shape[:2] != disparity.shape:
        raise InputError(
            f"{name} has a picture of {J.shape[:2]} and a disparity of {disparity.shape}: "
            "remove both and fetch or sample the data again"
        )
    mask = np.isfinite(disparity) & (disparity > 0)
    if not mask.any():
        raise InputError(f"no pixel of {name} has a known disparity: its depth cannot be computed")
    d = 1 / filled(np.where(mask, disparity, 0))
    return Scene(name, J, d / np.median(d[mask]), mask)


def filled(disparity):
    """Fill the holes (zeros) of a disparity map (h, w) with the smaller of the nearest known values left and right.

    A region that one camera of a pair does not see is behind the occluder, so an occlusion continues the background
    (H. Hirschmueller, TPAMI 2008, section 2.5). Rows without any known value copy the nearest row that has one, the
    upper one in a tie.
    """
    known = disparity > 0
    h, w = disparity.shape
    rows, columns = np.arange(h)[:, None], np.arange(w)
    left = np.maximum.accumulate(np.where(known, columns, -1), axis=1)
    right = np.minimum.accumulate(np.where(known, columns, w)[:, ::-1], axis=1)[:, ::-1]
    framed = np.pad(disparity.astype(np.float64), ((0, 0), (1, 1)), constant_values=np.inf)
    result = np.minimum(framed[rows, left + 1], framed[rows, right + 1])
    full = np.flatnonzero(known.any(axis=1))
    return result[full[np.abs(np.arange(h)[:, None] - full).argmin(axis=1)]]
