"""Picture files as arrays and back, with a sentence for whatever is not a photograph or a kernel."""

import tempfile
from pathlib import Path

import numpy as np
from PIL import Image
from skimage.io import imread, imsave

from padnet.errors import InputError

# Endings that can be written without loss, and the most bits a channel of a grey and of a colour picture.
BITS = {".png": (16, 8), ".tif": (16, 16), ".tiff": (16, 16), ".bmp": (8, 8)}
LOSSY = {".jpg": (8, 8), ".jpeg": (8, 8)}  # written with QUALITY
QUALITY = 95


def read_picture(path):
    """The picture in a file: (h, w) or (h, w, 3), uint8 or uint16.

    Raises InputError when the file is missing, no picture, has an alpha channel, several pages or other numbers.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"there is no file {path}: correct its name")
    try:
        picture = np.asarray(imread(path))
    except Exception as error:  # every reader of skimage.io has errors of its own
        raise InputError(f"{path} is no picture that can be read: give a PNG, TIFF, JPEG or BMP file") from error
    if picture.dtype == bool:
        picture = picture * np.uint8(255)
    if picture.dtype.name not in ("uint8", "uint16"):
        raise InputError(f"{path} holds {picture.dtype.name} numbers: save it with 8 or 16 bits a channel")
    if picture.ndim == 3 and picture.shape[2] in (2, 4):
        raise InputError(f"{path} has an alpha channel: save it without transparency")
    if picture.ndim != 2 and (picture.ndim != 3 or picture.shape[2] != 3):
        raise InputError(f"{path} has the shape {picture.shape}: give one picture, grey or with three channels")
    if path.suffix.lower() == ".png" and picture.ndim == 3 and _png_bits(path) == 16:
        raise InputError(f"{path} has 16 bits and colour, of which 8 would be lost: save it as a TIFF file")
    return picture


def read_kernel(path):
    """A kernel from a picture: (m, n) float64; the channels of a colour picture must be equal.

    Raises InputError as read_picture does, for a coloured kernel and for one that is black all over.
    """
    kernel = read_picture(path).astype(np.float64)
    if kernel.ndim == 3:
        if not (kernel == kernel[..., :1]).all():
            raise InputError(f"the kernel {path} is coloured: save it as a grey picture")
        kernel = kernel[..., 0]
    if not kernel.any():
        raise InputError(f"the kernel {path} is black all over: it needs a bright path of light")
    return kernel


def check_targets(targets, sources, overwrite):
    """Raise InputError when a file to be written is named twice, is an input, is a folder, or has none to lie in.

    overwrite: the targets may take the place of `sources`.
    """
    for number, target in enumerate(targets):
        if not target.absolute().parent.is_dir():
            raise InputError(f"there is no folder {target.parent}: make it, or choose another place")
        if target.is_dir():
            raise InputError(f"{target} is a folder: name a file in it")
        for source in sources:
            if not overwrite and target.exists() and source.exists() and target.samefile(source):
                raise InputError(f"{target} is an input: choose another name, or say --overwrite")
        if target.absolute() in [other.absolute() for other in targets[:number]]:
            raise InputError(f"{target} cannot hold two results: name a file for each")


def check_ending(path, picture, lossy=False):
    """Raise InputError unless the ending of `path` is of a format that can hold `picture`.

    lossy: JPEG is allowed too.
    """
    ending, known = path.suffix.lower(), BITS | LOSSY if lossy else BITS
    if ending not in known:
        what = "are not known" if lossy else "are not written without loss"
        raise InputError(f"{path.suffix!r} files {what}: use one of {', '.join(known)}")
    bits = 8 * picture.dtype.itemsize
    if known[ending][picture.ndim == 3] < bits:
        raise InputError(f"{path.suffix} cannot hold this picture's {bits} bits a channel: write a .tif")


def encoded(picture, ending):
    """The bytes of a file with that ending which holds `picture`, uint8 or uint16; JPEG of quality 95."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"picture{ending.lower()}"
        if ending.lower() in LOSSY:
            Image.fromarray(picture).save(path, quality=QUALITY)
        else:
            imsave(path, picture, check_contrast=False)
        return path.read_bytes()


def _png_bits(path):
    """Bits a channel, byte 24 of every PNG file (its IHDR chunk comes first)."""
    with open(path, "rb") as file:
        return file.read(25)[24]
