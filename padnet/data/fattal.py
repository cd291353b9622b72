"""Fattal's synthetic benchmark (ACM Transactions on Graphics 2014), the one of the paper's Table 3, from a folder.

It was published on the author's page alone, without a licence to pass its files on, so the reader brings them. For
every picture NAME the folder holds

    NAME_input.png          the hazy picture, 8-bit colour
    NAME_haze_free.png      its radiance, 8-bit colour: "haze-free" on the page
    NAME_trans.npy, .mat or .png
                            its transmission (h, w) in [0, 1]: "true trans." on the page. A .mat holds one array of that
                            size, or several of which one is called trans; a .png is 8-bit grey. The page's pictures
                            in false colours are of no use, its data files are
    NAME_mask.png           if there is one: 8-bit grey, white where the picture is scored (the page leaves out the sky)

The hazy pictures' names are the published ones, the other three are ours.
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
MISFIT = 0.05  # of (17), mean absolute: many times the rounding of 8 bits


def describe():
    """The benchmark in a few sentences: what is observed, and how an estimate is scored."""
    return (
        "fattal: the synthetic benchmark of R. Fattal, Dehazing using color-lines (ACM Transactions on Graphics "
        f"2014; {ADDRESS}), as far as the folder holds it; the known airlight is the one with which (17) fits "
        "best. PSNR, SSIM and L1 error are of J clipped to [0, 1] and not rounded or stretched, inside the mask "
        "where there is one, the L1 error of t beside them."
    )


def inputs(folder):
    """[(name, I)]: the hazy pictures of a folder, sorted by name, I (h, w, 3) float64 in [0, 1]; no truth is needed.

    Raises PadnetError when there is none or one is broken, with where the benchmark was published.
    """
    return [(name, read_colour(Path(folder) / f"{name}_input.png")) for name in _names(folder)]


def pairs(folder):
    """The pairs of a folder, a lazy sequence of HazePair in the order of their names.

    Every file is looked for at once. Raises PadnetError for a missing one, with where the benchmark was published and
    what to put where; when its pair is taken, InputError for a file of another form or files that do not belong
    together.
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
    """A with which (17) fits best, in least squares over all pixels: (3,) float64 in [0, 1].

    I, J: (h, w, 3).   t: (h, w), not 1 everywhere.
    The page gives [0.5, 0.6, 1] for the pictures of one of its parts; so it need not be typed in for any.
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
    # What NumPy and SciPy raise for files that are cut off or of MATLAB 7.3
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
