"""Second-order total generalised variation, guided by image edges, solved with a primal-dual gap.

    min  alpha1 ||T (grad t - w)|| + alpha0 ||grad w|| + ||t - t~||_1    over t in [0, 1], w in [-1, 1]

K. Bredies, K. Kunisch, T. Pock, "Total generalized variation", SIAM J. Imaging Sciences 2010; the tensor T is that of
D. Ferstl et al., "Image guided depth upsampling using anisotropic total generalized variation", ICCV 2013. The norms
are sums over pixels of Euclidean norms. Where t is an affine function of position, both terms are zero; across an
image edge a jump of t has a low cost. The bounds do not restrict the solution in practice, because t~ is in [0, 1]
and w approximates differences of t; they make the dual objective finite everywhere, and therefore the gap too.

Differences are forward differences with a Neumann boundary.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch

from padnet.core import powers

__all__ = ["Guided", "divergence", "gradient", "primal_dual", "tensor"]

NORM = 12.0  # upper bound of |K|^2: with |grad|^2 <= 8 and |T| <= 1 it is at most 11.4
RATIO = 1e5  # sigma / tau: about the value for which the energy decreased fastest on real images


def gradient(x: torch.Tensor) -> torch.Tensor:
    """(n, c, h, w) -> (n, c, 2, h, w): differences to the right and down, 0 at the last column and row."""
    g = x.new_zeros(*x.shape[:2], 2, *x.shape[2:])
    g[:, :, 0, :, :-1] = x[..., 1:] - x[..., :-1]
    g[:, :, 1, :-1] = x[..., 1:, :] - x[..., :-1, :]
    return g


def divergence(g: torch.Tensor) -> torch.Tensor:
    """Minus the adjoint of gradient: (n, c, 2, h, w) -> (n, c, h, w)."""
    d = torch.zeros_like(g[:, :, 0])
    right, down = g[:, :, 0, :, :-1], g[:, :, 1, :-1]
    d[..., :-1] += right
    d[..., 1:] -= right
    d[..., :-1, :] += down
    d[..., 1:, :] -= down
    return d


def tensor(guide: torch.Tensor, gamma: float, power: float) -> torch.Tensor:
    """T = exp(-gamma |g|^power) n n^T + m m^T with g the guide's gradient, n = g / |g| and m across n.

    guide: (n, 1, h, w). Returns (n, 3, h, w), the entries T_xx, T_xy, T_yy; the identity where g = 0.
    """
    g = gradient(guide)[:, 0]
    length = _length(g, 1)
    n = g / length.clamp(min=torch.finfo(g.dtype).tiny)
    less = 1 - torch.exp(-gamma * powers.power(length, power))
    return torch.cat([1 - less * n[:, :1] ** 2, -less * n[:, :1] * n[:, 1:], 1 - less * n[:, 1:] ** 2], dim=1)


@dataclass(frozen=True)
class Guided:
    """The problem: t~ (n, 1, h, w) in [0, 1], the tensor T (n, 3, h, w), and the weights of the two terms."""

    coarse: torch.Tensor
    T: torch.Tensor
    alpha1: float
    alpha0: float

    def forward(self, t: torch.Tensor, w: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """K (t, w) = (T (grad t - w), grad w), of (n, 2, h, w) and (n, 2, 2, h, w). w is (n, 2, h, w)."""
        return self._turned(gradient(t)[:, 0] - _inside(w)), gradient(w)

    def adjoint(self, p: torch.Tensor, q: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """K^T (p, q), with the shapes of t and w."""
        p = self._turned(p)
        return -divergence(p[:, None]), -_inside(p) - divergence(q)

    def projected(self, p: torch.Tensor, q: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Project p and q onto the balls of radius alpha1 and alpha0, the constraints of the dual problem."""
        return p / (_length(p, 1) / self.alpha1).clamp(min=1), q / (_length(q, (1, 2)) / self.alpha0).clamp(min=1)

    def energy(self, t: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
        """The objective of every image, (n,)."""
        p, q = self.forward(t, w)
        terms = self.alpha1 * _length(p, 1) + self.alpha0 * _length(q, (1, 2))[:, 0] + (t - self.coarse).abs()
        return terms.flatten(1).sum(dim=1)

    def dual(self, p: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
        """The dual objective, (n,): the minimum of <K (t, w), (p, q)> + |t - t~| over the bounds of t and w."""
        s, r = self.adjoint(p, q)
        c = self.coarse
        # piecewise linear in t, so the minimum is at 0, t~ or 1; linear in w, so it is at -1 or 1
        least = torch.minimum(torch.minimum(c, s * c), s + 1 - c)
        return least.flatten(1).sum(dim=1) - r.abs().flatten(1).sum(dim=1)

    def gap(self, t, w, p, q) -> torch.Tensor:
        """energy - dual, (n,): non-negative, an upper bound of the suboptimality of the energy."""
        return self.energy(t, w) - self.dual(p, q)

    def _turned(self, v):
        xx, xy, yy = self.T.split(1, dim=1)
        x, y = v.split(1, dim=1)
        return torch.cat([xx * x + xy * y, xy * x + yy * y], dim=1)


def primal_dual(problem: Guided, ratio: float = RATIO) -> Iterator[tuple[torch.Tensor, ...]]:
    """Yield (t, w, p, q) after each iteration, indefinitely, starting from t~ and w = 0.

    A. Chambolle, T. Pock, "A first-order primal-dual algorithm for convex problems with applications to imaging",
    JMIV 2011, algorithm 1. `ratio`, positive, is the dual step size over the primal one; it affects the speed, not
    the limit. All iterates are feasible.
    """
    tau, sigma = (ratio * NORM) ** -0.5, (ratio / NORM) ** 0.5
    c = problem.coarse
    t, w = c, torch.zeros_like(problem.T[:, :2])
    p, q = (torch.zeros_like(y) for y in problem.forward(t, w))
    ahead = t, w
    while True:
        a, b = problem.forward(*ahead)
        p, q = problem.projected(p + sigma * a, q + sigma * b)
        s, r = problem.adjoint(p, q)
        step = t - tau * s - c
        new_t = (c + step.sign() * (step.abs() - tau).clamp(min=0)).clamp(0, 1)
        new_w = (w - tau * r).clamp(-1, 1)
        ahead = 2 * new_t - t, 2 * new_w - w
        t, w = new_t, new_w
        yield t, w, p, q


def _inside(w):
    """Remove the entries of w whose difference would cross the image border."""
    w = w.clone()
    w[:, 0, :, -1] = 0
    w[:, 1, -1] = 0
    return w


def _length(v, dim):
    return powers.root(v.square().sum(dim=dim, keepdim=True))
