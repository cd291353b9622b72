"""The shrinkage unit: what it does before training, its symmetry, its frame, its options and refusals."""

import pytest
import torch
from toys import normal

from padnet.core import tiling as strips
from padnet.core.networks import Network
from padnet.core.shrinkage_unit import ShrinkageUnit, cosine_basis
from padnet.errors import InputError

SHAPE = {"channels": 1, "size": 3, "centres": 9, "reach": 0.5, "gain": 2.0}


def unit(**changes):
    return ShrinkageUnit(**SHAPE | changes).double()


def shrunk(v, **changes):
    """v - G(v) / gain, without a gradient."""
    made = unit(**changes)
    with torch.no_grad():
        return v - made(v) / made.gain


def test_the_cosine_basis_is_orthonormal_and_has_no_constant():
    basis = cosine_basis(5).double().flatten(1)
    assert basis.shape == (24, 25)
    torch.testing.assert_close(basis @ basis.T, torch.eye(24, dtype=torch.float64), atol=1e-6, rtol=0)
    assert basis.sum(dim=1).abs().max() < 1e-6


def test_a_new_unit_takes_faint_detail_away_and_leaves_strong_detail_and_the_mean():
    v = normal(1, 1, 24, 24)
    v = v - v.mean()
    faint, strong = 0.002 * v + 0.4, 20 * v + 0.4
    # What stays is mostly the mean of every patch, a part of 19/81 of the variance of white noise.
    assert (shrunk(faint) - 0.4).norm() <= 0.3 * (faint - 0.4).norm()
    assert (shrunk(strong) - strong).norm() <= 0.01 * (strong - 0.4).norm()
    assert shrunk(faint).mean().item() == pytest.approx(0.4, abs=1e-7)


def test_a_new_unit_is_the_gradient_of_a_potential():
    """G = gain F^T phi(F v): its derivative is symmetric."""
    v, a, b = 0.1 * normal(1, 1, 12, 13), normal(1, 1, 12, 13, seed=1), normal(1, 1, 12, 13, seed=2)
    G, h = unit(), 1e-5
    with torch.no_grad():
        along = [(G(v + h * c) - G(v - h * c)) / (2 * h) for c in (a, b)]
    assert (b * along[0]).sum().item() == pytest.approx((a * along[1]).sum().item(), rel=1e-6)


def test_the_frame_is_periodic_and_strips_change_nothing(monkeypatch):
    v = normal(2, 1, 21, 17)
    with torch.no_grad():
        whole = unit()(v)
        torch.testing.assert_close(unit()(v.roll((5, 9), (2, 3))), whole.roll((5, 9), (2, 3)), rtol=1e-12, atol=1e-14)
        monkeypatch.setattr(strips, "STRIP", 4 * (17 + 2 * unit().halo))  # four rows at a time
        torch.testing.assert_close(unit()(v), whole, rtol=1e-12, atol=1e-14)


def test_channels_and_samples_are_treated_alike_and_alone():
    v = normal(2, 3, 12, 13)
    with torch.no_grad():
        together = unit(channels=3)(v)
        apart = torch.stack([torch.cat([unit()(c[None, None]) for c in sample], dim=1)[0] for sample in v])
    torch.testing.assert_close(together, apart, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("option", [{"size": 5}, {"centres": 11}, {"reach": 0.7}, {"gain": 3.0}])
def test_every_option_changes_the_result(option):
    v = 0.1 * normal(1, 1, 12, 12)
    with torch.no_grad():
        assert not torch.allclose(unit(**option)(v), unit()(v), rtol=1e-3)


def test_weights_are_in_units_of_reach_and_step():
    """The weights of one stage mean the same in the next, whose step and responses are smaller."""
    v = 0.1 * normal(1, 1, 12, 12)
    near = unit(reach=0.25, gain=4.0)
    near.load_state_dict(unit().state_dict())
    with torch.no_grad():
        torch.testing.assert_close(near(v / 2) / near.gain, unit()(v) / 2 / 2.0, rtol=1e-12, atol=1e-15)


def test_every_weight_learns():
    made = unit()
    Network([made])(0.1 * normal(1, 1, 12, 12), 0.5).square().sum().backward()
    assert {n for n, w in made.named_parameters() if w.grad.norm() > 0} == {"first", "second", "rbf.weight"}


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"size": 4}, "size, the side of the filters, must be odd and at least 3, got 4"),
        ({"size": 1}, "size, the side of the filters, must be odd and at least 3, got 1"),
        ({"reach": 0.0}, "a shrinkage needs a positive reach and gain, got 0.0 and 2.0"),
        ({"gain": float("nan")}, "a shrinkage needs a positive reach and gain, got 0.5 and nan"),
        ({"centres": 8}, "centres of a shrinkage must be odd and from 9 to 17, got 8"),
    ],
)
def test_a_bad_shape_gets_one_sentence(change, sentence):
    with pytest.raises(InputError, match=sentence):
        unit(**change)


@pytest.mark.parametrize("shape", [(1, 2, 12, 12), (1, 1, 1, 12)])
def test_a_picture_that_does_not_fit_gets_one_sentence(shape):
    with pytest.raises(InputError, match="a shrinkage of 1 channels needs pictures of at least 2 pixels a side"):
        unit()(torch.zeros(shape, dtype=torch.float64))
