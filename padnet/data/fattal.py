"""Fattal's synthetic benchmark (ACM Transactions on Graphics 2014), used in the paper's Table 3, read from a folder.

It was only published on the author's page, without a licence for redistribution, so you have to supply the files. For
every image NAME the folder contains

    NAME_input.png          the hazy image, 8-bit colour
    NAME_haze_free.png      its radiance, 8-bit colour: "haze-free" on the page
    NAME_trans.npy, .mat or .png
                            its transmission (h, w) in [0, 1]: "true trans." on the page. A .mat contains one array
                            of that size, or several of which one is named trans; a .png is 8-bit grey. The false-colour
                            images on the page cannot be used, its data files can
    NAME_mask.png           optional: 8-bit grey, white where the image is scored (the page excludes the sky)

The names of the hazy images are the published ones, the other three are defined here.
"""

from functools import partial
from pathlib import Path

import numpy as np
from scipy.io import loadmat
from scipy.io.matlab import MatReadError

from padnet.data.readers import read_colour, read_grey
from padnet.errors import InputError, PadnetError
from padnet.imaging.haze_scores import HazePair, score
from padnet.imaging.pairs import Pairs

__all__ = ["ADDRESS", "WHERE", "describe", "inputs", "pairs", "score"]

ADDRESS = "http://www.cs.huji.ac.il/~raananf/projects/dehaze_cl/results/"
WHERE = (
    f"Fattal's benchmark was published at {ADDRESS}, and a folder of it holds NAME_input.png, NAME_haze_free.png, "
    "NAME_trans.npy (or .mat, .png) and, if any, NAME_mask.png"
)
TRANSMISSIONS = ("npy", "mat", "png")
MISFIT = 0.05  # of (17), mean absolute error: many times the error of 8-bit quantisation


def describe():
    """A short description of the benchmark: observation and scoring."""
    return (
        "fattal: the synthetic benchmark of R. Fattal, Dehazing using color-lines (ACM Transactions on Graphics "
        f"2014; {ADDRESS}), as far as the folder holds it; the known airlight is the one with which (17) fits "
        "best. PSNR, SSIM and L1 error are of J clipped to [0, 1] and not rounded or stretched, inside the mask "
        "where there is one, the L1 error of t beside them."
    )


def inputs(folder):
    """[(name, I)]: the hazy images of a folder, sorted by name, I (h, w, 3) float64 in [0, 1]; no ground truth is
    needed.

    Raises PadnetError if there is none or one is damaged, with the source of the benchmark.
    """
    return [(name, read_colour(Path(folder) / f"{name}_input.png")) for name in _names(folder)]


def pairs(folder):
    """The pairs of a folder, a lazy sequence of HazePair sorted by name.

    The existence of all files is checked at once. Raises PadnetError for a missing one, with the source of the
    benchmark and the required files. On access to a pair, raises InputError for a file in another format or files
    that do not belong together.
    """
    folder, names = Path(folder), _names(folder)
    found = [[path for path in _transmissions(folder, name) if path.is_file()] for name in names]
    for name, paths in zip(names, found, strict=True):
        if not _haze_free(folder, name).is_file():
            raise _missing(_haze_free(folder, name))
        if not paths:
            raise _missing(folder / f"{name}_trans.npy (.mat, .png)")
    return Pairs(
        tuple((name, "fattal") for name in names),
        tuple((i, 0) for i in range(len(names))),
        partial(_pair, folder, names, found),
    )


def known_airlight(I, J, t):
    """The A for which (17) fits best, by least squares over all pixels: (3,) float64 in [0, 1].

    I, J: (h, w, 3).   t: (h, w), not 1 everywhere.
    The page gives [0.5, 0.6, 1] for the images of one of its parts; estimating A avoids entering it by hand.
    """
    haze = (1 - t)[..., None]
    # argmin_A sum (I - t J - (1 - t) A)^2
    return np.clip((haze * (I - t[..., None] * J)).sum(axis=(0, 1)) / (haze**2).sum(), 0, 1)


def _pair(folder, names, found, i, _):
    name = names[i]
    I, J = read_colour(folder / f"{name}_input.png"), read_colour(_haze_free(folder, name))
    t = _read_transmission(found[i][0], I.shape[:2])
    mask = folder / f"{name}_mask.png"
    mask = read_grey(mask) > 0.5 if mask.is_file() else np.ones(t.shape, bool)
    if J.shape != I.shape or mask.shape != t.shape:
        raise InputError(f"the files of {name} are of several sizes: I {I.shape}, J {J.shape}, mask {mask.shape}")
    if not mask.any() or t.min() == 1:
        raise InputError(f"{name} has nothing to score or no haze: look at its mask and its transmission")
    A = known_airlight(I, J, t)
    misfit = np.abs(t[..., None] * J + (1 - t[..., None]) * A - I)[mask].mean()  # Eq. (17)
    if misfit > MISFIT:
        raise InputError(
            f"the files of {name} do not belong together: the haze model (17) misses the hazy picture by "
            f"{misfit:.3f} on average, over {MISFIT}"
        )
    return HazePair(name, I, J, t, A, mask, None)


def _read_transmission(path, shape):
    """The transmission at `path`, (h, w) float64 in [0, 1]."""
    try:
        if path.suffix == ".png":
            t = read_grey(path)
        elif path.suffix == ".npy":
            t = np.load(path, allow_pickle=False)
        else:
            t = _array_of(path, shape)
    except InputError:
        raise
    # Raised by NumPy and SciPy for truncated files or files in the format of MATLAB 7.3
    except (OSError, ValueError, EOFError, IndexError, MatReadError, NotImplementedError) as error:
        raise PadnetError(f"{path} is not a readable transmission: save it as .npy, an array of {shape}") from error
    if t.shape != shape or not np.isfinite(t).all() or t.min() < 0 or t.max() > 1:
        raise InputError(f"{path} is not a transmission of {shape} numbers in [0, 1]: save it as .npy of that form")
    return t.astype(np.float64)


def _array_of(path, shape):
    arrays = {
        name: value
        for name, value in sorted(loadmat(path).items())
        if isinstance(value, np.ndarray) and value.shape == shape
    }
    if "trans" not in arrays and len(arrays) != 1:
        raise InputError(
            f"{path} holds {len(arrays)} arrays of {shape} ({', '.join(arrays) or 'none'}), and none is "
            "called trans: save the true transmission alone as .npy"
        )
    return arrays.get("trans", next(iter(arrays.values())))


def _names(folder):
    names = sorted(path.name.removesuffix("_input.png") for path in Path(folder).glob("[!.]*_input.png"))
    if not names:
        raise _missing(Path(folder) / "*_input.png")
    return names


def _haze_free(folder, name):
    return folder / f"{name}_haze_free.png"


def _transmissions(folder, name):
    return [folder / f"{name}_trans.{ending}" for ending in TRANSMISSIONS]


def _missing(path):
    return PadnetError(f"{path} is missing: {WHERE}")
