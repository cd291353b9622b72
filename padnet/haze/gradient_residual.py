"""Gradient residual minimisation: a radiance with the gradients of the image, except where the haze model disagrees.

    min_{J, Z}  1/2 ||t J + (1 - t) A - (I - Z)||^2 + lam ||Z||_1 + eta ||grad J - grad (I - Z)||_1

C. Chen, M. N. Do, J. Wang, ECCV 2016. Noise, colour bleeding and compression blocks that were not affected by the
haze would be amplified by 1/t; here they are penalised like new edges. Z is what the haze model does not explain. The
equation was written from memory of the publication, which starts from the number of differing gradients, relaxes it
as here, and alternates between J and Z. Here both are computed jointly by the primal-dual algorithm of Chambolle and
Pock (JMIV 2011), which converges to a joint minimum: the proximal step of the first two terms has a closed form.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch

from padnet.core.powers import root
from padnet.haze.tgv import divergence, gradient

__all__ = ["Residual", "residual_minimisation"]

NORM = 16.0  # upper bound of |(J, Z) -> grad (J + Z)|^2
RATIO = 0.1  # sigma / tau


@dataclass(frozen=True)
class Residual:
    """The problem: the image I (n, 3, h, w), t (n, 1, h, w), A (n, 3, 1, 1), and the two weights."""

    I: torch.Tensor
    t: torch.Tensor
    A: torch.Tensor
    lam: float
    eta: float

    def energy(self, J: torch.Tensor, Z: torch.Tensor) -> torch.Tensor:
        """The objective of every image, (n,)."""
        misfit = self.t * J + (1 - self.t) * self.A - self.I + Z
        edges = root(gradient(J + Z - self.I).square().sum(dim=2))
        return (0.5 * misfit.square() + self.lam * Z.abs() + self.eta * edges).flatten(1).sum(dim=1)

    def nearest(self, J: torch.Tensor, Z: torch.Tensor, tau: float) -> tuple[torch.Tensor, torch.Tensor]:
        """The proximal step of 1/2 |t J + Z - b|^2 + lam |Z|, b = I - (1 - t) A, pixel by pixel."""
        b = self.I - (1 - self.t) * self.A
        c = 1 / (1 + tau * self.t.square())  # factor of the misfit after J is eliminated
        curvature = c + 1 / tau
        Z = (c * (b - self.t * J) + Z / tau) / curvature
        Z = Z.sign() * (Z.abs() - self.lam / curvature).clamp(min=0)
        return c * (J + tau * self.t * (b - Z)), Z


def residual_minimisation(problem: Residual, J: torch.Tensor) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Yield (J, Z) after each iteration, indefinitely, starting from J (n, 3, h, w) and Z = 0."""
    tau, sigma = (RATIO * NORM) ** -0.5, (RATIO / NORM) ** 0.5
    Z = torch.zeros_like(J)
    ahead, p = J, gradient(Z)
    while True:
        p = p + sigma * gradient(ahead - problem.I)
        p = p / (root(p.square().sum(dim=2, keepdim=True)) / problem.eta).clamp(min=1)
        step = tau * divergence(p)
        new_J, new_Z = problem.nearest(J + step, Z + step, tau)
        ahead = 2 * (new_J + new_Z) - J - Z
        J, Z = new_J, new_Z
        yield J, Z
