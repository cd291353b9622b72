"""Weighted least squares: its Laplacian, its normal equations, its limits, and bad inputs."""

import numpy as np
import pytest

from padnet.errors import InputError
from padnet.haze.wls import FLOOR, laplacian, weighted_least_squares

RNG = np.random.default_rng(3)
Y, W, G = RNG.uniform(size=(3, 11, 14))


def value(x, smooth, guide=G):
    """What is minimised, term by term."""
    bonds = [((np.diff(x, axis=a) ** 2) / (np.diff(guide, axis=a) ** 2 + FLOOR)).sum() for a in (0, 1)]
    return (W * (x - Y) ** 2).sum() + smooth * sum(bonds)


def test_the_laplacian_is_the_sum_over_neighbours():
    L = laplacian(G)
    bonds = value(Y, 1.0)  # at x = y the data term is zero
    assert Y.ravel() @ (L @ Y.ravel()) == pytest.approx(bonds, rel=1e-10)
    assert abs(L - L.T).max() == 0 and abs(L @ np.ones(G.size)).max() < 1e-8
    colours = laplacian(np.stack([G, G, G], axis=2) / 3**0.5)  # grey in three channels of the same length
    assert abs(colours - L).max() < 1e-8 * abs(L).max()


@pytest.mark.parametrize("smooth", [1e-4, 0.1, 10.0])
def test_the_solution_satisfies_its_normal_equations_and_is_the_least(smooth):
    x = weighted_least_squares(Y, W, G, smooth)
    left = W.ravel() * x.ravel() + smooth * (laplacian(G) @ x.ravel())
    np.testing.assert_allclose(left, (W * Y).ravel(), rtol=0, atol=1e-9)
    for seed in range(5):
        assert value(x + 1e-2 * np.random.default_rng(seed).normal(size=x.shape), smooth) > value(x, smooth)


def test_its_limits_are_the_data_and_their_weighted_mean():
    np.testing.assert_allclose(weighted_least_squares(Y, W, G, 1e-12), Y, atol=1e-4)
    np.testing.assert_allclose(weighted_least_squares(Y, W, G, 1e6), np.average(Y, weights=W), atol=1e-4)


def test_it_fills_in_what_is_not_trusted_up_to_an_edge_of_the_guide():
    y, trust, guide = np.zeros((9, 12)), np.zeros((9, 12)), np.zeros((9, 12))
    guide[:, 6:] = y[:, 6:] = 1
    trust[4, [2, 9]] = 1
    np.testing.assert_allclose(weighted_least_squares(y, trust, guide, 1e-4), y, atol=0.02)


@pytest.mark.parametrize(
    "change, words",
    [
        ({"weight": W[:-1]}, "of one size"),
        ({"guide": G.T}, "of one size"),
        ({"weight": -W}, "must not be negative"),
        ({"weight": 0 * W}, "positive somewhere"),
        ({"smooth": 0.0}, "must be positive and finite"),
        ({"smooth": float("nan")}, "must be positive and finite"),
    ],
)
def test_unfit_arguments_are_refused(change, words):
    with pytest.raises(InputError, match=words):
        weighted_least_squares(**{"y": Y, "weight": W, "guide": G, "smooth": 0.1} | change)
