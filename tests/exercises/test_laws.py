"""The laws: each lets the right answer pass, and names what breaks it."""

import numpy as np
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


def test_what_random_points_do_not_see_meets_a_rival_of_its_own():
    valley = lambda x: (x.mean() - 3).square() + 1e4 * x.var()  # every way out of it is steep, and random ways are
    at = torch.full((20,), 3.0, dtype=torch.float64)
    laws.minimises(valley, at, "the bottom")
    with pytest.raises(WrongAnswer, match="0.999 times your point has"):
        laws.minimises(valley, 1.001 * at, "a little beside it")
    # Each entry costs 1 unless it is zero, however small: a random point never has a zero.
    costs = lambda x: (x != 0).sum() + 0.5 * (x - 1).square().sum()
    zeros = torch.zeros(400, dtype=torch.float64)
    laws.minimises(costs, zeros, "zeros")
    one = zeros.clone()
    one[0] = 1
    with pytest.raises(WrongAnswer, match="one entry set to zero|and zero has"):
        laws.minimises(costs, one, "a one")
    with pytest.raises(WrongAnswer, match="one entry moved by"):
        laws.minimises(lambda x: 0.3 * (x != 0).sum() + 0.5 * (x - 1).square().sum(), zeros, "zeros")


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
    laws.equal(X.float() / 3, X / 3, "single = double")
    laws.equal(2e-6, 0, "the rounding of terms of size 3", size=3)
    with pytest.raises(WrongAnswer, match="does not hold"):
        laws.equal(2e-6, 0, "0 = 0")
    with pytest.raises(WrongAnswer, match="does not hold"):
        laws.equal(X + 1e-5, X, "x = x")
    with pytest.raises(WrongAnswer, match="x = y does not hold: the left side is"):
        laws.equal(X, 2 * X, "x = y")
    with pytest.raises(WrongAnswer, match="they differ by up to"):
        laws.equal(X, X.flip(0), "x = y")
    with pytest.raises(WrongAnswer, match="has the shape"):
        laws.equal(X, X[:2], "x = y")
    with pytest.raises(WrongAnswer):
        laws.equal(X + float("nan"), X, "x = y")
    for found, words in (
        ("two", "not str"),
        (X * 1j, "take the real part"),
        (X > 0, "True and False"),
        (iter([1]), "numbers are asked"),
    ):
        with pytest.raises(WrongAnswer, match=words):
            laws.equal(found, X, "x = y")


def test_descent_may_stand_still_and_not_rise():
    laws.descends([3, 2, 2, 1], "F")
    laws.descends([3, 3 + 1e-7], "F")
    with pytest.raises(WrongAnswer, match="the energy rises"):
        laws.descends([3, 3 + 1e-5], "F")
    with pytest.raises(WrongAnswer, match="rises from 2 to 2.5 at step 1"):
        laws.descends([3, 2, 2.5], "F")
    with pytest.raises(WrongAnswer):
        laws.descends([3, float("nan")], "F")


BAD = [
    (3, "must return a tensor"),
    (X[:2], "the shape"),
    (X / 0, "NaN or infinity"),
    (X + 0j, "the real part"),
    (X > 0, "True and False"),
]


@pytest.mark.parametrize("found, words", BAD)
def test_what_is_no_such_tensor_is_wrong(found, words):
    assert laws.tensor(X, X) is X
    assert laws.tensor(X.float(), X).dtype == torch.float64
    with pytest.raises(WrongAnswer, match=words):
        laws.tensor(found, X)


def test_points_are_the_same_on_every_run():
    assert torch.equal(torch.randn(3, generator=laws.rng()), torch.randn(3, generator=laws.rng()))
    assert not torch.equal(torch.randn(3, generator=laws.rng(1)), torch.randn(3, generator=laws.rng()))


def broken():
    yield 1
    raise KeyError("x")


@pytest.mark.parametrize(
    "found", [(1, 2), [1, 2], np.array([1, 2]), torch.tensor([1, 2]), (x for x in (1, 2)), {1: 0, 2: 0}.keys()]
)
def test_whatever_holds_two_is_two(found):
    assert laws.numbers(found, 2, "both").tolist() == [1, 2]


@pytest.mark.parametrize("found", [1, "12", {1, 2}, {1: 1, 2: 2}, (1, 2, 3), torch.tensor(1), broken()])
def test_what_does_not_hold_two_is_told_so(found):
    with pytest.raises(WrongAnswer, match="Return two. (You returned|What you return cannot be taken apart)"):
        laws.several(found, 2, "Return two.")
