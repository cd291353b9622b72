"""The quick profile's data for haze removal: a scene of known depth, and colour photographs.

The scene is scikit-image's motorcycle (D. Scharstein et al., GCPR 2014), left view, at half size: the right half is
for testing, the left half, cut in two, for training. The photographs get simulated depth when they are used.
"""

import numpy as np
from skimage.io import imsave

from padnet.data.skimage_files import read_wheel, wheel_file

PHOTOGRAPHS = ("astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg")
FACTOR = 2  # downscaling factor


def write_haze(folder):
    """Write PART.png, PART.npy (float32 disparity in pixels, 0 where unknown) and photographs/*.png to `folder`.

    folder: an existing path. Raises PadnetError if the installed wheel lacks an image.
    """
    J, disparity = motorcycle()
    h, w = disparity.shape
    parts = {"upper": np.s_[: h // 2, : w // 2], "lower": np.s_[h // 2 :, : w // 2], "right": np.s_[:, w // 2 :]}
    for name, part in parts.items():
        imsave(folder / f"{name}.png", J[part], check_contrast=False)
        np.save(folder / f"{name}.npy", disparity[part])
    (folder / "photographs").mkdir()
    for name in PHOTOGRAPHS:
        imsave(folder / f"photographs/{name.split('.')[0]}.png", read_wheel(name), check_contrast=False)


def motorcycle():
    """The downsampled scene: image (h, w, 3) uint8, means of 2x2 pixels, and disparity (h, w) float32, 0 where
    unknown.

    A disparity is the maximum of its block, i.e. the nearest point; one unknown pixel makes the block unknown.
    """
    with np.load(wheel_file("motorcycle_disp.npz")) as file:
        disparity = _blocks(file["arr_0"])
    known = np.isfinite(disparity).all(axis=(1, 3))
    picture = _blocks(read_wheel("motorcycle_left.png")).mean(axis=(1, 3))
    nearest = np.where(known, np.where(known[:, None, :, None], disparity, 0).max(axis=(1, 3)), 0)
    return np.round(picture).astype(np.uint8), (nearest / FACTOR).astype(np.float32)


def _blocks(x):
    """(h, w, ...) -> (h/2, 2, w/2, 2, ...); an odd last row or column is dropped."""
    h, w = (side // FACTOR for side in x.shape[:2])
    return x[: FACTOR * h, : FACTOR * w].reshape(h, FACTOR, w, FACTOR, *x.shape[2:])
