"""Properties that many exercises check. Each function raises WrongAnswer with a counterexample, or returns None.

The checks compute in float64; an answer may compute in float32. Values that should agree may differ by TOLERANCE,
relative to the size of the right side, or to 1 if that is larger.
Points are drawn with a fixed seed, so that the result for an answer is the same on every run.
"""

from collections.abc import Callable
from itertools import pairwise

import torch

from padnet.exercises.checking import WrongAnswer

__all__ = [
    "TOLERANCE",
    "adjoint",
    "descends",
    "equal",
    "gradient",
    "minimises",
    "near",
    "number",
    "numbers",
    "rng",
    "several",
    "tensor",
]

TOLERANCE = 1e-6  # float32 rounds at 6e-8, a sequence of operations at ten times that


def rng(seed: int = 0) -> torch.Generator:
    """A generator with a fixed seed, which gives the same numbers each time."""
    return torch.Generator().manual_seed(seed)


def tensor(found, like: torch.Tensor, what: str = "your function") -> torch.Tensor:
    """Return `found` in the dtype of `like` if it is a finite real tensor of its shape. WrongAnswer otherwise."""
    if not isinstance(found, torch.Tensor):
        raise WrongAnswer(f"{what} must return a tensor, and returned {type(found).__name__}.")
    if found.shape != like.shape:
        raise WrongAnswer(f"{what} returned the shape {tuple(found.shape)} where {tuple(like.shape)} is asked.")
    _real(found, what)
    if not found.isfinite().all():
        raise WrongAnswer(f"{what} returned NaN or infinity.")
    return found.to(like.dtype)


def _real(found, what):
    if found.is_complex():
        raise WrongAnswer(f"{what} returned complex numbers: take the real part.")
    if found.dtype == torch.bool:
        raise WrongAnswer(f"{what} returned True and False where numbers are asked.")


def number(found, what: str = "your answer") -> float:
    """Return `found` as a finite float. WrongAnswer otherwise."""
    try:
        value = float(found)
    except (TypeError, ValueError, RuntimeError, OverflowError) as error:
        raise WrongAnswer(f"{what} must be one number, not {type(found).__name__}.") from error
    if not abs(value) < float("inf"):
        raise WrongAnswer(f"{what} is {value}: it must be finite.")
    return value


def several(found, count: int, sentence: str) -> list:
    """The `count` parts of a tuple, list, array, tensor or generator; otherwise WrongAnswer with `sentence`."""
    try:
        parts = list(found)
    except Exception as error:  # a generator runs the answer's own code here
        raise WrongAnswer(
            f"{sentence} What you return cannot be taken apart: {type(error).__name__}: {error}"
        ) from error
    if isinstance(found, str | dict | set) or len(parts) != count:
        raise WrongAnswer(f"{sentence} You returned {type(found).__name__} of {len(parts)}.")
    return parts


def numbers(found, count: int, what: str) -> torch.Tensor:
    """`count` finite numbers from any container, as a float64 tensor (count,)."""
    parts = several(found, count, f"{what} must be {count} numbers.")
    return torch.tensor([number(part, f"one of {what}") for part in parts], dtype=torch.float64)


def near(found, true, size: float = 1.0) -> bool:
    """Whether no difference exceeds TOLERANCE times the maximum of |true|, `size` and 1."""
    found, true = (torch.as_tensor(v, dtype=torch.float64) for v in (found, true))
    return (found - true).abs().max().item() <= TOLERANCE * max(1.0, float(size), true.abs().max().item())


def equal(found, true, what: str, hint: str = "", size: float = 1.0) -> None:
    """Check that both sides of an identity agree up to TOLERANCE times the maximum of |right side|, `size` and 1.

    what: names the identity, "A = B". size: size of the terms that cancel, which determines the rounding error.
    """
    found, true = (_numeric(v, what) for v in (found, true))
    if found.shape != true.shape:
        raise WrongAnswer(f"{what}: the left side has the shape {tuple(found.shape)}, the right {tuple(true.shape)}.")
    if not near(found, true, size):
        gap = (found - true).abs().max().item()
        left, right = (v.norm().item() if v.dim() else v.item() for v in (found, true))
        apart = f"{left:.6g}" != f"{right:.6g}"
        sides = f"the left side is {left:.6g}, the right {right:.6g}" if apart else f"they differ by up to {gap:.2g}"
        raise WrongAnswer(f"{what} does not hold: {sides}. {hint}".strip())


def _numeric(found, what):
    try:
        found = torch.as_tensor(found)
        _real(found, f"{what}: your function")
        return found.to(torch.float64)
    except (TypeError, ValueError, RuntimeError) as error:
        raise WrongAnswer(f"{what}: numbers are asked, and not {type(found).__name__}.") from error


def minimises(energy: Callable, x: torch.Tensor, what: str, hint: str = "") -> None:
    """Check that no point near or far has lower energy than x. energy: tensor -> number; x: the claimed minimiser.

    A difference of 1e-9, relative to the energy or 1, is tolerated: rounding x to float32 costs the square of 6e-8 at
    a minimum.
    """
    least = float(energy(x))
    for name, rival in _rivals(x):
        other = float(energy(rival))
        if not least <= other + 1e-9 * max(1.0, abs(other)):
            raise WrongAnswer(
                (
                    f"{what}: your point has the energy {least:.6g}, and {name} has {other:.6g}, which is less. {hint}"
                ).strip()
            )


def _rivals(x):
    """Yield (name, point): zero, random points 1e-4 to 1 away, x scaled, and x with one entry changed or zeroed."""
    draw = rng(7)
    yield "zero", torch.zeros_like(x)
    for i in range(200):
        size = 10.0 ** (-4 + 4 * (i % 20) / 19)
        yield f"a point {size:.1g} away", x + size * torch.randn(x.shape, generator=draw, dtype=x.dtype)
    # Random directions rarely detect an error shared by all entries, or one at a kink, where they cost more than they
    # gain.
    for h in (1e-3, 1e-2, 0.05, 0.1, 0.3):
        for factor in (1 - h, 1 + h):
            yield f"{factor:g} times your point", factor * x
    count = x.numel()
    for i in range(0, count, max(1, count // 60)):
        for move in (None, *(sign * 10.0 ** (e / 4) for e in range(-12, 5) for sign in (1, -1))):
            rival = x.clone().reshape(-1)
            rival[i] = 0 if move is None else rival[i] + move
            name = "set to zero" if move is None else f"moved by {move:.2g}"
            yield f"your point with one entry {name}", rival.reshape(x.shape)


def gradient(value: Callable, grad: torch.Tensor, x: torch.Tensor, what: str, hint: str = "") -> None:
    """Check that `grad` is the gradient of `value` at x, by central differences along random directions."""
    draw, h = rng(5), 1e-5
    for _ in range(8):
        d = torch.randn(x.shape, generator=draw, dtype=x.dtype)
        slope = float(value(x + h * d) - value(x - h * d)) / (2 * h)
        yours = float((grad * d).sum())
        if not abs(slope - yours) <= 1e-5 * max(1.0, abs(slope)):
            raise WrongAnswer(
                (
                    f"{what}: along a direction the function rises by {slope:.6g}, and your gradient says "
                    f"{yours:.6g}. {hint}"
                ).strip()
            )


def adjoint(forward: Callable, backward: Callable, x: torch.Tensor, y: torch.Tensor, what: str, hint: str = "") -> None:
    """Check <A x, y> = <x, A^T y>, up to TOLERANCE times the maximum of ||A x|| ||y|| and 1."""
    there = forward(x)
    left, right = float((there * y).sum()), float((x * tensor(backward(y), x)).sum())
    if not abs(left - right) <= TOLERANCE * max(1.0, float(there.norm() * y.norm())):
        raise WrongAnswer(f"{what}: <A x, y> is {left:.6g} and <x, A^T y> is {right:.6g}. {hint}".strip())


def descends(energies, what: str, hint: str = "") -> None:
    """Check that a sequence of energies never increases by more than TOLERANCE, relative to the energy or 1."""
    for k, (before, after) in enumerate(pairwise(energies)):
        if not after <= before + TOLERANCE * max(1.0, abs(before)):
            raise WrongAnswer(f"{what}: the energy rises from {before:.6g} to {after:.6g} at step {k}. {hint}".strip())
