"""The convolutional unit: its layers, its periodic frame, strips, folding, and the noise level it is told."""

import pytest
import torch
from toys import normal

from padnet.core import tiling as strips
from padnet.core.conv_unit import ConvUnit, NoiseConditioned
from padnet.core.networks import Network
from padnet.errors import InputError

DILATIONS = [1, 2, 3, 1]
LEVEL = torch.tensor([0.3, -0.7], dtype=torch.float64)


def unit(conditioned=False, dilations=DILATIONS, features=5, scale=0.5, channels=2, seed=0):
    """A float64 unit whose weights, biases and batch statistics are all at random."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        made = ConvUnit(channels, features, dilations, scale, conditioned).double()
        for weight in made.parameters():
            torch.nn.init.normal_(weight, std=0.3)
        for norm in made.norms:
            torch.nn.init.normal_(norm.running_mean)
            torch.nn.init.uniform_(norm.running_var, 0.5, 2.0)
    return made.eval()


def told(conditioned):
    return LEVEL if conditioned else None


def test_a_new_unit_leaves_its_input_as_it_is_and_can_learn():
    made, v = ConvUnit(2, 4, DILATIONS, 0.5).double(), normal(2, 2, 12, 13)
    assert torch.equal(Network([made])(v, 3.0), v)
    made(v).square().sum().backward()
    made(v).sum().backward()
    assert made.convolutions[-1].weight.grad.norm() > 0


def test_the_layers_are_those_of_the_paper():
    made = ConvUnit(1, 6, [1, 2, 3, 4, 3, 2, 1], 1.0)
    assert len(made.convolutions) == 7
    assert len(made.norms) == 5  # on layers 2 to 6
    assert [c.dilation[0] for c in made.convolutions] == [1, 2, 3, 4, 3, 2, 1]
    assert [c.bias is not None for c in made.convolutions] == [True] + [False] * 5 + [True]
    assert made.halo == 16


@pytest.mark.parametrize("conditioned", [False, True])
def test_the_unit_is_the_layers_one_after_the_other(conditioned):
    """Each layer wrapped around by itself gives what wrapping around once gives."""
    made, v = unit(conditioned), normal(2, 2, 12, 13)
    z = torch.cat([v, LEVEL.reshape(2, 1, 1, 1).expand(2, 1, 12, 13)], dim=1) if conditioned else v
    for i, convolution in enumerate(made.convolutions):
        d = convolution.dilation[0]
        z = convolution(torch.nn.functional.pad(z, (d,) * 4, mode="circular"))
        if 0 < i < len(made.convolutions) - 1:
            z = made.norms[i - 1](z)
        z = z.relu() if i < len(made.convolutions) - 1 else 0.5 * z
    torch.testing.assert_close(made(v, told(conditioned)), z, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("conditioned", [False, True])
def test_folding_keeps_the_function_after_the_statistics_have_moved(conditioned):
    made, v = unit(conditioned).float().train(), normal(2, 2, 12, 13).float()
    level = LEVEL.float() if conditioned else None
    before = [norm.running_mean.clone() for norm in made.norms]
    for i in range(3):
        made(2 * v + i, level)
    assert all(not torch.equal(norm.running_mean, old) for norm, old in zip(made.norms, before, strict=True))
    expected = made.eval()(v, level)
    folded = made.fold()
    assert folded is made and len(made.norms) == 0
    size = expected.abs().max()
    assert (made(v, level) - expected).abs().max() <= 1e-5 * size
    once = made(v, level)
    assert torch.equal(made.fold()(v, level), once)  # a second time nothing is left to fold


def test_a_unit_without_normalisations_folds_to_itself():
    made, v = unit(dilations=[1, 2]), normal(2, 2, 8, 8)
    expected = made(v)
    assert torch.equal(made.fold()(v), expected)


def test_the_halo_is_the_reach_and_no_more():
    """A pixel at the distance of the halo matters to the middle one, a pixel beyond does not."""
    made, size = unit(channels=1), 21
    v, middle, reach = normal(1, 1, size, size), size // 2, made.halo

    def moved(distance):
        other = v.clone()
        other[..., middle + distance, middle + distance] += 10
        return (made(other) - made(v))[..., middle, middle].abs().item()

    assert reach == sum(DILATIONS)
    assert moved(reach) > 1e-8
    assert moved(reach + 1) == 0


@pytest.mark.parametrize("conditioned", [False, True])
def test_strips_give_what_the_whole_gives(conditioned, monkeypatch):
    made, v, level = unit(conditioned), normal(2, 2, 23, 18), told(conditioned)
    with torch.no_grad():
        whole, calls, inner = made(v, level), [], made.inner
        monkeypatch.setattr(made, "inner", lambda *given: (calls.append(1), inner(*given))[1])
        for pixels, count in ((1, 23), (5 * (18 + 2 * made.halo), 5), (10**9, 1)):
            monkeypatch.setattr(strips, "STRIP", pixels)
            calls.clear()
            torch.testing.assert_close(made(v, level), whole, rtol=1e-12, atol=1e-12)
            assert len(calls) == count
    monkeypatch.setattr(strips, "STRIP", 1)
    calls.clear()
    made(v, level)  # a derivative needs everything in memory anyway
    assert len(calls) == 1


@pytest.mark.parametrize("conditioned", [False, True])
def test_the_unit_follows_periodic_shifts(conditioned):
    made, v, shift = unit(conditioned), normal(2, 2, 14, 13), ((5, -3), (-2, -1))
    torch.testing.assert_close(
        made(v.roll(*shift), told(conditioned)), made(v, told(conditioned)).roll(*shift), rtol=1e-11, atol=1e-11
    )


def test_batch_is_the_stack_of_singles():
    made, v = unit(True), normal(2, 2, 12, 13)
    out = made(v, LEVEL)
    for i in range(2):
        torch.testing.assert_close(out[i], made(v[i : i + 1], LEVEL[i : i + 1])[0], rtol=1e-11, atol=1e-11)


def test_the_gradient_is_the_derivative():
    # ReLU has kinks; at random points finite differences do not meet one.
    made, v = unit(dilations=[1, 1, 1], features=2, channels=1), normal(1, 1, 4, 4).requires_grad_()
    assert torch.autograd.gradcheck(made, (v,))


@pytest.mark.parametrize(
    "change", [{"features": 6}, {"dilations": [1, 1, 3, 1]}, {"scale": 0.6}, {"conditioned": True}], ids=list
)
def test_every_option_changes_the_unit(change):
    v = normal(2, 2, 12, 13)
    made = unit(**change)
    assert not torch.allclose(made(v, told(made.conditioned)), unit()(v))


def test_the_level_matters_to_its_own_sample_alone():
    made, v = unit(True), normal(2, 2, 12, 13)
    other = made(v, LEVEL + torch.tensor([0.0, 1.0]))
    assert torch.equal(other[0], made(v, LEVEL)[0])
    assert not torch.allclose(other[1], made(v, LEVEL)[1])


def test_a_network_at_a_level_is_called_as_every_stage_does():
    network, v = Network([unit(True), unit(True, seed=1)], 0.01), normal(2, 2, 12, 13)
    at = NoiseConditioned(network, LEVEL)
    assert torch.equal(at(v, 0.5), network(v, 0.5, LEVEL))
    assert at.bound == 0.01 and at.C_N(v) == network.C_N(v)


@pytest.mark.parametrize("dilations", [[], [1], [1, 0, 1]])
def test_too_few_layers_or_a_dilation_of_zero_are_refused(dilations):
    with pytest.raises(InputError, match="a unit needs at least two layers with dilations of 1 or more, got"):
        ConvUnit(1, 4, dilations, 1.0)


@pytest.mark.parametrize("features, scale", [(0, 1.0), (4, 0.0), (4, float("nan"))])
def test_no_features_or_no_scale_are_refused(features, scale):
    with pytest.raises(InputError, match="a unit needs at least one feature and a positive scale, got"):
        ConvUnit(1, features, [1, 1], scale)


@pytest.mark.parametrize("conditioned", [False, True])
def test_a_level_too_many_or_too_few_is_refused(conditioned):
    with pytest.raises(InputError, match="a conditioned unit needs the noise level of every sample; an unconditioned"):
        unit(conditioned)(normal(2, 2, 12, 13), told(not conditioned))


def test_a_picture_smaller_than_the_halo_is_refused():
    with pytest.raises(InputError, match="a picture of 6x12 pixels is smaller than the 7 a side that the unit"):
        unit()(normal(1, 2, 6, 12))
