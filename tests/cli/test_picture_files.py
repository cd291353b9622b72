"""Picture files: read as they are, written without loss, and refused in one sentence."""

import shutil
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import skimage
from skimage.io import imread, imsave

from padnet.cli.picture_files import check_ending, encoded, read_kernel, read_picture
from padnet.errors import InputError


def picture(shape, dtype="uint8", seed=1):
    """Random numbers of that shape over the whole range of the dtype."""
    return np.random.default_rng(seed).integers(0, np.iinfo(dtype).max + 1, shape).astype(dtype)


def save(path, array):
    """Write a picture file and return its path."""
    imsave(path, array, check_contrast=False)
    return path


@pytest.mark.parametrize(
    "ending, dtype, shape",
    [
        (".png", "uint8", (7, 5)),
        (".png", "uint8", (7, 5, 3)),
        (".png", "uint16", (7, 5)),
        (".tif", "uint8", (7, 5, 3)),
        (".tif", "uint16", (7, 5, 3)),
        (".TIFF", "uint16", (7, 5)),
        (".bmp", "uint8", (7, 5, 3)),
        (".bmp", "uint8", (7, 5)),
    ],
)
def test_what_is_written_is_read_again(ending, dtype, shape, tmp_path):
    a = picture(shape, dtype)
    path = tmp_path / f"a{ending}"
    check_ending(path, a)
    path.write_bytes(encoded(a, ending))
    b = read_picture(path)
    assert b.dtype == a.dtype and np.array_equal(a, b) and np.array_equal(imread(path), a)


@pytest.mark.parametrize(
    "name, a, says",
    [
        ("a.png", picture((5, 5, 3), "uint16"), "16 bits a channel"),
        ("a.bmp", picture((5, 5), "uint16"), "16 bits"),
        ("a.jpg", picture((5, 5)), "not written without loss"),
        ("a", picture((5, 5)), "use one of .png"),
    ],
)
def test_an_ending_that_cannot_hold_the_picture_is_refused(name, a, says, tmp_path):
    with pytest.raises(InputError, match=says):
        check_ending(tmp_path / name, a)


def deep_colour_png(path):
    """A 1x1 PNG file with 16 bits and colour, which skimage.io cannot write."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 1, 1, 16, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" + bytes(6))) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + parts)


def test_files_that_are_no_photograph_are_refused(tmp_path):
    (tmp_path / "text.png").write_text("not a picture")
    (tmp_path / "empty.png").write_bytes(b"")
    save(tmp_path / "alpha.png", picture((4, 4, 4)))
    save(tmp_path / "float.tif", np.zeros((6, 6), np.float32))
    shutil.copy(Path(skimage.__file__).parent / "data/multipage.tif", tmp_path / "pages.tif")
    deep_colour_png(tmp_path / "deep.png")
    whole = encoded(picture((40, 40)), ".png")
    (tmp_path / "half.png").write_bytes(whole[: len(whole) // 2])
    for name, says in {
        "missing.png": "there is no file",
        ".": "there is no file",
        "text.png": "no picture that can be read",
        "empty.png": "no picture that can be read",
        "alpha.png": "alpha channel",
        "float.tif": "float32 numbers",
        "pages.tif": "give one picture",
        "deep.png": "save it as a TIFF",
        "half.png": "no picture that can be read",
    }.items():
        with pytest.raises(InputError, match=says):
            read_picture(tmp_path / name)


def test_a_kernel_is_grey(tmp_path):
    k = picture((5, 4), "uint16")
    assert np.array_equal(read_kernel(save(tmp_path / "k.png", k)), k)
    grey = picture((5, 4))
    assert np.array_equal(read_kernel(save(tmp_path / "g.png", np.stack([grey] * 3, -1))), grey)
    with pytest.raises(InputError, match="is coloured"):
        read_kernel(save(tmp_path / "c.png", picture((5, 4, 3))))
    with pytest.raises(InputError, match="black all over"):
        read_kernel(save(tmp_path / "z.png", np.zeros((5, 4), np.uint8)))
