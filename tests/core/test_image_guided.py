"""Units that see a picture beside their input: layer by layer, in strips, as a network, and as every stage calls it."""

import pytest
import torch
from toys import normal

from padnet.core import tiling as strips
from padnet.core.conv_unit import ConvUnit, ImageGuided
from padnet.core.fidelity import QuadraticFidelity
from padnet.core.mixed_precision import SinglePrecision
from padnet.core.networks import Network
from padnet.core.schedule import Schedule
from padnet.core.training import Problem, run_stages
from padnet.errors import InputError

DILATIONS = [1, 2, 3, 1]


def unit(guides=3, seed=0):
    """A float64 unit whose weights, biases and batch statistics are all at random."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        made = ConvUnit(1, 5, DILATIONS, 0.5, guides=guides).double()
        for weight in made.parameters():
            torch.nn.init.normal_(weight, std=0.3)
        for norm in made.norms:
            torch.nn.init.uniform_(norm.running_var, 0.5, 2.0)
    return made.eval()


@pytest.fixture(name="v")
def _v():
    return normal(2, 1, 12, 13)


@pytest.fixture(name="guide")
def _guide():
    return normal(2, 3, 12, 13)


def test_the_guide_is_further_channels_of_the_first_layer(v, guide):
    made, z = unit(), torch.cat([v, guide], dim=1)
    for i, convolution in enumerate(made.convolutions):
        z = convolution(torch.nn.functional.pad(z, (convolution.dilation[0],) * 4, mode="circular"))
        if 0 < i < len(made.convolutions) - 1:
            z = made.norms[i - 1](z)
        z = z.relu() if i < len(made.convolutions) - 1 else 0.5 * z
    torch.testing.assert_close(made(v, guide=guide), z, rtol=1e-10, atol=1e-10)
    assert made(v, guide=guide).shape == v.shape
    assert not torch.allclose(made(v, guide=guide), made(v, guide=2 * guide))


def test_strips_and_the_whole_agree(v, guide, monkeypatch):
    made = unit()
    with torch.no_grad():
        whole = made(v, guide=guide)
        monkeypatch.setattr(strips, "STRIP", 5 * (13 + 2 * made.halo))
        torch.testing.assert_close(made(v, guide=guide), whole, rtol=1e-11, atol=1e-11)


def test_folding_keeps_the_function(v, guide):
    made = unit()
    expected = made(v, guide=guide)
    torch.testing.assert_close(made.fold()(v, guide=guide), expected, rtol=1e-10, atol=1e-10)


def test_batch_statistics_are_of_the_picture_alone(v, guide):
    """A halo would count the pixels at the border several times."""
    made = unit().train()
    made(v, guide=guide)
    seen = torch.nn.functional.pad(torch.cat([v, guide], dim=1), (1,) * 4, mode="circular")
    z = torch.nn.functional.pad(made.convolutions[0](seen).relu(), (2,) * 4, mode="circular")
    mean = made.convolutions[1](z).mean(dim=(0, 2, 3))
    torch.testing.assert_close(made.norms[0].running_mean, 0.1 * mean, rtol=1e-8, atol=1e-8)


def test_a_network_with_a_guide_is_called_as_every_stage_does(v, guide):
    network = Network([unit(), unit(seed=1)], 0.05)
    at = ImageGuided(network, guide)
    assert torch.equal(at(v, 0.5), network(v, 0.5, guide=guide))
    assert at.bound == 0.05 and at.C_N(v) == network.C_N(v)
    single = ImageGuided(SinglePrecision(network.float()), guide)(v, 0.5)
    torch.testing.assert_close(single, at.network.double()(v, 0.5, guide=guide), rtol=1e-3, atol=1e-5)


def test_a_problem_shows_its_guide_to_every_stage(v, guide):
    networks, schedule = [Network([unit(seed=k)], 0.5) for k in range(2)], Schedule(mu=0.01, rho0=4, gamma=4)
    states, steps = run_stages(
        Problem(QuadraticFidelity(v), None, v, lambda t: t, guide=guide), networks, schedule, None
    )
    other, _ = run_stages(Problem(QuadraticFidelity(v), None, v, lambda t: t, guide=-guide), networks, schedule, None)
    assert steps is None and states[-1].x.shape == v.shape
    assert not torch.allclose(states[-1].x, other[-1].x)


def test_a_guide_of_the_wrong_size_too_many_or_too_few_are_refused(v, guide):
    with pytest.raises(InputError, match="a unit with 3 guides was given none: the guide has the picture's own size"):
        unit()(v)
    with pytest.raises(InputError, match=r"a unit with 3 guides was given one of the shape \(2, 3, 12, 12\)"):
        unit()(v, guide=guide[..., 1:])
    with pytest.raises(InputError, match=r"a unit with 0 guides was given one of the shape \(2, 3, 12, 13\)"):
        unit(guides=0)(v, guide=guide)
    with pytest.raises(InputError, match="guides, the number of guide channels, must be zero or more, got -1"):
        ConvUnit(1, 4, [1, 1], 1.0, guides=-1)
