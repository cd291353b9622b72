"""The network that corrects an airlight: what it sees, its bounds, and that every input changes its result."""

import pytest
import torch

from padnet.errors import InputError
from padnet.haze.airlight_network import SEEN, AirlightNetwork, AirlightSpec, corrected, seen


@pytest.fixture(name="I")
def _image():
    return torch.rand(2, 3, 50, 70, generator=torch.Generator().manual_seed(1))


@pytest.fixture(name="network")
def _network():
    torch.manual_seed(1)
    network = AirlightNetwork(AirlightSpec((4, 6), 5))
    torch.nn.init.normal_(network.last.weight)
    return network


def test_before_training_it_is_a_mean_colour_of_the_image(I):
    network = AirlightNetwork(AirlightSpec((4, 6), 5))
    flat = I.mean(dim=(2, 3), keepdim=True).expand_as(I)
    torch.testing.assert_close(corrected(network, flat), flat[:, :, 0, 0])


def test_it_sees_the_image_and_its_dark_channel(I):
    small = seen(I)
    assert small.shape == (2, 4, SEEN, SEEN) and (small[:, 3] <= small[:, :3].amin(dim=1) + 0.2).all()
    torch.testing.assert_close(small[:, :3].mean(dim=(2, 3)), I.mean(dim=(2, 3)), rtol=0, atol=0.02)


def test_every_input_changes_the_result(network, I):
    small, A = seen(I), torch.full((2, 3), 0.8)
    first = network(small, A)
    assert first.shape == (2, 3)
    assert not torch.equal(network(small, A - 0.1), first) and not torch.equal(network(0.9 * small, A), first)
    torch.testing.assert_close(network(small[1:], A[1:]), first[1:])


def test_it_stays_in_its_range(network, I):
    torch.nn.init.constant_(network.last.bias, 1e3)
    assert torch.equal(corrected(network, torch.ones_like(I)), torch.ones(2, 3))
    torch.nn.init.constant_(network.last.bias, -1e3)
    dark = corrected(network, torch.full_like(I, 0.12))
    assert torch.equal(dark, torch.full((2, 3), 0.1))
    assert corrected(network, I.double()).dtype == torch.float64


@pytest.mark.parametrize("features, hidden", [((4,), 5), ((4, 0), 5), ((4, 6), 0)])
def test_a_wrong_shape_is_refused(features, hidden):
    with pytest.raises(InputError, match="airlight.shape needs two numbers"):
        AirlightSpec(features, hidden)


def test_a_grey_image_is_refused(network):
    with pytest.raises(InputError):
        corrected(network, torch.zeros(1, 1, 20, 20))
