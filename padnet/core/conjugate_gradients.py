"""Conjugate gradients for H d = b (Hestenes and Stiefel 1952), with independent samples."""

from collections.abc import Callable

import torch

from padnet.core.fidelity import norm, per_sample
from padnet.errors import PadnetError

LIMIT = 2000  # steps


def conjugate_gradients(
    H: Callable[[torch.Tensor], torch.Tensor], b: torch.Tensor, tolerance: float, limit: int = LIMIT
) -> torch.Tensor:
    """Return d with ||H d - b|| <= tolerance ||b||, of the shape of b.

    Args:
        H: symmetric and positive definite, applied to each sample of a batch independently.
        b: (batch, channel, height, width). Where a sample is not finite, its d is 0.

    Raises:
        PadnetError: if more than ``limit`` steps are needed.
    """
    d, r, p = torch.zeros_like(b), b, b
    rr = norm(r) ** 2
    goal = tolerance**2 * rr
    for _ in range(limit):
        going = rr > goal  # a converged sample is frozen, so that its result does not depend on the rest of the batch
        if not going.any():
            return d
        Hp = H(p)
        step = per_sample(torch.where(going, rr / (p * Hp).flatten(1).sum(dim=1), 0), b)
        d, r = d + step * p, r - step * Hp
        new = torch.where(going, norm(r) ** 2, rr)
        p = r + per_sample(torch.where(going, new / rr, 0), b) * p
        rr = new
    raise PadnetError(
        f"{limit} steps of conjugate gradients did not solve (3) to {tolerance:g}: raise rho0 or mu, which make it "
        "easier, or the tolerance."
    )
