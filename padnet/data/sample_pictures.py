"""Create the quick profile's data offline from the images in scikit-image's wheel.

    python -m padnet.data.sample_pictures --out data/quick

Photographs from the wheel are cropped to train/*.png (180x180) and test/*.png (180x180), 8-bit grey, from different
images; kernels/*.npy are simulated camera-shake kernels, from a different random stream than the training kernels.
haze/ contains colour photographs and a scene of known depth, see padnet.data.sample_haze. The same seed gives the
same bytes.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from skimage.color import rgb2gray
from skimage.io import imsave

from padnet.data.sample_haze import write_haze
from padnet.data.skimage_files import read_wheel
from padnet.errors import InputError
from padnet.imaging.kernels import sample_kernel
from padnet.project import console
from padnet.project.atomic_files import atomic_folder

# Number of training crops per image; few for textures, whose crops are all similar.
TRAIN = {"brick.png": 4, "coffee.png": 8, "grass.png": 2, "gravel.png": 2, "motorcycle_left.png": 10, "rocket.jpg": 6}
# (top, left) of the test crops. No image is in both tables, nor is the other image of the stereo pair used.
TEST = {"astronaut.png": (0, 100), "camera.png": (60, 110), "chelsea.png": (20, 90), "coins.png": (24, 64)}
TRAIN_SIZE, TEST_SIZE = 180, 180
KERNEL_SIZES = (13, 17, 21)  # one test kernel per size
CANDIDATES = 4  # random candidates per training crop; the one with most detail is kept
SEED = 2018
FOLDERS = ("train", "test", "kernels", "haze")


def photograph(name):
    """The photograph `name` from scikit-image's wheel as (h, w) uint8 grey (ITU weights).

    Raises PadnetError if the installed wheel does not contain it.
    """
    picture = read_wheel(name)
    return picture if picture.ndim == 2 else np.round(255 * rgb2gray(picture)).astype(np.uint8)


def _crop(picture, top, left, size):
    return picture[top : top + size, left : left + size]


def training_crops(picture, count, rng):
    """`count` crops of (180, 180) uint8, each the candidate with the largest mean gradient out of four random ones."""

    def drawn():
        top, left = (int(rng.integers(0, side - TRAIN_SIZE + 1)) for side in picture.shape)
        return _crop(picture, top, left, TRAIN_SIZE)

    def detail(crop):
        # Integers, so that ties and order are the same on every processor.
        crop = crop.astype(np.int64)
        return np.abs(np.diff(crop, axis=0)).sum() + np.abs(np.diff(crop, axis=1)).sum()

    return [max((drawn() for _ in range(CANDIDATES)), key=detail) for _ in range(count)]


def _check_replaceable(out):
    """Raise InputError if `out` contains files that this command did not create."""
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is not a folder: choose another one with --out")
    strangers = sorted(path.name for path in out.iterdir() if path.name not in FOLDERS) if out.exists() else []
    if strangers:
        raise InputError(
            f"{out} holds {strangers[0]}, which is not of the quick profile's data: "
            "choose an empty or new folder with --out"
        )


def sample(out, seed=SEED):
    """Write the quick profile's data to the folder `out`, which is replaced as a whole.

    seed: of the training crops and the test kernels, an integer >= 0.
    Raises InputError for an invalid seed or a folder with other files, PadnetError if the disk is full.
    """
    if seed < 0:
        raise InputError(f"the seed is a whole number, zero or more, not {seed}")
    out = Path(out).absolute()
    _check_replaceable(out)
    with atomic_folder(out) as folder:
        for name in FOLDERS:
            (folder / name).mkdir()
        for number, (name, count) in enumerate(TRAIN.items()):
            rng = np.random.default_rng([seed, number])
            for index, crop in enumerate(training_crops(photograph(name), count, rng)):
                imsave(folder / f"train/{Path(name).stem}_{index:02d}.png", crop, check_contrast=False)
        for name, (top, left) in TEST.items():
            imsave(
                folder / f"test/{Path(name).stem}.png",
                _crop(photograph(name), top, left, TEST_SIZE),
                check_contrast=False,
            )
        for index, size in enumerate(KERNEL_SIZES):
            np.save(folder / f"kernels/k{index + 1}.npy", sample_kernel(seed, index, (size,)))
        write_haze(folder / "haze")


def add_arguments(parser):
    """The options of `padnet sample`."""
    parser.add_argument("--out", type=Path, required=True, help="folder for the data; replaced as a whole")
    parser.add_argument("--seed", type=int, default=SEED, help=f"of crops and kernels; default {SEED}")


def main(argv=None):
    """Run `padnet sample`."""
    parser = argparse.ArgumentParser(prog="padnet sample", description="Make the quick profile's data, offline.")
    add_arguments(parser)
    options = parser.parse_args(argv)
    sample(options.out, options.seed)
    print(
        f"{options.out}: {sum(TRAIN.values())} training and {len(TEST)} test pictures, {len(KERNEL_SIZES)} kernels, "
        "a scene of known depth and colour photographs for haze"
    )


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
