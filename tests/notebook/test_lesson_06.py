"""What lesson 06 computes beside its mathematics: shares of error, gains, and what was to be expected."""

from types import SimpleNamespace

import numpy as np
import pytest

from padnet.notebook import lesson_06_airlight, lesson_06_results, lesson_06_sky, lesson_06_tables
from padnet.notebook.lesson_06 import betas_of, haze_title


@pytest.fixture
def shown(monkeypatch):
    """The lines of all tables."""
    shown = []
    for module in (lesson_06_airlight, lesson_06_results, lesson_06_tables):
        monkeypatch.setattr(module, "table", lambda head, lines: shown.extend(lines))
    return shown


def test_a_pair_is_called_by_its_picture_and_its_haze():
    assert haze_title(SimpleNamespace(image="a", beta=None)) == "a"
    assert haze_title(SimpleNamespace(image="a", beta=1.50)) == "a, beta = 1.5"


def test_the_densities_are_those_of_the_set():
    value = {("a", "he", "known", f"psnr@{beta}"): 20.0 for beta in ("2", "0.5")} | {
        ("b", "he", "known", "psnr@9"): 1.0
    }
    assert betas_of(value, "a") == [0.5, 2.0]


def test_the_error_is_shared_out_by_quarters_of_the_scored_pixels(shown):
    t = np.linspace(0.1, 0.8, 8).reshape(2, 4)
    pair = SimpleNamespace(t=t, mask=np.ones((2, 4), bool))
    square = np.array([[3.0, 3, 1, 1], [0, 0, 0, 0]])
    lesson_06_tables.error_shares(pair, {"one": square})
    assert [line[1:] for line in shown] == [["25%", "75%"], ["25%", "25%"], ["25%", "0%"], ["25%", "0%"]]


def test_the_error_of_t_is_told_by_whiteness(shown):
    J = np.full((1, 4, 3), [[0.9], [0.05], [0.05], [0.5]])
    t = np.full((1, 4), 0.5)
    pair = SimpleNamespace(J=J, A=np.ones(3), t=t, mask=np.array([[True, True, False, True]]))
    off = np.array([[0.1, -0.2, 0.4, 0.0]])
    found = {"guidance": SimpleNamespace(t=t), "ipadnet": SimpleNamespace(t=t + off)}
    lesson_06_tables.error_by_whiteness(pair, found)
    assert [line[0] for line in shown] == ["0 to 0.1", "0.3 to 0.6", "over 0.6"]
    assert shown[0][1:] == ["33%", "0.000", "0.200", "-0.200"] and shown[2][3:] == ["0.100", "+0.100"]


def test_a_picture_gains_when_it_is_nearer_to_the_truth_than_the_hazy_one(shown, monkeypatch):
    monkeypatch.setattr(lesson_06_results, "display", lambda told: None)
    hazy = [{"image": image, "beta": beta, "psnr": 20.0} for image in "ab" for beta in (1.0, 2.0)]
    better = [row | {"psnr": psnr} for row, psnr in zip(hazy, (21.0, 19.0, 22.0, 23.0), strict=True)]
    rows = {("s", "hazy", "none"): hazy, ("s", "he", "known"): better}
    kept = SimpleNamespace(protocols=["s"], records=[("s", "he")], select=lambda *kind: rows[kind])
    lesson_06_results.gains_table(kept)
    assert shown == [["He", "100%", "50%", "3 of 4, 75%"]]


def test_pictures_below_the_hazy_one_are_counted(shown, monkeypatch):
    monkeypatch.setattr(lesson_06_airlight, "display", lambda told: None)
    hazy = [{"image": image, "beta": 1.0, "psnr": 20.0} for image in "abc"]
    rows = {("s", "hazy", "none"): hazy}
    for variant, psnrs in {"known": (21.0, 19.0, 20.0), "estimated": (19.0, 18.0, 25.0)}.items():
        rows["s", "ipadnet", variant] = [row | {"psnr": psnr} for row, psnr in zip(hazy, psnrs, strict=True)]
    kept = SimpleNamespace(protocols=["s"], records=[("s", "ipadnet")], select=lambda *kind: rows[kind])
    lesson_06_airlight.below_hazy_table(kept)
    assert shown == [["IPADNet", "1 of 3", "2 of 3"]]


def test_it_is_told_how_far_it_is_ahead_with_an_estimated_airlight(capsys):
    value = {("s", "ipadnet", "estimated", "psnr"): 21.0, ("s", "he", "estimated", "psnr"): 20.0}
    lesson_06_airlight.estimated_sentences(value | {("s", "he", "own", "psnr"): 19.5}, ["s"])
    told = capsys.readouterr().out
    assert told == ("s, estimated airlight, all: IPADNet 21.00 dB; beside He +1.00, He with his own airlight +1.50.\n")


def test_the_noise_of_a_sky_is_measured_where_it_is_quiet():
    rng = np.random.default_rng(3)
    picture = np.full((96, 128, 3), (200, 205, 210), np.uint8)
    picture[48:] = rng.integers(0, 160, (6, 16, 3), np.uint8).repeat(8, 0).repeat(8, 1)
    found = lesson_06_sky.sky_noise(picture)
    assert 0.01 < found["share"] < 0.2 and 0 < found["ipadnet"] < 2.5 and found["he"] > 0
    none = lesson_06_sky.sky_noise(rng.integers(0, 255, (96, 128, 3), np.uint8))
    assert none["share"] == 0 and np.isnan(none["he"])
