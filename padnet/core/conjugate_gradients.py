"""The solution of H d = b by conjugate gradients (Hestenes and Stiefel 1952), every sample by itself."""

from collections.abc import Callable

import torch

from padnet.core.fidelity import norm, per_sample
from padnet.errors import PadnetError

LIMIT = 2000  # steps


def conjugate_gradients(
    H: Callable[[torch.Tensor], torch.Tensor], b: torch.Tensor, tolerance: float, limit: int = LIMIT
) -> torch.Tensor:
    """d with ||H d - b|| <= tolerance ||b||, of the shape of b.

    Args:
        H: symmetric and positive definite, each sample of a batch by itself.
        b: (batch, channel, height, width). Where it is not finite, d is 0.

    Raises:
        PadnetError: when that takes more than ``limit`` steps.
    """
    d, r, p = torch.zeros_like(b), b, b
    rr = norm(r) ** 2
    goal = tolerance**2 * rr
    for _ in range(limit):
        going = rr > goal  # a sample that is done stays as it is, so that it does not depend on its batch
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
