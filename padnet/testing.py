"""Property checks for operators, fidelities, priors and networks, for use in tests of your own models.

    from padnet.testing import check_adjoint, check_gradient, check_network, check_prox

    def test_my_prior():
        check_prox(MyPrior(), torch.randn(2, 1, 6, 7, dtype=torch.float64))

Each function raises AssertionError with a counterexample, or returns None. Use small float64 images, because
competitors are tried pixel by pixel. Random points are the same on every call.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch

from padnet.core.adapters import as_operator
from padnet.core.fidelity import norm
from padnet.core.linear_operators import random_like

__all__ = ["check_adjoint", "check_gradient", "check_network", "check_prox"]

TOLERANCE = 1e-6  # relative; loose enough for operators that compute in single precision
WEIGHTS = (0.1, 1.0, 10.0)


def check_adjoint(A: Any, x: torch.Tensor, y: torch.Tensor | None = None, tolerance: float = TOLERANCE) -> None:
    """Check that A is linear and that <A x, y> = <x, A^T y>, where A^T is ``A.adjoint``.

    A: a callable with ``adjoint``, or an operator of another library that padnet.as_operator takes.
    x: (batch, channel, height, width), an input of A. y: an output of A; None uses random numbers of the shape of A
    x.
    tolerance: relative to ||A x|| ||y||.

    Raises:
        AssertionError: with both sides if they differ, or if A is not linear. InputError: if A is no operator.
    """
    A = as_operator(A)
    there = _tensor(A(x), None, x, "A(x)")
    y = random_like(there, 3) if y is None else y
    _same_shape(there, y, "A(x)")
    back = _tensor(A.adjoint(y), x, x, "A.adjoint(y)")
    for i in range(len(x)):
        left, right = (float((a[i] * b[i]).sum()) for a, b in ((there, y), (x, back)))
        size = max(float(there[i].norm() * y[i].norm()), abs(right), 1e-300)
        assert abs(left - right) <= tolerance * size, (
            f"the adjoint is not that of A: in sample {i} <A x, y> = {left:.6g} and <x, A^T y> = {right:.6g}."
        )
    z = random_like(x, 4)
    apart, terms = norm(A(x - 2 * z) - there + 2 * A(z)), norm(there) + norm(A(z))
    assert (apart <= tolerance * terms).all(), (
        f"A is not linear: A (x - 2 z) is {apart.max().item():.3g} away from A x - 2 A z."
    )


def check_gradient(f: Any, x: torch.Tensor, tolerance: float = 1e-5) -> None:
    """Check that ``grad`` is the gradient of ``value``, that L bounds its growth and that ``value_and_grad`` agrees.

    x: (batch, channel, height, width), where the gradient is checked; L is checked between x and points near and far.

    Raises:
        AssertionError: with a direction along which the value and the gradient disagree, or two points that violate
            L.
    """
    assert x.dim() == 4, f"x must have the axes (batch, channel, height, width), and has the shape {tuple(x.shape)}."
    value, grad = _per_sample(f.value(x), x, "f.value"), _tensor(f.grad(x), x, x, "f.grad")
    both = f.value_and_grad(x)
    assert isinstance(both, tuple) and len(both) == 2, "f.value_and_grad must return the pair (value, gradient)."
    assert torch.allclose(both[0], value, rtol=TOLERANCE), f"f.value_and_grad gives {both[0]}, and f.value {value}."
    assert torch.allclose(both[1], grad, rtol=TOLERANCE, atol=TOLERANCE * float(grad.abs().max())), (
        "f.value_and_grad gives another gradient than f.grad."
    )
    L = _per_sample(f.lipschitz, x, "f.lipschitz")
    assert (L > 0).all(), f"f.lipschitz must be positive, and is {L.tolist()}."
    h = 1e-5 if x.dtype == torch.float64 else 1e-2
    for seed in range(5, 13):
        d = random_like(x, seed)
        slope, told = (f.value(x + h * d) - f.value(x - h * d)) / (2 * h), (grad * d).flatten(1).sum(dim=1)
        # Rounding error of the two values, divided by the step.
        rounding = 8 * torch.finfo(x.dtype).eps * value.abs() / h
        # Near a minimum both sides cancel, and only the rounding error of their terms is left.
        size = torch.maximum(torch.maximum(slope.abs(), norm(grad)), 1e-6 * L * (norm(x) + 1))
        off = (slope - told).abs() > tolerance * size + rounding
        for i in off.nonzero().flatten().tolist():
            raise AssertionError(
                f"the gradient does not match the value: along a direction sample {i} rises by {slope[i].item():.6g}, "
                f"but the gradient gives {told[i].item():.6g}."
            )
    for scale in (1e-3, 0.1, 10.0):
        a = random_like(x, 13)
        for _ in range(5):  # power iteration towards the direction in which the gradient grows most
            b = x + scale * a / norm(a).reshape(-1, 1, 1, 1)
            grown = f.grad(b) - grad
            growth = norm(grown) / norm(b - x)
            for i in (growth > L * (1 + TOLERANCE)).nonzero().flatten().tolist():
                raise AssertionError(
                    f"f.lipschitz is not a bound: between two points sample {i} has a gradient that grows "
                    f"{growth[i].item():.4g} times as fast as x, and L is {L[i].item():.4g}."
                )
            a = torch.where((norm(grown) > 0).reshape(-1, 1, 1, 1), grown, a)


def check_prox(part: Any, z: torch.Tensor, weights: Sequence[float] = WEIGHTS, tolerance: float = 1e-9) -> None:
    """Check that prox returns a minimiser: no competitor has lower energy, and weights apply per sample.

    part: a fidelity, whose ``prox(z, weight)`` is argmin_u part(u) + weight/2 ||u - z||^2, recognised by its
    ``grad``; or a prior, whose ``prox(z, step)`` is argmin_x part(x) + 1/(2 step) ||x - z||^2.
    z: (batch, channel, height, width), not a minimiser of the part itself, which every weight would leave alone.
    tolerance: a competitor may have an energy lower by this fraction of the energy, or of 1 if that is larger;
    increase it for an inexact prox.

    Raises:
        AssertionError: with the competitor and both energies.
    """
    smooth = hasattr(part, "grad")
    found = []
    for number in weights:
        u = _tensor(part.prox(z, number), z, z, "prox")
        found.append(u)
        c = number if smooth else 1 / number
        energy = lambda x, c=c: part.value(x) + c / 2 * norm(x - z) ** 2
        least = _per_sample(energy(u), z, "value")
        for name, rival in _rivals(u, z):
            other = energy(rival)
            for i in (least > other + tolerance * other.abs().clamp(min=1)).nonzero().flatten().tolist():
                raise AssertionError(
                    f"prox with {'weight' if smooth else 'step'} {number:g} is not a minimiser: in sample {i} its "
                    f"energy is {least[i].item():.9g}, and {name} has {other[i].item():.9g}."
                )
    for i, number in enumerate(weights):
        many = z.new_tensor([weights[(i + n) % len(weights)] for n in range(len(z))])
        u = _tensor(part.prox(z, many), z, z, "prox with one number per sample")
        gap = float((u[0] - found[i][0]).abs().max())
        assert gap <= tolerance**0.5 * max(1.0, float(u[0].abs().max())), (
            f"prox of the first sample changes by {gap:.3g} when its {number:g} stands in a tensor (batch,)."
        )


@torch.no_grad()
def check_network(network: Callable[..., Any], v: torch.Tensor, alphas: Sequence[float] = (1.0, 0.1)) -> None:
    """Check a network: shape and dtype kept, input unmodified, samples independent, and Condition 2.

    v: (batch, channel, height, width). Condition 2, ||N_alpha(v) - v|| <= C_N alpha, is checked if C_N returns a
    number, near v and for inputs far from natural images.

    Raises:
        AssertionError: with the actual output, the sample that changed, or both sides of Condition 2.
    """
    for alpha in alphas:
        before = v.clone()
        out = _tensor(network(v, alpha), v, v, f"network(v, {alpha:g})", finite=False)
        assert torch.equal(v, before), "the network changes its input in place: it must work on a copy."
        again = float((network(v, alpha) - out).abs().max())
        assert not again > 1e-4 * max(1.0, float(out.abs().max())), (
            f"called again with the same input the network returns something up to {again:.3g} away: it remembers."
        )
        alone = network(v[:1], alpha)
        gap = float((out[:1] - alone).abs().max())
        assert gap <= 1e-4 * max(1.0, float(out.abs().max())), (
            f"the first sample alone is up to {gap:.3g} away from what it is in its batch: samples must not mix."
        )
        try:
            bound = network.C_N(v) * alpha  # type: ignore[attr-defined]
        except (AttributeError, ValueError):
            continue
        for name, x in (("v", v), ("100 v", 100 * v), ("random numbers", random_like(v, 21))):
            size = norm(network(x, alpha) - x)
            assert (size <= bound * (1 + TOLERANCE)).all(), (
                f"Condition 2 fails for {name}: ||N(v) - v|| = {size.max().item():.4g} > C_N alpha = {bound:.4g}."
            )


def _rivals(u: torch.Tensor, z: torch.Tensor) -> Any:
    """Yield (name, point): z, zero, points between them, random points around u, u with one entry changed, u scaled."""
    yield "z itself", z
    yield "zero", torch.zeros_like(u)
    for h in (1e-3, 1e-2, 0.1, 0.5):
        for sign in (h, -h):
            yield f"the point {sign:g} of the way to z", u + sign * (z - u)
            yield f"{1 + sign:g} times the point", (1 + sign) * u
    for i in range(40):
        size = 10.0 ** (-4 + 4 * (i % 20) / 19)
        yield f"a point about {size:.1g} away in every entry", u + size * random_like(u, 100 + i)
    count = u[0].numel()
    for i in range(0, count, max(1, count // 30)):
        for move in (None, *(sign * 10.0**e for e in (-3, -2, -1, 0) for sign in (1, -1))):
            rival = u.clone().reshape(len(u), -1)
            rival[:, i] = 0 if move is None else rival[:, i] + move
            yield f"the point with entry {i} {'0' if move is None else f'moved by {move:g}'}", rival.reshape(u.shape)


def _tensor(found: Any, like: torch.Tensor | None, x: torch.Tensor, name: str, finite: bool = True) -> torch.Tensor:
    assert isinstance(found, torch.Tensor), f"{name} must be a torch tensor, and is {type(found).__name__}."
    assert found.dtype == x.dtype, f"{name} must be {x.dtype} as its argument is, and is {found.dtype}."
    if like is not None:
        _same_shape(found, like, name)
    assert not finite or found.isfinite().all(), f"{name} holds NaN or infinity."
    return found


def _same_shape(found: torch.Tensor, like: torch.Tensor, name: str) -> None:
    assert found.shape == like.shape, f"{name} must have the shape {tuple(like.shape)}, and has {tuple(found.shape)}."


def _per_sample(found: Any, x: torch.Tensor, name: str) -> torch.Tensor:
    shape = tuple(found.shape) if isinstance(found, torch.Tensor) else type(found).__name__
    assert shape == (len(x),), f"{name} must be a tensor of one number per sample, ({len(x)},), and is {shape}."
    return found
