"""The hyper-Laplacian: its half steps, its continuation, and what its options change."""

import pytest
import torch
from simulated import case, check_common_laws, check_refusals

from padnet.baselines.deblurring.hyperlaplacian import betas, energy, half_steps, hyperlaplacian
from padnet.core.operators import differences
from padnet.core.priors import LpNorm
from padnet.errors import InputError


def test_the_common_laws():
    check_common_laws(hyperlaplacian, 2.0)


def test_beta_grows_as_published():
    assert betas(8**0.5) == pytest.approx([1, 8**0.5, 8, 8**1.5, 64, 8**2.5])
    assert betas(4.0) == [1, 4, 16, 64]


@pytest.mark.parametrize("beta", [1.0, 8.0, 180.0])
@pytest.mark.parametrize("alpha", [0.5, 0.8, 1.0])
def test_at_a_fixed_beta_every_half_step_lowers_the_energy(beta, alpha):
    c, prior = case(dtype=torch.float64, size=32), LpNorm(alpha, 1.0)
    lam = 0.2 / c.noise**2
    values = torch.stack(
        [energy(x, w, c.y, c.k, lam, b, prior) for b, x, w in half_steps(c.y, c.k, lam, prior, [beta] * 12)]
    )
    assert (values.diff(dim=0) <= 1e-9 * values[:-1]).all()
    assert (values[-1] < values[0]).all()


def test_both_half_steps_are_minimisers():
    c, prior = case(dtype=torch.float64, size=32), LpNorm(0.8, 1.0)
    lam = 0.2 / c.noise**2
    states = [(x, w) for _, x, w in half_steps(c.y, c.k, lam, prior, [8.0] * 3)]
    generator = torch.Generator().manual_seed(0)
    for half, (x, w) in enumerate(states):
        least = energy(x, w, c.y, c.k, lam, 8.0, prior)
        for size in (1e-3, 1e-1):
            move = size * torch.randn(x.shape, generator=generator, dtype=x.dtype)
            both = torch.cat([move, move.flip(-1)], 1)
            moved = (x + move, w) if half % 2 else (x, w + both)
            assert (energy(*moved, c.y, c.k, lam, 8.0, prior) > least).all()


def test_every_option_changes_the_result():
    c = case(noise=(0.01,), size=32)
    base = hyperlaplacian(**c.given)
    for option in ({"weight": 1.0}, {"alpha": 0.5}, {"growth": 2.0}, {"inner": 3}):
        assert not torch.allclose(hyperlaplacian(**c.given, **option), base, atol=1e-5), option
    rough = hyperlaplacian(**c.given, weight=5.0)
    assert differences(rough).abs().sum() > 1.2 * differences(base).abs().sum()


def test_unfit_arguments_are_refused():
    check_refusals(hyperlaplacian)
    c = case(noise=(0.01,), size=32)
    for option, words in [
        ({"weight": 0}, "weight must be positive"),
        ({"alpha": 1.5}, "alpha, the exponent, must be at most 1"),
        ({"alpha": 0}, "alpha must be positive"),
        ({"growth": 1.0}, "must be over 1, got 1"),
        ({"growth": float("nan")}, "growth must be positive"),
        ({"inner": 0}, "inner must be a whole number"),
    ]:
        with pytest.raises(InputError, match=words):
            hyperlaplacian(**c.given, **option)
