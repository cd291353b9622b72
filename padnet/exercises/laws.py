"""The laws that many answers must obey. Each raises WrongAnswer with a counter-example, or returns nothing.

Everything is float64; points are drawn with a fixed seed, so that an answer is right or wrong alike on every run.
"""

from collections.abc import Callable

import torch

from padnet.exercises.checking import WrongAnswer

__all__ = ["adjoint", "descends", "equal", "gradient", "minimises", "number", "rng", "tensor"]


def rng(seed: int = 0) -> torch.Generator:
    """A generator of the same numbers each time."""
    return torch.Generator().manual_seed(seed)


def tensor(found, like: torch.Tensor, what: str = "your function") -> torch.Tensor:
    """`found` when it is a finite tensor of the shape of `like`."""
    if not isinstance(found, torch.Tensor):
        raise WrongAnswer(f"{what} must return a tensor, and returned {type(found).__name__}.")
    if found.shape != like.shape:
        raise WrongAnswer(f"{what} returned the shape {tuple(found.shape)} where {tuple(like.shape)} is asked.")
    if not found.isfinite().all():
        raise WrongAnswer(f"{what} returned NaN or infinity.")
    return found


def number(found, what: str = "your answer") -> float:
    """`found` as a finite float."""
    try:
        value = float(found)
    except (TypeError, ValueError, RuntimeError) as error:
        raise WrongAnswer(f"{what} must be one number, not {type(found).__name__}.") from error
    if not abs(value) < float("inf"):
        raise WrongAnswer(f"{what} is {value}: it must be finite.")
    return value


def equal(found, true, what: str, hint: str = "", tolerance: float = 1e-9) -> None:
    """Both sides of an identity agree, relative to the larger one. what: names the identity, "A = B"."""
    found, true = (torch.as_tensor(v, dtype=torch.float64) for v in (found, true))
    if found.shape != true.shape:
        raise WrongAnswer(f"{what}: the left side has the shape {tuple(found.shape)}, the right {tuple(true.shape)}.")
    gap = (found - true).abs().max().item()
    if not gap <= tolerance * max(1.0, true.abs().max().item()):
        left, right = (v.norm().item() if v.dim() else v.item() for v in (found, true))
        sides = f"the left side is {left:.6g}, the right {right:.6g}" if abs(left - right) > 1e-6 else f"they differ by up to {gap:.2g}"
        raise WrongAnswer(f"{what} does not hold: {sides}. {hint}".strip())


def minimises(energy: Callable, x: torch.Tensor, what: str, hint: str = "", draws: int = 200, slack: float = 1e-9) -> None:
    """No point near or far has less energy than x. energy: tensor -> number; x: your minimiser."""
    least, draw = float(energy(x)), rng(7)
    rivals = [("zero", torch.zeros_like(x))]
    for i in range(draws):
        size = 10.0 ** (-4 + 4 * (i % 20) / 19)
        rivals.append((f"a point {size:.1g} away", x + size * torch.randn(x.shape, generator=draw, dtype=x.dtype)))
    for name, rival in rivals:
        other = float(energy(rival))
        if not least <= other + slack * max(1.0, abs(other)):
            raise WrongAnswer(f"{what}: your point has the energy {least:.6g}, and {name} has {other:.6g}, which is less. {hint}".strip())


def gradient(value: Callable, grad: torch.Tensor, x: torch.Tensor, what: str, hint: str = "", h: float = 1e-5) -> None:
    """`grad` is the gradient of `value` at x, by central differences along random directions."""
    draw = rng(5)
    for _ in range(8):
        d = torch.randn(x.shape, generator=draw, dtype=x.dtype)
        slope = float(value(x + h * d) - value(x - h * d)) / (2 * h)
        yours = float((grad * d).sum())
        if not abs(slope - yours) <= 1e-5 * max(1.0, abs(slope)):
            raise WrongAnswer(f"{what}: along a direction the function rises by {slope:.6g}, and your gradient says {yours:.6g}. {hint}".strip())


def adjoint(forward: Callable, backward: Callable, x: torch.Tensor, y: torch.Tensor, what: str, hint: str = "") -> None:
    """<A x, y> = <x, A^T y>."""
    left, right = float((forward(x) * y).sum()), float((x * tensor(backward(y), x)).sum())
    if not abs(left - right) <= 1e-9 * max(1.0, abs(left)):
        raise WrongAnswer(f"{what}: <A x, y> is {left:.6g} and <x, A^T y> is {right:.6g}. {hint}".strip())


def descends(energies, what: str, hint: str = "") -> None:
    """A sequence of energies never rises."""
    for k, (before, after) in enumerate(zip(energies, energies[1:], strict=False)):
        if not after <= before + 1e-12 * max(1.0, abs(before)):
            raise WrongAnswer(f"{what}: the energy rises from {before:.6g} to {after:.6g} at step {k}. {hint}".strip())
