"""Training pairs of hazy pictures: the model (17), the split, repetition, and every option."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hazy import blocks, haze_settings, scene

from padnet.data.haze_pairs import HazeFields, make_fields, training_pairs
from padnet.data.haze_spec import HazeData
from padnet.errors import InputError
from padnet.haze.airlight import agreed_airlight
from padnet.haze.model import radiance

SPEC = HazeData(
    pairs=8,
    held=4,
    held_scenes=1,
    held_photographs=1,
    size=16,
    margin=3,
    scenes=0.5,
    near=0.0,
    scene_factors=(1, 2),
    photograph_factors=(1, 2),
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
    astray=0.3,
    error=0.05,
)
SCENES = [scene(40, 45, seed) for seed in range(3)]
PHOTOGRAPHS = [blocks(36, 50, 10 + seed) for seed in range(3)]


def fields(settings, spec=SPEC, seed=1, indices=range(8), scenes=SCENES, photographs=PHOTOGRAPHS):
    return make_fields(scenes, photographs, spec, settings, seed, indices, 10.0)


@pytest.fixture(scope="module", name="settings")
def _settings(root):
    return haze_settings(root)


def same(a, b):
    return all(torch.equal(x, y) for x, y in zip(a.parts(), b.parts(), strict=True))


def test_a_pair_obeys_the_haze_model(settings):
    made = fields(settings, replace(SPEC, astray=0.0))
    assert made.guide.shape == (8, 3, 22, 22) and made.J.shape == (8, 3, 16, 16) and made.t.shape == (8, 1, 16, 16)
    I = made.guide[..., 3:-3, 3:-3] * made.A[:, :, None, None]
    wanted = made.t * made.J + (1 - made.t) * made.A[:, :, None, None]
    assert (I - wanted).abs().max() <= 0.5 / 255 + 1e-6  # 8 bits
    torch.testing.assert_close(255 * I, (255 * I).round(), rtol=0, atol=1e-3)
    torch.testing.assert_close(made.guidance[..., 3:-3, 3:-3], settings.guidance(I, made.A), rtol=0, atol=1e-5)
    bright = made.t > 0.5
    J = radiance(I, made.t, made.A)
    assert ((J - made.J).abs() * bright).max() < 0.01
    assert 0 < made.t.min() and made.t.max() <= 1 and set(made.mask.unique().tolist()) <= {0.0, 1.0}


def test_a_pair_depends_on_seed_and_number_alone(settings):
    made = fields(settings)
    assert same(made, fields(settings)) and same(made[5:6], fields(settings, indices=[5]))
    assert not same(made, fields(settings, seed=2))


def test_unknown_depth_is_masked_and_photographs_have_none(settings):
    known = fields(settings, replace(SPEC, scenes=1.0, scene_factors=(2,)), scenes=[scene(32, 32)])
    assert (known.mask[:, :, :2] == 0).all() and (known.mask[:, :, 2:] == 1).all()  # 3 rows, blocks of 2
    assert (fields(settings, replace(SPEC, scenes=0.0)).mask == 1).all()
    assert same(fields(settings, replace(SPEC, scenes=1.0), scenes=[]), fields(settings, SPEC, scenes=[]))


@pytest.mark.parametrize(
    "change",
    [
        {"size": 12},
        {"margin": 4},
        {"scenes": 1.0},
        {"near": 1.0},
        {"scene_factors": (2,)},
        {"photograph_factors": (2,)},
        {"beta": (0.2, 0.3)},
        {"airlight": (0.65, 0.66)},
        {"tint": 0.0},
        {"gamma": (1.0, 1.0)},
        {"gain": (1.0, 1.0)},
        {"cast": 1.0},
        {"white": 1.0},
        {"noise": 0.02},
        {"estimated": 1.0},
        {"astray": 0.0},
        {"error": 0.2},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_option_changes_the_pairs(settings, change):
    one, other = fields(settings), fields(settings, replace(SPEC, **change))
    assert any(a.shape != b.shape or not torch.equal(a, b) for a, b in zip(one.parts(), other.parts(), strict=True))


def test_near_objects_are_known_clear_and_leave_the_other_pairs_alone(settings):
    without, half, all_ = (fields(settings, replace(SPEC, near=share)) for share in (0.0, 0.5, 1.0))
    same_as_before = [same(without[i : i + 1], half[i : i + 1]) for i in range(8)]
    assert 0 < sum(same_as_before) < 8
    assert not any(same(without[i : i + 1], all_[i : i + 1]) for i in range(8))
    # Here all pairs hold an object; it is nearer than anything of the pair without it.
    assert (all_.t.flatten(1).amax(1) > without.t.flatten(1).amax(1)).all()
    known = replace(SPEC, scenes=1.0, scene_factors=(2,))
    before, after = (fields(settings, replace(known, near=share), scenes=[scene(32, 32)]).mask for share in (0.0, 1.0))
    assert (after >= before).all() and after.mean() > before.mean() and after.min() == 0


def test_a_wrong_airlight_is_near_the_true_one(settings):
    right, wrong = (fields(settings, replace(SPEC, astray=share)).A for share in (0.0, 1.0))
    assert 0 < (right - wrong).abs().max() < 0.25 and (right.min() >= 0.55) and right.max() <= 1


def test_the_estimated_airlight_is_that_of_the_hazy_pair_and_changes_nothing_else(settings):
    given, found = (fields(settings, replace(SPEC, astray=0.0, estimated=share)) for share in (0.0, 1.0))
    assert torch.equal(given.J, found.J) and torch.equal(given.t, found.t) and torch.equal(given.mask, found.mask)
    I = [x.guide[..., 3:-3, 3:-3] * x.A[:, :, None, None] for x in (given, found)]
    torch.testing.assert_close(*I, rtol=0, atol=1e-5)
    torch.testing.assert_close(found.A, agreed_airlight(I[0]).clamp(min=0.3), rtol=0, atol=1e-3)
    assert (found.A - given.A).abs().max() > 0.02
    half = fields(settings, replace(SPEC, astray=0.0, estimated=0.5)).A
    assert 0 < sum(torch.equal(a, b) for a, b in zip(half, given.A, strict=True)) < 8


def test_a_cast_colours_the_airlight_alone(settings):
    plain, coloured = (fields(settings, replace(SPEC, astray=0.0, cast=share)) for share in (0.0, 1.0))
    assert torch.equal(plain.J, coloured.J) and torch.equal(plain.t, coloured.t)
    least = coloured.A.amin(1) / coloured.A.amax(1)
    assert (least < 0.85).all() and (coloured.A[:, 1] <= coloured.A.amax(1)).all() and coloured.A.min() >= 0.3
    twice = fields(settings, replace(SPEC, astray=0.0, cast=1.0, hue=(0.9, 0.95)))
    assert (twice.A.amin(1) / twice.A.amax(1) > least).all()


def test_white_objects_are_white_near_and_known(settings):
    without, made = (fields(settings, replace(SPEC, white=share)) for share in (0.0, 1.0))
    changed = (without.J != made.J).any(dim=1, keepdim=True)
    assert (made.J.amin(dim=1, keepdim=True)[changed] > 0.8).all() and (made.mask[changed] == 1).all()
    assert 0.005 < changed.float().mean() < 0.2


def test_noise_is_of_the_hazy_picture_alone(settings):
    clean, noisy = (fields(settings, replace(SPEC, astray=0.0, noise=level)) for level in (0.0, 0.05))
    assert torch.equal(clean.J, noisy.J) and torch.equal(clean.A, noisy.A)
    rest = ((clean.guide - noisy.guide) * clean.A[:, :, None, None]).std()
    assert 0.005 < rest < 0.05


def test_training_and_held_out_pairs_share_no_picture(settings):
    """Every picture is of one colour, which the hues of the pairs betray."""
    colours = np.linspace(0.2, 0.8, 6)
    flat = [np.ones((36, 36, 3)) * (colour, 0.5, 1 - colour) for colour in colours]
    for picture, one in zip(flat, SCENES, strict=False):
        picture[::2, ::3] *= 0.99
        one.name = "flat"
    scenes = [type(SCENES[0])(name="flat", J=J, d=np.ones((36, 36)), mask=np.ones((36, 36), bool)) for J in flat[:3]]
    plain = replace(SPEC, gamma=(1.0, 1.0), gain=(1.0, 1.0), scenes=0.5)
    train, held = training_pairs(scenes, flat[3:], plain, settings, 1, 10.0)
    assert (len(train), len(held), train.weight, held.weight) == (8, 4, 10.0, 0.0)

    def hues(part):
        return {int(np.abs(colours - 0.995 * J[0].max().item()).argmin()) for J in part.J}

    assert hues(train) <= {0, 1, 3, 4} and hues(held) <= {2, 5} and hues(held)


def test_stacks_can_be_cut_moved_and_read(settings):
    made = fields(settings)
    assert len(made) == 8 and len(made[2:5]) == 3 and made.to(torch.float64).t.dtype == torch.float64
    assert isinstance(made[0:1], HazeFields) and made[0:1].weight == 10.0


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"pairs": 0}, "data.pairs must be at least 1, got 0"),
        ({"held_scenes": -1}, "data.held_scenes must be zero or more, got -1"),
        ({"tint": float("nan")}, "data.tint must be zero or more, got nan"),
        ({"scenes": 1.5}, "data.scenes is a share, from 0 to 1, not 1.5"),
        ({"near": -0.5}, "data.near is a share, from 0 to 1, not -0.5"),
        ({"beta": (2.0, 0.2)}, r"data.beta is a range of two positive numbers, not \[2.0, 0.2\]"),
        ({"gamma": (1.0,)}, r"data.gamma is a range of two positive numbers, not \[1.0\]"),
        ({"airlight": (0.7, 1.2)}, r"data.airlight must not exceed 1, got \[0.7, 1.2\]"),
        ({"hue": (0.7, 1.2)}, r"data.hue must not exceed 1, got \[0.7, 1.2\]"),
        ({"hue": (0.0, 1.0)}, r"data.hue is a range of two positive numbers"),
        ({"cast": 2}, "data.cast is a share, from 0 to 1, not 2"),
        ({"white": -1}, "data.white is a share, from 0 to 1, not -1"),
        ({"estimated": 1.5}, "data.estimated is a share, from 0 to 1, not 1.5"),
        ({"noise": -0.1}, "data.noise must be zero or more, got -0.1"),
        ({"scene_factors": (0,)}, "data.scene_factors and data.photograph_factors are whole numbers of 1 or more"),
        ({"photograph_factors": ()}, "data.scene_factors and data.photograph_factors are whole numbers of 1 or more"),
    ],
)
def test_a_bad_number_is_refused(change, sentence):
    with pytest.raises(InputError, match=sentence):
        replace(SPEC, **change)


def test_too_few_or_too_small_pictures_are_refused(settings):
    with pytest.raises(InputError, match="held_photographs is 3, it must leave some of 3 photographs"):
        training_pairs(SCENES, PHOTOGRAPHS, replace(SPEC, held_photographs=3), settings, 1, 1.0)
    with pytest.raises(InputError, match="a picture of 40x45 pixels is smaller than 30 working pixels of 2 a side"):
        fields(settings, replace(SPEC, size=30, scenes=1.0, scene_factors=(2,)))
