"""Pictures to files: which ending holds what, and the bytes, with the profile and the metadata of the photograph."""

import io

import numpy as np
from PIL import Image

from padnet.errors import InputError

# Endings that are written, and the most bits a channel of a grey and of a colour picture.
BITS = {".png": (16, 8), ".tif": (16, 16), ".tiff": (16, 16), ".bmp": (8, 8), ".jpg": (8, 8), ".jpeg": (8, 8)}
FLOATS = (".tif", ".tiff")  # they hold floating-point numbers, too
QUALITY = 95  # of JPEG
ICC, INCH = 34675, 2  # TIFF's tag of the profile, and its number for pixels an inch


def check_targets(targets, overwrite):
    """Raise InputError when a file to be written exists, is named twice, is a folder, or has none to lie in.

    overwrite: files may be replaced.
    """
    for number, target in enumerate(targets):
        if not target.absolute().parent.is_dir():
            raise InputError(f"there is no folder {target.parent}: make it, or choose another place")
        if target.is_dir():
            raise InputError(f"{target} is a folder: name a file in it")
        if target.exists() and not overwrite:
            raise InputError(f"{target} exists: choose another name, or say --overwrite")
        if target.absolute() in [other.absolute() for other in targets[:number]]:
            raise InputError(f"{target} cannot hold two results: name a file for each")


def check_ending(path, pixels):
    """Raise InputError unless the ending of `path` is of a format that can hold `pixels`."""
    ending = path.suffix.lower()
    if not ending:
        raise InputError(f"{path} has no ending that names its format: use one of {', '.join(BITS)}")
    if ending not in BITS:
        raise InputError(f"{path.suffix} files are not written: use one of {', '.join(BITS)}")
    bits = 8 * pixels.dtype.itemsize
    if pixels.dtype.kind == "f":
        if ending not in FLOATS:
            raise InputError(f"{path.suffix} cannot hold floating-point numbers: write a .tif")
    elif BITS[ending][pixels.ndim == 3] < bits:
        raise InputError(f"{path.suffix} cannot hold this picture's {bits} bits a channel: write a .tif")


def encoded(pixels, ending, photograph=None):
    """The bytes of a file with that ending which holds `pixels`; JPEG of quality 95.

    pixels: (h, w) or (h, w, 3), uint8, uint16 or floats. photograph: the Photograph whose profile, Exif and
    resolution go with it, as far as the format has a place for them.
    """
    ending, file = ending.lower(), io.BytesIO()
    profile, exif, dpi = photograph[1:4] if photograph else (None, None, None)
    if ending in FLOATS:
        from tifffile import imwrite  # comes with scikit-image; Pillow has no colour of 16 bits

        pixels = pixels.astype(np.float32) if pixels.dtype.kind == "f" else pixels
        tags = [(ICC, "B", len(profile), profile, True)] if profile else []
        size = {"resolution": dpi, "resolutionunit": INCH} if dpi else {}
        imwrite(file, pixels, photometric="rgb" if pixels.ndim == 3 else "minisblack", extratags=tags, **size)
    else:
        told = {"icc_profile": profile, "exif": exif, "dpi": dpi}
        kind = {".png": "PNG", ".bmp": "BMP"}.get(ending, "JPEG")
        told = {name: value for name, value in told.items() if value and (kind != "BMP" or name == "dpi")}
        Image.fromarray(pixels).save(file, kind, **told, **({"quality": QUALITY} if kind == "JPEG" else {}))
    return file.getvalue()
