"""A network proposes in float32 between float64 iterates, within its bound; inner layers in bfloat16 for training."""

import pytest
import torch
from test_conv_unit import LEVEL, unit
from toys import normal, random_networks

from padnet.core.conv_unit import ConvUnit
from padnet.core.fidelity import norm
from padnet.core.mixed_precision import SinglePrecision, reduced_precision
from padnet.core.networks import Network


@pytest.mark.parametrize("bound", [None, 1e-3, 10.0])
def test_the_proposal_is_the_network_s_in_double(bound):
    network, v = random_networks(1, 2, 5.0, bound)[0].float(), 0.1 * normal(3, 2, 8, 9)
    out = SinglePrecision(network)(v, 0.7)
    assert out.dtype == torch.float64 and not torch.equal(out, v)
    torch.testing.assert_close(out.float(), network(v.float(), 0.7), rtol=1e-5, atol=1e-6)
    assert SinglePrecision(network).bound == bound


def test_the_bound_holds_in_double():
    """To 1e-12, where float32 alone would leave the ball by 1e-7."""
    network, v, worst = random_networks(1, 2, 50.0, 1e-3)[0].float(), 0.1 * normal(6, 2, 8, 9), 0.0
    for alpha in (0.3, 1.0, 7.0):
        size = norm(SinglePrecision(network)(v, alpha) - v) / (network.C_N(v) * alpha)
        assert (size <= 1 + 1e-12).all() and (size > 0.999).all()
        worst = max(worst, (norm(network(v.float(), alpha).double() - v) / (network.C_N(v) * alpha)).max().item())
    assert worst > 1 + 1e-9


def test_what_does_not_move_stays_to_the_bit():
    """The network sees v rounded, but what it adds is added to v itself."""
    v = normal(2, 2, 8, 9)
    assert torch.equal(SinglePrecision(Network([], 0.1))(v, 1.0), v)
    assert torch.equal(SinglePrecision(Network([]))(v, 1.0), v)


def test_the_level_is_passed_on():
    network, v = Network([unit(True).float()]), normal(2, 2, 12, 13)
    single = SinglePrecision(network)
    torch.testing.assert_close(single(v, 0.5, LEVEL).float(), network(v.float(), 0.5, LEVEL.float()))
    assert not torch.allclose(single(v, 0.5, LEVEL), single(v, 0.5, LEVEL + 1))


def test_inner_layers_are_reduced_and_the_others_are_not():
    """To the 8 bits of bfloat16; weights and their gradients keep their type, and afterwards nothing has changed."""
    made, v = unit().float(), normal(2, 2, 12, 13).float()
    network, exact, seen = Network([made]), made(v), {}
    hooks = [
        layer.register_forward_hook(lambda _, given, out, i=i: seen.update({i: out.dtype}))
        for i, layer in enumerate(made.convolutions)
    ]
    with reduced_precision([network]):
        found = made(v)
    [hook.remove() for hook in hooks]
    last = len(made.convolutions) - 1
    assert seen == {i: torch.bfloat16 if 0 < i < last else torch.float32 for i in range(last + 1)}
    assert found.dtype == torch.float32 and not torch.equal(found, exact)
    assert (found - exact).norm() < 0.02 * exact.norm()
    found.square().sum().backward()
    assert all(w.dtype == w.grad.dtype == torch.float32 for w in made.parameters())
    assert torch.equal(made(v), exact)


def test_an_error_inside_restores_the_precision_too():
    made = ConvUnit(1, 2, [1, 1, 1], 1.0)
    with pytest.raises(ZeroDivisionError), reduced_precision([Network([made])]):
        raise ZeroDivisionError
    assert made.inner_dtype is None
