"""MSCNN: its layers, what they see, what each of its trainings gains, resumption, options, bad inputs."""

import numpy as np
import pytest
import torch
from hazes import hazes, trained, write_weights
from hazy import blocks, hazy_picture

from padnet.baselines.dehazing.haze_training import parts_of, squared_error
from padnet.baselines.dehazing.ren import MSCNN, MSCNNSpec, convolved, pooled, ren, shape
from padnet.baselines.dehazing.ren_training import Plan, trainee
from padnet.baselines.pretrained import load
from padnet.errors import InputError, PadnetError
from padnet.haze.model import hazy, radiance

SPEC, PLAN = MSCNNSpec((5, 5, 10), (4, 5, 10)), Plan(40, 40, 0.01, 0.01, 3, 16)
A = torch.tensor([[0.9, 0.85, 0.8]])


@pytest.fixture(scope="module")
def training():
    return trained(trainee(SPEC, PLAN, *hazes(), seed=1))


@pytest.fixture(scope="module")
def network(training):
    return training.model


def picture(h=61, w=50):
    return torch.from_numpy(hazy_picture(h, w)).float().permute(2, 0, 1)[None]


def test_a_block_becomes_its_maximum_and_the_size_stays():
    x = torch.tensor([[1.0, 5, 2], [0, 3, 9], [7, 4, 6]])[None, None]
    assert pooled(x)[0, 0].tolist() == [[5, 5, 9], [5, 5, 9], [7, 7, 6]]


@pytest.mark.parametrize("side", [11, 3])
def test_a_convolution_is_the_same_as_a_product_of_matrices(side):
    layer, x = torch.nn.Conv2d(3, 5, side, padding=side // 2).double(), torch.rand(2, 3, 20, 24, dtype=torch.float64)
    x.requires_grad_()
    inputs = (x, *layer.parameters())
    found, expected = convolved(layer, x), layer(x)
    assert (found - expected).abs().max() < 1e-12
    for one, other in zip(*(torch.autograd.grad(z.sin().sum(), inputs) for z in (found, expected)), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-10)  # the derivatives too


def test_the_published_shape_has_the_published_layers():
    network = MSCNN(SPEC)
    coarse, fine = ([tuple(layer.weight.shape) for layer in scale.layers] for scale in (network.coarse, network.fine))
    assert coarse == [(5, 3, 11, 11), (5, 5, 9, 9), (10, 5, 7, 7)]
    assert fine == [(4, 3, 7, 7), (5, 5, 5, 5), (10, 5, 3, 3)]


def test_a_pixel_hangs_on_its_halo_alone(network):
    x = torch.rand(1, 3, 62, 62, generator=torch.Generator().manual_seed(2))
    t, reach = network(x), network.halo
    assert t.shape == (1, 1, 22, 22) and 0 < t.min() and t.max() < 1
    x[..., 40:, :] = 0.5
    changed = (network(x) - t).abs().amax(dim=(0, 1, 3)) > 0
    assert changed.any() and not changed[: 40 - 2 * reach].any()
    wider = network(torch.nn.functional.pad(x, (8,) * 4))[..., 8:-8, 8:-8]
    torch.testing.assert_close(wider, network(x), rtol=0, atol=1e-6)


@torch.no_grad()
def test_training_lowers_the_error_of_both_networks(training):
    x, t, mask = parts_of(hazes()[0], "ren", 20, 12, 24, 5)(0, 0)
    start = trainee(SPEC, PLAN, *hazes(), seed=1).model
    for fine, gain in ((False, 0.15), (True, 3)):
        before, after = (squared_error(network(x, fine), t, mask)[1] for network in (start, training.model))
        assert after < before - gain
    errors = [row["error"] for row in training.rows if row["stage"] == "fine"]
    assert len(errors) == 40 and sum(errors[-10:]) < sum(errors[:10]) - 30
    held = training.validate()
    assert set(held) == {"psnr", "hazy", "l1_t"} and held["psnr"] > held["hazy"] + 3


def test_the_coarse_network_learns_first_and_then_stays():
    training = trainee(SPEC, Plan(2, 2, 0.02, 0.01, 3, 8), *hazes(), seed=1)
    start = training.weights()
    middle = trained(training, 2).weights()
    end = trained(training, 2).weights()
    for name in start:
        early, late = not torch.equal(start[name], middle[name]), not torch.equal(middle[name], end[name])
        assert (early, late) == ((True, False) if name.startswith("coarse") else (False, True)), name


def test_the_fine_network_hears_the_coarse_one(network):
    x = torch.rand(1, 3, 50, 50, generator=torch.Generator().manual_seed(3))
    coarse = network(x, fine=False)
    assert coarse.shape == (1, 1, 10, 10) and not torch.allclose(coarse, network(x))
    low, high = (network.fine(x, torch.full((1, 1, 50, 50), t)) for t in (0.2, 0.8))
    assert not torch.allclose(low, high, atol=1e-3)


@pytest.mark.parametrize("cut", [2, 4, 6])
def test_resumed_it_gives_the_bits_of_an_undisturbed_training(cut):
    plan = Plan(4, 4, 0.02, 0.01, 3, 8)
    whole = trained(trainee(SPEC, plan, *hazes(), seed=1))
    first = trained(trainee(SPEC, plan, *hazes(), seed=1), cut)
    second = trainee(SPEC, plan, *hazes(), seed=1)
    second.rows[:] = first.rows
    second.load(first.tensors())
    trained(second, 8 - cut)
    assert [row["error"] for row in second.rows] == [row["error"] for row in whole.rows]
    assert all(torch.equal(w, second.weights()[name]) for name, w in whole.weights().items())


def test_the_seed_and_every_number_of_plan_and_shape_change_the_weights():
    def result(seed=1, plan=(2, 2, 0.02, 0.01, 3, 8), spec=((2, 2, 3), (2, 2, 3))):
        training = trained(trainee(MSCNNSpec(*spec), Plan(*plan), *hazes(), seed=seed))
        return torch.cat([w.flatten() for w in training.weights().values()])

    base = result()
    assert torch.equal(base, result())
    plans = [
        (3, 2, 0.02, 0.01, 3, 8),
        (2, 3, 0.02, 0.01, 3, 8),
        (2, 2, 0.01, 0.01, 3, 8),
        (2, 2, 0.02, 0.02, 3, 8),
        (2, 2, 0.02, 0.01, 2, 8),
        (2, 2, 0.02, 0.01, 3, 10),
    ]
    shapes = [((3, 2, 3), (2, 2, 3)), ((2, 2, 3), (2, 2, 4))]
    for other in (result(seed=2), *(result(plan=p) for p in plans), *(result(spec=s) for s in shapes)):
        assert not torch.equal(other, base)


@pytest.mark.parametrize("size", [(40, 40), (41, 63), (5, 200)])
def test_any_size_and_dtype(network, size):
    I = picture(*size).double()
    t = ren(I, A.double(), weights=network)
    assert t.shape == (1, 1, *size) and t.dtype == I.dtype and 0 <= t.min() and t.max() <= 1
    torch.testing.assert_close(ren(I.float(), A, weights=network), t.float(), rtol=0, atol=1e-3)


def test_the_result_does_not_depend_on_the_batch(network):
    both = torch.cat([picture(), picture().flip(-1) * 0.9])
    airlights = torch.cat([A, 0.9 * A])
    t = ren(both, airlights, weights=network)
    for i in range(2):
        alone = ren(both[i : i + 1], airlights[i : i + 1], weights=network)
        torch.testing.assert_close(alone, t[i : i + 1], rtol=0, atol=1e-5)


def test_every_option_changes_the_result(network):
    I, base = picture(), ren(picture(), A, weights=network)
    for change in ({"reduce": 3}, {"side": 20}, {"radius": 3}, {"eps": 0.1}, {"weights": MSCNN(SPEC)}):
        assert not torch.allclose(ren(I, A, **{"weights": network} | change), base, atol=1e-4), change
    assert not torch.allclose(ren(I, 0.9 * A, weights=network), base, atol=1e-4)


def test_weights_travel_through_their_file(network, tmp_path):
    with pytest.raises(PadnetError, match="methods-ren.safetensors is missing"):
        ren(picture(), A, weights=tmp_path)
    write_weights(tmp_path, "ren", network, {"coarse": [5, 5, 10], "fine": [4, 5, 10]})
    assert torch.equal(ren(picture(), A, weights=tmp_path), ren(picture(), A, weights=network))
    with pytest.raises(PadnetError, match="does not hold the weights of ren: train it again"):
        load("ren", lambda settings: MSCNN(shape(settings | {"fine": [4, 5, 9]})), tmp_path)


def test_the_shipped_weights_clear_a_picture():
    J = torch.from_numpy(np.ascontiguousarray(np.moveaxis(blocks(90, 100, size=7), 2, 0))).float()[None]
    t = torch.linspace(0.3, 0.8, 90)[:, None].expand(1, 1, 90, 100)
    I = hazy(J, t, A)
    error = [(picture.clamp(0, 1) - J).square().mean() for picture in (I, radiance(I, ren(I, A), A))]
    assert error[1] < 0.5 * error[0]


@pytest.mark.parametrize(
    "change, words",
    [
        ({"I": torch.zeros(1, 1, 50, 50)}, "must be in colour"),
        ({"A": 2 * A}, "must lie in"),
        ({"reduce": 0}, "reduce is a whole number of pixels"),
        ({"side": 0}, "side is a whole number of pixels"),
        ({"radius": 0}, "radius of at least 1"),
        ({"eps": 0.0}, "a positive eps"),
    ],
)
def test_unfit_arguments_are_refused(network, change, words):
    with pytest.raises(InputError, match=words) as error:
        ren(**{"I": picture(), "A": A, "weights": network} | change)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: MSCNNSpec((5, 5), (4, 5, 10)), "ren.coarse must be the numbers of maps of 3 layers"),
        (lambda: MSCNNSpec((5, 5, 10), (4, 0, 10)), "ren.fine must be the numbers of maps of 3 layers"),
        (lambda: Plan(1, 0, 0.1, 0.1, 1, 8), "ren.fine_steps must be positive, got 0"),
        (lambda: trainee(SPEC, Plan(1, 1, 0.1, 0.1, 13, 8), *hazes(), seed=1), "ren.batch is 13, more than the 12"),
        (
            lambda: trainee(SPEC, Plan(1, 1, 0.1, 0.1, 1, 33), *hazes(), seed=1),
            "ren.crop is 33, more than the 32 pixels of training pairs that have 20 around them",
        ),
    ],
)
def test_unfit_shapes_and_plans_are_refused(make, words):
    with pytest.raises(InputError, match=words):
        make()
