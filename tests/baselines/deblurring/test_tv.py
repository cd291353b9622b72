"""Total variation: its prox, its augmented Lagrangian, its energy, and what its options change."""

from itertools import islice

import pytest
import torch
from simulated import case, check_common_laws, check_refusals
from toys import normal

from padnet.baselines.deblurring.tv import augmented_lagrangian, energy, shrink, tv
from padnet.core.operators import differences
from padnet.errors import InputError


def test_the_common_laws():
    check_common_laws(tv, 2.0)


def test_shrinkage_is_the_proximal_operator_of_the_length():
    g, t = normal(1, 2, 5, 6), 0.7
    w = shrink(g, torch.tensor(t))

    def value(v):
        return t * v.square().sum(1).sqrt() + 0.5 * (v - g).square().sum(1)

    for i in range(40):
        assert (value(w) <= value(w + 0.1 * normal(1, 2, 5, 6, seed=i)) + 1e-12).all()
        assert (value(w) <= value(w * (0.5 + i / 40)) + 1e-12).all()
    # Isotropic: turning a gradient turns its shrunk one; and nothing is left of a short one.
    turned = torch.stack([-g[:, 1], g[:, 0]], 1)
    torch.testing.assert_close(shrink(turned, torch.tensor(t)), torch.stack([-w[:, 1], w[:, 0]], 1))
    assert (shrink(0 * g, torch.tensor(t)) == 0).all()


def test_the_primal_residual_falls_and_the_energy_reaches_its_minimum():
    c = case(size=32, dtype=torch.float64)
    lam = 12 * c.noise**2
    states = list(islice(augmented_lagrangian(c.y, c.k, lam, 30 * lam), 600))
    apart = [(differences(x) - w).flatten(1).norm(dim=1) for x, w in states]
    assert (apart[29] < 0.1 * apart[0]).all() and (apart[-1] < 0.1 * apart[29]).all()
    least = energy(states[-1][0], c.y, c.k, lam)
    assert (energy(states[29][0], c.y, c.k, lam) < 1.001 * least).all()
    # Another penalty finds the same minimum, and no step away from it lowers the energy.
    other = next(islice(augmented_lagrangian(c.y, c.k, lam, 100 * lam), 599, None))[0]
    torch.testing.assert_close(energy(other, c.y, c.k, lam), least, rtol=1e-4, atol=0)
    for i in range(10):
        step = 0.01 * normal(*c.y.shape, seed=i)
        assert (energy(states[-1][0] + step, c.y, c.k, lam) > least).all()
        smooth = energy(states[-1][0] + 0.01 * (c.y - states[-1][0]) * i, c.y, c.k, lam)
        assert (smooth >= least * (1 - 1e-5)).all()


def test_every_option_changes_the_result():
    c = case(noise=(0.01,), size=32)
    base = tv(**c.given)
    for option in ({"weight": 30.0}, {"penalty": 100.0}, {"iterations": 5}):
        assert not torch.allclose(tv(**c.given, **option), base, atol=1e-5), option
    variation = differences(tv(**c.given, weight=100.0)).abs().sum()
    assert variation < 0.9 * differences(base).abs().sum()


def test_unfit_arguments_are_refused():
    check_refusals(tv)
    c = case(noise=(0.01,), size=32)
    for option, words in [
        ({"weight": 0}, "weight must be positive"),
        ({"penalty": -1.0}, "penalty must be positive"),
        ({"weight": float("nan")}, "weight must be positive"),
        ({"iterations": 0}, "iterations must be a whole number"),
        ({"iterations": 2.5}, "iterations must be a whole number"),
    ]:
        with pytest.raises(InputError, match=words):
            tv(**c.given, **option)
