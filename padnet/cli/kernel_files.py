"""Blur kernels from files: pictures, arrays and tables of numbers, each at the precision that the file has."""

import warnings
from pathlib import Path

import numpy as np

from padnet.cli.matlab_files import read_matlab
from padnet.cli.picture_files import read_picture
from padnet.errors import InputError

TEXT = (".csv", ".txt", ".tsv", ".dat")
FORMATS = (".npy", ".npz", ".mat", ".pfm", *TEXT)
LEVEL, SHARE = 1 / 255, 0.5  # a ground: so many of the pixels are within so much of the peak of one level
BRIGHT = 0.5  # of the peak: a ground that is brighter than this is that of a negative


def read_kernel(path, variable=None):
    """A kernel from a file: ((m, n) float64 of any scale, what was done to it as sentences).

    path: a picture, a NumPy (.npy, .npz) or MATLAB file (.mat, versions 5 to 7.3), a table of numbers (.csv, .txt) or a
    portable float map (.pfm). variable: which of several variables of an .npz or .mat file.
    A ground that is not black is subtracted. Raises InputError for a file that cannot be read or holds no kernel.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"there is no file {path}: correct its name")
    with warnings.catch_warnings(action="ignore"):
        kernel = _matrix(path, variable) if path.suffix.lower() in FORMATS else read_picture(path, floats=True).pixels
    if variable is not None and path.suffix.lower() not in (".npz", ".mat"):
        raise InputError(f"{path} has no variables, so no {variable!r}: leave that out")
    if kernel.ndim == 3:
        if kernel.shape[2] != 3 or not (kernel == kernel[..., :1]).all():
            raise InputError(f"the kernel {path} is coloured: save it as a grey picture")
        kernel = kernel[..., 0]
    if kernel.ndim != 2 or kernel.dtype.kind not in "buif":
        raise InputError(
            f"the kernel {path} is {kernel.dtype.name} of the shape {kernel.shape}: give real numbers (m, n)"
        )
    kernel = kernel.astype(np.float64)
    if not np.isfinite(kernel).all():
        raise InputError(f"the kernel {path} holds NaN or infinite values: correct or replace it")
    if not kernel.any():
        raise InputError(f"the kernel {path} is black all over: it needs a bright path of light")
    return on_black(kernel, path)


def on_black(kernel, path="kernel"):
    """(the kernel with its ground subtracted, what was done as sentences); kernel: (m, n) floats.

    The ground is the level that at least half of all pixels have, up to half of itself and 1/255 of the peak; the
    foot of a Gaussian is no ground.
    Raises InputError for a dark kernel on a bright ground.
    """
    peak = np.abs(kernel).max()
    level = float(np.median(kernel))
    common = np.mean(np.abs(kernel - level) <= min(LEVEL * peak, abs(level) / 2))
    if level == 0 or common < SHARE or common == 1:  # a box is one level all over
        return kernel, []
    if level > BRIGHT * peak:
        raise InputError(f"the kernel {path} is dark on a bright ground: give its negative, bright on black")
    cleared = kernel - level
    cleared[np.abs(cleared) <= LEVEL * peak] = 0
    if not cleared.sum() > 0:
        return kernel, []
    return cleared, [f"{path}: the ground is not black but {level / peak:.1%} of the peak, which was subtracted"]


def _matrix(path, variable):
    """The array in a file that is no picture."""
    ending = path.suffix.lower()
    try:
        if ending == ".npy":
            return np.load(path, allow_pickle=False)
        if ending == ".npz":
            with np.load(path, allow_pickle=False) as file:
                return _chosen({name: file[name] for name in file.files}, path, variable)
        if ending == ".mat":
            return _chosen(read_matlab(path), path, variable)
        if ending == ".pfm":
            return _float_map(path.read_bytes())
        return _table(path)
    except InputError:
        raise
    except Exception as error:  # every reader has errors of its own
        raise InputError(f"{path} is damaged or no {ending} file of numbers: save it again") from error


def _chosen(found, path, variable):
    """One of the variables of a file: the named one, or the only one that can be a kernel."""
    if variable is not None:
        if variable not in found:
            raise InputError(f"{path} has no variable {variable!r}: it has {', '.join(sorted(found)) or 'none'}")
        return np.asarray(found[variable])
    kernels = {
        name: np.asarray(value)
        for name, value in found.items()
        if getattr(value, "ndim", 0) == 2 and value.dtype.kind in "buif" and value.size > 1
    }
    if len(kernels) != 1:
        names = ", ".join(f"{name} {value.shape}" for name, value in sorted(kernels.items()))
        raise InputError(
            f"{path} has several matrices, {names}: name the kernel's, --variable NAME"
            if kernels
            else f"{path} has no matrix that could be a kernel: it has {', '.join(sorted(found)) or 'no variables'}"
        )
    return next(iter(kernels.values()))


def _table(path):
    """Numbers in rows, parted by commas, semicolons, tabs or blanks; a line that begins with # is left out."""
    text = path.read_text(encoding="utf-8-sig")
    for mark in ",;\t":
        text = text.replace(mark, " ")
    rows = [line.split() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return np.array([[float(word) for word in row] for row in rows])


def _float_map(data):
    """A portable float map: "Pf" or "PF", width, height, a scale whose sign is the byte order, rows from below."""
    head, width, height, scale, numbers = _fields(data, 4)
    count = {b"Pf": 1, b"PF": 3}.get(head)
    w, h, order = int(width), int(height), "<" if float(scale) < 0 else ">"
    if count is None or w < 1 or h < 1 or len(numbers) < 4 * w * h * count:
        raise ValueError("no float map")
    picture = np.frombuffer(numbers, f"{order}f4", w * h * count).astype(np.float64)
    return picture.reshape((h, w) if count == 1 else (h, w, 3))[::-1]


def _fields(data, count):
    """The first `count` words, and what follows the one blank after them."""
    words, place = [], 0
    for _ in range(count):
        while data[place : place + 1].isspace():
            place += 1
        end = place
        while data[end : end + 1] and not data[end : end + 1].isspace():
            end += 1
        words.append(data[place:end])
        place = end
    return *words, data[place + 1 :]
