"""Reading pictures and kernels from a data folder; what is missing or broken is said in one sentence."""

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
    """The error for data that are not there, with the command that brings them."""
    return PadnetError(
        f"{path} is missing: `padnet fetch --out data/paper` brings the public benchmarks, "
        "`padnet sample --out data/quick` the quick profile's pictures"
    )


def _read(path):
    """The picture at `path` as stored. Raises PadnetError when it is missing or broken."""
    path = Path(path)
    if not path.is_file():
        raise missing(path)
    try:
        return imread(path)
    except (OSError, ValueError, SyntaxError) as error:
        raise PadnetError(f"{path} is not a readable picture: remove it and fetch or sample the data again") from error


def read_grey(path):
    """The 8-bit grey picture at `path` as (h, w) float64 in [0, 1].

    Raises PadnetError when it is missing or broken, InputError when it is not 8-bit grey.
    """
    picture = _read(path)
    if picture.ndim != 2 or picture.dtype != np.uint8:
        raise InputError(
            f"{path} is not an 8-bit grey picture (it has the shape {picture.shape}, {picture.dtype}): "
            "remove it or convert it"
        )
    return picture / 255.0


def _read_rgb(path):
    """The picture at `path` as (h, w, 3) uint8. Errors as for read_colour."""
    picture = _read(path)
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
        raise InputError(
            f"{path} is not an 8-bit colour picture (it has the shape {picture.shape}, {picture.dtype}): "
            "remove it or convert it"
        )
    return picture


def read_colour(path):
    """The 8-bit colour picture at `path` as (h, w, 3) float64 in [0, 1].

    Raises PadnetError when it is missing or broken, InputError when it is not 8-bit colour.
    """
    return _read_rgb(path) / 255.0


def read_luma(path):
    """The 8-bit colour picture at `path` in grey, (h, w) float64 in [0, 1], by the weights of MATLAB's rgb2gray.

    The grey values are not rounded. The published blurred picture 33 of Sun et al. (ICCP 2013) was made so:
    regressed on what rounding would have changed, it gives 0.02 +- 0.03, where a rounded truth gives 1.
    Errors as for read_colour.
    """
    return np.clip(_read_rgb(path) @ MATLAB_LUMA / 255, 0, 1)


def list_folder(folder, ending):
    """The files of `folder` that end so, sorted by name; hidden files are not ours. PadnetError for none."""
    paths = sorted(path for path in Path(folder).glob(f"*{ending}") if not path.name.startswith("."))
    if not paths:
        raise missing(f"{folder}/*{ending}")
    return paths


def read_folder(folder, ending, read):
    """[(name, read(path))] for the files of `folder` that end so, sorted by name."""
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

    Levin's stored f is a correlation kernel, so k is f rotated by 180 degrees. Levin et al. (CVPR
    2009), double precision, MATLAB 7.3 (whose arrays h5py shows transposed).
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
    """[(name, x)]: the training pictures of a data folder, sorted by name, x (h, w) float64 in [0, 1].

    root: data/paper (its folder train400, Chen and Pock's 400 crops) or data/quick (its folder train).
    Raises PadnetError when there are none, or one is broken.
    """
    root = Path(root)
    folder = root / "train400" if (root / "train400").is_dir() else root / "train"
    return read_folder(folder, ".png", read_grey)


def training_photographs(root):
    """[(name, x)]: the colour photographs of a data folder for training, sorted by name, x (h, w, 3) float64 in [0, 1].

    root: data/paper (its folder sun13, 80 photographs) or data/quick (its folder haze/photographs).
    Raises PadnetError when there are none, or one is broken.
    """
    root = Path(root)
    folder = root / "sun13" if (root / "sun13").is_dir() else root / "haze/photographs"
    return read_folder(folder, ".png", read_colour)


def hazy_photographs(root):
    """[(name, I)]: eight real photographs in haze, sorted by name, I (h, w, 3) float64 in [0, 1]; no truth is known.

    root: data/paper (its folder hazy-real). Raises PadnetError when there are none, or one is broken.
    """
    return read_folder(Path(root) / "hazy-real", ".png", read_colour)
