"""Pictures in FITS files, as the standard (version 4.0, 2018) defines them, without compression."""

import numpy as np

from padnet.errors import InputError

BLOCK, CARD = 2880, 80  # bytes
MOST = 1000  # blocks of a header
TYPES = {8: "u1", 16: ">i2", 32: ">i4", 64: ">i8", -32: ">f4", -64: ">f8"}
SIXTEEN = 65535  # the largest number of 16 bits


def read_fits(path):
    """The first picture in a FITS file: (h, w) or (h, w, 3), uint8, uint16 or float64, its upper row first.

    FITS counts rows from below. BSCALE and BZERO are applied; whole numbers from 0 to 65535 become uint16.
    Raises InputError for a compressed picture, several in one file, and a file that is damaged or holds none.
    """
    data, at = path.read_bytes(), 0
    try:
        while at < len(data):
            cards, at = _header(data, at)
            shape = [int(cards[f"NAXIS{i}"]) for i in range(int(cards["NAXIS"]), 0, -1)]
            count = int(np.prod(shape, dtype=object)) if shape else 0
            if cards.get("ZIMAGE") == "T":
                raise InputError(f"{path} is a compressed FITS file: unpack it with funpack first")
            if len(shape) > 1 and count and cards.get("XTENSION", "IMAGE").startswith("IMAGE"):
                return _picture(data, at, shape, count, cards, path)
            groups = int(cards.get("GCOUNT", 1)) * (int(cards.get("PCOUNT", 0)) + count)
            at += -(-max(groups, 0) * abs(int(cards["BITPIX"])) // 8 // BLOCK) * BLOCK
    except (KeyError, ValueError, OverflowError) as error:
        if isinstance(error, InputError):
            raise
    raise InputError(f"{path} is damaged or no FITS file with a picture")


def _header(data, at):
    """({keyword: value as text}, where its data begin). ValueError where it does not end."""
    if data[at : at + 6] not in (b"SIMPLE", b"XTENSI"):
        raise ValueError("no header")
    found = {}
    for place in range(at, min(len(data), at + MOST * BLOCK), CARD):
        card = data[place : place + CARD].decode("ascii", "replace")
        name, value = card[:8].strip(), card[10:].split("/")[0].strip()
        if name == "END":
            return found, place + CARD + -(place + CARD - at) % BLOCK
        if card[8:10] == "= ":
            found.setdefault(name, value.strip("' "))
    raise ValueError("no end")


def _picture(data, at, shape, count, cards, path):
    kind = np.dtype(TYPES[int(cards["BITPIX"])])
    if len(data) - at < count * kind.itemsize:
        raise ValueError("cut off")
    stored = np.frombuffer(data, kind, count, at).reshape([side for side in shape if side > 1] or shape)
    zero, scale = (
        float(cards.get(name, default).replace("D", "E")) for name, default in (("BZERO", "0"), ("BSCALE", "1"))
    )
    if stored.ndim == 3 and len(stored) == 3:
        stored = np.moveaxis(stored, 0, 2)
    if stored.ndim != 2 and stored.shape[2:] != (3,):
        raise InputError(f"{path} holds pictures of the shape {stored.shape}: save the one to restore by itself")
    pixels = stored[::-1]
    if kind.itemsize == 1 and (zero, scale) == (0, 1):
        return np.ascontiguousarray(pixels)
    pixels = pixels.astype(np.float64) * scale + zero
    if kind.kind == "i" and "BLANK" in cards:
        pixels[stored[::-1] == int(cards["BLANK"])] = np.nan
    whole = kind.kind != "f" and np.isfinite(pixels).all() and (pixels == np.rint(pixels)).all()
    if whole and pixels.min() >= 0 and pixels.max() <= SIXTEEN:
        return pixels.astype(np.uint16)
    return pixels
