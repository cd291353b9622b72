"""How much of a network's proposal remains after error correction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from padnet.core.fidelity import norm
from padnet.core.safeguard import error_correction, step_size
from padnet.errors import PadnetError

if TYPE_CHECKING:
    from padnet.core.protocols import Fidelity, Prior


def proximal_point(
    f: Fidelity, r: Prior, x: torch.Tensor, mu: float, tolerance: float = 1e-6, limit: int = 5000
) -> torch.Tensor:
    """The minimiser z of f + mu/2 ||. - x||^2 + r to which (7), repeated from x, converges; of the shape of x.

    This is the result of a stage without a network. Its error (12) is at most ``tolerance`` ||z - x||.

    Raises:
        PadnetError: if ``limit`` repetitions do not reach the tolerance.
    """
    s, rest = step_size(f, mu), 64 * torch.finfo(x.dtype).eps * norm(x)
    z, grad = x, f.grad(x)
    for _ in range(limit):
        z, _, grad, e = error_correction(f, r, x, z, grad, mu, s)
        if (norm(e) <= tolerance * norm(z - x) + rest).all():
            return z
    raise PadnetError(
        f"{limit} repetitions of (7) did not reach the proximal point: raise mu, which speeds up convergence."
    )


def share(x_new: torch.Tensor, v: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
    """1 - ||x+ - v|| / ||z - v||, (batch,): 1 if x+ is the proposal v, 0 if it is as far from v as z is.

    Negative if it is farther. NaN if v = z, and for a v that is not finite.
    """
    apart = norm(z - v)
    return torch.where(apart > 0, 1 - norm(x_new - v) / apart, torch.full_like(apart, float("nan")))
