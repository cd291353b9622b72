"""Validation of an operator before a fidelity uses it: linearity and adjoint."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch

from padnet.core import validation
from padnet.core.fidelity import norm
from padnet.core.linear_operators import random_like
from padnet.errors import InputError

if TYPE_CHECKING:
    from padnet.core.protocols import LinearOperator

# Relative to ||A x|| ||y||. Many libraries compute in single precision for any input.
ALLOWED = 1e-5


def check_observation(y: Any) -> torch.Tensor:
    """Return y if it is a finite float tensor (batch, ...) whose energy can be computed. InputError otherwise."""
    if isinstance(y, torch.Tensor) and y.dim() != 4 and y.dim() >= 2:
        validation.check_observation(y.reshape(len(y), 1, 1, -1) if y.numel() else y[None, None])
        return y
    return validation.check_observation(y)


def check_adjoint(A: LinearOperator, y: torch.Tensor) -> torch.Tensor:
    """Raise InputError unless A is linear and <A x, y> = <x, A^T y> for random x and y.

    y: an observation; the shape of A^T y is the image shape of A.
    Returns ||A x||^2 / ||x||^2 of a trial image for every sample, (batch,), a lower bound of ||A||^2.
    """
    back = _applied(A.adjoint, y, "the adjoint")
    if back.dim() != 4 or len(back) != len(y):
        raise InputError(
            f"the adjoint of the operator maps the observation {tuple(y.shape)} to {tuple(back.shape)}: it must "
            "return images (batch, channel, height, width), one per observation."
            + (" Give a single image as y[None, None]." if y.dim() == 2 and back.shape == y.shape else "")
        )
    a, b, q = random_like(back, 1), random_like(back, 2), random_like(y, 3)
    there, other, both = (_applied(A, x, "the operator") for x in (a, b, a - 2 * b))
    if there.shape != y.shape:
        raise InputError(
            f"the operator maps an image {tuple(a.shape)} to {tuple(there.shape)}, but the observation has the shape "
            f"{tuple(y.shape)}: the observation or the adjoint does not match it."
        )
    if (norm(both - there + 2 * other) > ALLOWED * (norm(there) + norm(other))).any():
        raise InputError("the operator is not linear: A (a - 2 b) differs from A a - 2 A b for random images a and b.")
    left, right = _dot(there, q), _dot(a, _applied(A.adjoint, q, "the adjoint"))
    # If the operator maps x to nearly zero, the size of the other side is the reference.
    wrong = (left - right).abs() > ALLOWED * torch.maximum(norm(there) * norm(q), right.abs())
    if wrong.any():
        i = int(wrong.long().argmax())
        raise InputError(
            f"the adjoint is not that of the operator: for random x and y <A x, y> = {left[i].item():.6g} and "
            f"<x, A^T y> = {right[i].item():.6g}, so A^T (A x - y) is not the gradient."
        )
    # A second application of A comes closer to the norm than a random image does.
    again = _applied(A.adjoint, there, "the adjoint")
    return torch.maximum(norm(there) ** 2 / norm(a) ** 2, norm(again) ** 2 / norm(there).clamp(min=1e-30) ** 2)


def _applied(A: Callable[[torch.Tensor], Any], x: torch.Tensor, name: str) -> torch.Tensor:
    """Return A(x) if it is a finite tensor of the dtype of x; InputError otherwise."""
    try:
        found = A(x)
    except InputError:
        raise
    except Exception as error:
        said = (str(error).splitlines() or [""])[0]
        raise InputError(f"{name} cannot be applied to {x.dtype} {tuple(x.shape)}: {said}") from error
    if not isinstance(found, torch.Tensor):
        raise InputError(f"{name} must return a torch tensor, and returned {type(found).__name__}.")
    if found.dtype != x.dtype:
        raise InputError(f"{name} returned {found.dtype} for {x.dtype}: it must return real numbers of the same dtype.")
    if not found.isfinite().all():
        raise InputError(f"{name} returned NaN or infinity for finite input.")
    return found


def _dot(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return (a * b).flatten(1).sum(dim=1)
