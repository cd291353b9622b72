"""The image networks on held-out pictures: what is observed, what is told of the noise, and the rows."""

import csv
import shutil

import numpy as np
import pytest
from tiny import image_parameters, write_parameters, write_pictures
from trained import small_settings, write_weights

from padnet.errors import InputError
from padnet.evaluation import heldout
from padnet.evaluation.heldout import LEVELS, MISTOLD, ROW, cases, level, score
from padnet.tasks.noise_level import ROUNDING, estimate_noise
from padnet.tasks.pretrained import of_file


@pytest.fixture(autouse=True)
def _few(monkeypatch):
    """Two small kernels."""
    monkeypatch.setattr(heldout, "KERNELS", {"line": ("line", 5), "disk": ("disk", 3)})
    monkeypatch.setattr(heldout, "CROP", 2)


@pytest.fixture
def pictures():
    """Three pictures of 40x40."""
    return [(f"p{i}", np.kron(np.random.default_rng(i).random((10, 10)), np.ones((4, 4)))) for i in range(3)]


def test_every_kernel_meets_every_level(pictures):
    found = list(cases(pictures, 1, 2))
    levels = {*LEVELS, *MISTOLD}
    assert len(found) == 2 * 2 * (2 * len(levels) + 2 * len(MISTOLD))
    assert {(c.kernel, c.noise) for c in found} == {(k, s) for k in ("line", "disk") for s in levels}
    assert {c.told for c in found if c.noise not in MISTOLD} == {"true", "estimated"}
    assert {c.told for c in found if c.noise in MISTOLD} == {"true", "estimated", "half", "twice"}
    assert {c.picture for c in found} == {"p0", "p1", "p2"}
    # What is told does not change what is seen; the seed does, and every picture has noise of its own.
    assert np.array_equal(found[0].y, found[1].y) and not np.array_equal(found[0].y, next(cases(pictures, 2, 2)).y)
    assert len({c.y.tobytes() for c in found}) == 2 * 2 * len(levels)


def test_the_truth_is_what_the_observation_shows(pictures):
    case = next(c for c in cases(pictures, 1, 1) if c.noise == 0.001)
    assert case.x.shape == case.y.shape == (36, 36)
    shifted = [np.square(case.y - np.roll(case.x, i, axis)).mean() for axis in (0, 1) for i in (-2, 2)]
    assert np.square(case.y - case.x).mean() < min(shifted)


def test_what_is_told(root, tmp_path, pictures):
    raw = small_settings(root)
    before = of_file(write_weights(tmp_path / "a", raw) / "image-ipadnet.safetensors")
    raw["frame"]["told"] = True
    now = of_file(write_weights(tmp_path / "b", raw) / "image-ipadnet.safetensors")
    found = {(c.told, c.noise): c for c in cases(pictures, 1, 1)}
    for told, factor in (("half", 0.5), ("true", 1), ("twice", 2)):
        case = found[told, 0.03]
        assert level(case, before) == pytest.approx(factor * 0.03)
        assert level(case, now) == pytest.approx(np.hypot(factor * 0.03, ROUNDING))
    case = found["estimated", 0.03]
    assert level(case, now) == level(case, before) == estimate_noise(case.y, case.k)


def test_pixels_at_the_border_do_not_count():
    x = np.full((12, 12), 0.5)
    off = x.copy()
    off[3, 3] = 0.6
    outside = off.copy()
    outside[0], outside[:, -2:] = 9, -9
    assert score(x, outside) == score(x, off) == pytest.approx(-10 * np.log10(0.01 / 64))


def test_the_stage_writes_a_row_a_case(toy, root, monkeypatch):
    monkeypatch.setattr(heldout, "LEVELS", (0.01, 0.03))
    write_pictures(toy)
    write_parameters(toy, image=image_parameters(root))
    folder = write_weights(toy / "weights/quick", small_settings(root))
    assert heldout.main(["--profile", "quick", "--weights", "image-ipadnet"]) is None
    rows = list(csv.DictReader((toy / "results/quick/heldout/image-ipadnet.csv").open()))
    assert list(rows[0]) == ROW and len(rows) == 2 * 4 * (2 * 2 + 2 * 2)
    assert len({row["psnr"] for row in rows}) > 40 and {row["holds"] for row in rows} == {"True"}
    # Other networks find other pictures behind the same observations.
    for ending in ("safetensors", "json"):
        shutil.copy(folder / f"image-ipadnet.{ending}", folder / f"ladder-joint.{ending}")
    write_weights(folder, small_settings(root), seed=9)
    again = heldout.heldout("quick", "image-ipadnet", each=1)
    assert [row["input_psnr"] for row in again] != [row["psnr"] for row in again]
    joint = heldout.heldout("quick", "ladder-joint", each=1)
    assert [row["input_psnr"] for row in joint] == [row["input_psnr"] for row in again]
    assert [row["psnr"] for row in joint] != [row["psnr"] for row in again]


def test_other_networks_are_one_sentence():
    with pytest.raises(InputError, match="no networks 'best': use one of ladder-before, ladder-joint"):
        heldout.heldout("quick", "best")
