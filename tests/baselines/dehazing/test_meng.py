"""Contextual regularisation: exact half steps, the limits of lam, what its options change, and bad inputs."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hazy import blocks
from toys import normal

from padnet.baselines.deblurring.hyperlaplacian import betas
from padnet.baselines.dehazing.meng import GROWTH, Bank, energy, filter_bank, half_steps, meng, weights
from padnet.errors import InputError
from padnet.haze.boundary_constraint import boundary_transmission
from padnet.haze.model import hazy, radiance

A = torch.tensor([[0.9, 0.85, 0.8]], dtype=torch.float64)
SHAPE = (41, 46)


def scene():
    """(J, t): blocks of five pixels with a dark pixel in each, behind haze that thickens to the right."""
    J = torch.from_numpy(np.ascontiguousarray(np.moveaxis(blocks(*SHAPE), 2, 0)))[None]
    J[:, :, ::5, ::5] = 0.08
    return J, torch.linspace(0.9, 0.4, SHAPE[1], dtype=torch.float64).expand(1, 1, *SHAPE)


def parts(sigma2=0.5):
    """(t~, W, the bank) of the scene."""
    I = hazy(*scene(), A)
    bank = Bank(SHAPE, I)
    return boundary_transmission(I, A), weights(I, sigma2, bank), bank


def test_the_filters_are_kirsch_operators_and_a_laplacian_that_see_no_constant():
    D = filter_bank(torch.zeros(1, dtype=torch.float64))
    torch.testing.assert_close(D.sum(dim=(1, 2)), torch.zeros(9, dtype=D.dtype), rtol=0, atol=1e-12)
    torch.testing.assert_close(D.square().sum(dim=(1, 2)), torch.ones(9, dtype=D.dtype))
    for j in range(8):  # a quarter turn clockwise is two steps round the ring
        torch.testing.assert_close(D[j].rot90(-1), D[(j + 2) % 8])
    torch.testing.assert_close(D[0] * 120**0.5, torch.tensor([[5.0, 5, 5], [-3, 0, -3], [-3, -3, -3]], dtype=D.dtype))


def test_the_bank_convolves_and_its_adjoint_is_one():
    bank, t, u = Bank((8, 9), normal(1)), normal(2, 1, 8, 9), normal(2, 9, 8, 9, seed=1)
    torch.testing.assert_close((bank(t) * u).sum(), (t * bank.adjoint(u)).sum())
    point = torch.zeros(1, 1, 8, 9, dtype=torch.float64)
    point[..., 4, 4] = 1
    torch.testing.assert_close(bank(point)[0, :, 3:6, 3:6], filter_bank(point))


@pytest.mark.parametrize("lam", [0.05, 2.0, 50.0])
def test_the_energy_falls_in_every_half_step_at_a_fixed_beta(lam):
    t0, W, bank = parts()
    for beta in (1.0, 8.0, 180.0):
        levels = [float(energy(t, u, t0, W, lam, beta, bank)) for _, t, u in half_steps(t0, W, lam, [beta] * 8, bank)]
        levels = [float(energy(t0, bank(t0), t0, W, lam, beta, bank)), *levels]
        assert levels[0] > levels[1] > levels[2], beta
        assert all(b <= a * (1 + 1e-12) for a, b in pairwise(levels)), beta


def test_each_half_step_is_exact():
    t0, W, bank = parts()
    for i, (beta, t, u) in enumerate(half_steps(t0, W, 2.0, betas(GROWTH), bank)):
        least = energy(t, u, t0, W, 2.0, beta, bank)
        if i % 2:  # the normal equation of the t-step
            slope = 2.0 * (t - t0) + beta * bank.adjoint(bank(t) - u)
            torch.testing.assert_close(slope, torch.zeros_like(slope), rtol=0, atol=1e-10)
        for seed in range(3):
            away = 0.01 * normal(*t.shape, seed=seed), 0.01 * normal(*u.shape, seed=seed)
            moved = (t + away[0], u) if i % 2 else (t, u + away[1])
            assert (energy(*moved, t0, W, 2.0, beta, bank) > least).all()
    assert i == 11  # six values of beta, 1 to 181


def test_a_large_lam_gives_the_bound_back_and_a_small_one_a_smoother_t():
    I = hazy(*scene(), A)
    same = {"size": 7, "C0": 20 / 255}
    t0 = boundary_transmission(I, A, **same)
    torch.testing.assert_close(meng(I, A, lam=1e9, **same), t0, rtol=0, atol=1e-6)

    def variation(t):
        return sum(t.diff(dim=d).abs().sum() for d in (-1, -2))

    assert variation(meng(I, A, lam=0.1, **same)) < 0.8 * variation(meng(I, A, **same)) < 0.8 * variation(t0)


def test_weights_are_one_where_the_picture_is_flat_and_small_across_an_edge():
    I = torch.full((1, 3, *SHAPE), 0.3, dtype=torch.float64)
    I[..., 20:] = 0.9
    W = weights(I, 0.05, Bank(SHAPE, I))
    torch.testing.assert_close(W[..., 5:15], torch.full_like(W[..., 5:15], 1 / 9))
    assert W[..., 19:21].amin(dim=1).max() < 0.001 and (W > 0).all()


def test_it_clears_the_picture():
    J, t = scene()
    I = hazy(J, t, A)
    found = meng(I, A, size=15)  # windows that suit a picture of this size
    error = [(picture - J).square().mean() for picture in (I, radiance(I, found, A))]
    assert error[1] < 0.2 * error[0] and found.shape == t.shape and 0 <= found.min() and found.max() <= 1
    single = meng(I.float(), A.float(), size=15)
    assert single.dtype == torch.float32
    torch.testing.assert_close(single.double(), found, rtol=0, atol=1e-4)


def test_a_picture_is_restored_by_itself():
    I = hazy(*scene(), A)
    both = meng(torch.cat([I, I.flip(-1)]), A.expand(2, -1))
    torch.testing.assert_close(both[:1], meng(I, A), rtol=0, atol=1e-12)
    torch.testing.assert_close(both[1:].flip(-1), both[:1], rtol=0, atol=1e-9)  # the frame knows no side


def test_every_option_changes_the_result():
    I = hazy(*scene(), A)
    I[..., 20, 40] = 1  # brighter than the airlight: there C1 decides
    base = meng(I, A)
    for change in ({"lam": 0.5}, {"sigma2": 0.05}, {"C0": 0.0}, {"C1": 1.05}, {"size": 5}):
        assert not torch.allclose(meng(I, A, **change), base, atol=1e-4), change
    assert not torch.allclose(meng(I, 0.9 * A), base, atol=1e-4)


@pytest.mark.parametrize(
    "change, words",
    [
        ({"lam": 0.0}, "lam must be positive"),
        ({"lam": float("inf")}, "lam must be positive and finite"),
        ({"sigma2": -1.0}, "sigma2 must be positive"),
        ({"size": 4}, "odd"),
        ({"C0": 0.85}, "must lie between"),
        ({"C1": 0.85}, "must lie between"),
        ({"I": torch.zeros(1, 1, 9, 9)}, "must be in colour"),
        ({"A": 2 * A}, "must lie in"),
        ({"A": A.expand(2, -1)}, "must be a float tensor"),
    ],
)
def test_unfit_arguments_are_refused(change, words):
    with pytest.raises(InputError, match=words):
        meng(**{"I": hazy(*scene(), A), "A": A} | change)
