"""The perceptron on patches: the inversion's law, the way over an image, training, batches, bad inputs."""

import hashlib
import json
from dataclasses import replace

import pytest
import torch
from pairs import pairs

from padnet.baselines.deblurring.mlp import PatchNetwork, PatchSpec, inversions, mlp, shape
from padnet.baselines.deblurring.mlp_training import Plan, trainee
from padnet.baselines.scoring import decibels
from padnet.core.operators import Blur, Gradient
from padnet.errors import InputError
from padnet.tasks.weights import checksummed

SPEC = PatchSpec((200.0, 30.0), 7, 5, (24,), 3)
PLAN = Plan(150, 0.004, 64)


@pytest.fixture(scope="module")
def fields():
    return pairs()


@pytest.fixture(scope="module")
def trained(fields):
    training = trainee(SPEC, PLAN, *fields, seed=1)
    before = training.validate()
    while not training.finished:
        training.advance()
    return training, before


@pytest.fixture(scope="module")
def network(trained):
    return trained[0].model


def test_the_inversion_minimises_its_energy(fields):
    f, D = fields[1].to(torch.float64), Gradient()
    z = inversions(f.y, f.k, f.noise, (20.0, 100.0))
    blur = Blur(f.k, f.y.shape[-2:])
    for i, alpha in enumerate((20.0, 100.0)):
        x = z[:, i : i + 1]
        weight = (alpha * f.noise**2).reshape(-1, 1, 1, 1)
        grad = blur.adjoint(blur(x) - f.y) + weight * D.adjoint(D(x))
        assert grad.norm() < 1e-10 * f.y.norm()


def test_an_untrained_network_returns_the_first_inversion_whatever_the_frame(fields):
    for stride in (1, 3, 5):
        network = PatchNetwork(replace(SPEC, stride=stride))
        for height, width in ((24, 30), (25, 27), (7, 9), (4, 5), (1, 2)):
            z = torch.rand(1, 2, height, width, generator=torch.Generator().manual_seed(0))
            with torch.no_grad():
                torch.testing.assert_close(network.image(z, torch.tensor([0.01])), z[:, :1], atol=1e-6, rtol=0)


def test_the_image_wraps_around(network):
    """A frame moved by whole strides around itself gives the moved image."""
    z = torch.rand(1, 2, 24, 30, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        image, moved = (network.image(a, torch.tensor([0.01])) for a in (z, z.roll((6, 9), (-2, -1))))
    inside = (..., slice(12, -3), slice(15, -3))  # at the edges fewer patches overlap than elsewhere
    torch.testing.assert_close(moved[inside], image.roll((6, 9), (-2, -1))[inside], atol=1e-5, rtol=0)


def test_bands_of_rows_do_not_show(network, monkeypatch):
    z = torch.rand(1, 2, 50, 20, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        whole = network.image(z, torch.tensor([0.01]))
        monkeypatch.setattr("padnet.baselines.deblurring.mlp.ROWS", 2)
        torch.testing.assert_close(network.image(z, torch.tensor([0.01])), whole, atol=1e-6, rtol=0)


def test_training_gains_over_the_inversion_and_that_over_the_blurred(fields, trained):
    training, before = trained
    after, blurred = training.validate(), decibels(fields[1].y, fields[1]).mean()
    assert before["psnr"] == pytest.approx(before["inversion"], abs=1e-4)
    assert after["inversion"] == before["inversion"] > blurred + 2
    assert after["psnr"] > after["inversion"] + 0.5


def test_the_error_counts_in_units_of_what_the_inversion_leaves(fields):
    # Before the first step the network returns the inversion, for little noise and for much.
    train = fields[0]
    for i in range(2):
        one = train[i : i + 1]
        row = trainee(SPEC, Plan(1, 1e-3, 20000), one, fields[1], seed=1).advance()
        assert abs(row["error"]) < 1.5, "in dB; patches see the middle of a picture more often than its edge"
        inverted = inversions(one.y, one.k, one.noise, SPEC.alphas)
        assert (decibels(inverted[:, :1], one) > 15).all()  # whose mean squared error is far from 1


def test_units_below_zero_still_learn():
    network = PatchNetwork(SPEC)
    torch.nn.init.ones_(network.layers[-1].weight)
    torch.nn.init.constant_(network.layers[0].bias, -1e3)  # all units are below zero
    network(torch.rand(3, 2 * 49), torch.full((3,), 0.01)).sum().backward()
    assert (network.layers[0].weight.grad.abs().sum(dim=1) > 0).all()


def test_the_seed_and_every_number_of_plan_and_shape_change_the_result(fields):
    def result(seed=1, plan=(4, 0.004, 8), spec=((200.0, 30.0), 7, 5, (6,), 3)):
        training = trainee(PatchSpec(*spec), Plan(*plan), *fields, seed=seed)
        while not training.finished:
            training.advance()
        f = fields[1][:1]
        return mlp(f.y, f.k, f.noise, weights=training.model)

    base = result()
    assert torch.equal(base, result())
    plans = [(5, 0.004, 8), (4, 0.003, 8), (4, 0.004, 7)]
    shapes = [
        ((100.0, 30.0), 7, 5, (6,), 3),
        ((200.0,), 7, 5, (6,), 3),
        ((200.0, 30.0), 9, 5, (6,), 3),
        ((200.0, 30.0), 7, 3, (6,), 3),
        ((200.0, 30.0), 7, 5, (6, 5), 3),
        ((200.0, 30.0), 7, 5, (6,), 2),
    ]
    for other in (result(seed=2), *(result(plan=p) for p in plans), *(result(spec=s) for s in shapes)):
        assert not torch.equal(other, base)


def test_a_resumed_training_gives_the_same_bits(fields):
    plan = Plan(6, 0.004, 8)
    whole, first, again = (trainee(SPEC, plan, *fields, seed=1) for _ in range(3))
    for training, steps in ((whole, 6), (first, 4)):
        for _ in range(steps):
            training.advance()
    again.rows[:] = first.rows
    again.load(first.tensors())
    again.advance(), again.advance()
    assert all(torch.equal(w, again.weights()[name]) for name, w in whole.weights().items())
    assert str(again.rows) == str(whole.rows)


def test_the_result_does_not_depend_on_the_batch(fields, network):
    f = fields[1]
    together = mlp(f.y, f.k, f.noise, weights=network)
    assert together.shape == f.y.shape and together.dtype == f.y.dtype
    for i in range(len(f)):
        alone = mlp(f.y[i : i + 1], f.k[i : i + 1], f.noise[i : i + 1], weights=network)
        torch.testing.assert_close(alone, together[i : i + 1], atol=1e-5, rtol=0)


def test_noise_seen_passes_and_watch_change_what_happens(fields, network):
    f, images = fields[1], []
    base = mlp(f.y, f.k, f.noise, weights=network, watch=images.append)
    assert len(images) == 2 and torch.equal(images[1], base)
    assert torch.equal(images[0], inversions(f.y, f.k, f.noise, SPEC.alphas)[:, :1])
    assert torch.equal(base, mlp(f.y, f.k, f.noise, None, 1, weights=network))
    assert not torch.equal(base, mlp(f.y, f.k, 2 * f.noise, weights=network))
    z = inversions(f.y, f.k, f.noise, SPEC.alphas)[:1]
    with torch.no_grad():  # the perceptron itself is told the noise as well
        assert not torch.equal(network.image(z, f.noise[:1]), network.image(z, 2 * f.noise[:1]))
    seen = torch.zeros_like(f.y, dtype=torch.bool)
    seen[..., 12:-12, 12:-12] = True
    found = [mlp(f.y, f.k, f.noise, seen, n, weights=network) for n in (1, 2, 3)]
    assert torch.equal(found[0], base) and not torch.equal(found[1], base) and not torch.equal(found[2], found[1])


def test_weights_travel_through_their_file(fields, network, tmp_path):
    f = fields[1]
    settings = {"alphas": [200.0, 30.0], "seen": 7, "made": 5, "hidden": [24], "stride": 3}
    assert shape(settings) == SPEC
    data = checksummed(network.state_dict(), {"settings": json.dumps(settings)})
    (tmp_path / "methods-mlp.safetensors").write_bytes(data)
    card = {"weights_sha256": hashlib.sha256(data).hexdigest()}
    (tmp_path / "methods-mlp.json").write_text(json.dumps(card))
    assert torch.equal(mlp(f.y, f.k, f.noise, weights=tmp_path), mlp(f.y, f.k, f.noise, weights=network))


def test_double_precision_gives_the_same_picture(fields, network):
    f = fields[1]
    double = mlp(f.y.double(), f.k.double(), f.noise.double(), weights=network)
    assert double.dtype == torch.float64
    torch.testing.assert_close(double.float(), mlp(f.y, f.k, f.noise, weights=network), atol=1e-4, rtol=0)


WRONG = [
    ({"y": torch.zeros(1, 2, 40, 40)}, "one channel"),
    ({"k": torch.zeros(3, 1, 5, 5)}, "positive sum"),
    ({"noise": torch.zeros(3)}, "noise"),
    ({"passes": 0}, "passes must be at least 1, got 0"),
    ({"seen": torch.ones(3)}, "seen must be bool"),
]


@pytest.mark.parametrize("change, words", WRONG)
def test_unfit_arguments_are_refused(fields, network, change, words):
    f = fields[1]
    with pytest.raises(InputError, match=words) as error:
        mlp(**{"y": f.y, "k": f.k, "noise": f.noise, "weights": network} | change)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: PatchSpec((), 7, 5, (6,), 3), "mlp.alphas must be positive numbers"),
        (lambda: PatchSpec((1.0, 0.0), 7, 5, (6,), 3), "mlp.alphas must be positive numbers, got"),
        (lambda: PatchSpec((1.0,), 5, 7, (6,), 3), "made at most seen, got 7 and 5"),
        (lambda: PatchSpec((1.0,), 8, 5, (6,), 3), "mlp.made and mlp.seen must be odd"),
        (lambda: PatchSpec((1.0,), 7, 5, (0,), 3), "mlp.hidden must be numbers of units, at least 1"),
        (lambda: PatchSpec((1.0,), 7, 5, (6,), 6), "mlp.stride must lie between 1 and mlp.made, 5, got 6"),
        (lambda: Plan(0, 0.1, 1), "mlp.steps must be positive, got 0"),
        (lambda: Plan(1, 0.0, 1), "mlp.rate must be positive, got 0.0"),
        (lambda: Plan(1, 0.1, 0), "mlp.patches must be positive, got 0"),
    ],
)
def test_unfit_shapes_and_plans_are_refused(make, words):
    with pytest.raises(InputError, match=words):
        make()


def test_a_patch_larger_than_the_scored_part_is_refused(fields):
    with pytest.raises(InputError, match="mlp.seen is 29, more than the 28 scored pixels"):
        trainee(PatchSpec((1.0,), 29, 5, (6,), 3), PLAN, *fields, seed=1)
