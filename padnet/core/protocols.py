"""What a fidelity, a prior and a network have to offer: types, which a class of your own meets by having the methods.

Nothing need be inherited. x stands for (batch, channel, height, width), a float tensor.
"""

from typing import Protocol

import torch

Weight = float | torch.Tensor  # a positive number, or one per sample, (batch,)


class Fidelity(Protocol):
    """f of the energy F = f + r: smooth, with a gradient that is Lipschitz continuous.

    Where F is certified and its decrease is told from rounding (padnet.core.decrease), f has to be quadratic.
    """

    @property
    def lipschitz(self) -> torch.Tensor:
        """(batch,), a Lipschitz constant of the gradient, of every sample."""

    def value(self, x: torch.Tensor, /) -> torch.Tensor:
        """f(x) of every sample, (batch,)."""

    def grad(self, x: torch.Tensor, /) -> torch.Tensor:
        """The gradient at x, of its shape."""

    def value_and_grad(self, x: torch.Tensor, /) -> tuple[torch.Tensor, torch.Tensor]:
        """Both, which may cost less together."""

    def prox(self, z: torch.Tensor, weight: Weight, /) -> torch.Tensor:
        """argmin_u f(u) + weight/2 ||u - z||^2, of the shape of z; the estimation (3) is one."""


class LinearOperator(Protocol):
    """A of 1/2 ||A x - y||^2. Where it has ``norm``, (batch or 1,), that is at least its spectral norm."""

    def __call__(self, x: torch.Tensor, /) -> torch.Tensor:
        """A x, (batch, ...)."""

    def adjoint(self, y: torch.Tensor, /) -> torch.Tensor:
        """A^T y, (batch, channel, height, width)."""


class Prior(Protocol):
    """r of the energy F = f + r; it need be neither smooth nor convex, and has an exact proximal operator."""

    def value(self, x: torch.Tensor, /) -> torch.Tensor:
        """r(x) of every sample, (batch,)."""

    def prox(self, z: torch.Tensor, step: Weight, /) -> torch.Tensor:
        """argmin_x r(x) + 1/(2 step) ||x - z||^2, of the shape of z."""


class KnownSubdifferential(Prior, Protocol):
    """A prior that also tells how far a point is from being critical; certificates can be recomputed from x alone."""

    def subgradient_distance(self, x: torch.Tensor, q: torch.Tensor, /) -> torch.Tensor:
        """The distance of -q to the subdifferential of r at x, (batch,)."""


class Propagation(Protocol):
    """The network of a stage, N_alpha of (6): anything that is called with v and alpha."""

    def __call__(self, v: torch.Tensor, alpha: float, /) -> torch.Tensor:
        """N_alpha(v), of the shape and dtype of v."""


class BoundedPropagation(Propagation, Protocol):
    """A network that Condition 2 holds for, as implicit PADNet needs it."""

    def C_N(self, v: torch.Tensor, /) -> float:
        """C_N of ||N_alpha(v) - v|| <= C_N alpha, for fields of the size of v."""


class Conditional(BoundedPropagation, Protocol):
    """A network that is told the noise of every sample, or shown a picture beside the variable."""

    @property
    def bound(self) -> float | None:
        """C_N per square root of the number of pixels and channels; None without a bound."""

    def __call__(
        self, v: torch.Tensor, alpha: float, level: torch.Tensor | None = None, guide: torch.Tensor | None = None
    ) -> torch.Tensor:
        """N_alpha(v). level: (batch,). guide: (batch, guides, height, width)."""


class Unit(Protocol):
    """A unit G of a trained network for pictures, beside what it has as an nn.Module."""

    @property
    def halo(self) -> int:
        """Pixels a side that an output pixel depends on."""

    def fold(self) -> object:
        """Make of the unit the same function for inference, its normalisations worked into its convolutions."""
