"""The anchor's records: a row per capture and reach, scored by the protocol, and nothing without data."""

import csv

import numpy as np
import pytest
from scipy.signal import correlate2d
from skimage.io import imsave

from padnet.data import protocols
from padnet.errors import PadnetError
from padnet.evaluation import levin_check as anchor
from padnet.imaging.pairs import Pair
from padnet.project import console


@pytest.fixture
def pairs(toy, monkeypatch):
    """Two captures instead of 32: the protocol's own pairs are tested elsewhere."""
    rng = np.random.default_rng(3)
    made = []
    for number in (1, 2):
        x = np.kron(rng.random((6, 6)), np.ones((10, 10)))
        k = np.ones((3, 3)) / 9
        y = np.roll(correlate2d(x, k, "same", "wrap"), (0, 6), (0, 1))
        made.append(Pair(f"im{number}", "kernel1", x, y, k, (0, 0), 15, x))
    monkeypatch.setattr(protocols.Protocol, "pairs", lambda self, root: made)
    return made


def test_a_row_for_every_capture_and_reach(toy, pairs, capsys):
    assert console.run(anchor.main, []) == 0
    with open(toy / anchor.RECORDS, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["image"], row["reach"]) for row in rows] == [("im1", "7"), ("im1", "5"), ("im2", "7"), ("im2", "5")]
    assert list(rows[0]) == anchor.ANCHOR_RECORD
    for row in rows:
        assert float(row["psnr"]) == pytest.approx(10 * np.log10(30**2 / float(row["ssd"])), abs=1e-5)
    # The captures lie 6 px off, beyond the reach of 5.
    assert float(rows[0]["ssd"]) < 0.2 * float(rows[1]["ssd"]) and float(rows[0]["ssim"]) > float(rows[1]["ssim"])
    assert "+-7 px" in capsys.readouterr().out
    assert console.run(anchor.main, ["--out", "elsewhere/a.csv"]) == 0
    assert (toy / "elsewhere/a.csv").read_bytes() == (toy / anchor.RECORDS).read_bytes()


def test_without_the_captures_it_is_one_sentence(toy):
    with pytest.raises(PadnetError, match="data/paper is missing: `padnet fetch"):
        anchor.anchor(toy)
    (toy / "data/paper/levin09").mkdir(parents=True)
    imsave(toy / "data/paper/levin09/im1.png", np.zeros((4, 4), np.uint8), check_contrast=False)
    with pytest.raises(PadnetError, match="im2.png is missing"):
        anchor.anchor(toy)
