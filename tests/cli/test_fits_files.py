"""FITS files, made of bytes as the standard has them: rows from below, scaled numbers, and one sentence for the rest."""

import numpy as np
import pytest

from padnet.cli.fits_files import read_fits
from padnet.cli.picture_files import read_picture
from padnet.errors import InputError


def card(name, value):
    return f"{name:8}= {value:>20}".ljust(80)


def header(first, bits, shape, **more):
    cards = [card(*first), card("BITPIX", bits), card("NAXIS", len(shape))]
    cards += [card(f"NAXIS{i + 1}", n) for i, n in enumerate(reversed(shape))]
    return "".join([*cards, *(card(*one) for one in more.items()), "END".ljust(80)])


def padded(data):
    return data + bytes(-len(data) % 2880)


def fits(array, kind, first=("SIMPLE", "T"), **more):
    """A header and the numbers of `array` as they are stored."""
    text = header(first, 8 * np.dtype(kind).itemsize * (-1 if "f" in kind else 1), array.shape, **more)
    return text.encode().ljust(-(-len(text) // 2880) * 2880) + padded(array.astype(kind).tobytes())


EMPTY = header(("SIMPLE", "T"), 8, ()).encode().ljust(2880)
A = np.arange(12).reshape(3, 4)


@pytest.mark.parametrize(
    "content, wanted, dtype",
    [
        (fits(A, "u1"), A, "uint8"),
        (fits(A * 5000 - 32768, ">i2", BZERO="32768.0", BSCALE=1), A * 5000, "uint16"),
        (fits(A, ">i2"), A, "uint16"),
        (fits(A - 3, ">i2"), A - 3, "float64"),
        (fits(A, ">i4", BSCALE="0.5D0"), A / 2, "float64"),
        (fits(A / 16, ">f4"), A / 16, "float64"),
        (fits(A / 16, ">f8"), A / 16, "float64"),
        (fits(A[None], ">i2"), A, "uint16"),
        (EMPTY + fits(A, ">i2", ("XTENSION", "'IMAGE   '"), PCOUNT=0, GCOUNT=1), A, "uint16"),
    ],
)
def test_numbers_are_scaled_and_rows_counted_from_above(content, wanted, dtype, tmp_path):
    (tmp_path / "a.fits").write_bytes(content)
    found = read_picture(tmp_path / "a.fits", floats=True).pixels
    assert found.dtype == dtype and np.array_equal(found, wanted[::-1])


def test_three_planes_are_colours_and_blanks_are_no_numbers(tmp_path):
    a = np.random.default_rng(1).integers(0, 200, (3, 5, 6))
    (tmp_path / "a.fits").write_bytes(fits(a, "u1"))
    assert np.array_equal(read_fits(tmp_path / "a.fits"), np.moveaxis(a, 0, 2)[::-1])
    (tmp_path / "b.fits").write_bytes(fits(A, ">i2", BLANK=7))
    assert np.isnan(read_fits(tmp_path / "b.fits")).sum() == 1


@pytest.mark.parametrize(
    "content, says",
    [
        (fits(np.zeros((5, 4, 4)), "u1"), r"holds pictures of the shape \(5, 4, 4\)"),
        (EMPTY + fits(A, "u1", ("XTENSION", "'BINTABLE'"), ZIMAGE="T"), "is a compressed FITS file: unpack it"),
        (EMPTY + fits(A, "u1", ("XTENSION", "'BINTABLE'")), "no FITS file with a picture"),
        (fits(A, "u1")[:2881], "no FITS file with a picture"),
        (fits(A, "u1", BZERO="x"), "no FITS file with a picture"),
        (EMPTY, "no FITS file with a picture"),
        (b"SIMPLE  =", "no FITS file with a picture"),
        (b"text", "no FITS file with a picture"),
        (header(("SIMPLE", "T"), 8, (10**6, 10**6)).encode().ljust(2880), "no FITS file with a picture"),
    ],
)
def test_what_is_not_read_is_one_sentence(content, says, tmp_path):
    (tmp_path / "a.fits").write_bytes(content)
    with pytest.raises(InputError, match=says) as told:
        read_fits(tmp_path / "a.fits")
    assert "\n" not in str(told.value)
