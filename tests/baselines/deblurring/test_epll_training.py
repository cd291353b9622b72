"""How EPLL's mixture learns: from which patches, what each number changes, and what is refused."""

from dataclasses import replace

import pytest
import torch
from pairs import pairs

from padnet.baselines.deblurring.epll_training import MixtureSpec, Plan, shape, trainee
from padnet.baselines.deblurring.mixture import Mixture, draw_patches
from padnet.errors import InputError


@pytest.fixture(scope="module")
def fields():
    return pairs()


def learned(fields, components=4, patches=400, steps=5, seed=1):
    training = trainee(MixtureSpec(components), Plan(patches, steps), *fields, seed=seed)
    while not training.finished:
        training.advance()
    return training


def test_the_patches_are_of_the_sharp_truths(fields):
    training = trainee(MixtureSpec(4), Plan(405, 1), *fields, seed=1)
    for part, patches, count in ((fields[0], training.patches, 405), (fields[1], training.held, 41)):
        pictures = [(str(i), x[0].numpy()) for i, x in enumerate(part.x)]
        assert torch.equal(patches, draw_patches(pictures, count, 1)) and patches.dtype == torch.float32
    assert training.most == 1 and len(training.mixture.weights) == 4


def test_training_raises_the_likelihood_of_held_out_patches(fields):
    before = trainee(MixtureSpec(4), Plan(400, 5), *fields, seed=1).validate()["log_likelihood"]
    training = learned(fields)
    assert training.validate()["log_likelihood"] > before + 5
    assert training.rows[-1]["error"] < training.rows[0]["error"] - 5
    Mixture(**training.weights())  # what is shipped is a mixture


def test_the_seed_and_every_number_change_the_mixture_and_blur_and_noise_do_not(fields):
    base = learned(fields).weights()
    for change in ({"components": 3}, {"patches": 401}, {"steps": 4}, {"seed": 2}):
        other = learned(fields, **change).weights()["covariances"]
        assert other.shape != base["covariances"].shape or not torch.equal(other, base["covariances"])
    blurless = tuple(replace(part, y=torch.zeros_like(part.y), noise=2 * part.noise) for part in fields)
    for name, value in learned(blurless).weights().items():
        assert torch.equal(value, base[name])


def test_a_resumed_training_gives_the_same_bits(fields):
    whole, first = learned(fields), trainee(MixtureSpec(4), Plan(400, 5), *fields, seed=1)
    for _ in range(2):
        first.advance()
    second = trainee(MixtureSpec(4), Plan(400, 5), *fields, seed=1)
    second.rows = list(first.rows)
    second.load(first.tensors())
    while not second.finished:
        second.advance()
    assert [row["error"] for row in second.rows] == [row["error"] for row in whole.rows]
    for name, value in whole.weights().items():
        assert torch.equal(value, second.weights()[name])


def test_the_shape_is_read_from_parameters():
    assert shape({"components": 7}) == MixtureSpec(7)


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: MixtureSpec(0), "epll.components must be a whole number of at least 1, got 0"),
        (lambda: Plan(0, 5), "epll.patches must be a whole number of at least 1, got 0"),
        (lambda: Plan(5, 0), "epll.steps must be a whole number of at least 1, got 0"),
    ],
)
def test_unfit_shapes_and_plans_are_refused(make, words):
    with pytest.raises(InputError, match=words) as error:
        make()
    assert "\n" not in str(error.value)


def test_unfit_pairs_are_refused(fields):
    with pytest.raises(InputError, match="3 patches are too few for 4 components: draw more"):
        trainee(MixtureSpec(4), Plan(3, 1), *fields, seed=1)
    narrow = replace(fields[0], x=fields[0].x[..., :7])
    with pytest.raises(InputError, match=r"picture 0 of \(40, 7\) is smaller than a patch of 8x8"):
        trainee(MixtureSpec(4), Plan(30, 1), narrow, fields[1], seed=1)
