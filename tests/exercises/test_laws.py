"""The laws: each lets the right answer pass, and names what breaks it."""

import pytest
import torch

from padnet.exercises import WrongAnswer, laws

X = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)
A = torch.tensor([[1.0, 2.0, 0.0], [0.0, 1.0, -1.0]], dtype=torch.float64)
Y = torch.tensor([0.3, -0.7], dtype=torch.float64)


def energy(x):
    return (x - X).square().sum()


def test_a_minimiser_passes_and_another_point_meets_its_rival():
    laws.minimises(energy, X, "least squares")
    with pytest.raises(WrongAnswer, match="least squares: your point has the energy .* which is less. Think"):
        laws.minimises(energy, X + 0.01, "least squares", "Think.")
    with pytest.raises(WrongAnswer, match="and zero has"):
        laws.minimises(energy, 9 * X, "least squares")
    with pytest.raises(WrongAnswer):
        laws.minimises(energy, X + float("nan"), "least squares")


def test_a_gradient_is_found_by_differences():
    laws.gradient(energy, 2 * (3 * X - X), 3 * X, "f")
    for wrong in (-4 * X, 2 * X, 0 * X, X + float("nan")):
        with pytest.raises(WrongAnswer, match="your gradient says"):
            laws.gradient(energy, wrong, 3 * X, "f")


def test_an_adjoint_balances_the_inner_products():
    laws.adjoint(lambda x: A @ x, lambda y: A.T @ y, X, Y, "A")
    with pytest.raises(WrongAnswer, match="<A x, y> is"):
        laws.adjoint(lambda x: A @ x, lambda y: -A.T @ y, X, Y, "A")


def test_equal_sides_and_their_shapes():
    laws.equal(X, X + 1e-12, "x = x")
    laws.equal(2, 2.0, "2 = 2")
    with pytest.raises(WrongAnswer, match="x = y does not hold: the left side is"):
        laws.equal(X, 2 * X, "x = y")
    with pytest.raises(WrongAnswer, match="they differ by up to"):
        laws.equal(X, X.flip(0), "x = y")
    with pytest.raises(WrongAnswer, match="has the shape"):
        laws.equal(X, X[:2], "x = y")
    with pytest.raises(WrongAnswer):
        laws.equal(X + float("nan"), X, "x = y")


def test_descent_may_stand_still_and_not_rise():
    laws.descends([3, 2, 2, 1], "F")
    with pytest.raises(WrongAnswer, match="rises from 2 to 2.5 at step 1"):
        laws.descends([3, 2, 2.5], "F")
    with pytest.raises(WrongAnswer):
        laws.descends([3, float("nan")], "F")


@pytest.mark.parametrize("found, words", [(3, "must return a tensor"), (X[:2], "the shape"), (X / 0, "NaN or infinity")])
def test_what_is_no_such_tensor_is_wrong(found, words):
    assert laws.tensor(X, X) is X
    with pytest.raises(WrongAnswer, match=words):
        laws.tensor(found, X)


def test_points_are_the_same_on_every_run():
    assert torch.equal(torch.randn(3, generator=laws.rng()), torch.randn(3, generator=laws.rng()))
    assert not torch.equal(torch.randn(3, generator=laws.rng(1)), torch.randn(3, generator=laws.rng()))
