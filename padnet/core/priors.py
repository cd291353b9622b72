"""Priors r with an exact proximal operator: lam ||x||_p^p for every 0 <= p <= 1."""

import torch

from padnet.core.fidelity import per_sample
from padnet.errors import InputError

NEWTON_STEPS = 8  # from |z|; four give 1e-6 for p <= 0.8, near p = 1 and the threshold more are needed


def threshold(p: float, w: torch.Tensor) -> torch.Tensor:
    """The |z| under which prox of w |x|^p is zero: the jump of the operator when p < 1.

    At the jump x0 = (2 w (1 - p))^(1 / (2 - p)) has the energy of zero: z = x0 + w p x0^(p - 1).
    """
    if p == 1:
        return w
    x0 = (2 * w * (1 - p)) ** (1 / (2 - p))
    return x0 if p == 0 else x0 + w * p * x0 ** (p - 1)


class _ShrinkLp(torch.autograd.Function):
    """argmin_x 1/2 (x - z)^2 + w |x|^p, 0 < p < 1, with the derivative of the implicit function."""

    @staticmethod
    def forward(ctx, z, w, p):
        a = z.abs()
        keep = a > threshold(p, w)
        # Only the support needs the iteration; of a gradient field that is a small part.
        zs, ws = a[keep], w.expand_as(a)[keep]
        x0 = (2 * ws * (1 - p)) ** (1 / (2 - p))
        x, wp = zs, ws * p
        for _ in range(NEWTON_STEPS):  # x + w p x^(p-1) = |z|, convex in x: Newton from |z| stays right of x0
            power = (x ** (p - 1)).mul_(wp)
            slope = (power * (1 - p)).div_(x).neg_().add_(1)  # 1 - (1 - p) w p x^(p-2)
            x = torch.maximum(x - power.add_(x).sub_(zs).div_(slope), x0)
        if ctx.needs_input_grad[0]:
            # dx/dz = 1 / (1 + w p (p-1) x^(p-2)) on the support, by the implicit function theorem; 0 off it.
            slope = torch.zeros_like(a).masked_scatter(keep, 1 / (1 - ws * p * (1 - p) * x ** (p - 2)))
            ctx.save_for_backward(slope)
        return torch.zeros_like(a).masked_scatter(keep, x) * z.sign()

    @staticmethod
    def backward(ctx, grad):
        (slope,) = ctx.saved_tensors
        return grad * slope, None, None


class LpNorm:
    """r(x) = lam ||x||_p^p, equations (14) and (15); at p = 0 the count of non-zeros.

    Args:
        p: exponent in [0, 1].
        lam: weight, > 0.

    Raises:
        InputError: when p is outside [0, 1] or lam is not positive.
    """

    def __init__(self, p: float, lam: float):
        if not 0 <= p <= 1:
            raise InputError(f"p must lie in [0, 1] for the exact proximal operator, got {p}.")
        if not lam > 0:
            raise InputError(f"lam, the weight of the prior, must be positive, got {lam}.")
        self.p, self.lam = float(p), float(lam)

    def value(self, x: torch.Tensor) -> torch.Tensor:
        """lam ||x||_p^p of every sample, (batch,)."""
        a = x.flatten(1).abs()
        powers = (a > 0).to(a.dtype) if self.p == 0 else a**self.p
        return self.lam * powers.sum(dim=1)

    def prox(self, z: torch.Tensor, step) -> torch.Tensor:
        """argmin_x lam ||x||_p^p + 1/(2 step) ||x - z||^2, exact; step a number or one per sample.

        Soft thresholding at p = 1, hard at p = 0; between them Newton's method on the support. Where
        both 0 and the jump are minimisers, 0 is returned. Differentiable in z.
        """
        w = self.lam * per_sample(step, z)
        if self.p == 1:
            return z.sign() * (z.abs() - w).clamp(min=0)
        if self.p == 0:
            return torch.where(z.abs() > threshold(0, w), z, torch.zeros_like(z))
        return _ShrinkLp.apply(z, w, self.p)

    def scaled(self, lam: float) -> "LpNorm":
        """The same prior with another weight."""
        return LpNorm(self.p, lam)

    def subgradient_distance(self, x: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
        """The distance of -q to the subdifferential of r at x, (batch,): 0 exactly where q + dr(x) meets 0.

        Off the support the (limiting) subdifferential of lam |x|^p at 0 is [-lam, lam] for p = 1 and
        the whole line for p < 1.
        """
        on = x != 0
        safe = torch.where(on, x.abs(), torch.ones_like(x))
        slope = 0.0 if self.p == 0 else self.lam * self.p * safe ** (self.p - 1)
        off = (q.abs() - self.lam).clamp(min=0) if self.p == 1 else torch.zeros_like(q)
        return torch.where(on, q + slope * x.sign(), off).flatten(1).norm(dim=1)
