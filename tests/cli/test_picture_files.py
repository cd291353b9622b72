"""Picture files: read as they are and upright, written with what goes with them, and rejected in one sentence."""

import io
import shutil
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import skimage
from PIL import ExifTags, Image, ImageCms, ImageOps
from skimage.io import imread, imsave
from tifffile import imwrite

from padnet.cli.picture_files import read_picture
from padnet.cli.picture_output import check_ending, check_targets, encoded
from padnet.errors import InputError

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


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
        (".tif", "float32", (7, 5)),
        (".bmp", "uint8", (7, 5, 3)),
        (".bmp", "uint8", (7, 5)),
    ],
)
def test_what_is_written_is_read_again(ending, dtype, shape, tmp_path):
    a = picture(shape, dtype) if dtype != "float32" else np.random.default_rng(1).random(shape, np.float32)
    path = tmp_path / f"a{ending}"
    check_ending(path, a)
    path.write_bytes(encoded(a, ending))
    b = read_picture(path, floats=True).pixels
    assert b.dtype == (a.dtype if dtype != "float32" else np.float64) and np.array_equal(a, b)
    assert np.array_equal(imread(path), a)


@pytest.mark.parametrize(
    "name, a, says",
    [
        ("a.png", picture((5, 5, 3), "uint16"), "16 bits a channel"),
        ("a.bmp", picture((5, 5), "uint16"), "16 bits"),
        ("a.jpg", picture((5, 5), "uint16"), "16 bits"),
        ("a.png", np.zeros((5, 5)), "floating-point numbers: write a .tif"),
        ("a.xcf", picture((5, 5)), ".xcf files are not written: use one of .png"),
        ("a", picture((5, 5)), "a has no ending that names its format: use one of .png"),
    ],
)
def test_an_ending_that_cannot_hold_the_picture_is_rejected(name, a, says, tmp_path):
    with pytest.raises(InputError, match=says):
        check_ending(tmp_path / name, a)


def test_a_file_that_exists_is_replaced_only_where_that_is_said(tmp_path):
    (tmp_path / "there.png").touch()
    with pytest.raises(InputError, match="exists: choose another name, or say --overwrite"):
        check_targets([tmp_path / "there.png"], overwrite=False)
    check_targets([tmp_path / "there.png"], overwrite=True)
    for targets, says in (
        ([tmp_path / "a.png", tmp_path / "a.png"], "cannot hold two results"),
        ([tmp_path], "is a folder"),
        ([tmp_path / "none" / "a.png"], "there is no folder"),
    ):
        with pytest.raises(InputError, match=says):
            check_targets(targets, overwrite=True)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("ending", [".jpg", ".png", ".tif"])
def test_a_photograph_is_turned_upright(orientation, ending, tmp_path):
    a = np.kron(picture((4, 3, 3)), np.ones((8, 8, 1), np.uint8))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    Image.fromarray(a).save(tmp_path / f"a{ending}", exif=exif, **({"quality": 100} if ending == ".jpg" else {}))
    with Image.open(tmp_path / f"a{ending}") as file:
        upright = np.asarray(ImageOps.exif_transpose(file))
    found = read_picture(tmp_path / f"a{ending}")
    assert np.array_equal(found.pixels, upright)
    again = tmp_path / f"b{ending}"
    again.write_bytes(encoded(found.pixels, ending, found))
    with Image.open(again) as file:
        assert file.getexif().get(ExifTags.Base.Orientation, 1) == 1 and file.size == upright.shape[1::-1]


def test_the_size_that_exif_tells_is_that_of_the_upright_photograph(tmp_path):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.Exif).update({ExifTags.Base.ExifImageWidth: 24, ExifTags.Base.ExifImageHeight: 16})
    Image.fromarray(picture((16, 24, 3))).save(tmp_path / "a.jpg", exif=exif)
    found = read_picture(tmp_path / "a.jpg")
    (tmp_path / "b.jpg").write_bytes(encoded(found.pixels, ".jpg", found))
    with Image.open(tmp_path / "b.jpg") as file:
        told = file.getexif().get_ifd(ExifTags.IFD.Exif)
        assert (told[ExifTags.Base.ExifImageWidth], told[ExifTags.Base.ExifImageHeight]) == file.size == (16, 24)


@pytest.mark.parametrize("ending", [".jpg", ".png", ".tif"])
def test_profile_metadata_and_resolution_are_carried(ending, tmp_path):
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = "a camera"
    a = Image.fromarray(picture((16, 16, 3)))
    a.save(tmp_path / f"a{ending}", icc_profile=PROFILE, exif=exif, dpi=(300, 300))
    found = read_picture(tmp_path / f"a{ending}")
    (tmp_path / f"b{ending}").write_bytes(encoded(found.pixels, ending, found))
    with Image.open(tmp_path / f"b{ending}") as file:
        assert file.info["icc_profile"] == PROFILE and np.allclose(file.info["dpi"], 300, atol=0.1)
        assert ending == ".tif" or file.getexif()[ExifTags.Base.Model] == "a camera"


def compressed(path, how, mode="RGB"):
    Image.fromarray(picture((24, 16, 3))).convert(mode).save(path, compression=how)


def test_what_pillow_reads_is_read(tmp_path):
    a = picture((24, 16, 3))
    compressed(tmp_path / "lzw.tif", "tiff_lzw")
    assert np.array_equal(read_picture(tmp_path / "lzw.tif").pixels, a)
    compressed(tmp_path / "jpeg.tif", "jpeg")
    assert read_picture(tmp_path / "jpeg.tif").pixels.shape == a.shape
    opaque = np.dstack([a, np.full(a.shape[:2], 255, np.uint8)])
    Image.fromarray(opaque).save(tmp_path / "opaque.png")
    assert np.array_equal(read_picture(tmp_path / "opaque.png").pixels, a)
    Image.fromarray(np.dstack([a[..., 0], opaque[..., 3]]), "LA").save(tmp_path / "grey.png")
    assert np.array_equal(read_picture(tmp_path / "grey.png").pixels, a[..., 0])
    Image.fromarray(a).quantize(16).save(tmp_path / "a.gif")
    assert read_picture(tmp_path / "a.gif").pixels.shape == a.shape
    Image.fromarray(a).save(tmp_path / "a.webp", lossless=True)
    assert np.array_equal(read_picture(tmp_path / "a.webp").pixels, a)


def odd_png(path, bits=16, side=1):
    """A PNG file with colour of 16 bits, which Pillow cannot write, or one that claims more pixels than it has."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, bits, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" + bytes(6))) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + parts)


def test_files_that_are_no_photograph_are_rejected(tmp_path):
    (tmp_path / "text.png").write_text("not a picture")
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "a.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(40))
    (tmp_path / "a.CR2").write_bytes(b"II*\0" + bytes(40))
    Image.fromarray(picture((4, 4, 4))).save(tmp_path / "alpha.png")
    Image.new("CMYK", (8, 8)).save(tmp_path / "inks.jpg")
    imwrite(tmp_path / "float.tif", np.zeros((6, 6), np.float32))
    imwrite(tmp_path / "three.tif", picture((3, 6, 7)), photometric="minisblack")
    Image.fromarray(picture((8, 8))).save(
        tmp_path / "moving.gif", save_all=True, append_images=[Image.fromarray(picture((8, 8), seed=2))]
    )
    shutil.copy(Path(skimage.__file__).parent / "data/multipage.tif", tmp_path / "pages.tif")
    odd_png(tmp_path / "deep.png")
    odd_png(tmp_path / "claims.png", 8, 12_000)
    odd_png(tmp_path / "bomb.png", 8, 60_000)
    whole = encoded(picture((40, 40)), ".png")
    (tmp_path / "half.png").write_bytes(whole[: len(whole) // 2])
    for name, says in {
        "missing.png": "there is no file",
        ".": "there is no file",
        "text.png": "no picture that can be read",
        "empty.png": "no picture that can be read",
        "a.heic": "is a HEIF file",
        "a.CR2": "is a raw file of a camera",
        "alpha.png": "is transparent in places",
        "inks.jpg": "is CMYK, not RGB",
        "float.tif": "float32 numbers",
        "three.tif": "holds 3 pictures",
        "moving.gif": "holds 2 pictures",
        "pages.tif": "holds 2 pictures",
        "deep.png": "save it as a TIFF",
        "half.png": "is damaged",
        "claims.png": "is damaged",
        "bomb.png": "more than .* pixels: crop it",
    }.items():
        with pytest.raises(InputError, match=says) as told:
            read_picture(tmp_path / name)
        assert "\n" not in str(told.value)


def test_what_a_jpeg_has_lost_is_told(tmp_path):
    lost = []
    for quality in (95, 60):
        Image.fromarray(picture((16, 16, 3))).save(tmp_path / "a.jpg", quality=quality)
        lost.append(read_picture(tmp_path / "a.jpg").compression)
    assert 0 < lost[0][0] < lost[1][0] < lost[1][1] < 0.1
    Image.fromarray(picture((16, 16, 3))).save(tmp_path / "a.png")
    assert read_picture(tmp_path / "a.png").compression == (0, 0)


def test_the_second_picture_of_a_telephone_is_left_out(tmp_path):
    a = Image.fromarray(picture((16, 16, 3)))
    a.save(tmp_path / "a.mpo", save_all=True, append_images=[a.resize((8, 8))])
    (tmp_path / "a.mpo").rename(tmp_path / "a.jpg")
    assert read_picture(tmp_path / "a.jpg").pixels.shape == (16, 16, 3)


def test_a_bitmap_of_one_bit_is_black_and_white(tmp_path):
    Image.fromarray(np.eye(8, dtype=bool)).save(tmp_path / "a.png")
    assert np.array_equal(read_picture(tmp_path / "a.png").pixels, 255 * np.eye(8, dtype=np.uint8))


def test_the_bytes_are_the_same_twice():
    a = picture((9, 9, 3))
    for ending in (".png", ".tif", ".jpg", ".bmp"):
        assert encoded(a, ending) == encoded(a, ending) and Image.open(io.BytesIO(encoded(a, ending))).size == (9, 9)
