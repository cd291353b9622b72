"""`padnet dehaze`: a photograph on disk, its haze removed; every mistake is one line and leaves nothing behind."""

import json

import numpy as np
import pytest
from hazy import haze_settings, hazy_picture, write_haze_weights
from PIL import ExifTags, Image, ImageCms
from skimage.io import imread, imsave

from padnet import dehaze
from padnet.cli import main as cli
from padnet.tasks import dehazer


@pytest.fixture
def desk(root, tmp_path, monkeypatch):
    """The working directory: photo.png, grey.png, and a small network as the project's own."""
    write_haze_weights(tmp_path / "weights", haze_settings(root))
    write_haze_weights(tmp_path / "others", haze_settings(root), seed=5)
    monkeypatch.setattr(dehazer, "SHIPPED", tmp_path / "weights")
    monkeypatch.chdir(tmp_path)
    dehazer.load.cache_clear()
    photo = (255 * hazy_picture()).astype(np.uint8)
    imsave("photo.png", photo, check_contrast=False)
    imsave("grey.png", photo[..., 0], check_contrast=False)
    yield tmp_path
    dehazer.load.cache_clear()


def run(*arguments):
    """The exit status of `padnet dehaze ...`."""
    return cli.main(["dehaze", *arguments])


def test_a_photograph_goes_through(desk, capsys):
    assert run("photo.png", "-o", "clear.png", "--certificate", "proof.json", "--transmission", "t.png") == 0
    said, want = capsys.readouterr(), dehaze(imread("photo.png"))
    told = ", ".join(f"{part:.3f}" for part in want.airlight)
    assert f"clear.png: 34x41 pixels, airlight {told} estimated, transmission " in said.out
    assert want.certificate.verdict in said.out and "stage" in said.err
    assert np.array_equal(imread("clear.png"), want.image)
    assert (desk / "proof.json").read_text() == want.to_json() and json.loads(want.to_json())["certificate"]["holds"]
    t = imread("t.png")
    assert t.dtype == np.uint16 and np.abs(t / 65535 - want.transmission).max() < 1e-5


def test_jpeg_goes_in_and_out_with_quality_95(desk):
    imsave("photo.jpg", imread("photo.png"), check_contrast=False)
    assert run("photo.jpg", "-o", "clear.jpg") == 0
    want = Image.fromarray(dehaze(imread("photo.jpg")).image)
    want.save("same.jpeg", quality=95)
    want.save("worse.jpg", quality=75)
    files = {name: (desk / name).read_bytes() for name in ("clear.jpg", "same.jpeg", "worse.jpg")}
    assert files["clear.jpg"] == files["same.jpeg"] and len(files["clear.jpg"]) > len(files["worse.jpg"])


def test_every_option_changes_the_result(desk, capsys):
    found = set()
    for option in (
        (),
        ("--airlight", "0.7,0.8,0.9"),
        ("--least", "0.9"),
        ("--strength", "0.5"),
        ("--weights", "others"),
    ):
        assert run("photo.png", "-o", "clear.png", "--overwrite", *option) == 0
        found.add((desk / "clear.png").read_bytes())
    assert len(found) == 5 and "airlight 0.700, 0.800, 0.900 used" in capsys.readouterr().out


def test_strength_0_gives_the_photograph_back_and_a_clear_one_is_told(desk, capsys):
    assert run("photo.png", "-o", "same.png", "--strength", "0") == 0
    assert np.array_equal(imread("same.png"), imread("photo.png"))
    assert run("photo.png", "-o", "none.png", "--strength", "2") == 1
    assert "the strength lies in [0, 1], not 2" in capsys.readouterr().err and not (desk / "none.png").exists()
    clear = (255 * np.random.default_rng(3).uniform(0, 1, (60, 70, 3)) ** 2).astype(np.uint8)
    clear[:25, :30] = 230
    imsave("clear_day.png", clear, check_contrast=False)
    assert run("clear_day.png", "-o", "left.png") == 0
    assert "clear_day.png: the picture has little haze" in capsys.readouterr().out
    assert np.array_equal(imread("left.png"), clear)


def test_sixteen_bits_stay_sixteen(desk):
    imsave("deep.tif", imread("photo.png").astype(np.uint16) * 257, check_contrast=False)
    assert run("deep.tif", "-o", "clear.tif") == 0
    assert imread("clear.tif").dtype == np.uint16


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (("grey.png", "-o", "c.png"), "needs a colour image, and this one is grey"),
        (("none.png", "-o", "c.png"), "there is no file none.png"),
        (("photo.png", "-o", "c.gif"), ".gif files are not written: use one of .png"),
        (("photo.png", "-o", "c.png", "--transmission", "t.jpg"), ".jpg cannot hold this picture's 16 bits a channel"),
        (("photo.png", "-o", "c.png", "--transmission", "t.bmp"), ".bmp cannot hold this picture's 16 bits a channel"),
        (
            ("photo.png", "-o", "c.png", "--transmission", "c.png"),
            "c.png cannot hold two results: name a file for each",
        ),
        (
            ("photo.png", "-o", "c.png", "--certificate", "photo.png"),
            "photo.png exists: choose another name, or say --overwrite",
        ),
        (("photo.png", "-o", "photo.png"), "photo.png exists: choose another name, or say --overwrite"),
        (("-o", "c.png"), "which photograph? name one"),
        (("photo.png", "-o", "no/c.png"), "there is no folder no"),
        (("photo.png", "-o", "c.png", "--airlight", "230,230,230"), "divide 8-bit values by 255"),
        (("photo.png", "-o", "c.png", "--weights", "none"), "haze-ipadnet.safetensors is missing"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_nothing(desk, capsys, arguments, sentence):
    before = {path.name: path.read_bytes() for path in desk.iterdir() if path.is_file()}
    assert run(*arguments) == 1
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert error.split("\r")[-1].lstrip().startswith("padnet: ") and sentence in error
    assert {path.name: path.read_bytes() for path in desk.iterdir() if path.is_file()} == before


def test_an_input_is_overwritten_when_asked(desk):
    before = (desk / "photo.png").read_bytes()
    assert run("photo.png", "-o", "photo.png", "--overwrite") == 0
    assert (desk / "photo.png").read_bytes() != before


@pytest.mark.parametrize("text", ["white", "0.8,0.8", "0.8,0.8,x"])
def test_a_text_that_is_no_colour_is_refused(desk, capsys, text):
    with pytest.raises(SystemExit) as ended:
        run("photo.png", "-o", "c.png", "--airlight", text)
    assert ended.value.code == 2 and "is no colour: give three numbers from 0.1 to 1" in capsys.readouterr().err


def test_it_is_upright_keeps_profile_and_metadata_and_takes_a_folder(desk):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation], exif[ExifTags.Base.Model] = 6, "a camera"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    (desk / "hills").mkdir()
    Image.fromarray(imread("photo.png")).save("hills/a.jpg", exif=exif, icc_profile=profile, dpi=(300, 300))
    Image.fromarray(imread("photo.png")).save("hills/b.png")
    assert run("hills", "-o", "clear", "--transmission", "t", "--certificate", "c") == 0
    with Image.open("clear/a.jpg") as file, Image.open("clear/b.png") as other:
        assert file.size == other.size[::-1] and file.info["dpi"] == (300, 300)
        assert file.info["icc_profile"] == profile and dict(file.getexif()) == {ExifTags.Base.Model: "a camera"}
    assert sorted(path.name for path in (desk / "t").iterdir()) == ["a.png", "b.png"]
    assert "nothing of the picture" in json.loads((desk / "c/a.json").read_text())["certificate_means"]


def test_formats_are_listed(capsys):
    assert run("--list-formats") == 0 and ".jpg" in capsys.readouterr().out
