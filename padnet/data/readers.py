"""Read images and kernels from a data folder, with a clear error message for missing or damaged files."""

from pathlib import Path

import h5py
import numpy as np
from skimage.io import imread

from padnet.errors import InputError, PadnetError
from padnet.imaging.kernels import check_kernel

LEVIN_KERNELS = "levin09-kernels/Levin09.mat"
# Red, green, blue: the first row of the inverse of NTSC's YIQ matrix.
MATLAB_LUMA = np.array([0.298936021293776, 0.587043074451121, 0.114020904255103])


def missing(path):
    """The error for missing data, with the command that creates them."""
    return PadnetError(
        f"{path} is missing: `padnet fetch --out data/paper` brings the public benchmarks, "
        "`padnet sample --out data/quick` the quick profile's pictures"
    )


def _read(path):
    """The image at `path` as stored. Raises PadnetError if it is missing or damaged."""
    path = Path(path)
    if not path.is_file():
        raise missing(path)
    try:
        return imread(path)
    except (OSError, ValueError, SyntaxError) as error:
        raise PadnetError(f"{path} is not a readable picture: remove it and fetch or sample the data again") from error


def read_grey(path):
    """The 8-bit grey image at `path` as (h, w) float64 in [0, 1].

    Raises PadnetError if it is missing or damaged, InputError if it is not 8-bit grey.
    """
    picture = _read(path)
    if picture.ndim != 2 or picture.dtype != np.uint8:
        raise InputError(
            f"{path} is not an 8-bit grey picture (it has the shape {picture.shape}, {picture.dtype}): "
            "remove it or convert it"
        )
    return picture / 255.0


def _read_rgb(path):
    """The image at `path` as (h, w, 3) uint8. Errors as for read_colour."""
    picture = _read(path)
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
        raise InputError(
            f"{path} is not an 8-bit colour picture (it has the shape {picture.shape}, {picture.dtype}): "
            "remove it or convert it"
        )
    return picture


def read_colour(path):
    """The 8-bit colour image at `path` as (h, w, 3) float64 in [0, 1].

    Raises PadnetError if it is missing or damaged, InputError if it is not 8-bit colour.
    """
    return _read_rgb(path) / 255.0


def read_luma(path):
    """The 8-bit colour image at `path` converted to grey, (h, w) float64 in [0, 1], with the weights of MATLAB's
    rgb2gray.

    The grey values are not rounded. Sun et al. (ICCP 2013) did not round either: a regression of their published
    blurred image 33 on the rounding error gives a coefficient of 0.02 +- 0.03, where a rounded truth would give 1.
    Errors as for read_colour.
    """
    return np.clip(_read_rgb(path) @ MATLAB_LUMA / 255, 0, 1)


def list_folder(folder, ending):
    """The files in `folder` with the given suffix, sorted by name, without hidden files. PadnetError if there are
    none.
    """
    paths = sorted(path for path in Path(folder).glob(f"*{ending}") if not path.name.startswith("."))
    if not paths:
        raise missing(f"{folder}/*{ending}")
    return paths


def read_folder(folder, ending, read):
    """[(name, read(path))] for the files in `folder` with the given suffix, sorted by name."""
    return [(path.stem, read(path)) for path in list_folder(folder, ending)]


def read_kernel(path):
    """The convolution kernel stored at `path` as .npy: (m, n) float64."""
    try:
        k = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise PadnetError(f"{path} is not a readable kernel: remove it and run `padnet sample` again") from error
    check_kernel(k)
    return k.astype(np.float64)


def levin_kernels(root):
    """[("kernel1", k), ...]: Levin's eight kernels as true convolution kernels, (m, m) float64.

    Levin's stored f is a correlation kernel, so k is f rotated by 180 degrees. Levin et al. (CVPR 2009), double
    precision, MATLAB 7.3 (whose arrays h5py returns transposed).
    """
    path = Path(root) / LEVIN_KERNELS
    if not path.is_file():
        raise missing(path)
    try:
        with h5py.File(path) as file:
            stored = [file[reference][()].T for reference in file["kernels"][()].ravel()]
    except (OSError, KeyError) as error:
        raise PadnetError(f"{path} is not Levin's kernel file: remove it and fetch it again") from error
    for f in stored:
        check_kernel(f)
    return [(f"kernel{number}", f[::-1, ::-1].copy()) for number, f in enumerate(stored, 1)]


def training_pictures(root):
    """[(name, x)]: the training images of a data folder, sorted by name, x (h, w) float64 in [0, 1].

    root: data/paper (its folder train400, Chen and Pock's 400 crops) or data/quick (its folder train).
    Raises PadnetError if there are none, or one is damaged.
    """
    root = Path(root)
    folder = root / "train400" if (root / "train400").is_dir() else root / "train"
    return read_folder(folder, ".png", read_grey)


def training_photographs(root):
    """[(name, x)]: the training photographs of a data folder in colour, sorted by name, x (h, w, 3) float64 in [0,
    1].

    root: data/paper (its folder sun13, 80 photographs) or data/quick (its folder haze/photographs).
    Raises PadnetError if there are none, or one is damaged.
    """
    root = Path(root)
    folder = root / "sun13" if (root / "sun13").is_dir() else root / "haze/photographs"
    return read_folder(folder, ".png", read_colour)


def hazy_photographs(root):
    """[(name, I)]: eight real hazy photographs, sorted by name, I (h, w, 3) float64 in [0, 1], without ground truth.

    root: data/paper (its folder hazy-real). Raises PadnetError if there are none, or one is damaged.
    """
    return read_folder(Path(root) / "hazy-real", ".png", read_colour)
