"""Near objects before a scene: nearer than what they hide, of one depth, mostly dark, the rest only farther away."""

import numpy as np
import pytest

from padnet.haze import foreground_occluders as silhouettes
from padnet.haze.foreground_occluders import with_silhouettes

SEEDS = range(12)


@pytest.fixture(name="scene")
def _scene():
    rng = np.random.default_rng(5)
    return rng.uniform(0.2, 1, (40, 50, 3)).astype(np.float32), rng.uniform(1, 3, (40, 50))


def test_behind_the_objects_the_scene_is_as_before_but_farther_away(scene):
    J, d = scene
    for seed in SEEDS:
        made, depth, hidden = with_silhouettes(J, d, np.random.default_rng(seed))
        assert made.dtype == J.dtype and 0 < hidden.mean() < 1
        assert np.array_equal(made[~hidden], J[~hidden])
        times = depth[~hidden] / d[~hidden]
        assert np.ptp(times) < 1e-12 and silhouettes.FARTHER[0] <= times[0] <= silhouettes.FARTHER[1]


@pytest.mark.parametrize("trunk", [True, False])
def test_an_object_has_one_depth_nearer_than_all_that_it_hides(scene, trunk, monkeypatch):
    monkeypatch.setattr(silhouettes, "MOST", 1)
    other = "_blob" if trunk else "_trunk"
    monkeypatch.setattr(silhouettes, other, getattr(silhouettes, "_trunk" if trunk else "_blob"))
    J, d = scene
    shades = []
    for seed in SEEDS:
        made, depth, hidden = with_silhouettes(J, d, np.random.default_rng(seed))
        times = (depth[~hidden] / d[~hidden])[0]
        near = depth[hidden]
        assert np.ptp(near) == 0
        assert silhouettes.NEARNESS[0] <= near[0] / (times * d[hidden].min()) <= silhouettes.NEARNESS[1]
        shade = made[hidden] / J[::-1, ::-1][hidden]
        assert np.ptp(shade) < 1e-5 and silhouettes.SHADE[0] - 1e-6 <= shade[0, 0] <= 1
        shades.append(shade[0, 0])
    assert np.median(shades) < 0.5  # mostly dark


def test_only_the_generator_decides_and_the_arguments_stay(scene):
    J, d = (x.copy() for x in scene)
    first = with_silhouettes(*scene, np.random.default_rng(3))
    assert np.array_equal(J, scene[0]) and np.array_equal(d, scene[1])
    assert all(
        np.array_equal(a, b) for a, b in zip(first, with_silhouettes(*scene, np.random.default_rng(3)), strict=True)
    )
    assert not np.array_equal(first[2], with_silhouettes(*scene, np.random.default_rng(4))[2])


def test_a_trunk_crosses_the_picture(scene, monkeypatch):
    monkeypatch.setattr(silhouettes, "_blob", silhouettes._trunk)
    monkeypatch.setattr(silhouettes, "MOST", 1)
    for seed in SEEDS:
        hidden = with_silhouettes(*scene, np.random.default_rng(seed))[2]
        border = np.concatenate([hidden[0], hidden[-1], hidden[:, 0], hidden[:, -1]])
        assert border.any()
