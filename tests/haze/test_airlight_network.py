"""The network that corrects an airlight: what it sees, its bounds, and that every input changes its result."""

import pytest
import torch

from padnet.errors import InputError
from padnet.haze.airlight_network import RULES, SEEN, AirlightNetwork, AirlightSpec, corrected, estimates, seen


@pytest.fixture(name="I")
def _image():
    return torch.rand(2, 3, 50, 70, generator=torch.Generator().manual_seed(1))


@pytest.fixture(name="network")
def _network():
    torch.manual_seed(1)
    network = AirlightNetwork(AirlightSpec(4, 2, 5))
    torch.nn.init.normal_(network.last.weight)
    return network


def test_before_training_it_is_a_mean_colour_of_the_image(I):
    network = AirlightNetwork(AirlightSpec(4, 2, 5))
    flat = I.mean(dim=(2, 3), keepdim=True).expand_as(I)
    torch.testing.assert_close(corrected(network, flat), flat[:, :, 0, 0])


def test_it_sees_the_image_and_its_dark_channel(I):
    small = seen(I)
    assert small.shape == (2, 4, SEEN, SEEN) and (small[:, 3] <= small[:, :3].amin(dim=1) + 0.2).all()
    torch.testing.assert_close(small[:, :3].mean(dim=(2, 3)), I.mean(dim=(2, 3)), rtol=0, atol=0.02)


def test_every_input_changes_the_result(network, I):
    small, rules = seen(I), torch.full((2, RULES, 3), 0.8)
    first = network(small, rules)
    assert first.shape == (2, 3)
    for k in range(RULES):
        other = rules.clone()
        other[:, k] -= 0.1
        assert not torch.equal(network(small, other), first)
    for k in range(4):
        other = small.clone()
        other[:, k] *= 0.9
        assert not torch.equal(network(other, rules), first)
    torch.testing.assert_close(network(small[1:], rules[1:]), first[1:])


def test_it_mixes_the_rules_and_means_evenly_before_training(I):
    network, rules = AirlightNetwork(AirlightSpec(4, 2, 5)), estimates(I)
    assert rules.shape == (2, RULES, 3) and not torch.equal(rules[:, 0], rules[:, 1])
    grey = torch.full((2, 4, SEEN, SEEN), 0.6)
    torch.testing.assert_close(network(grey, rules), (rules.sum(dim=1) + 2 * 0.6) / 4)


def test_where_places_lie_beside_each_other_does_not_count(network, I):
    small, rules = seen(I), estimates(I)
    flat = small.mean(dim=3, keepdim=True).expand_as(small)  # rows of one colour: no contrast within a row
    assert torch.equal(network(flat, rules), network(flat.flip(3), rules))


def test_it_stays_in_its_range(network, I):
    torch.nn.init.constant_(network.last.bias, 1e3)
    assert torch.equal(corrected(network, torch.ones_like(I)), torch.ones(2, 3))
    torch.nn.init.constant_(network.last.bias, -1e3)
    dark = corrected(network, torch.full_like(I, 0.12))
    assert torch.equal(dark, torch.full((2, 3), 0.1))
    assert corrected(network, I.double()).dtype == torch.float64


@pytest.mark.parametrize("numbers", [(0, 2, 5), (4, 0, 5), (4, 2, 0)])
def test_a_wrong_shape_is_refused(numbers):
    with pytest.raises(InputError, match="airlight.shape needs numbers of at least 1"):
        AirlightSpec(*numbers)


def test_a_grey_image_is_refused(network):
    with pytest.raises(InputError):
        corrected(network, torch.zeros(1, 1, 20, 20))
