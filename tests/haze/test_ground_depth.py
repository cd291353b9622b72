"""Depth of a ground plane with objects: it falls towards the camera, is flat on an object, and far above the horizon."""

import numpy as np
import pytest

from padnet.haze import ground_depth as module
from padnet.haze.ground_depth import ground_depth


def picture(h=60, w=80):
    """A grey ground with two coloured posts."""
    J = np.full((h, w, 3), 0.5)
    J[10:40, 20:35] = (0.9, 0.1, 0.1)
    J[15:50, 50:65] = (0.1, 0.1, 0.9)
    return J


def test_the_ground_is_one_over_the_rows_below_the_horizon(monkeypatch):
    monkeypatch.setattr(module, "HORIZON", (0.25, 0.25))
    monkeypatch.setattr(module, "STANDING", 0.0)
    d = ground_depth(picture(), np.random.default_rng(1))
    assert np.median(d) == pytest.approx(1) and (d > 0).all() and (np.diff(d, axis=0) <= 0).all()
    rows = np.arange(60) + 0.5 - 15
    assert np.allclose(d[30:, 0] * rows[30:], d[59, 0] * rows[59])
    assert np.ptp(d[:15]) == 0


def test_objects_have_the_depth_of_the_ground_below_them(monkeypatch):
    monkeypatch.setattr(module, "STANDING", 1.0)
    d, J = ground_depth(picture(), np.random.default_rng(1)), picture()
    for place, foot in ((np.s_[15:35, 24:31], 39), (np.s_[20:45, 54:61], 49)):
        assert np.ptp(d[place]) == 0 and d[place].max() == pytest.approx(d[foot, 0], rel=0.1)
    assert d.shape == J.shape[:2]


@pytest.mark.parametrize(
    "name, value", [("HORIZON", (0.6, 0.6)), ("FARTHEST", (3.0, 3.0)), ("STANDING", 0.0), ("SCALE", 1e5)]
)
def test_every_constant_counts(monkeypatch, name, value):
    before = ground_depth(picture(), np.random.default_rng(2))
    monkeypatch.setattr(module, "STANDING", 1.0)
    before = ground_depth(picture(), np.random.default_rng(2))
    monkeypatch.setattr(module, name, value)
    assert not np.allclose(ground_depth(picture(), np.random.default_rng(2)), before)


def test_it_depends_on_the_generator_alone():
    one, two, other = (ground_depth(picture(), np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert np.array_equal(one, two) and not np.array_equal(one, other)
