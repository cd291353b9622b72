"""The fidelity of (18): value, gradient, Lipschitz constant, proximal operator."""

import pytest
import torch
from toys import normal

from padnet.core.fidelity import QuadraticFidelity, norm, per_sample
from padnet.errors import InputError


def test_value_gradient_and_lipschitz_constant():
    near, t = normal(2, 1, 5, 6, seed=1), normal(2, 1, 5, 6).requires_grad_()
    f = QuadraticFidelity(near)
    torch.testing.assert_close(f.value(t), 0.5 * norm(t - near) ** 2)
    (expected,) = torch.autograd.grad(f.value(t).sum(), t)
    torch.testing.assert_close(f.grad(t), expected)
    value, grad = f.value_and_grad(t)
    assert torch.equal(value, f.value(t)) and torch.equal(grad, f.grad(t))
    assert torch.equal(f.lipschitz, torch.ones(2, dtype=torch.float64))


@pytest.mark.parametrize("weight", [0.01, 3.0, torch.tensor([0.01, 30.0], dtype=torch.float64)])
def test_prox_makes_the_gradient_of_its_objective_zero(weight):
    f, z = QuadraticFidelity(normal(2, 1, 5, 6, seed=1)), normal(2, 1, 5, 6)
    u = f.prox(z, weight)
    assert norm(f.grad(u) + per_sample(weight, z) * (u - z)).max() < 1e-12


def test_a_guidance_that_is_no_image_is_refused():
    with pytest.raises(InputError, match="guidance holds NaN or infinite values"):
        QuadraticFidelity(torch.full((1, 1, 2, 2), float("nan")))
