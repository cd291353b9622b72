"""Radial basis functions, the unit G, N_alpha of (6), and the bound of Condition 2."""

import pytest
import torch
from toys import GARBAGE, normal, random_networks, random_unit

from padnet.core.fidelity import norm
from padnet.core.networks import Network, RBFUnit
from padnet.core.rbf import RBF
from padnet.errors import InputError


def random_rbf(channels, centres):
    rbf = RBF(channels, centres).double()
    rbf.weight.data = normal(channels, centres)
    return rbf


@pytest.mark.parametrize("centres", [3, 5, 9, 17])
def test_rbf_is_the_sum_it_says(centres):
    """phi(z) = sum_j w_j exp(-(z - m_j)^2 / (2 s^2)), s the distance of the centres m_j in [-1, 1]."""
    rbf, z = random_rbf(2, centres), torch.linspace(-1.3, 1.3, 60, dtype=torch.float64).reshape(1, 2, 5, 6)
    m, s = torch.linspace(-1, 1, centres, dtype=torch.float64), 2 / (centres - 1)
    bells = torch.exp(-((z[..., None] - m) ** 2) / (2 * s**2))
    expected = (bells * rbf.weight[:, None, None]).sum(dim=-1)
    torch.testing.assert_close(rbf(z), expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_rbf_has_the_same_bits_in_blocks(dtype, monkeypatch):
    """One thread works block by block, several on the whole."""
    rbf, z = random_rbf(3, 15).to(dtype), 0.4 * normal(2, 3, 19, 21).to(dtype)
    monkeypatch.setattr("padnet.core.rbf.BLOCK", 64)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 1)
    blocks = rbf(z)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    assert torch.equal(blocks, rbf(z))


def test_rbf_far_from_the_centres_is_nearly_zero_and_never_overflows():
    far = torch.tensor([-1e30, -50.0, 50.0, 1e30, 1e300], dtype=torch.float64).reshape(1, 1, 1, 5)
    for rbf in (random_rbf(1, 17), random_rbf(1, 17).float()):
        z = far.to(rbf.weight.dtype).nan_to_num(posinf=1e30).requires_grad_()
        out = rbf(z)
        out.sum().backward()
        assert (out.abs() < 2e-5).all()
        assert (z.grad == 0).all()
        assert torch.isfinite(rbf.weight.grad).all()


@pytest.mark.parametrize("centres", [3, 9])
def test_rbf_gradients(centres):
    rbf, z = random_rbf(2, centres), normal(2, 2, 2, 3).requires_grad_()

    def phi(z, weight):
        return torch.func.functional_call(rbf, {"weight": weight}, (z,))

    assert torch.autograd.gradcheck(phi, (z, rbf.weight.detach().requires_grad_()))


@pytest.mark.parametrize("centres", [9, 15, 17])
def test_rbf_starts_as_the_identity(centres):
    inner = 1 - 8 / (centres - 1)  # four widths away from the ends the missing bells do not matter
    z = torch.linspace(-inner, inner, 101, dtype=torch.float64).reshape(1, 1, 1, -1)
    torch.testing.assert_close(RBF(1, centres).double()(z), z, rtol=0, atol=1e-3)


@pytest.mark.parametrize("centres", [1, 2, 8, 0, -3, 19])
def test_rbf_needs_a_middle_centre(centres):
    with pytest.raises(InputError, match=f"centres must be odd and from 3 to 17, got {centres}"):
        RBF(1, centres)


def test_a_new_unit_is_the_zero_map_and_its_network_the_identity():
    unit, v = RBFUnit(2, 4, 3, 5, 0.1).double(), normal(2, 2, 6, 7)
    assert (unit(v) == 0).all()
    assert torch.equal(Network([unit, unit])(v, 3.0), v)


def test_a_new_unit_learns():
    """Its second convolution has a gradient though it is zero."""
    unit = RBFUnit(2, 4, 3, 5, 0.1).double()
    unit(normal(1, 2, 6, 6)).sum().backward()
    assert unit.second.weight.grad.norm() > 0


@pytest.mark.parametrize("size", [1, 3, 5])
def test_unit_is_two_convolutions_with_an_rbf_between(size):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        unit = RBFUnit(2, 3, size, 5, 0.2).double()
        torch.nn.init.normal_(unit.second.weight)
    v, pad = normal(1, 2, 8, 9), size // 2

    def convolve(x, weight):  # periodic correlation, written out
        out = 0
        for i in range(size):
            for j in range(size):
                rolled = x.roll((pad - i, pad - j), dims=(-2, -1))
                out = out + torch.einsum("oc,bchw->bohw", weight[:, :, i, j], rolled)
        return out

    z = unit.rbf(convolve(v / 0.2, unit.first.weight) + unit.first.bias[None, :, None, None])
    expected = 0.2 / (3 * size**2) ** 0.5 * convolve(z, unit.second.weight)
    torch.testing.assert_close(unit(v), expected, rtol=1e-10, atol=1e-12)


def test_unit_gradients():
    unit, v = random_unit(features=2), normal(1, 2, 4, 4).requires_grad_()
    assert torch.autograd.gradcheck(unit, (0.1 * v,))


def test_unit_follows_periodic_shifts():
    unit, v = random_unit(), 0.1 * normal(1, 2, 8, 9)
    shifted = unit(v.roll((3, -2), dims=(-2, -1)))
    torch.testing.assert_close(shifted, unit(v).roll((3, -2), dims=(-2, -1)), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("option", ["features", "size", "centres", "scale"])
def test_every_option_of_the_unit_changes_it(option):
    options = {"features": 4, "size": 3, "centres": 5, "scale": 0.1}
    other = {"features": 5, "size": 5, "centres": 7, "scale": 0.2}

    def output(options):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(1)
            unit = RBFUnit(channels=2, **options).double()
            torch.nn.init.ones_(unit.second.weight)
        return unit(normal(1, 2, 8, 8))

    assert not torch.allclose(output(options), output(options | {option: other[option]}))


@pytest.mark.parametrize("size", [2, 4])
def test_unit_refuses_even_filters(size):
    with pytest.raises(InputError, match=f"size, the side of the filters, must be odd, got {size}"):
        RBFUnit(2, 4, size, 5, 0.1)


def test_network_is_equation_6():
    units, v, alpha = [random_unit(s) for s in range(3)], 0.1 * normal(2, 2, 6, 6), 0.7
    expected = v
    for G in units:
        expected = expected - alpha * G(expected)
    assert torch.equal(Network(units)(v, alpha), expected)
    assert not torch.allclose(Network(units)(v, 2 * alpha), expected)
    assert not torch.allclose(Network(units[:2])(v, alpha), expected)


class Scaled(torch.nn.Module):
    """G(v) = size v."""

    def __init__(self, size):
        super().__init__()
        self.size = size

    def forward(self, v):
        return self.size * v


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e6, 1e30])
@pytest.mark.parametrize("bound", [1e-3, 0.5, 100.0])
def test_condition_2_holds_whatever_the_weights(size, bound):
    v = normal(3, 2, 6, 6)
    v[1] *= 1e-6  # each sample has its own residual
    for alpha in (1e-4, 1.0, 7.0):
        for network in (Network([Scaled(size)] * 2, bound), random_networks(1, 2, size, bound)[0]):
            out = network(v, alpha)
            assert network.C_N(v) == pytest.approx(bound * (2 * 6 * 6) ** 0.5)
            assert (norm(out - v) <= network.C_N(v) * alpha * (1 + 1e-12) + 1e-14 * norm(v)).all()


def test_inside_the_ball_the_bound_changes_nothing_and_outside_only_the_length():
    v = normal(2, 2, 6, 6)
    v[1] *= 1e-3
    free, bounded = Network([Scaled(1.0)])(v, 0.5) - v, Network([Scaled(1.0)], 0.05)(v, 0.5) - v
    assert torch.equal(bounded[1], free[1])
    size = 0.05 * 72**0.5 * 0.5
    torch.testing.assert_close(bounded[0], free[0] * size / free[0].norm(), rtol=1e-12, atol=1e-14)


def test_the_bound_survives_overflow_to_infinity_or_nan():
    """A unit may return anything: what comes out is within the ball."""
    v = normal(2, 2, 6, 6)
    for kind in ("NaN", "inf", "noise 1e+30"):

        class Broken(torch.nn.Module):
            def forward(self, v, kind=kind):
                return GARBAGE[kind](v, 1.0)

        network = Network([Broken()], 0.1)
        assert (norm(network(v, 1.0) - v) <= network.C_N(v) * (1 + 1e-12)).all()
    # In float32 the norm of the residual itself overflows.
    v = v.float()
    network = Network([Scaled(1e30)], 0.1)
    assert (norm(network(v, 1.0) - v) <= network.C_N(v) * (1 + 1e-5)).all()


def test_batch_is_the_stack_of_singles():
    network, v = random_networks(1, 2, 10.0, 0.1)[0], normal(3, 2, 6, 6)
    out = network(v, 1.0)
    for i in range(3):
        torch.testing.assert_close(out[i], network(v[i : i + 1], 1.0)[0], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("bound", [0, -1.0, float("nan")])
def test_a_bound_that_is_not_positive_is_refused(bound):
    with pytest.raises(InputError, match="the bound C_N of Condition 2 must be positive, got"):
        Network([], bound)


def test_without_a_bound_there_is_no_constant():
    with pytest.raises(InputError, match="this network has no bound: Condition 2 is not enforced"):
        Network([]).C_N(normal(1, 2, 4, 4))
