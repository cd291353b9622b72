"""Priors r with an exact proximal operator: lam ||x||_p^p for every 0 <= p <= 1."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F

from padnet.core.fidelity import per_sample
from padnet.core.powers import power
from padnet.core.validation import check_number, check_weight
from padnet.errors import InputError

if TYPE_CHECKING:
    from padnet.core.protocols import Weight

NEWTON_STEPS = 8  # from |z|; four give 1e-6 for p <= 0.8, more are needed near p = 1 and near the threshold
STRIP = 2**18  # entries per chunk when no derivative is needed: a chunk fits in the cache
POLISH = 2  # Newton steps in double precision after single precision: each doubles the correct digits


def _jump(p: float, w: torch.Tensor) -> torch.Tensor:
    """x0 = (2 w (1 - p))^(1 / (2 - p)), the smallest non-zero |x| that prox of w |x|^p returns."""
    # Clamped above zero, because negative powers follow: where w underflows, prox is the identity.
    return power(2 * w * (1 - p), 1 / (2 - p)).clamp(min=torch.finfo(w.dtype).tiny)


def threshold(p: float, w: torch.Tensor) -> torch.Tensor:
    """The |z| below which prox of w |x|^p is zero: where the operator jumps if p < 1.

    At the jump, x0 and zero have the same energy: z = x0 + w p x0^(p - 1).
    """
    if p == 1:
        return w
    x0 = _jump(p, w)
    return x0 if p == 0 else x0 + w * p * x0 ** (p - 1)


def _newton(x: torch.Tensor, z: torch.Tensor, wp: Weight, p: float, x0: Weight, steps: int) -> torch.Tensor:
    """The root of x + w p x^(p-1) = z right of x0. The function is convex, so Newton's method from z stays right of
    it.
    """
    for _ in range(steps):
        pull = (x ** (p - 1)).mul_(wp)
        slope = (pull * (1 - p)).div_(x).neg_().add_(1)  # 1 - (1 - p) w p x^(p-2)
        x = (x - pull.add_(x).sub_(z).div_(slope)).clamp(min=x0)
    return x


@cache
def _steps(p: float) -> int:
    """Newton steps to reach single precision: the number needed at the threshold, which is the slowest case."""
    c = p / (2 * (1 - p))
    t, steps = 1 + c, 0  # at the threshold the root is 1
    while t - 1 > 1e-7 and steps < 50:
        t, steps = max(t - (t + c * t ** (p - 1) - 1 - c) / (1 - (1 - p) * c * t ** (p - 2)), 1.0), steps + 1
    return steps


def _whole_lanes(z: torch.Tensor) -> torch.Tensor:
    """Pad z, 1-D, with ones until every thread's share fills its vector registers.

    The remainder loop of PyTorch uses a different power function, whose last bit may differ: the result of a sample
    would then depend on its position in the batch.
    """
    return F.pad(z, (0, -len(z) % (64 * torch.get_num_threads())), value=1.0)


class _ShrinkLp(torch.autograd.Function):
    """argmin_x 1/2 (x - z)^2 + w |x|^p, 0 < p < 1, with the derivative by the implicit function theorem."""

    @staticmethod
    def forward(ctx: Any, z: torch.Tensor, w: torch.Tensor, p: float) -> torch.Tensor:
        unit: Weight
        wp: Weight
        a = z.abs()
        keep = a > threshold(p, w)
        # Only the support needs the iteration, which is a small part of a gradient field.
        if z.dtype == torch.float64:
            # In units of x0 the equation is t + c t^(p-1) = |z| / x0 with the same c for all entries. Single
            # precision, which is several times faster, gives a good initial value of the root for every |z|.
            unit, wp, least = _jump(p, w), p / (2 * (1 - p)), 1.0
            z0 = _whole_lanes((a / unit)[keep])
            near = z0.clamp(max=1e30).float()
            x = _newton(near, near, wp, p, least, _steps(p))
            x = _newton(x.double(), z0, wp, p, least, POLISH)[: int(keep.sum())]
        else:
            unit, z0, ws = 1.0, a[keep], w.expand_as(a)[keep]
            wp = ws * p
            x = _newton(z0, z0, wp, p, _jump(p, ws), NEWTON_STEPS)
        if ctx.needs_input_grad[0]:
            # dx/dz = 1 / (1 + w p (p-1) x^(p-2)) on the support, by the implicit function theorem; 0 off it.
            slope = torch.zeros_like(a).masked_scatter(keep, 1 / (1 - wp * (1 - p) * x ** (p - 2)))
            ctx.save_for_backward(slope)
        return torch.zeros_like(a).masked_scatter(keep, x) * z.sign() * unit

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        (slope,) = ctx.saved_tensors
        return grad * slope, None, None


class LpNorm:
    """r(x) = lam ||x||_p^p, equations (14) and (15); for p = 0 the number of non-zeros.

    Args:
        p: exponent in [0, 1].
        lam: weight, between 1e-30 and 1e30.

    Raises:
        InputError: if p is outside [0, 1], or lam is outside its range.
    """

    def __init__(self, p: float, lam: float):
        p = check_number(p, "p")
        if not 0 <= p <= 1:
            raise InputError(f"p must lie in [0, 1] for the exact proximal operator, got {p}.")
        self.p, self.lam = p, check_weight(lam, "lam, the weight of the prior,")

    def value(self, x: torch.Tensor) -> torch.Tensor:
        """lam ||x||_p^p of every sample, (batch,)."""
        a = x.flatten(1).abs()
        if self.p == 0:
            return self.lam * (a > 0).to(a.dtype).sum(dim=1)
        if self.p < 1 and a.requires_grad:  # the power has no derivative at 0: entries at 0 get a zero gradient
            on = a > 0
            return self.lam * torch.where(on, power(torch.where(on, a, 1), self.p), 0).sum(dim=1)
        return self.lam * power(a, self.p).sum(dim=1)

    def prox(self, z: torch.Tensor, step: Weight) -> torch.Tensor:
        """argmin_x lam ||x||_p^p + 1/(2 step) ||x - z||^2, exact; step is a number or one per sample.

        Soft thresholding for p = 1, hard thresholding for p = 0; otherwise Newton's method on the support. Where both
        0 and the jump are minimisers, 0 is returned. Differentiable in z.
        """
        w = self.lam * per_sample(step, z)
        if self.p == 1:
            return z.sign() * (z.abs() - w).clamp(min=0)
        if self.p == 0:
            return torch.where(z.abs() > threshold(0, w), z, torch.zeros_like(z))
        if torch.is_grad_enabled() or z.dtype != torch.float64:
            return _ShrinkLp.apply(z, w, self.p)
        rows = max(1, STRIP // (z.numel() // z.shape[-2]))
        return torch.cat([_ShrinkLp.apply(strip, w, self.p) for strip in z.split(rows, dim=-2)], dim=-2)

    def scaled(self, lam: float) -> LpNorm:
        """The same prior with a different weight."""
        return LpNorm(self.p, lam)

    def subgradient_distance(self, x: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
        """The distance of -q to the subdifferential of r at x, (batch,): 0 exactly if q + dr(x) contains 0.

        At 0 the (limiting) subdifferential of lam |x|^p is [-lam, lam] for p = 1 and the whole line for p < 1.
        """
        on = x != 0
        safe = torch.where(on, x.abs(), torch.ones_like(x))
        slope = 0.0 if self.p == 0 else self.lam * self.p * safe ** (self.p - 1)
        off = (q.abs() - self.lam).clamp(min=0) if self.p == 1 else torch.zeros_like(q)
        return torch.where(on, q + slope * x.sign(), off).flatten(1).norm(dim=1)
