"""The test sets: their images and kernels, how they are read, and which of them are combined."""

from functools import partial
from pathlib import Path

from padnet.data.readers import levin_kernels, list_folder, missing, read_folder, read_grey, read_kernel, read_luma
from padnet.errors import InputError

LEVIN, SUN = 4, 80  # number of images

SETS = {
    "levin09": "4 pictures x 8 kernels of Levin et al. 2009",
    "sun13": "80 pictures of Sun et al. 2013 in grey, 8 kernels of Levin et al. 2009",
    "sample": "the quick profile's pictures and simulated camera-shake kernels",
}

SELECTIONS = {
    "all": "every picture with every kernel",
    "80": "picture i with kernel i mod 8, counted from 0",
    "20": "20 of the pictures, i = 4j + (j//2 mod 4), with kernel i mod 8, counted from 0",
}


def pictures(source, root):
    """[(name, read)]: the images of a set in order; `read()` returns (h, w) float64 in [0, 1].

    source: a key of SETS.   root: the data folder.
    The existence of all files is checked, none is read. Raises PadnetError if one is missing.
    """
    root = Path(root)
    if source == "sample":
        return [(path.stem, partial(read_grey, path)) for path in list_folder(root / "test", ".png")]
    if source == "levin09":
        paths = [(f"im{i}", root / f"levin09/im{i}.png", read_grey) for i in range(1, LEVIN + 1)]
    else:
        paths = [(f"img_{i:03d}", root / f"sun13/img_{i:03d}_SRF_8_HR.png", read_luma) for i in range(1, SUN + 1)]
    for _, path, _ in paths:
        if not path.is_file():
            raise missing(path)
    return [(name, partial(read, path)) for name, path, read in paths]


def kernels(source, root):
    """[(name, k)]: the convolution kernels of a set in order, k (m, n) float64. Errors as for levin_kernels."""
    return read_folder(Path(root) / "kernels", ".npy", read_kernel) if source == "sample" else levin_kernels(root)


def selected(selection, images, count):
    """The positions (image, kernel) that a selection takes of `images` images and `count` kernels, in order.

    selection: a key of SELECTIONS. A plain stride of 4 would only use two of the eight kernels; "20" takes a quarter
    of the images and uses all eight.
    Raises InputError for an unknown selection.
    """
    if selection not in SELECTIONS:
        raise InputError(f"there is no selection {selection!r}: choose from {', '.join(SELECTIONS)}")
    if selection == "all":
        return [(i, j) for i in range(images) for j in range(count)]
    chosen = range(images) if selection == "80" else [4 * j + j // 2 % 4 for j in range(images // 4)]
    return [(i, i % count) for i in chosen]
