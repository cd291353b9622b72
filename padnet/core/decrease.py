"""The decrease F(x) - F(x+) of one step, accurate even where the two energies agree in all digits.

f is quadratic, so f(x) - f(x+) = -<dx, (grad f(x) + grad f(x+)) / 2> exactly. r is a sum over the entries, and the
difference is computed entry by entry. The remaining rounding error is relative to these terms, which shrink with dx,
and not to F.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from padnet.core.fidelity import norm
from padnet.core.powers import power
from padnet.core.priors import LpNorm

if TYPE_CHECKING:
    from padnet.core.protocols import Fidelity

ALLOWED = 64  # units of rounding: the sums have many terms, and the gradients come from Fourier transforms


def decrease(f: Fidelity, r: LpNorm, x: torch.Tensor, x_new: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return F(x) - F(x+) and a bound on its rounding error, both (batch,) in the units of F.

    Args:
        f: a quadratic fidelity.
        r: lam ||x||_p^p.
        x, x_new: (batch, channel, height, width).
    """
    dx = x_new - x
    smooth = -dx * (f.grad(x) + f.grad(x_new)) / 2
    rough = _falls(r, x, x_new)
    # grad f is a difference of terms of size L ||x|| and ||grad f(0)||, and inherits their rounding error.
    terms = norm(dx) * (f.lipschitz * (norm(x) + norm(x_new)) / 2 + norm(f.grad(torch.zeros_like(x))))
    sums = (smooth.abs() + rough.abs()).flatten(1).sum(dim=1)
    return (smooth + rough).flatten(1).sum(dim=1), ALLOWED * torch.finfo(x.dtype).eps * (sums + terms)


def _falls(r: LpNorm, x: torch.Tensor, x_new: torch.Tensor) -> torch.Tensor:
    """r_i(x_i) - r_i(x+_i) for every entry, each accurate relative to its own size."""
    a, b = x.abs(), x_new.abs()
    if r.p == 0:
        return r.lam * ((a > 0).to(a.dtype) - (b > 0).to(a.dtype))
    if r.p == 1:
        return r.lam * (a - b)
    # a^p - b^p = -a^p ((b / a)^p - 1)
    some = torch.where(a > 0, a, torch.ones_like(a))
    falls = -power(some, r.p) * torch.expm1(r.p * torch.log1p((b - some) / some))
    return r.lam * torch.where(a > 0, falls, -power(b, r.p))
