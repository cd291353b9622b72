"""padnet.testing: right models pass, wrong ones get a counterexample in words."""

import pytest
import torch
from toys import kernels, normal, random_networks, smooth

from padnet import TV, Blur, Denoiser, Downsample, Gradient, LeastSquares, LpNorm, Mask, testing
from padnet.core.fidelity import LeastSquares as Deconvolution, QuadraticFidelity

X = normal(2, 1, 5, 6)
BLUR = Blur(kernels(2, 3, 3), (5, 6))
F = LeastSquares(BLUR, normal(2, 1, 5, 6, seed=1))


def like(part, **methods):
    """The part with other methods."""
    return type(
        "Like", (), {"__getattr__": lambda _, name: methods[name] if name in methods else getattr(part, name)}
    )()


@pytest.mark.parametrize("A", [BLUR, Gradient(), Mask(X > 0)])
def test_operators_of_the_library_pass(A):
    testing.check_adjoint(A, X, tolerance=1e-12)


@pytest.mark.parametrize(
    "f", [F, Deconvolution(BLUR, F.y), QuadraticFidelity(X), LeastSquares(Downsample(1), X, weight=3.0)]
)
def test_fidelities_of_the_library_pass(f):
    testing.check_gradient(f, X)
    testing.check_prox(f, X)


@pytest.mark.parametrize("p", [0, 0.3, 0.8, 1])
def test_priors_of_the_library_pass(p):
    testing.check_prox(LpNorm(p, 0.2), X)


def test_networks_of_the_library_pass():
    testing.check_network(smooth, X)
    testing.check_network(random_networks(1, bound=0.1)[0], normal(2, 2, 8, 8))


class Shifted:
    """The adjoint of another operator."""

    def __call__(self, x):
        return BLUR(x)

    def adjoint(self, y):
        return BLUR(y)


class Offset(Shifted):
    def __call__(self, x):
        return BLUR(x) + 1

    adjoint = BLUR.adjoint


def mixing(v, alpha):
    return v - v.mean(dim=0)


def in_place(v, alpha):
    return v.mul_(0.5)


class Memory:
    """Begins where the last call ended."""

    last = 0.0

    def __call__(self, v, alpha):
        self.last = (v + self.last) / 2
        return self.last


def boastful(v, alpha):
    return 2 * v


boastful.C_N = lambda v: 0.1

WRONG = {
    "another adjoint": (lambda: testing.check_adjoint(Shifted(), X), "in sample 0 <A x, y> ="),
    "affine": (lambda: testing.check_adjoint(Offset(), X), "adjoint is not that of A|not linear"),
    "a gradient of twice f": (
        lambda: testing.check_gradient(like(F, grad=lambda x: 2 * F.grad(x)), X),
        "another gradient",
    ),
    "both of twice f": (
        lambda: testing.check_gradient(
            like(F, grad=lambda x: 2 * F.grad(x), value_and_grad=lambda x: (F.value(x), 2 * F.grad(x))), X
        ),
        "along a direction sample 0 rises by",
    ),
    "L ten times too small": (lambda: testing.check_gradient(like(F, lipschitz=F.lipschitz / 10), X), "is not a bound"),
    "one value": (lambda: testing.check_gradient(like(F, value=lambda x: F.value(x).sum()), X), r"\(2,\), and is \(\)"),
    "weight inverted": (
        lambda: testing.check_prox(like(F, prox=lambda z, w: F.prox(z, 1 / w)), X),
        "weight 0.1 is not a min",
    ),
    "half the threshold": (
        lambda: testing.check_prox(like(LpNorm(1, 0.2), prox=LpNorm(1, 0.1).prox), X),
        "is not a min",
    ),
    "an isotropic prox of an anisotropic prior": (
        lambda: testing.check_prox(like(TV(0.3, False), prox=TV(0.3, tolerance=1e-5).prox), X, (1.0,)),
        "is not a minimiser",
    ),
    "one step for all": (
        lambda: testing.check_prox(
            like(LpNorm(1, 0.2), prox=lambda z, s: LpNorm(1, 0.2).prox(z, torch.as_tensor(s).max())), X
        ),
        "stands in a tensor",
    ),
    "samples mixed": (lambda: testing.check_network(mixing, X), "must not mix"),
    "memory": (lambda: testing.check_network(Memory(), X), "called again .* it remembers"),
    "in place": (lambda: testing.check_network(in_place, X.clone()), "in place"),
    "another shape": (lambda: testing.check_network(lambda v, a: v[..., 1:], X), "must have the shape"),
    "single precision": (lambda: testing.check_network(lambda v, a: v.float(), X), "must be torch.float64"),
    "a bound that is none": (lambda: testing.check_network(boastful, X), "Condition 2 fails for v"),
    "numpy": (lambda: testing.check_network(lambda v, a: v.numpy(), X), "must be a torch tensor, and is ndarray"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_broken_law_is_told_by_a_counterexample(name):
    law, words = WRONG[name]
    with pytest.raises(AssertionError, match=words):
        law()


def test_a_denoiser_of_a_module_passes():
    testing.check_network(Denoiser(torch.nn.Conv2d(1, 1, 3, padding=1), None, bound=0.1), X)
