"""DehazeNet: its units, what it sees, what training gains, resumption, options, bad inputs."""

import numpy as np
import pytest
import torch
from hazes import hazes, trained, write_weights
from hazy import blocks, hazy_picture

from padnet.baselines.dehazing.cai import DehazeNet, DehazeNetSpec, brelu, cai, maxout, shape
from padnet.baselines.dehazing.cai_training import Plan, trainee
from padnet.baselines.pretrained import load
from padnet.errors import InputError, PadnetError
from padnet.haze.model import hazy, radiance

SPEC, PLAN = DehazeNetSpec(4, 2, 3), Plan(50, 0.01, 4, 24)
A = torch.tensor([[0.9, 0.85, 0.8]])


@pytest.fixture(scope="module")
def network():
    return trained(trainee(SPEC, PLAN, *hazes(), seed=1)).model


def picture(h=61, w=50):
    return torch.from_numpy(hazy_picture(h, w)).float().permute(2, 0, 1)[None]


def test_maxout_is_the_maximum_of_its_maps():
    x = torch.randn(2, 6, 3, 4, generator=torch.Generator().manual_seed(1))
    found = maxout(x, 2)
    assert found.shape == (2, 2, 3, 4)
    for unit in range(2):
        a, b, c = x[:, 3 * unit], x[:, 3 * unit + 1], x[:, 3 * unit + 2]
        assert torch.equal(found[:, unit], torch.maximum(torch.maximum(a, b), c))


def test_brelu_lies_in_zero_to_one_and_leaves_what_does():
    assert brelu(torch.tensor([-3.0, 0.0, 0.25, 1.0, 7.0])).tolist() == [0, 0, 0.25, 1, 1]


def test_the_published_shape_has_the_published_number_of_weights():
    """16 5x5 filters of 3 maps; 16 of each of 3x3, 5x5, 7x7 of 4 maps; one 6x6 filter of 48 maps; and their biases."""
    network = DehazeNet(DehazeNetSpec(16, 4, 16))
    assert sum(w.numel() for w in network.parameters()) == 1216 + 16 * 4 * (9 + 25 + 49) + 48 + 48 * 36 + 1


def test_the_result_is_bounded_and_training_sees_beyond(network):
    x = 4 * torch.rand(1, 3, 40, 40, generator=torch.Generator().manual_seed(4))
    free = network(x, bounded=False)
    assert torch.equal(network(x), free.clamp(0, 1)) and not torch.equal(network(x), free)


def test_a_pixel_hangs_on_its_halo_alone(network):
    x = torch.rand(1, 3, 45, 45, generator=torch.Generator().manual_seed(2)).requires_grad_()
    t = network(x)
    assert t.shape == (1, 1, 23, 23)
    seen = torch.autograd.grad(t[0, 0, 11, 11], x)[0].abs().amax(dim=(0, 1)).nonzero()
    assert 22 - 11 <= seen.min() and seen.max() <= 22 + 10


def test_training_lowers_the_error_and_clears_the_held_out_pictures():
    training = trainee(SPEC, PLAN, *hazes(), seed=1)
    before = training.validate()
    trained(training)
    after = training.validate()
    assert after["l1_t"] < 0.8 * before["l1_t"] and after["psnr"] > after["hazy"] + 1
    errors = [row["error"] for row in training.rows]
    assert sum(errors[-10:]) < sum(errors[:10]) - 20


def test_resumed_it_gives_the_bits_of_an_undisturbed_training():
    whole = trained(trainee(SPEC, PLAN, *hazes(), seed=1), 9)
    first = trained(trainee(SPEC, PLAN, *hazes(), seed=1), 4)
    second = trainee(SPEC, PLAN, *hazes(), seed=1)
    second.rows[:] = first.rows
    second.load(first.tensors())
    trained(second, 5)
    assert [row["error"] for row in second.rows] == [row["error"] for row in whole.rows]
    assert all(torch.equal(w, second.weights()[name]) for name, w in whole.weights().items())


def test_the_seed_and_every_number_of_plan_and_shape_change_the_weights():
    def result(seed=1, plan=(3, 0.01, 3, 16), spec=(4, 2, 3)):
        training = trained(trainee(DehazeNetSpec(*spec), Plan(*plan), *hazes(), seed=seed))
        return torch.cat([w.flatten() for w in training.weights().values()])

    base = result()
    assert torch.equal(base, result())
    plans = [(4, 0.01, 3, 16), (3, 0.02, 3, 16), (3, 0.01, 2, 16), (3, 0.01, 3, 20)]
    shapes = [(6, 2, 3), (4, 4, 3), (4, 2, 4)]
    for other in (result(seed=2), *(result(plan=p) for p in plans), *(result(spec=s) for s in shapes)):
        assert not torch.equal(other, base)


@pytest.mark.parametrize("size", [(40, 40), (41, 63), (5, 200)])
def test_any_size_and_dtype(network, size):
    I = picture(*size).double()
    t = cai(I, A.double(), weights=network)
    assert t.shape == (1, 1, *size) and t.dtype == I.dtype and 0 <= t.min() and t.max() <= 1
    torch.testing.assert_close(cai(I.float(), A, weights=network), t.float(), rtol=0, atol=1e-3)


def test_the_result_does_not_depend_on_the_batch(network):
    both = torch.cat([picture(), picture().flip(-1) * 0.9])
    airlights = torch.cat([A, 0.9 * A])
    t = cai(both, airlights, weights=network)
    for i in range(2):
        alone = cai(both[i : i + 1], airlights[i : i + 1], weights=network)
        torch.testing.assert_close(alone, t[i : i + 1], rtol=0, atol=1e-5)


def test_the_airlight_is_told(network):
    """Dimmed like the airlight, a picture has the same t, when the filter's ridge is dimmed as well."""
    I = picture()
    found = [cai(dimmed * I, dimmed * A, weights=network, eps=1e-6 * dimmed**2) for dimmed in (1.0, 0.5)]
    torch.testing.assert_close(found[0], found[1], rtol=0, atol=1e-3)
    assert (cai(0.5 * I, A, weights=network) - found[0]).abs().mean() > 0.02


def test_every_option_changes_the_result(network):
    I, base = picture(), cai(picture(), A, weights=network)
    for change in ({"reduce": 3}, {"side": 20}, {"radius": 3}, {"eps": 0.1}, {"weights": DehazeNet(SPEC)}):
        assert not torch.allclose(cai(I, A, **{"weights": network} | change), base, atol=1e-4), change
    assert not torch.allclose(cai(I, 0.9 * A, weights=network), base, atol=1e-4)


def test_weights_travel_through_their_file(network, tmp_path):
    with pytest.raises(PadnetError, match="methods-cai.safetensors is missing"):
        cai(picture(), A, weights=tmp_path)
    write_weights(tmp_path, "cai", network, {"maps": 4, "units": 2, "filters": 3})
    assert torch.equal(cai(picture(), A, weights=tmp_path), cai(picture(), A, weights=network))
    with pytest.raises(PadnetError, match="does not hold the weights of cai: train it again"):
        load("cai", lambda settings: DehazeNet(shape(settings | {"filters": 9})), tmp_path)


def test_the_shipped_weights_clear_a_picture():
    J = torch.from_numpy(np.ascontiguousarray(np.moveaxis(blocks(90, 100, size=7), 2, 0))).float()[None]
    t = torch.linspace(0.3, 0.8, 90)[:, None].expand(1, 1, 90, 100)
    I = hazy(J, t, A)
    error = [(picture.clamp(0, 1) - J).square().mean() for picture in (I, radiance(I, cai(I, A), A))]
    assert error[1] < 0.5 * error[0]


@pytest.mark.parametrize(
    "change, words",
    [
        ({"I": torch.zeros(1, 1, 50, 50)}, "must be in colour"),
        ({"A": 2 * A}, "must lie in"),
        ({"A": A.expand(2, -1)}, "must be a float tensor"),
        ({"reduce": 0}, "reduce is a whole number of pixels"),
        ({"side": 0.5}, "side is a whole number of pixels"),
        ({"radius": 0}, "radius of at least 1"),
        ({"eps": 0.0}, "a positive eps"),
    ],
)
def test_unfit_arguments_are_refused(network, change, words):
    with pytest.raises(InputError, match=words) as error:
        cai(**{"I": picture(), "A": A, "weights": network} | change)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: DehazeNetSpec(0, 1, 1), "cai.maps must be at least 1, got 0"),
        (lambda: DehazeNetSpec(16, 3, 16), "cai.units must divide cai.maps, 16, got 3"),
        (lambda: Plan(0, 0.1, 1, 8), "cai.steps must be positive, got 0"),
        (lambda: Plan(1, 0.0, 1, 8), "cai.rate must be positive, got 0.0"),
        (
            lambda: trainee(SPEC, Plan(1, 0.1, 13, 8), *hazes(), seed=1),
            "cai.batch is 13, more than the 12 training pairs",
        ),
        (lambda: trainee(SPEC, Plan(1, 0.1, 1, 49), *hazes(), seed=1), "cai.crop is 49, more than the 48 pixels"),
    ],
)
def test_unfit_shapes_and_plans_are_refused(make, words):
    with pytest.raises(InputError, match=words):
        make()
