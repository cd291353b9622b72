"""The haze protocols: what is observed follows (17), lazily, the same every time, and apart for test and training."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from skimage.io import imsave

from padnet.data import haze_photographs
from padnet.data.haze_protocols import haze_protocol
from padnet.data.middlebury import parts
from padnet.data.quick_haze import read
from padnet.data.readers import training_photographs
from padnet.errors import InputError, PadnetError
from padnet.experiments.haze import HazeExperiment

SIZE = (20, 24)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A data folder with all the scenes, small, and their disparities with a hole."""
    root = tmp_path_factory.mktemp("haze")
    (root / "middlebury").mkdir()
    rng = np.random.default_rng(6)
    for name, view in parts("training") + parts("test"):
        D = np.clip(120 + 300 * gaussian_filter(rng.standard_normal(SIZE), 3), 20, 255).astype(np.uint8)
        D[3:5, 4:9] = 0
        picture = rng.integers(0, 256, (*SIZE, 3), np.uint8)
        imsave(root / f"middlebury/{name}_view{view}.png", picture, check_contrast=False)
        imsave(root / f"middlebury/{name}_disp{view}.png", D, check_contrast=False)
    return root


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """A data folder with the quick profile's three scenes."""
    root = tmp_path_factory.mktemp("quick")
    (root / "haze").mkdir()
    rng = np.random.default_rng(7)
    for name in ("upper", "lower", "right"):
        imsave(root / f"haze/{name}.png", rng.integers(0, 256, (*SIZE, 3), np.uint8), check_contrast=False)
        np.save(root / f"haze/{name}.npy", rng.integers(0, 9, SIZE).astype(np.float32))
    return root


def test_the_pairs_are_haze_over_the_scenes(root):
    entry = haze_protocol("middlebury-haze")
    pairs, scenes = entry.pairs(root, "test"), entry.scenes(root, "test")
    assert len(pairs) == 36 and len(scenes) == 9
    assert pairs.names[:5] == (
        ("Aloe", "beta 0.3"),
        ("Aloe", "beta 0.6"),
        ("Aloe", "beta 1"),
        ("Aloe", "beta 1.5"),
        ("Books", "beta 0.3"),
    )
    for i in (0, 6, 35):
        p, scene = pairs[i], scenes[i // 4]
        assert p.image == scene.name == pairs.names[i][0] and f"beta {p.beta:g}" == pairs.names[i][1]
        assert np.array_equal(p.J, scene.J) and np.array_equal(p.mask, scene.mask) and not p.mask.all()
        assert np.allclose(p.t, np.exp(-p.beta * scene.d))
        I = p.t[..., None] * p.J + (1 - p.t[..., None]) * p.A
        assert np.abs(p.I - I).max() <= 0.5 / 255 + 1e-12
        assert np.array_equal(p.I, np.round(255 * p.I) / 255) and p.I.dtype == np.float64
        assert p.A.shape == (3,) and np.ptp(p.A) == 0 and 0.7 <= p.A[0] <= 1


def test_the_airlight_is_a_function_of_scene_beta_and_seed(root):
    entry = haze_protocol("middlebury-haze")
    A = {
        pairs.names[i]: pairs[i].A[0]
        for pairs in (entry.pairs(root, "test"), entry.pairs(root, "training"))
        for i in range(0, len(pairs), 3)
    }
    assert len(set(A.values())) == len(A)
    again = entry.pairs(root, "test")
    assert again[3].A[0] == again[2:5][1].A[0] == A["Aloe", "beta 1.5"]
    assert np.array_equal(entry.pairs(root, "test")[3].I, entry.pairs(root, "test")[3:4][0].I)
    other = replace(entry, seed=1, airlight=(0.5, 0.6))
    assert 0.5 <= other.pairs(root, "test")[0].A[0] <= 0.6
    assert replace(entry, betas=(2.0,)).pairs(root, "test")[1].beta == 2


def test_the_oracles_are_means_of_the_true_transmission(root):
    entry = haze_protocol("middlebury-haze")
    pairs = entry.pairs(root, "training")
    assert entry.constant(root) == pytest.approx(np.mean([p.t[p.mask].mean() for p in pairs]), abs=1e-12)
    p = entry.pairs(root, "test")[1]
    assert entry.median(p) == np.median(p.t[p.mask]) and entry.median(p) == pytest.approx(np.exp(-0.6), abs=0.01)


def test_the_protocol_scores(root):
    entry = haze_protocol("middlebury-haze")
    p = entry.pairs(root, "test")[0]
    assert entry.score(p, p.t, p.J)["psnr"] == np.inf
    assert entry.score(p, np.ones_like(p.t), p.I)["psnr"] < 30


def test_the_quick_profile_has_the_same_protocol(quick):
    entry = haze_protocol("quick-haze")
    assert [scene.name for scene in entry.scenes(quick, "training")] == ["motorcycle_upper", "motorcycle_lower"]
    pairs = entry.pairs(quick, "test")
    assert [name for name, _ in pairs.names] == ["motorcycle_right"] * 4
    stored = np.load(quick / "haze/right.npy")
    assert np.array_equal(pairs[0].mask, stored > 0)
    assert np.allclose(pairs[0].t[pairs[0].mask], np.exp(-0.3 / stored[stored > 0] * np.median(stored[stored > 0])))
    assert 0 < entry.constant(quick) < 1


@pytest.fixture(scope="module")
def photographs(tmp_path_factory):
    """A data folder with 80 small photographs."""
    root = tmp_path_factory.mktemp("photographs")
    (root / "sun13").mkdir()
    rng = np.random.default_rng(8)
    for number in range(80):
        imsave(root / f"sun13/p{number:02d}.png", rng.integers(0, 256, (48, 60, 3), np.uint8), check_contrast=False)
    return root


def test_the_photographs_are_those_that_trainings_hold_out(photographs):
    entry = haze_protocol("photographs-haze")
    pairs = entry.pairs(photographs, "test")
    assert len(pairs) == 32 and len(entry.scenes(photographs, "training")) == 72
    assert pairs.names[0] == ("photograph 73", "beta 0.3") and pairs.names[-1] == ("photograph 80", "beta 1.5")
    held = [picture for _, picture in training_photographs(photographs)][
        -HazeExperiment("paper").data.held_photographs :
    ]
    assert len(held) == 16, "eight for choices, and these"
    for p, picture in zip(list(pairs)[::4], held[8:], strict=True):
        assert p.J.shape == (24, 30, 3) and p.mask.all()
        assert np.allclose(p.J, picture.reshape(24, 2, 30, 2, 3).mean(axis=(1, 3)), rtol=0, atol=1e-12)
        assert np.array_equal(255 * p.I, np.round(255 * p.I)) and not np.array_equal(p.I, p.J)
    assert np.array_equal(pairs[3].I, entry.pairs(photographs, "test")[3].I)


def test_noise_and_compression_change_the_hazy_picture_alone(photographs):
    entry = haze_protocol("photographs-haze")
    made = [
        replace(entry, **change).pairs(photographs, "test")[1]
        for change in ({}, {"noise": 0.0}, {"quality": None}, {"noise": 0.0, "quality": None}, {"quality": 20})
    ]
    clean = made[3]
    wanted = clean.t[..., None] * clean.J + (1 - clean.t[..., None]) * clean.A
    assert np.abs(clean.I - wanted).max() <= 0.5 / 255 + 1e-12
    errors = [np.abs(p.I - wanted).mean() for p in made]
    assert (
        len({round(float(error), 9) for error in errors}) == 5 and errors[3] == min(errors) and errors[4] == max(errors)
    )
    assert all(np.array_equal(p.J, clean.J) and np.array_equal(p.t, clean.t) for p in made)
    assert "noise of standard deviation 0.006, rounded to 8 bits, JPEG of quality 60. Holes" in entry.describe()
    assert "in [0.7, 1], rounded to 8 bits. Holes" in haze_protocol("middlebury-haze").describe()


def test_too_few_photographs_are_one_sentence(photographs, tmp_path):
    (tmp_path / "sun13").mkdir()
    shutil.copy(photographs / "sun13/p00.png", tmp_path / "sun13")
    with pytest.raises(PadnetError, match="sun13, photograph 73 is missing: `padnet fetch"):
        haze_protocol("photographs-haze").pairs(tmp_path, "test")
    with pytest.raises(InputError, match="there is no photograph 80: choose from 0 to 79"):
        haze_photographs.read(photographs, 80)


def test_the_descriptions_name_what_a_reader_needs():
    text = haze_protocol("middlebury-haze").describe()
    for words in (
        "middlebury-haze: 9 of the 26",
        "Aloe, Books, Dolls",
        "beta in 0.3, 0.6, 1, 1.5",
        "[0.7, 1]",
        "8 bits",
        "Holes",
        "not rounded or stretched",
    ):
        assert words in text
    assert "motorcycle" in haze_protocol("quick-haze").describe()


def test_what_is_missing_or_unknown_is_one_sentence(root, quick, tmp_path):
    entry = haze_protocol("middlebury-haze")
    with pytest.raises(
        InputError, match="no haze protocol 'x': choose from middlebury-haze, photographs-haze, quick-haze"
    ):
        haze_protocol("x")
    with pytest.raises(InputError, match="no split 'validation': choose from training, test"):
        entry.pairs(root, "validation")
    for call in (entry.pairs, entry.scenes):
        with pytest.raises(PadnetError, match="nowhere is missing: `padnet fetch"):
            call(tmp_path / "nowhere", "test")
    shutil.copytree(root, tmp_path / "part")
    (tmp_path / "part/middlebury/Wood2_disp1.png").unlink()
    with pytest.raises(PadnetError, match="Wood2_disp1.png is missing"):
        entry.pairs(tmp_path / "part", "test")
    assert len(entry.pairs(tmp_path / "part", "training")) == 136
    shutil.copytree(quick, tmp_path / "quick")
    (tmp_path / "quick/haze/right.npy").write_bytes(b"not numpy")
    with pytest.raises(PadnetError, match="right.npy is not a readable disparity: remove it and run `padnet sample`"):
        haze_protocol("quick-haze").pairs(tmp_path / "quick", "test")[0]
    with pytest.raises(InputError, match="no part 'left' of the quick scene: choose from upper, lower, right"):
        read(quick, "left")
