"""Files of pictures and kernels with damaged headers: each is read, or refused in one sentence, in little memory."""

import io
import resource
import tempfile
from functools import cache
from pathlib import Path

import h5py
import numpy as np
import scipy.io
from hypothesis import strategies as st
from PIL import ExifTags, Image
from tifffile import imwrite

from padnet.cli.kernel_files import read_kernel
from padnet.cli.picture_files import read_picture

HEADER = 400  # bytes from the front that are damaged
GIB = 2**20  # KiB
K = np.outer([1, 2, 1], [1, 3, 1]) / 20


def saved(write):
    """What `write` puts into a file, as bytes."""
    file = io.BytesIO()
    write(file)
    return file.getvalue()


def matlab73(file):
    """A MATLAB 7.3 file, which is HDF5 after 512 bytes."""
    with h5py.File(file, "w", userblock_size=512) as made:
        made["kernel"] = K
    file.seek(0)
    file.write(b"MATLAB 7.3 MAT-file".ljust(124) + b"\0\2IM")


def fits(file):
    """A FITS file of 16 bits."""
    cards = ("SIMPLE  =                    T", "BITPIX  =                   16", "NAXIS   =                    2")
    cards += (
        "NAXIS1  =                    3",
        "NAXIS2  =                    3",
        "BZERO   =                32768",
        "END",
    )
    file.write("".join(card.ljust(80) for card in cards).encode().ljust(2880))
    file.write((np.rint(K * 1000) - 32768).astype(">i2").tobytes().ljust(2880, b"\0"))


@cache
def whole():
    """{name: the bytes of a sound file}."""
    rng = np.random.default_rng(1)
    colour = Image.fromarray(rng.integers(0, 256, (12, 9, 3)).astype(np.uint8))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.Exif).update({ExifTags.Base.ExifImageWidth: 9, ExifTags.Base.ExifImageHeight: 12})
    deep = rng.integers(0, 65536, (6, 5, 3)).astype(np.uint16)
    return {
        "a.png": saved(lambda file: colour.save(file, "PNG")),
        "a.jpg": saved(lambda file: colour.save(file, "JPEG", exif=exif, dpi=(72, 72))),
        "a.tif": saved(lambda file: colour.save(file, "TIFF", compression="tiff_lzw")),
        "deep.tif": saved(lambda file: imwrite(file, deep, photometric="rgb")),
        "a.fits": saved(fits),
        "k.mat": saved(lambda file: scipy.io.savemat(file, {"kernel": K, "note": "text"})),
        "k7.mat": saved(matlab73),
        "k.npy": saved(lambda file: np.save(file, K)),
        "k.npz": saved(lambda file: np.savez(file, kernel=K)),
    }


@cache
def folder():
    """Where the damaged files are written."""
    return Path(tempfile.mkdtemp(prefix="padnet-faults-"))


@st.composite
def damaged(draw):
    """(name, bytes): up to four bytes of the header changed, or the file cut off."""
    name = draw(st.sampled_from(sorted(whole())))
    data = bytearray(whole()[name])
    for _ in range(draw(st.integers(1, 4))):
        data[draw(st.integers(0, min(HEADER, len(data)) - 1))] = draw(
            st.one_of(st.integers(0, 255), st.sampled_from([0, 1, 127, 128, 255]))
        )
    if draw(st.integers(0, 9)) == 0:
        data = data[: draw(st.integers(0, len(data)))]
    return name, bytes(data)


def read(name, data):
    """(the numbers of a file, KiB of memory that reading it took at the most beyond what was ever taken before)."""
    path = folder() / name
    path.write_bytes(data)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        found = read_kernel(path)[0] if name.startswith("k") else read_picture(path, floats=True).pixels
    finally:
        more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert more < GIB, f"{more} KiB of memory"
    return found
