"""Matrices in MATLAB files of the versions 5 to 7, as their specification says, and of 7.3 by h5py.

Not by scipy.io.loadmat: a damaged header makes that end the process.
"""

import struct
import zlib

import numpy as np

from padnet.errors import InputError

HDF5 = b"\x89HDF\r\n\x1a\n"  # begins such a file, which version 7.3 of MATLAB's is after 512 bytes
HEADER, ORDER = 128, {b"IM": "<", b"MI": ">"}  # bytes, and what its last two say
TYPES = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
MATRIX, COMPRESSED = 14, 15
NUMBERS, COMPLEX = range(6, 16), 0x800  # classes of arrays of numbers, and the flag of complex ones
MOST = 2**26  # bytes, or numbers, of a variable: larger is no kernel


def read_matlab(path):
    """{name: array} of the variables in a MATLAB file; None for what is no array of real numbers.

    Raises InputError for version 4, and for 7.3 without h5py; ValueError and others for a file that is damaged.
    """
    with open(path, "rb") as file:
        head = file.read(512 + len(HDF5))
    if head.startswith(HDF5) or head.endswith(HDF5):
        return _version_73(path)
    if head[126:128] not in ORDER:
        raise InputError(f'{path} is no MATLAB file, or one of version 4: save it again, with "-v7"')
    data, order = path.read_bytes()[HEADER:], ORDER[head[126:128]]
    found = {}
    while len(data) >= 8:
        kind, content, data = _element(data, order)
        if kind == COMPRESSED:
            kind, content, _ = _element(zlib.decompressobj().decompress(content, MOST), order)
        if kind == MATRIX:
            name, array = _variable(content, order)
            found[name] = array
    return found


def _element(data, order):
    """(type, content, the data after it)."""
    kind, size = struct.unpack(f"{order}II", data[:8])
    if kind >> 16:  # short: type and size in one number, and the content in the other
        return kind & 0xFFFF, data[4 : 4 + min(kind >> 16, 4)], data[8:]
    if size > len(data) - 8:
        raise ValueError("cut off")
    return kind, data[8 : 8 + size], data[8 + size + (0 if kind == COMPRESSED else -size % 8) :]


def _variable(content, order):
    """(name, array or None)."""
    _, flags, content = _element(content, order)
    _, shape, content = _element(content, order)
    _, name, content = _element(content, order)
    flags = struct.unpack(f"{order}I", flags[:4])[0]
    shape = np.frombuffer(shape, f"{order}i4")
    name = name.decode("ascii", "replace")
    if flags & 0xFF not in NUMBERS or flags & COMPLEX:
        return name, None
    kind, numbers, _ = _element(content, order)
    array = np.frombuffer(numbers, f"{order}{TYPES[kind]}")
    return name, array.reshape(shape, order="F").astype(array.dtype.newbyteorder("="))


def _version_73(path):
    try:
        import h5py  # here, for only those who have such files need it
    except ModuleNotFoundError as error:
        raise InputError(
            f'{path} is a MATLAB 7.3 file, which needs h5py: pip install h5py, or save it with "-v7"'
        ) from error
    with h5py.File(path, "r") as file:
        # MATLAB stores columns first.
        return {
            name: np.asarray(value).T if isinstance(value, h5py.Dataset) and value.size <= MOST else None
            for name, value in file.items()
        }
