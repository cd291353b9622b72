"""Total variation as a prior; its proximal operator by a fast projected gradient on the dual, to a proven tolerance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from padnet.core.fidelity import norm, per_sample
from padnet.core.powers import root
from padnet.core.validation import check_number, check_weight
from padnet.errors import InputError, PadnetError

if TYPE_CHECKING:
    from padnet.core.protocols import Weight

EVERY = 10  # steps between two looks at the duality gap
SPECTRUM = 8.0  # ||D||^2 of forward differences in two directions is below it


def differences(x: torch.Tensor) -> torch.Tensor:
    """D x, (..., height, width) -> (..., 2, height, width): along the width, then the height; 0 at the far border."""
    return torch.stack([x.diff(dim=-1, append=x[..., -1:]), x.diff(dim=-2, append=x[..., -1:, :])], dim=-3)


def differences_adjoint(p: torch.Tensor) -> torch.Tensor:
    """D^T p, (..., 2, height, width) -> (..., height, width)."""
    h, v = p[..., 0, :, :-1], p[..., 1, :-1, :]
    zero_h, zero_v = torch.zeros_like(p[..., 0, :, :1]), torch.zeros_like(p[..., 1, :1, :])
    return -h.diff(dim=-1, prepend=zero_h, append=zero_h) - v.diff(dim=-2, prepend=zero_v, append=zero_v)


class TV:
    """r(x) = lam sum_i |(D x)_i|, total variation (Rudin, Osher and Fatemi 1992), each channel by itself.

    D takes forward differences and stops at the border. |.| is the length of a pixel's two differences, or the sum of
    their absolute values.

    The proximal operator has no closed form. It is found by FISTA on the dual (Chambolle 2004; Beck and Teboulle 2009)
    until the duality gap proves ||x - prox(z)|| <= tolerance ||z||. What that means for a certificate of EPADNet: the
    decrease (21) is judged by values of F and is as true as with an exact prox. The slope of (24) is the one that (7)
    leads to, for its ``subgradient_distance`` is not known, and so belongs to the exact prox: a certificate says of a
    point within tolerance ||z|| of x^{k+1} that dist(0, dF) is at most the recorded number plus
    (L + 1/s) tolerance ||z||, s = 0.99 / (L + mu). Choose the tolerance well under the movement that a run is
    to be followed to.

    Args:
        lam: weight, between 1e-30 and 1e30.
        isotropic: the length of both differences, else the sum of their absolute values.
        tolerance: of the proximal operator, relative to ||z||; above 1e-7 in float64 and 1e-3 in float32.
        limit: steps of FISTA before it is given up.
        warm: begin where the last call ended, if it had pictures of the same shape: several times faster within a run,
            whose points move little. The result then depends on the calls before, within the tolerance.

    Raises:
        InputError: for a lam or tolerance that is not positive, or a limit under 1.
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
        """|g_i| of every pixel and channel, a channel of two differences; anisotropic: of every difference."""
        return root(g.square().sum(dim=-3, keepdim=True)) if self.isotropic else g.abs()

    def value(self, x: torch.Tensor) -> torch.Tensor:
        """lam sum_i |(D x)_i| of every sample, (batch,)."""
        return self.lam * self._lengths(differences(x)).flatten(1).sum(dim=1)

    def _begin(self, z: torch.Tensor) -> torch.Tensor:
        """p to begin with, (..., 2, height, width): zero, or where the last call ended."""
        p = torch.zeros_like(differences(z))
        last = self._last
        fits = last is not None and (last.shape, last.dtype, last.device) == (p.shape, p.dtype, p.device)
        return last if last is not None and fits else p

    def prox(self, z: torch.Tensor, step: Weight) -> torch.Tensor:
        """argmin_x r(x) + 1/(2 step) ||x - z||^2, of the shape of z; step a number or one per sample, (batch,).

        x = z - w D^T p with w = lam step, where p, |p_i| <= 1, minimises ||z - w D^T p||.

        Raises:
            PadnetError: when ``limit`` steps do not reach the tolerance.
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
                # Primal less dual: w sum_i (|(D x)_i| - <p_i, (D x)_i>), and at least 1/2 ||x - prox(z)||^2.
                gap = w.flatten() * (self._lengths(Dx).flatten(1).sum(1) - (p * Dx).flatten(1).sum(1))
                # A sample that is done stays as it is, so that it does not depend on its batch.
                found = torch.where(per_sample(done, z).bool(), found, x)
                done = done | (gap <= goal)
                if done.all():
                    self._last = p if self.warm and p.isfinite().all() else None
                    return found
            forward = q + differences(z - w * differences_adjoint(q)) / (SPECTRUM * w[:, None])
            new = forward / self._lengths(forward).clamp(min=1)
            # Momentum that leads uphill is dropped (O'Donoghue and Candes 2015).
            uphill = ((q - new) * (new - p)).flatten(1).sum(dim=1) > 0
            t = torch.where(per_sample(uphill, t).bool(), 1, t)
            t_new = (1 + root(1 + 4 * t**2)) / 2
            q = new + ((t - 1) / t_new)[:, None] * (new - p)
            p, t = new, t_new
        raise PadnetError(
            f"{self.limit} steps did not find the proximal operator of TV to {self.tolerance:g}: raise the tolerance, "
            "or lower lam, which makes it easier."
        )
