"""The pictures on which the airlight's estimator is trained: the split, repetition, and every option."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hazy import blocks, scene

from padnet.data.airlight_pairs import airlight_fields
from padnet.data.haze_spec import HazeData
from padnet.errors import InputError
from padnet.haze.airlight_network import RULES, SEEN

SPEC = HazeData(
    pairs=8,
    held=4,
    held_scenes=1,
    held_photographs=1,
    size=1,
    margin=0,
    scenes=0.5,
    near=0.0,
    scene_factors=(1,),
    photograph_factors=(1,),
    beta=(0.2, 2.0),
    airlight=(0.65, 1.0),
    tint=0.02,
    gamma=(0.7, 1.4),
    gain=(0.8, 1.1),
    cast=0.0,
    hue=(0.5, 0.8),
    white=0.0,
    noise=0.0,
    estimated=0.0,
    astray=0.0,
    error=0.0,
)
SCENES = [scene(40, 45, seed) for seed in range(3)]
PHOTOGRAPHS = [blocks(36, 50, 10 + seed) for seed in range(3)]


def fields(spec=SPEC, seed=1, pairs=8, held=4, scenes=SCENES, photographs=PHOTOGRAPHS):
    return airlight_fields(scenes, photographs, spec, pairs, held, seed)


def same(a, b):
    return all(torch.equal(x, y) for x, y in zip(a.parts(), b.parts(), strict=True))


def test_shapes_and_repetition():
    train, held = fields()
    assert train.small.shape == (8, 4, SEEN, SEEN) and train.small.dtype == torch.uint8
    assert train.A.shape == (8, 3) and train.rules.shape == (8, RULES, 3) and len(held) == 4
    again, _ = fields(pairs=3)
    assert same(train[:3], again) and not same(again, fields(seed=2, pairs=3)[0])


def test_dense_haze_has_the_colour_of_its_airlight():
    train, _ = fields(replace(SPEC, beta=(50.0, 50.0)))
    torch.testing.assert_close(train.small[:, :3].float().mean(dim=(2, 3)) / 255, train.A, rtol=0, atol=0.01)
    torch.testing.assert_close(train.rules[:, 0], train.A, rtol=0, atol=0.01)


@pytest.mark.parametrize(
    "change",
    [
        {"scenes": 1.0},
        {"near": 1.0},
        {"white": 1.0},
        {"cast": 1.0},
        {"noise": 0.1},
        {"beta": (1.0, 1.1)},
        {"airlight": (0.3, 0.4)},
        {"tint": 0.2},
        {"gamma": (2.0, 2.0)},
        {"gain": (0.5, 0.5)},
    ],
)
def test_every_option_changes_the_pictures(change):
    assert not same(fields()[0], fields(replace(SPEC, **change))[0])


def test_the_hue_of_a_cast_counts():
    cast = replace(SPEC, cast=1.0)
    assert not same(fields(cast)[0], fields(replace(cast, hue=(0.9, 0.9)))[0])


def test_held_out_pictures_are_of_other_scenes_and_photographs():
    flat = [np.full((36, 50, 3), value) for value in (0.0, 0.0, 1.0)]
    spec = replace(SPEC, scenes=0.0, tint=0.0, airlight=(0.65, 0.65), gain=(1.0, 1.0))
    train, held = fields(spec, photographs=flat)
    assert train.small[:, :3].max() <= 0.65 * 255 + 1 < held.small[:, :3].max()


@pytest.mark.parametrize("change", [{"held_scenes": 3}, {"held_photographs": 3}])
def test_a_split_without_training_data_is_refused(change):
    with pytest.raises(InputError, match="must leave some of 3"):
        fields(replace(SPEC, **change))
