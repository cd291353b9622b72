"""Simulated depth: positive, median 1, from the generator alone, jumping where the picture's colour does."""

import numpy as np
import pytest

from padnet.haze import synthetic_depth as depths
from padnet.haze.synthetic_depth import simulated_depth


@pytest.fixture(name="J")
def _J():
    """Two flat colours, left and right."""
    J = np.full((40, 50, 3), 0.2)
    J[:, 25:] = (0.9, 0.6, 0.1)
    return J


def test_positive_with_median_one_and_repeatable(J):
    for seed in range(8):
        d = simulated_depth(J, np.random.default_rng(seed))
        assert d.shape == (40, 50) and d.min() > 0 and np.median(d) == pytest.approx(1)
        assert np.array_equal(d, simulated_depth(J, np.random.default_rng(seed)))
    assert not np.array_equal(d, simulated_depth(J, np.random.default_rng(99)))


def test_objects_have_the_edges_of_the_picture(J, monkeypatch):
    for name in ("FLAT", "RELIEF"):
        monkeypatch.setattr(depths, name, 0)
    monkeypatch.setattr(depths, "APART", 5)
    for seed in range(5):
        steps = np.abs(np.diff(np.log(simulated_depth(J, np.random.default_rng(seed))), axis=1)).mean(axis=0)
        assert 20 <= steps.argmax() <= 29 and steps.max() > 3 * np.median(steps)


def test_without_objects_it_is_smooth(J, monkeypatch):
    monkeypatch.setattr(depths, "FLAT", 1)
    d = np.log(simulated_depth(J, np.random.default_rng(2)))
    assert max(np.abs(np.diff(d, axis=0)).max(), np.abs(np.diff(d, axis=1)).max()) < 0.15


def test_higher_up_is_mostly_farther_away(J):
    found = [simulated_depth(J, np.random.default_rng(seed)) for seed in range(30)]
    assert np.mean([d[:10].mean() > d[-10:].mean() for d in found]) > 0.6
