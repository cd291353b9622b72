"""The least-squares fidelity: value, gradient, Lipschitz constant, proximal operator."""

import pytest
import torch
from toys import kernels, normal

from padnet.core.fidelity import LeastSquares, norm, per_sample
from padnet.core.operators import Blur
from padnet.errors import InputError

SHAPES = [(8, 8), (9, 8), (8, 9), (7, 11)]
TIGHT = {"rtol": 1e-12, "atol": 1e-12}


def fidelity(shape, batch=3):
    return LeastSquares(Blur(kernels(batch, 4, 3), shape), normal(batch, 2, *shape, seed=5))


@pytest.mark.parametrize("shape", SHAPES)
def test_value_is_half_the_squared_residual(shape):
    """Parseval over the half spectrum, for even and odd widths."""
    f, x = fidelity(shape), normal(3, 2, *shape)
    expected = 0.5 * norm(f.blur(x) - f.y) ** 2
    torch.testing.assert_close(f.value(x), expected, **TIGHT)
    value, grad = f.value_and_grad(x)
    torch.testing.assert_close(value, expected, **TIGHT)
    torch.testing.assert_close(grad, f.grad(x), rtol=0, atol=0)
    torch.testing.assert_close(grad, f.blur.adjoint(f.blur(x) - f.y), **TIGHT)


@pytest.mark.parametrize("shape", SHAPES)
def test_gradient_agrees_with_autograd(shape):
    f, x = fidelity(shape), normal(3, 2, *shape).requires_grad_()
    residual = f.blur(x) - f.y
    (expected,) = torch.autograd.grad(0.5 * (residual**2).sum(), x)
    torch.testing.assert_close(f.grad(x).detach(), expected, **TIGHT)
    (own,) = torch.autograd.grad(f.value(x).sum(), x)
    torch.testing.assert_close(own, expected, **TIGHT)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("weight", [1e-3, 0.5, 30.0, torch.tensor([1e-3, 0.5, 30.0])])
def test_prox_makes_the_gradient_of_its_objective_zero(shape, weight):
    f, z = fidelity(shape), normal(3, 2, *shape)
    u = f.prox(z, weight)
    assert norm(f.grad(u) + per_sample(weight, z) * (u - z)).max() <= 1e-10


def test_prox_takes_a_weight_per_sample():
    f, z = fidelity((8, 9)), normal(3, 2, 8, 9)
    weights = torch.tensor([0.1, 1.0, 10.0], dtype=torch.float64)
    together = f.prox(z, weights)
    for i, weight in enumerate(weights):
        torch.testing.assert_close(together[i], f.prox(z, weight.item())[i], **TIGHT)
    assert (f.prox(z, 0.1) - f.prox(z, 10.0)).abs().max() > 0.01


@pytest.mark.parametrize("shape", SHAPES)
def test_lipschitz_holds_and_is_reached(shape):
    f = fidelity(shape)
    a, b = normal(3, 2, *shape, seed=1), normal(3, 2, *shape, seed=2)
    assert (norm(f.grad(a) - f.grad(b)) <= f.lipschitz * norm(a - b) * (1 + 1e-12)).all()
    # A positive kernel passes the constant unchanged: there the quotient is ||k||^2 = 1.
    one = torch.ones_like(a)
    torch.testing.assert_close(norm(f.grad(a + one) - f.grad(a)) / norm(one), f.lipschitz, **TIGHT)


def test_lipschitz_is_a_number_per_sample():
    k = kernels(2, 3, 3)
    k[1, 0] -= 1  # negative weights: a norm over 1
    f = LeastSquares(Blur(k, (8, 8)), normal(2, 1, 8, 8))
    assert f.lipschitz.shape == (2,)
    assert f.lipschitz[1] > 1.01 * f.lipschitz[0]
    shared = LeastSquares(Blur(k[0], (8, 8)), normal(2, 1, 8, 8))
    assert shared.lipschitz.shape == (2,)


def test_batch_is_the_stack_of_singles():
    shape, k, y, x = (8, 9), kernels(3, 4, 3), normal(3, 2, 8, 9, seed=5), normal(3, 2, 8, 9)
    f = LeastSquares(Blur(k, shape), y)
    for i in range(3):
        one = LeastSquares(Blur(k[i], shape), y[i : i + 1])
        torch.testing.assert_close(f.value(x)[i], one.value(x[i : i + 1])[0], **TIGHT)
        torch.testing.assert_close(f.grad(x)[i], one.grad(x[i : i + 1])[0], **TIGHT)
        torch.testing.assert_close(f.prox(x, 0.3)[i], one.prox(x[i : i + 1], 0.3)[0], **TIGHT)


def test_float32_answers_in_float32():
    f = LeastSquares(Blur(kernels(1, 3, 3).float(), (8, 8)), normal(1, 1, 8, 8).float())
    x = normal(1, 1, 8, 8, seed=2).float()
    assert {t.dtype for t in (f.value(x), f.grad(x), f.prox(x, 0.5), f.lipschitz)} == {torch.float32}


def test_a_bad_observation_is_refused():
    blur = Blur(kernels(1, 3, 3), (8, 8))
    with pytest.raises(InputError, match="observation holds NaN"):
        LeastSquares(blur, torch.full((1, 1, 8, 8), float("nan"), dtype=torch.float64))
    with pytest.raises(InputError, match="made for images of 8x8 pixels, got 8x9"):
        LeastSquares(blur, normal(1, 1, 8, 9))
