"""What lesson 05 computes beside its mathematics: the detail, kernels, bands, and rows beside print."""

import math

import numpy as np
import pytest

from padnet.notebook import lesson_05_bands as bands, lesson_05_tables as tables
from padnet.notebook.lesson_05 import cut, detail_at, kernel_of, own, values

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


def test_a_band_is_a_range_a_bound_or_another_method():
    found = {"tv": 30.0, "hyperlaplacian": 29.5}
    assert bands.limits({"from": 29, "to": 31}, found) == (29, 31, "29.00 to 31.00")
    assert bands.limits({"from": 29}, found) == (29, np.inf, "29.00 or more")
    low, high, told = bands.limits({"above": "tv"}, found)
    assert (low, high, told) == (30.0, np.inf, "above TV, 30.00")
    assert bands.judged(30, 29, 31) == "inside"
    assert bands.judged(32.5, 29, 31) == "+1.50 dB above" and bands.judged(28, 29, 31) == "-1.00 dB"


def test_rows_stand_among_published_ones_the_best_first(monkeypatch):
    shown = []
    monkeypatch.setattr(tables, "table", lambda head, lines: shown.extend(lines))
    entry = {"method": "X", "psnr": 30.5, "source": "print"}
    tables.published_table(VALUE, {"levin-1pct": [entry]}, ["levin-1pct"])
    assert [line[1] for line in shown] == ["**EPADNet, here**", "X", "**TV, here**"]
    assert shown[1] == ["levin-1pct", "X", "30.50", "", "print", ""]
