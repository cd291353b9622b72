"""Colour photographs: what is observed, what is scored, and the committed gain of the opponent planes."""

import csv
import statistics

import numpy as np
import pytest

from padnet.evaluation import colour
from padnet.evaluation.colour import COLUMNS, CROP, PICTURES, observed, score


def test_the_observation_shows_the_truth_with_noise_of_its_own_in_every_channel():
    x, y, k = observed("coffee.png", 2, 1)
    assert x.shape == y.shape == (240, 240, 3) and x.dtype == y.dtype == np.uint8 and k.shape == (17, 17)
    shifted = [np.square(y * 1.0 - np.roll(x, i, axis)).mean() for axis in (0, 1) for i in (-6, 6)]
    assert np.square(y * 1.0 - x).mean() < min(shifted)
    again, other = observed("coffee.png", 2, 1)[1], observed("coffee.png", 2, 2)[1]
    assert np.array_equal(y, again) and not np.array_equal(y, other)
    off = (y * 1.0 - other)[..., 0].ravel(), (y * 1.0 - other)[..., 1].ravel()
    assert not np.array_equal(*off)


def test_the_border_does_not_count():
    x = np.full((60, 60, 3), 100, np.uint8)
    found, worse = x.copy(), x.copy()
    found[30, 30] = worse[30, 30] = 110
    worse[: CROP - 1] = 0
    assert score(x, worse) == score(x, found) == pytest.approx(-10 * np.log10((10 / 255) ** 2 / 400))


def test_a_row_compares_both_ways(toy, monkeypatch):
    class Found:
        def __init__(self, image):
            self.image = image // 2 if image.ndim == 2 else image

    monkeypatch.setattr(colour, "deconvolve", lambda y, k, noise, turns=None: Found(y))
    monkeypatch.setattr(colour, "PICTURES", PICTURES[:1])
    monkeypatch.setattr(colour, "load_seed", lambda: 1)
    (row,) = colour.colour("quick", toy)
    assert list(row) == COLUMNS and row["opponents_psnr"] == row["input_psnr"] > row["channels_psnr"]
    assert row["gain"] == pytest.approx(row["opponents_psnr"] - row["channels_psnr"], abs=1e-5)
    assert len(list(csv.DictReader((toy / "results/quick/colour.csv").open()))) == 1


def test_the_committed_gain(root):
    """The eight pictures gain a decibel on average. Two with little colour or detail hardly do."""
    with open(root / "results/paper/colour.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    gains = [float(row["gain"]) for row in rows]
    assert len(gains) == 8 and statistics.mean(gains) >= 1 and min(gains) > 0
    # Each of the two ways to gain, the planes and the orientations, does so without the other.
    for better, worse in (("once", "channels"), ("opponents", "once"), ("turned", "channels"), ("opponents", "turned")):
        assert statistics.mean(float(row[f"{better}_psnr"]) - float(row[f"{worse}_psnr"]) for row in rows) > 0.05
