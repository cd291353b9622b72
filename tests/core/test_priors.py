"""The exact prox of lam |x|^p against brute force and against the laws it must obey."""

import pytest
import torch
from toys import normal

from padnet.core.priors import LpNorm, threshold
from padnet.errors import InputError

POWERS = [0, 0.3, 0.5, 2 / 3, 0.8, 0.9, 1]
BETWEEN = [0.3, 0.5, 2 / 3, 0.8, 0.9]
GOLDEN = (5**0.5 - 1) / 2


def objective(x, z, w, p):
    return 0.5 * (x - z) ** 2 + w * (x.abs() ** p if p > 0 else (x != 0).to(x.dtype))


def brute_force(z, w, p):
    """argmin over a grid of [0, |z|], refined by golden section, against 0; z is (n,)."""
    a = z.abs()
    grid = torch.linspace(0, 1, 4001, dtype=z.dtype)[1:, None] * a
    best = objective(grid, a, w, p).argmin(dim=0) + 1
    low, high = (best - 1) / 4000 * a, (best + 1).clamp(max=4000) / 4000 * a
    for _ in range(80):
        left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        lower = objective(left, a, w, p) < objective(right, a, w, p)
        low, high = torch.where(lower, low, left), torch.where(lower, right, high)
    x = torch.where(objective(high, a, w, p) < objective((low + high) / 2, a, w, p), high, (low + high) / 2)
    zero = objective(torch.zeros_like(a), a, w, p) <= objective(x, a, w, p)
    return z.sign() * torch.where(zero, torch.zeros_like(x), x)


def line(w, p, n=401):
    """Numbers through several thresholds on both sides, none on the jump itself, as (1, 1, 1, n)."""
    t = threshold(p, torch.tensor(w, dtype=torch.float64)).item()
    z = torch.linspace(-3 * t, 3 * t, n, dtype=torch.float64)
    close = torch.tensor([1 - 1e-3, 1 + 1e-3, 1 - 1e-6, 1 + 1e-6, 30, -1e3], dtype=torch.float64) * t
    return torch.cat([z[((z.abs() / t) - 1).abs() > 1e-9], close])[None, None, None]


@pytest.mark.parametrize("p", POWERS)
@pytest.mark.parametrize("lam, step", [(0.003, 0.7), (0.3, 1.0), (2.0, 0.05), (1.0, 20.0)])
def test_prox_equals_brute_force(p, lam, step):
    z = line(lam * step, p)
    found = LpNorm(p, lam).prox(z, step)
    torch.testing.assert_close(found.flatten(), brute_force(z.flatten(), lam * step, p), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("p", POWERS)
def test_prox_takes_a_step_per_sample(p):
    steps = torch.tensor([0.05, 1.0, 4.0], dtype=torch.float64)
    z = line(0.3, p).repeat(3, 2, 1, 1)
    found = LpNorm(p, 0.3).prox(z, steps)
    for i, step in enumerate(steps.tolist()):
        expected = brute_force(z[i].flatten(), 0.3 * step, p)
        torch.testing.assert_close(found[i].flatten(), expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("p", POWERS)
def test_no_point_is_better(p):
    """r(x) + ||x - z||^2 / (2 step) <= the same at random points, near and far."""
    r, step, z = LpNorm(p, 0.3), 0.8, 2 * normal(4, 2, 5, 5)

    def total(x):
        return r.value(x) + (x - z).flatten(1).norm(dim=1) ** 2 / (2 * step)

    x = r.prox(z, step)
    for trial, size in enumerate([1e-6, 1e-3, 0.1, 1.0, 10.0] * 8):
        change = size * normal(4, 2, 5, 5, seed=trial)
        mask = normal(4, 2, 5, 5, seed=100 + trial) > (trial % 3) - 1
        for other in (x + change * mask, torch.where(mask, x, 0.0), torch.where(mask, x, z)):
            assert (total(x) <= total(other) * (1 + 1e-12)).all()


def test_prox_inequality_of_a_convex_prior():
    """<z - x, y - x> <= step (r(y) - r(x)) for all y, p = 1."""
    r, step, z = LpNorm(1, 0.3), 0.8, 2 * normal(4, 2, 5, 5)
    x = r.prox(z, step)
    for seed in range(50):
        y = 2 * normal(4, 2, 5, 5, seed=seed)
        left = ((z - x) * (y - x)).flatten(1).sum(dim=1)
        assert (left <= step * (r.value(y) - r.value(x)) + 1e-12).all()


def test_moreau_identity():
    """z = prox_{step r}(z) + P(z), P the projection onto [-step lam, step lam], p = 1."""
    z = 2 * normal(3, 2, 5, 5)
    x = LpNorm(1, 0.3).prox(z, 2.0)
    torch.testing.assert_close(z - x, z.clamp(-0.6, 0.6), rtol=0, atol=1e-15)


@pytest.mark.parametrize("p", POWERS)
def test_zero_up_to_the_threshold_and_a_jump_after_it(p):
    w = torch.tensor(0.3, dtype=torch.float64)
    t = threshold(p, w)
    z = torch.stack([t * (1 - 1e-9), t * (1 + 1e-9)])[None, None, None]
    below, above = LpNorm(p, 0.3).prox(z, 1.0).flatten()
    jump = (2 * 0.3 * (1 - p)) ** (1 / (2 - p)) if p < 1 else 0.0
    assert below == 0
    assert above >= jump * (1 - 1e-12)
    assert above <= jump + 1e-6
    # Both are minimisers at the threshold itself.
    both = objective(torch.stack([torch.zeros_like(above), above]), t, 0.3, p)
    assert abs(both[0] - both[1]) <= 1e-8


@pytest.mark.parametrize("p", POWERS)
def test_prox_is_odd_and_keeps_order(p):
    r, z = LpNorm(p, 0.3), line(0.3, p)
    torch.testing.assert_close(r.prox(-z, 1.0), -r.prox(z, 1.0), rtol=0, atol=0)
    x = r.prox(z.sort().values, 1.0)
    assert (x.diff() >= 0).all()


@pytest.mark.parametrize("p", POWERS)
def test_derivative(p):
    """Against finite differences and, between 0 and 1, the implicit formula; zero off the support."""
    r, w, h = LpNorm(p, 0.3), 0.3, 1e-6
    z = line(w, p, 41)
    t = threshold(p, torch.tensor(w, dtype=torch.float64))
    z = z[..., ((z.abs() - t).abs() > 1e-3).flatten()].requires_grad_()
    x = r.prox(z, 1.0)
    (found,) = torch.autograd.grad(x.sum(), z)
    with torch.no_grad():
        numeric = (r.prox(z + h, 1.0) - r.prox(z - h, 1.0)) / (2 * h)
    torch.testing.assert_close(found, numeric, rtol=1e-6, atol=1e-6)
    assert (found[x == 0] == 0).all()
    if 0 < p < 1:
        on = x.detach()[x != 0].abs()
        torch.testing.assert_close(found[x != 0], 1 / (1 + w * p * (p - 1) * on ** (p - 2)), rtol=1e-12, atol=0)


@pytest.mark.parametrize("p", BETWEEN)
def test_float32_is_as_exact_as_it_can_be(p):
    z = line(0.3, p)
    found = LpNorm(p, 0.3).prox(z.float(), 1.0)
    keep = ((z.abs() / threshold(p, torch.tensor(0.3, dtype=z.dtype))) - 1).abs() > 1e-5
    exact = LpNorm(p, 0.3).prox(z, 1.0)
    torch.testing.assert_close(found[keep].double(), exact[keep], rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("p", POWERS)
def test_value(p):
    x = torch.tensor([[0.0, -2.0, 0.5], [0.0, 0.0, 0.0]], dtype=torch.float64)[:, None, None]
    expected = 2.0 if p == 0 else 2.0**p + 0.5**p
    torch.testing.assert_close(LpNorm(p, 0.3).value(x), torch.tensor([0.3 * expected, 0.0], dtype=torch.float64))


@pytest.mark.parametrize("p", POWERS)
def test_distance_to_the_subdifferential(p):
    """Zero at q = -r'(x); off the support |q| over lam for p = 1, and nothing for p < 1."""
    r, x = LpNorm(p, 0.3), normal(2, 1, 3, 3)
    x[:, :, 0] = 0
    power = 0.0 if p == 0 else 0.3 * p * x.abs().clamp(min=1e-9) ** (p - 1)
    q = -torch.where(x != 0, power * x.sign(), 0.0)
    torch.testing.assert_close(r.subgradient_distance(x, q), torch.zeros(2, dtype=x.dtype), rtol=0, atol=1e-15)
    away = q.clone()
    away[0, 0, 1, 1] += 0.25
    torch.testing.assert_close(r.subgradient_distance(x, away), torch.tensor([0.25, 0.0], dtype=x.dtype))
    away = q.clone()
    away[1, 0, 0, 0] = -0.5
    torch.testing.assert_close(
        r.subgradient_distance(x, away), torch.tensor([0.0, 0.2 if p == 1 else 0.0], dtype=x.dtype)
    )


def test_scaled_changes_the_weight_alone():
    r = LpNorm(0.8, 0.3).scaled(0.1)
    assert (r.p, r.lam) == (0.8, 0.1)


@pytest.mark.parametrize("p", [-0.1, 1.1, 2, float("nan")])
def test_p_outside_the_interval_is_refused(p):
    with pytest.raises(InputError, match=r"p must lie in \[0, 1\] for the exact proximal operator, got"):
        LpNorm(p, 0.1)


@pytest.mark.parametrize("lam", [0, -1, float("nan")])
def test_a_weight_that_is_not_positive_is_refused(lam):
    with pytest.raises(InputError, match="lam, the weight of the prior, must be positive, between"):
        LpNorm(0.5, lam)


@pytest.mark.parametrize("p", [*POWERS, 1 - 1e-16])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_weight_that_vanishes_in_the_product_with_the_step_leaves_z_as_it_is(p, dtype):
    z = normal(1, 2, 5, 4).to(dtype)
    assert torch.allclose(LpNorm(p, 1e-30).prox(z, 1e-20), z, rtol=1e-6, atol=0)
