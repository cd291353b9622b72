"""`padnet deconvolve`: a photograph on disk, deblurred; every mistake is one line and leaves nothing behind."""

import io
import json
import shutil

import numpy as np
import pytest
from skimage.io import imread, imsave
from tqdm import tqdm
from trained import small_settings, write_weights

from padnet import deconvolve
from padnet.cli import deconvolve as command, main as cli
from padnet.errors import PadnetError
from padnet.tasks import pretrained
from padnet.tasks.opponent_colours import NAMES


@pytest.fixture
def desk(root, tmp_path, monkeypatch):
    """The working directory: photo.png, grey.png, kernel.png, and small networks as the project's own."""
    write_weights(tmp_path / "weights", small_settings(root))
    write_weights(tmp_path / "others", small_settings(root), 5)
    monkeypatch.setattr(pretrained, "SHIPPED", tmp_path / "weights")
    monkeypatch.chdir(tmp_path)
    pretrained.load.cache_clear()
    rng = np.random.default_rng(1)
    photo = np.kron(rng.integers(20, 230, (6, 8, 3)), np.ones((5, 5, 1))).astype(np.uint8)
    imsave("photo.png", photo, check_contrast=False)
    imsave("grey.png", photo[..., 0], check_contrast=False)
    imsave("kernel.png", np.array([[9, 5, 0], [0, 8, 0], [0, 0, 1]], np.uint8), check_contrast=False)
    yield tmp_path
    pretrained.load.cache_clear()


def run(*arguments):
    """The exit status of `padnet deconvolve ...`."""
    return cli.main(["deconvolve", *arguments])


def test_a_colour_photograph_goes_through(desk, capsys):
    assert run("photo.png", "kernel.png", "-o", "sharp.png", "--certificate", "proof.json") == 0
    said = capsys.readouterr()
    noise = json.loads((desk / "proof.json").read_text())["noise"]
    assert f"sharp.png: 40x30 pixels, noise {noise:.4f} estimated" in said.out
    told = [line for line in said.out.splitlines() if line.startswith("the iteration, ")]
    names = [line.split(":")[0].removeprefix("the iteration, ") for line in told]
    assert names == [*NAMES, *["grey, turned"] * 3]
    assert "all conditions hold" in said.out and "stage" in said.err
    want = deconvolve(imread("photo.png"), imread("kernel.png"))
    assert np.array_equal(imread("sharp.png"), want.image)
    assert (desk / "proof.json").read_text() == want.to_json()
    assert json.loads(want.to_json())["certificate"][2]["holds"]


def test_sixteen_bits_stay_sixteen(desk):
    imsave("deep.tif", imread("photo.png").astype(np.uint16) * 257, check_contrast=False)
    assert run("deep.tif", "kernel.png", "-o", "sharp.tif") == 0
    assert imread("sharp.tif").dtype == np.uint16
    assert run("deep.tif", "kernel.png", "-o", "other.png") == 1


def test_every_option_changes_the_result(desk, capsys):
    options = [
        (),
        ("--noise", "0.03"),
        ("--method", "epadnet"),
        ("--passes", "1"),
        ("--boundary", "periodic"),
        ("--flip-kernel",),
        ("--weights", "others"),
    ]
    found = set()
    for option in options:
        assert run("grey.png", "kernel.png", "-o", "sharp.png", "--overwrite", *option) == 0
        found.add((desk / "sharp.png").read_bytes())
    assert len(found) == len(options)
    assert "noise 0.0300 used" in capsys.readouterr().out


def test_an_input_is_overwritten_only_when_asked(desk, capsys):
    before = (desk / "grey.png").read_bytes()
    for target in ("grey.png", "./grey.png", "kernel.png"):
        assert run("grey.png", "kernel.png", "-o", target) == 1
        assert "exists: choose another name, or say --overwrite" in capsys.readouterr().err
    assert run("grey.png", "kernel.png", "-o", "s.png", "--certificate", "grey.png") == 1
    assert (desk / "grey.png").read_bytes() == before and not (desk / "s.png").exists()
    assert run("grey.png", "kernel.png", "-o", "grey.png", "--overwrite") == 0
    assert (desk / "grey.png").read_bytes() != before


MISTAKES = {
    "there is no file none.png": ("none.png", "kernel.png", "-o", "s.png"),
    "there is no file none2.png": ("grey.png", "none2.png", "-o", "s.png"),
    "no picture that can be read": ("weights/image-ipadnet.json", "kernel.png", "-o", "s.png"),
    "larger than the image": ("kernel.png", "photo_grey_large.png", "-o", "s.png"),
    "black all over": ("grey.png", "zero.png", "-o", "s.png"),
    "is coloured": ("grey.png", "photo.png", "-o", "s.png"),
    "is transparent": ("alpha.png", "kernel.png", "-o", "s.png"),
    "there is no folder nowhere": ("grey.png", "kernel.png", "-o", "nowhere/s.png"),
    "there is no folder absent": ("grey.png", "kernel.png", "-o", "s.png", "--certificate", "absent/c.json"),
    "no ending that names its format": ("grey.png", "kernel.png", "-o", "s"),
    "what blurred the photograph": ("grey.png", "-o", "s.png"),
    "has no variables": ("grey.png", "kernel.png", "-o", "s.png", "--variable", "k"),
    "white is at least": ("grey.png", "kernel.png", "-o", "s.png", "--range", "10"),
    "is a folder: name a file in it": ("grey.png", "kernel.png", "-o", "s.png", "--certificate", "weights"),
    "cannot hold two results": ("grey.png", "kernel.png", "-o", "s.png", "--certificate", "s.png"),
    "divide 8-bit values by 255": ("grey.png", "kernel.png", "-o", "s.png", "--noise", "2.55"),
    ".txt files are not written": ("grey.png", "kernel.png", "-o", "s.png", "--preview", "p.txt"),
    "at least 1": ("grey.png", "kernel.png", "-o", "s.png", "--passes", "0"),
    "image-ipadnet.safetensors is missing": ("grey.png", "kernel.png", "-o", "s.png", "--weights", "none"),
}


@pytest.mark.parametrize("says", MISTAKES)
def test_a_mistake_is_one_line_and_leaves_nothing(says, desk, capsys):
    imsave("photo_grey_large.png", imread("grey.png"), check_contrast=False)
    imsave("zero.png", np.zeros((3, 3), np.uint8), check_contrast=False)
    imsave("alpha.png", np.zeros((9, 9, 4), np.uint8), check_contrast=False)
    before = sorted(path.name for path in desk.iterdir())
    with tqdm(file=io.StringIO()):  # another command's bar, still open in this process, moves nothing
        assert run(*MISTAKES[says]) == 1
    said = capsys.readouterr()
    assert said.out == "" and says in said.err
    assert said.err.splitlines()[-1].split("\r")[-1].strip().startswith("padnet: ")
    assert sorted(path.name for path in desk.iterdir()) == before


def test_a_full_disk_leaves_the_old_result(desk, monkeypatch, capsys):
    shutil.copy("grey.png", "sharp.png")
    before = (desk / "sharp.png").read_bytes()

    def full(path, data):
        raise PadnetError("no space left")

    monkeypatch.setattr(command, "write_bytes", full)
    assert run("grey.png", "kernel.png", "-o", "sharp.png", "--overwrite") == 1
    assert (desk / "sharp.png").read_bytes() == before


def test_several_photographs_go_into_a_folder_and_one_that_fails_does_not_stop_them(desk, capsys):
    (desk / "in").mkdir()
    for name in ("a.png", "c.png"):
        shutil.copy("grey.png", desk / "in" / name)
    (desk / "in/b.png").write_text("no picture")
    assert run("in", "kernel.png", "-o", "out", "--certificate", "proofs", "--preview", "shown") == 1
    said = capsys.readouterr().err
    assert "in/b.png: in/b.png is no picture" in said and "1 of 3 photographs failed" in said
    assert sorted(path.name for path in (desk / "out").iterdir()) == ["a.png", "c.png"]
    assert sorted(path.name for path in (desk / "proofs").iterdir()) == ["a.json", "c.json"]
    assert imread("shown/a.png").shape[2] == 3
    alone = deconvolve(imread("grey.png"), imread("kernel.png"))
    assert np.array_equal(imread("out/a.png"), alone.image)
    assert run("in/a.png", "in/c.png", "kernel.png", "-o", "out") == 1  # they are there
    assert run("in/a.png", "in/c.png", "kernel.png", "-o", "out", "--overwrite") == 0


@pytest.mark.parametrize("option", [("--motion", "5,30"), ("--defocus", "2"), ("--gaussian", "1")])
def test_without_a_kernel_file(option, desk, capsys):
    assert run("grey.png", *option, "-o", "sharp.jpg") == 0
    assert cli.main(["kernel", option[0][2:], *option[1].split(","), "-o", "k.npy"]) == 0
    assert run("grey.png", "--kernel", "k.npy", "-o", "same.jpg") == 0
    assert (desk / "sharp.jpg").read_bytes() == (desk / "same.jpg").read_bytes()
    assert "centre at" in capsys.readouterr().out


def test_warnings_are_said_and_written(desk, capsys):
    np.save("even.npy", np.ones((2, 2)))
    assert run("grey.png", "even.npy", "-o", "sharp.png", "--certificate", "c.json") == 0
    assert "grey.png: the kernel of 2x2 pixels has no middle pixel" in capsys.readouterr().out
    told = json.loads((desk / "c.json").read_text())
    assert "no middle pixel" in told["warnings"][0] and "nothing of the picture" in told["certificate_means"]


def test_a_turned_kernel_is_said_with_the_option_that_cures_it(desk, monkeypatch, capsys):
    monkeypatch.setattr("padnet.tasks.deconvolution.is_turned", lambda picture, kernel, noise: True)
    assert run("grey.png", "kernel.png", "-o", "sharp.png") == 0
    assert "grey.png: the kernel fits better turned by 180 degrees" in (said := capsys.readouterr().out)
    assert "--flip-kernel" in said


def test_a_small_range_is_stretched_and_restored(desk, capsys):
    deep = imread("grey.png").astype(np.uint16) * 16
    imsave("deep.tif", deep, check_contrast=False)
    assert run("deep.tif", "kernel.png", "-o", "sharp.tif") == 0
    assert "4095 is taken as white" in capsys.readouterr().out
    found = imread("sharp.tif")
    assert found.dtype == np.uint16 and 2000 < found.max() <= 4095
    assert run("deep.tif", "kernel.png", "-o", "other.tif", "--range", "65535") == 0
    assert not np.array_equal(imread("other.tif"), found)


def test_counts_of_photons_are_scaled_and_restored(desk, capsys):
    counts = imread("grey.png").astype(np.float32) * 50
    imsave("counts.tif", counts, check_contrast=False)
    assert run("counts.tif", "kernel.png", "-o", "sharp.tif") == 0
    assert f"counts.tif: {1.25 * counts.max():g} is taken as white" in capsys.readouterr().out
    found, alike = (
        imread("sharp.tif"),
        deconvolve(counts / (1.25 * counts.max()).astype(float), imread("kernel.png"), white=1),
    )
    assert found.dtype == np.float32 and np.allclose(found, alike.image * 1.25 * counts.max(), rtol=1e-4)
    assert run("counts.tif", "kernel.png", "-o", "s.tif", "--range", "20000") == 0
    assert not np.array_equal(imread("s.tif"), found)
    assert run("counts.tif", "kernel.png", "-o", "t.tif", "--range", "9") == 1 and not (desk / "t.tif").exists()
    assert "white is at least the largest value" in capsys.readouterr().err


def test_formats_are_listed(capsys):
    assert run("--list-formats") == 0
    said = capsys.readouterr().out
    assert ".mat" in said and ".png" in said and "not read: .cr2" in said


@pytest.mark.parametrize("where", ["deconvolve", "write_text", "encoded"])
def test_an_interrupt_is_one_sentence_and_leaves_no_part_of_a_file(where, desk, monkeypatch, capsys):
    def interrupted(*given, **named):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, where, interrupted)
    assert run("grey.png", "kernel.png", "-o", "sharp.png", "--certificate", "c.json") == 130
    said = capsys.readouterr().err.split("\r")[-1].strip()
    assert said == "padnet: interrupted; no unfinished file was left"
    assert not [path.name for path in desk.iterdir() if path.name.startswith((".", "c.json"))]


def test_an_interrupt_while_modules_load_is_one_sentence(monkeypatch, capsys):
    def interrupted(name):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.importlib, "import_module", interrupted)
    assert run("grey.png", "kernel.png", "-o", "sharp.png") == 130
    assert capsys.readouterr().err == "padnet: interrupted; no unfinished file was left\n"


def test_out_is_a_folder_for_many_and_a_file_there_is_said(desk, capsys):
    (desk / "in").mkdir()
    shutil.copy("grey.png", desk / "in/a.png")
    (desk / "out").write_text("a file")
    for option in (("-o", "out"), ("-o", "fine", "--certificate", "out"), ("-o", "fine", "--preview", "out")):
        assert run("in", "kernel.png", *option) == 1
        assert "padnet: out is a file: name a folder for the results of several" in capsys.readouterr().err
    assert not (desk / "fine").exists() and (desk / "out").read_text() == "a file"
    assert run("in", "kernel.png", "-o", "deep/er") == 1
    assert "there is no folder deep" in capsys.readouterr().err
