"""Picture files as arrays: upright, with profile and metadata, or one sentence for what is no photograph."""

import logging
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from padnet.cli.fits_files import read_fits
from padnet.errors import InputError
from padnet.imaging.jpeg_noise import compression_noise

RAW = (".cr2", ".cr3", ".crw", ".nef", ".nrw", ".arw", ".dng", ".raf", ".orf", ".rw2", ".pef", ".srw", ".x3f")
HEIF = (".heic", ".heif", ".hif")
BITS_A_CHANNEL = 258  # of the tags of a TIFF
FITS = (".fits", ".fit", ".fts")
# Orientation of Exif -> what makes the picture upright: turns by 90 degrees counter-clockwise, after a mirror or not.
UPRIGHT = {2: (True, 0), 3: (False, 2), 4: (True, 2), 5: (True, 1), 6: (False, 3), 7: (True, 3), 8: (False, 1)}
PACKED = 1100  # pixels a byte: no compression makes more, and a header that claims more is damaged
DAMAGED = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, ZeroDivisionError, MemoryError)


class Photograph(NamedTuple):
    """A picture from a file.

    pixels: (h, w) or (h, w, 3), uint8, uint16, or floats where they were asked for. profile: ICC, bytes or None.
    exif: bytes or None, without orientation. dpi: (x, y) or None. compression: standard deviations of what a JPEG has
    lost of brightness and colours, white being 1.
    """

    pixels: np.ndarray
    profile: bytes | None = None
    exif: bytes | None = None
    dpi: tuple[float, float] | None = None
    compression: tuple[float, float] = (0.0, 0.0)


def read_picture(path, floats=False):
    """The picture in a file, a Photograph, turned upright as its Exif orientation says; opaque alpha is left out.

    floats: pictures of 32-bit numbers are read, too, as float64.
    Raises InputError when the file is missing, no picture, transparent, of several pages, or of other numbers.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"there is no file {path}: correct its name")
    ending = path.suffix.lower()
    if ending in FITS:
        return Photograph(_checked(read_fits(path), path, floats))
    if ending in RAW:
        raise InputError(f"{path} is a raw file of a camera: develop it to a 16-bit TIFF or a JPEG first")
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(path) as file:  # their matter is an error here
            return _from_pillow(file, path, floats)
    except Image.DecompressionBombError as error:
        raise InputError(f"{path} says that it has more than {2 * Image.MAX_IMAGE_PIXELS} pixels: crop it") from error
    except UnidentifiedImageError as error:
        if ending in HEIF:
            raise InputError(f"{path} is a HEIF file, which is not read here: save it as JPEG or PNG") from error
        raise InputError(
            f"{path} is no picture that can be read: padnet deconvolve --list-formats lists what is"
        ) from error
    except InputError:
        raise
    except DAMAGED as error:
        raise InputError(f"{path} is damaged or of a kind that is not read: save it again as PNG or TIFF") from error


def _from_pillow(file, path, floats):
    if file.width * file.height > PACKED * path.stat().st_size:
        raise OSError("more pixels than the file can hold")
    pages = getattr(file, "n_frames", 1)
    if pages > 1 and file.format != "MPO":  # telephones put a small second picture into their JPEG
        raise InputError(f"{path} holds {pages} pictures: save the one to restore by itself")
    if file.mode in ("CMYK", "LAB", "HSV"):
        raise InputError(f"{path} is {file.mode}, not RGB: convert it to RGB first")
    turn, deep = file.getexif().get(ExifTags.Base.Orientation, 1), _is_deep(file, path)
    pixels = _deep_tiff(path) if deep else _pixels(file)
    exif = file.getexif()
    if not deep:
        turn = exif.get(ExifTags.Base.Orientation, 1)  # Pillow turns a TIFF while it loads it, and takes the tag away
    pixels = _upright(_checked(pixels, path, floats), turn)
    if ExifTags.Base.Orientation in exif:
        del exif[ExifTags.Base.Orientation]
    # Asked for a part that is not there, Pillow would write an empty one.
    told = exif.get_ifd(ExifTags.IFD.Exif) if ExifTags.IFD.Exif in exif else {}
    for tag, side in ((ExifTags.Base.ExifImageWidth, 1), (ExifTags.Base.ExifImageHeight, 0)):
        if tag in told:
            told[tag] = pixels.shape[side]  # as it is now that it is upright
    dpi = file.info.get("dpi")
    return Photograph(
        pixels,
        file.info.get("icc_profile") or None,
        exif.tobytes() if len(exif) and file.format != "TIFF" else None,
        tuple(float(value) for value in dpi) if dpi and all(value > 0 for value in dpi) else None,
        compression_noise(getattr(file, "quantization", None) or {}),
    )


def _is_deep(file, path):
    """Whether a TIFF has more bits than Pillow keeps. InputError for a PNG of which that is true."""
    bits = _bits(file, path)
    if bits == 16 and file.format == "PNG" and file.mode in ("RGB", "RGBA"):
        raise InputError(f"{path} has 16 bits and colour, of which 8 would be lost: save it as a TIFF file")
    several = file.format == "TIFF" and len(file.tag_v2.get(BITS_A_CHANNEL, (1,))) > 1
    return file.format == "TIFF" and (bits > 16 or (bits == 16 and several))


def _pixels(file):
    """The numbers of a picture that Pillow has opened, (h, w), (h, w, 3) or with alpha."""
    if file.mode in ("P", "PA") or "transparency" in file.info:
        file = file.convert("RGBA" if file.mode == "PA" or "transparency" in file.info else "RGB")
    if file.mode == "1":
        file = file.convert("L")
    return np.asarray(file)


def _bits(file, path):
    """Bits a channel in the file, which Pillow may read with fewer."""
    if file.format == "PNG":
        with open(path, "rb") as data:
            return data.read(25)[24]  # IHDR comes first
    return max(file.tag_v2.get(BITS_A_CHANNEL, (8,))) if file.format == "TIFF" else 8


def _deep_tiff(path):
    """A colour TIFF of 16 or 32 bits, which Pillow would cut to 8."""
    from tifffile import imread  # comes with scikit-image

    logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # it logs what it then raises, and what does not matter
    try:
        return np.asarray(imread(path))
    except Exception as error:  # compressions that need another package raise errors of many kinds
        raise InputError(
            f"{path} is compressed as only few programs do: save it as a TIFF without compression"
        ) from error


def _checked(pixels, path, floats):
    """`pixels` without an opaque alpha channel. InputError where they are no photograph."""
    if pixels.ndim == 3 and pixels.shape[2] in (2, 4):
        if (pixels[..., -1] != (255 if pixels.dtype == np.uint8 else np.iinfo(pixels.dtype).max)).any():
            raise InputError(f"{path} is transparent in places: flatten it, without an alpha channel")
        pixels = pixels[..., :-1]
        pixels = pixels[..., 0] if pixels.shape[2] == 1 else pixels
    if pixels.ndim != 2 and (pixels.ndim != 3 or pixels.shape[2] != 3):
        raise InputError(f"{path} has the shape {pixels.shape}: give one picture, grey or with three channels")
    if pixels.dtype.name in ("uint8", "uint16"):
        return pixels
    if not floats or pixels.dtype.kind not in "iuf":
        raise InputError(f"{path} holds {pixels.dtype.name} numbers: save it with 8 or 16 bits a channel")
    return pixels.astype(np.float64)


def _upright(pixels, orientation):
    """The picture turned as its Exif orientation, 1 to 8, says; other values are none."""
    mirrored, turns = UPRIGHT.get(orientation, (False, 0))
    return np.ascontiguousarray(np.rot90(pixels[:, ::-1] if mirrored else pixels, turns))
