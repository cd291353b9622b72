"""How much of a network's proposal is left in the step that error correction makes of it."""

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
    """z, the minimiser of f + mu/2 ||. - x||^2 + r that (7), repeated from x, comes to; of the shape of x.

    It is what a stage would do without a network. Its error (12) is at most ``tolerance`` ||z - x||.

    Raises:
        PadnetError: when ``limit`` repetitions do not bring it there.
    """
    s, rest = step_size(f, mu), 64 * torch.finfo(x.dtype).eps * norm(x)
    z, grad = x, f.grad(x)
    for _ in range(limit):
        z, _, grad, e = error_correction(f, r, x, z, grad, mu, s)
        if (norm(e) <= tolerance * norm(z - x) + rest).all():
            return z
    raise PadnetError(f"{limit} repetitions of (7) did not reach the proximal point: raise mu, for it is found slowly.")


def share(x_new: torch.Tensor, v: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
    """1 - ||x+ - v|| / ||z - v||, (batch,): 1 where x+ is the proposal v, 0 where it is as far from it as z.

    Negative where it is farther. NaN where there was nothing to choose, v = z, and for a v that is not finite.
    """
    apart = norm(z - v)
    return torch.where(apart > 0, 1 - norm(x_new - v) / apart, torch.full_like(apart, float("nan")))
