"""The decrease of one step, right where a plain subtraction of energies has lost all its digits."""

import pytest
import torch
from toys import normal, prior, toy

from padnet.core.decrease import decrease
from padnet.core.fidelity import LeastSquares
from padnet.core.operators import Blur


def F(f, r, x):
    return f.value(x) + r.value(x)


def point(p, seed=1):
    """A field like the toys', about half of whose entries are zero."""
    x = 0.3 * normal(2, 2, 16, 16, seed=seed)
    return x * (normal(2, 2, 16, 16, seed=seed + 1) > 0)


@pytest.mark.parametrize("p", [1, 0.8, 0.5, 0])
def test_of_a_long_step_it_is_the_difference_of_the_energies(p):
    f, r = toy().f, prior(0.8 if p == 0.5 else p)
    r = type(r)(p, r.lam)
    for x, x_new in ((point(p), point(p, 5)), (point(p), 0 * point(p)), (0 * point(p), point(p))):
        fall, rounding = decrease(f, r, x, x_new)
        torch.testing.assert_close(fall, F(f, r, x) - F(f, r, x_new), rtol=1e-10, atol=1e-12)
        assert fall.shape == rounding.shape == (2,) and (rounding < 1e-9 * fall.abs()).all()


@pytest.mark.parametrize("p", [1, 0.8, 0])
def test_it_is_right_where_plain_subtraction_cancels(p):
    """At a stationary point the terms of first order cancel, and what is left is 1/2 ||dx||^2 and the curvature of r."""
    delta = torch.zeros(2, 1, 1, 1, dtype=torch.float64) + 1
    x, r = point(p), prior(p)
    a = x.abs().clamp(min=1e-300)
    slope = torch.where(x != 0, r.lam * p * a ** (p - 1), torch.zeros_like(a)) * x.sign()
    f = LeastSquares(Blur(delta[:, 0], (16, 16)), x + slope)
    dx = 1e-10 * normal(2, 2, 16, 16, seed=9) * (x.abs() > 0.05)  # so small that the third order is nothing
    bend = torch.where(x.abs() > 0.05, r.lam * p * (p - 1) * a ** (p - 2), torch.zeros_like(a))
    exact = -0.5 * ((1 + bend) * dx**2).flatten(1).sum(dim=1)
    fall, rounding = decrease(f, r, x, x + dx)
    assert ((fall - exact).abs() <= rounding + 1e-5 * exact.abs()).all() and (rounding < 0.01 * exact.abs()).all()
    plain = F(f, r, x) - F(f, r, x + dx)
    assert ((plain - exact).abs() > 0.1 * exact.abs()).any()


def test_nothing_moved_is_no_decrease_and_no_rounding():
    x = point(0.8)
    assert [number.tolist() for number in decrease(toy().f, prior(0.8), x, x)] == [[0.0, 0.0], [0.0, 0.0]]


def test_every_sample_is_its_own():
    f, r, x, x_new = toy().f, prior(0.8), point(0.8), point(0.8, 5)
    one = toy().only(1)
    for both, alone in zip(decrease(f, r, x, x_new), decrease(one.f, r, x[1:], x_new[1:]), strict=True):
        torch.testing.assert_close(both[1:], alone, rtol=1e-12, atol=0)
