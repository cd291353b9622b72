"""Pictures and kernels come as stated, and what is missing or broken is said in one sentence."""

import shutil

import numpy as np
import pytest
from skimage.io import imsave

from padnet.data.readers import (
    hazy_photographs,
    levin_kernels,
    read_colour,
    read_grey,
    read_kernel,
    read_luma,
    training_photographs,
    training_pictures,
)
from padnet.errors import InputError, PadnetError
from padnet.imaging.degradation import check_image


def test_levin_s_kernels_are_the_stored_ones_rotated_by_180_degrees(levin, stored_kernels):
    kernels = levin_kernels(levin)
    assert [name for name, _ in kernels] == [f"kernel{j}" for j in range(1, 9)]
    for (_, k), f in zip(kernels, stored_kernels, strict=False):
        assert np.array_equal(k, np.rot90(f, 2)) and not np.array_equal(k, f)


def test_training_pictures_of_both_profiles_are_sorted_and_in_range(levin, quick):
    pictures = training_pictures(levin)
    assert [name for name, _ in pictures] == ["test_001", "test_002", "test_003"]
    assert all(x.dtype == np.float64 and x.min() == 0 and x.max() == 1 for _, x in pictures)
    assert [name for name, _ in training_pictures(quick)] == ["c"]


def test_hidden_files_are_not_pictures(quick, tmp_path):
    shutil.copytree(quick, tmp_path / "quick")
    (tmp_path / "quick/train/.c.png.part.png").write_bytes(b"left over")
    assert len(training_pictures(tmp_path / "quick")) == 1


def test_missing_data_name_the_commands_that_bring_them(tmp_path):
    (tmp_path / "train").mkdir()
    for call in (
        lambda: training_pictures(tmp_path),
        lambda: training_pictures(tmp_path / "nowhere"),
        lambda: levin_kernels(tmp_path),
        lambda: read_grey(tmp_path / "x.png"),
    ):
        with pytest.raises(PadnetError, match="is missing: `padnet fetch --out data/paper` .*`padnet sample"):
            call()


def test_broken_files_are_named(tmp_path, quick):
    (tmp_path / "a.png").write_bytes((quick / "train/c.png").read_bytes()[:200])
    with pytest.raises(PadnetError, match="a.png is not a readable picture: remove it"):
        read_grey(tmp_path / "a.png")
    (tmp_path / "k.npy").write_bytes(b"not numpy")
    with pytest.raises(PadnetError, match="k.npy is not a readable kernel: remove it"):
        read_kernel(tmp_path / "k.npy")
    (tmp_path / "levin09-kernels").mkdir()
    (tmp_path / "levin09-kernels/Levin09.mat").write_bytes(b"MATLAB 5.0")
    with pytest.raises(PadnetError, match="Levin09.mat is not Levin's kernel file: remove it"):
        levin_kernels(tmp_path)


def test_colour_and_16_bit_pictures_are_refused(tmp_path):
    imsave(tmp_path / "colour.png", np.zeros((8, 8, 3), np.uint8), check_contrast=False)
    imsave(tmp_path / "deep.png", np.zeros((8, 8), np.uint16), check_contrast=False)
    for name in ("colour.png", "deep.png"):
        with pytest.raises(InputError, match=f"{name} is not an 8-bit grey picture"):
            read_grey(tmp_path / name)


def test_colour_becomes_grey_by_matlab_s_weights_without_rounding(tmp_path):
    colours = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [10, 20, 33]]], np.uint8)
    imsave(tmp_path / "c.png", colours, check_contrast=False)
    x = read_luma(tmp_path / "c.png")
    ntsc = np.linalg.inv([[1, 0.956, 0.621], [1, -0.272, -0.647], [1, -1.106, 1.703]])[0]
    assert np.allclose(x[0, :3], ntsc, atol=1e-12) and np.allclose(x[0, :3], [0.2989, 0.5870, 0.1140], atol=5e-5)
    assert x[0, 3] == pytest.approx(1, abs=1e-9) and x.max() <= 1
    assert abs(255 * x[0, 4] - np.round(255 * x[0, 4])) > 0.1
    imsave(tmp_path / "grey.png", colours[..., 0], check_contrast=False)
    assert np.array_equal(read_colour(tmp_path / "c.png"), colours / 255)
    for read in (read_luma, read_colour):
        with pytest.raises(InputError, match="grey.png is not an 8-bit colour picture"):
            read(tmp_path / "grey.png")


def test_the_real_hazy_photographs_are_read_or_missing(tmp_path):
    with pytest.raises(PadnetError, match=r"hazy-real/\*.png is missing"):
        hazy_photographs(tmp_path)
    (tmp_path / "hazy-real").mkdir()
    picture = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    imsave(tmp_path / "hazy-real/swan.png", picture, check_contrast=False)
    [(name, I)] = hazy_photographs(tmp_path)
    assert name == "swan" and np.array_equal(I, picture / 255)


def test_photographs_of_the_paper_profile_are_sun_s(sun):
    photographs = training_photographs(sun)
    assert len(photographs) == 80 and photographs[0][0] == "img_001_SRF_8_HR" and photographs[0][1].ndim == 3


@pytest.mark.parametrize(
    "x, words",
    [
        (np.zeros(3), "two axes"),
        (np.zeros((3, 3, 3)), "two axes"),
        (np.zeros((0, 4)), "at least one pixel"),
        (np.zeros((3, 3), np.uint8), "divide 8-bit grey by 255"),
        (np.full((3, 3), np.nan), "NaN"),
        (np.full((3, 3), 255.0), "ranges from 255 to 255: scale it"),
        (np.full((3, 3), -0.1), "ranges from -0.1"),
    ],
)
def test_what_is_not_a_grey_image_is_refused(x, words):
    with pytest.raises(InputError, match=words):
        check_image(x)
