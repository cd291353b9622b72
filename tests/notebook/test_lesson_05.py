"""What lesson 05 computes beside its mathematics: the detail, kernels, and rows beside print."""

import math
from copy import deepcopy

import numpy as np
import pytest

from padnet.evaluation.heldout import LEVELS
from padnet.labels import IMAGE_NETWORKS
from padnet.notebook import lesson_05_ladder as ladder, lesson_05_settings as settings, lesson_05_tables as tables
from padnet.notebook.lesson_05 import cut, detail_at, kernel_of, own, values
from padnet.project.atomic_files import write_csv
from padnet.tasks.deconvolution_settings import Settings
from padnet.tasks.pretrained import load

VALUE = {
    ("levin-1pct", "tv", "tuned", "psnr"): 30.0,
    ("levin-1pct", "tv", "tuned", "ssim"): 0.9,
    ("levin-1pct", "epadnet", "guarded", "psnr"): 31.0,
    ("levin-1pct", "epadnet", "guarded", "ssim"): 0.95,
    ("levin-1pct", "epadnet", "unguarded", "psnr"): 31.5,
    ("sun-20", "tv", "tuned", "psnr"): 20.0,
}


def test_the_detail_is_where_the_contrast_is_and_never_in_the_border():
    picture = np.zeros((40, 50))
    picture[20:28:2, 30:38] = 1
    picture[0, ::2] = 5
    at = detail_at(picture, border=4, size=12)
    row, column = at
    assert row <= 19 and row + 12 >= 28 and column <= 29 and column + 12 >= 39
    assert cut(picture, at, 12).shape == (12, 12) and cut(picture, at, 12).sum() == 32


@pytest.mark.parametrize("kind", ["disc", "line", "Gaussian"])
@pytest.mark.parametrize("width", [1, 7, 15])
def test_kernels_sum_to_one_and_are_about_their_centre(kind, width):
    k = kernel_of(kind, width)
    assert k.shape == (17, 17) and k.min() >= 0 and math.isclose(k.sum(), 1)
    np.testing.assert_allclose(k, k[::-1, ::-1], atol=1e-12)
    assert kind != "line" or (k[8] > 0).sum() == width


def test_own_rows_are_those_of_the_methods_themselves():
    assert own(VALUE, "levin-1pct") == {"tv": 30.0, "epadnet": 31.0}
    row = {"protocol": "a", "method": "tv", "variant": "tuned", "metric": "psnr", "value": 1.0}
    assert values([row]) == {("a", "tv", "tuned", "psnr"): 1.0}


def test_rows_stand_among_published_ones_the_best_first(monkeypatch):
    shown = []
    monkeypatch.setattr(tables, "table", lambda head, lines: shown.extend(lines))
    entry = {"method": "X", "psnr": 30.5, "source": "print"}
    tables.published_table(VALUE, {"levin-1pct": [entry]}, ["levin-1pct"])
    assert [line[1] for line in shown] == ["**EPADNet, here**", "X", "**TV, here**"]
    assert shown[1] == ["levin-1pct", "X", "30.50", "", "print", ""]


@pytest.fixture
def rungs(tmp_path, monkeypatch):
    """Files of a ladder of two networks; what is shown."""
    shown = []
    monkeypatch.setattr(ladder, "table", lambda head, lines: shown.append([head, *lines]))
    monkeypatch.setattr(ladder, "IMAGE_NETWORKS", {"ladder-before": "before", "image-ipadnet": "now"})
    (tmp_path / "weights/paper").mkdir(parents=True)
    (tmp_path / "results/paper/tables").mkdir(parents=True)
    (tmp_path / "reference").mkdir()
    rows, columns = [], ["weights", "told", "noise", "kernel", "psnr"]
    for i, name in enumerate(ladder.IMAGE_NETWORKS):
        (tmp_path / f"weights/paper/{name}.json").write_text(f'{{"parameters": {7 + i}, "steps": {70 + i}}}')
        for told, cost in (("true", 0), ("half", 2 - i), ("twice", 1)):
            for noise in (*LEVELS, 0.03) if told == "true" else (0.01, 0.03):
                rows.append([name, told, noise, "all", 30 + i - cost])
        rows.append([name, "true", 0.01, "disk", 99])
    write_csv(
        tmp_path / "results/paper/tables/heldout.csv", [dict(zip(columns, r, strict=True)) for r in rows], columns
    )
    seconds = [{"weights": name, "seconds": i + 0.5} for i, name in enumerate(ladder.IMAGE_NETWORKS)]
    write_csv(tmp_path / "reference/seconds_ladder.csv", seconds, ["weights", "seconds"])
    return tmp_path, shown


def test_the_ladder_shows_what_each_network_reaches_and_takes(rungs):
    root, shown = rungs
    ladder.ladder_table(root)
    ((head, before, now),) = shown
    assert head[5:] == ["0.1 %", "0.5 %", "1 %", "2 %", "5 %", "10 %"]
    assert before[0] == "before" and before[2:] == [7, 70, "0.5", *["30.00"] * 6]
    assert now[0] == "now" and now[2:] == [8, 71, "1.5", *["31.00"] * 6]


def test_a_wrong_level_costs_the_difference(rungs):
    root, shown = rungs
    ladder.mistold_table(root)
    ((head, before, now),) = shown
    assert head[1:] == ["half of 1 %", "half of 3 %", "twice of 1 %", "twice of 3 %"]
    assert before[1:] == ["2.00", "2.00", "1.00", "1.00"] and now[1:] == ["1.00", "1.00", "1.00", "1.00"]


def test_every_rung_says_what_is_new():
    assert set(ladder.CHANGES) == set(IMAGE_NETWORKS)


def test_the_settings_describe_the_units_and_the_border(root, monkeypatch):
    shown = []
    monkeypatch.setattr(settings, "display", lambda text: shown.append(text.data))
    settings.setting_sentences(load().settings)
    raw = deepcopy(load().settings.raw)
    raw["unit"] = {"features": 4, "dilations": [1, 1, 1], "scale": 0.01, "unshuffle": 2}
    raw["frame"], raw["implicit"]["power"] = {"margin": 8, "passes": 1, "told": True}, 1.0
    settings.setting_sentences(Settings(raw))
    assert "one unit" in shown[1] and "1 / 2 of its size" in shown[1] and "settles" in shown[1]
    assert "(0.01 / sigma)^1;" in shown[1] and "One pass" in shown[1]
