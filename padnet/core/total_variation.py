"""The total variation prior; its proximal operator by FISTA on the dual problem, to a guaranteed tolerance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from padnet.core.fidelity import norm, per_sample
from padnet.core.powers import root
from padnet.core.validation import check_number, check_weight
from padnet.errors import InputError, PadnetError

if TYPE_CHECKING:
    from padnet.core.protocols import Weight

EVERY = 10  # steps between evaluations of the duality gap
SPECTRUM = 8.0  # upper bound of ||D||^2 for forward differences in two directions


def differences(x: torch.Tensor) -> torch.Tensor:
    """D x, (..., height, width) -> (..., 2, height, width): along the width, then the height; 0 at the last column or
    row.
    """
    return torch.stack([x.diff(dim=-1, append=x[..., -1:]), x.diff(dim=-2, append=x[..., -1:, :])], dim=-3)


def differences_adjoint(p: torch.Tensor) -> torch.Tensor:
    """D^T p, (..., 2, height, width) -> (..., height, width)."""
    h, v = p[..., 0, :, :-1], p[..., 1, :-1, :]
    zero_h, zero_v = torch.zeros_like(p[..., 0, :, :1]), torch.zeros_like(p[..., 1, :1, :])
    return -h.diff(dim=-1, prepend=zero_h, append=zero_h) - v.diff(dim=-2, prepend=zero_v, append=zero_v)


class TV:
    """r(x) = lam sum_i |(D x)_i|, total variation (Rudin, Osher and Fatemi 1992), applied to each channel
    independently.

    D takes forward differences with a Neumann boundary. |.| is the Euclidean norm of a pixel's two differences, or
    the sum of their absolute values.

    The proximal operator has no closed form. It is computed by FISTA on the dual problem (Chambolle 2004; Beck and
    Teboulle 2009) until the duality gap proves ||x - prox(z)|| <= tolerance ||z||. Consequences for a certificate of
    EPADNet: the decrease (21) is evaluated from values of F and is as reliable as with an exact prox. The subgradient
    in (24) is the one given by (7), because ``subgradient_distance`` is not available, and belongs to the exact prox.
    The certificate then states that some point within tolerance ||z|| of x^{k+1} has dist(0, dF) of at most the
    recorded number plus (L + 1/s) tolerance ||z||, s = 0.99 / (L + mu). Choose the tolerance well below the smallest
    step length that matters.

    Args:
        lam: weight, between 1e-30 and 1e30.
        isotropic: use the Euclidean norm of the two differences, else the sum of their absolute values.
        tolerance: of the proximal operator, relative to ||z||; above 1e-7 in float64 and 1e-3 in float32. It decides
            the time: 1e-3 is about 25 times as fast as 1e-6 and enough to look at results.
        limit: maximum number of FISTA steps.
        warm: start from the result of the previous call if the shape is the same, which is several times faster
            within a run, where points move little. The result then depends on earlier calls, within the tolerance.

    Raises:
        InputError: for a lam or tolerance that is not positive, or a limit below 1.
    """

    def __init__(
        self, lam: float, isotropic: bool = True, tolerance: float = 1e-6, limit: int = 20000, warm: bool = False
    ):
        self.lam, self.isotropic = check_weight(lam, "lam, the weight of the prior,"), bool(isotropic)
        self.tolerance, self.limit, self.warm = check_number(tolerance, "tolerance"), limit, bool(warm)
        self._last: torch.Tensor | None = None
        if not 0 < self.tolerance < 1 or not isinstance(limit, int) or limit < 1:
            raise InputError(
                f"TV needs a tolerance between 0 and 1 and a limit of at least 1, got {tolerance} and {limit!r}."
            )

    def _lengths(self, g: torch.Tensor) -> torch.Tensor:
        """|g_i| of every pixel and channel, where the two differences form one vector; anisotropic: of every
        difference.
        """
        return root(g.square().sum(dim=-3, keepdim=True)) if self.isotropic else g.abs()

    def value(self, x: torch.Tensor) -> torch.Tensor:
        """lam sum_i |(D x)_i| of every sample, (batch,)."""
        return self.lam * self._lengths(differences(x)).flatten(1).sum(dim=1)

    def _begin(self, z: torch.Tensor) -> torch.Tensor:
        """The initial p, (..., 2, height, width): zero, or the result of the previous call."""
        p = torch.zeros_like(differences(z))
        last = self._last
        fits = last is not None and (last.shape, last.dtype, last.device) == (p.shape, p.dtype, p.device)
        return last if last is not None and fits else p

    def prox(self, z: torch.Tensor, step: Weight) -> torch.Tensor:
        """argmin_x r(x) + 1/(2 step) ||x - z||^2, of the shape of z; step is a number or one per sample, (batch,).

        x = z - w D^T p with w = lam step, where p, |p_i| <= 1, minimises ||z - w D^T p||.

        Raises:
            PadnetError: if ``limit`` steps do not reach the tolerance.
        """
        w = self.lam * per_sample(step, z)
        p = q = self._begin(z)
        t = torch.ones_like(w)
        found, done = z, ~z.isfinite().flatten(1).all(dim=1)
        goal = (self.tolerance * norm(z)) ** 2 / 2
        for i in range(self.limit + 1):
            if i % EVERY == 0:
                x = z - w * differences_adjoint(p)
                Dx = differences(x)
                # Primal minus dual value: w sum_i (|(D x)_i| - <p_i, (D x)_i>), which is at least 1/2 ||x -
                # prox(z)||^2.
                gap = w.flatten() * (self._lengths(Dx).flatten(1).sum(1) - (p * Dx).flatten(1).sum(1))
                # A converged sample is frozen, so that its result does not depend on the rest of the batch.
                found = torch.where(per_sample(done, z).bool(), found, x)
                done = done | (gap <= goal)
                if done.all():
                    self._last = p if self.warm and p.isfinite().all() else None
                    return found
            forward = q + differences(z - w * differences_adjoint(q)) / (SPECTRUM * w[:, None])
            new = forward / self._lengths(forward).clamp(min=1)
            # Adaptive restart: drop the momentum if it points uphill (O'Donoghue and Candes 2015).
            uphill = ((q - new) * (new - p)).flatten(1).sum(dim=1) > 0
            t = torch.where(per_sample(uphill, t).bool(), 1, t)
            t_new = (1 + root(1 + 4 * t**2)) / 2
            q = new + ((t - 1) / t_new)[:, None] * (new - p)
            p, t = new, t_new
        raise PadnetError(
            f"{self.limit} steps did not find the proximal operator of TV to {self.tolerance:g}: raise the tolerance, "
            "or lower lam, which makes it easier."
        )
