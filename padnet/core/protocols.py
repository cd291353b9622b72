"""Interfaces of a fidelity, a prior and a network, as structural types: a class only needs to have the methods.

No inheritance is required. x stands for (batch, channel, height, width), a float tensor.
"""

from typing import Protocol

import torch

Weight = float | torch.Tensor  # a positive number, or one per sample, (batch,)


class Fidelity(Protocol):
    """f of the energy F = f + r: smooth, with a Lipschitz continuous gradient.

    Certificates that use padnet.core.decrease to separate the decrease of F from rounding need a quadratic f.
    """

    @property
    def lipschitz(self) -> torch.Tensor:
        """(batch,), a Lipschitz constant of the gradient for every sample."""

    def value(self, x: torch.Tensor, /) -> torch.Tensor:
        """f(x) of every sample, (batch,)."""

    def grad(self, x: torch.Tensor, /) -> torch.Tensor:
        """The gradient at x, of the shape of x."""

    def value_and_grad(self, x: torch.Tensor, /) -> tuple[torch.Tensor, torch.Tensor]:
        """``value(x)`` and ``grad(x)``, which may be cheaper to compute together."""

    def prox(self, z: torch.Tensor, weight: Weight, /) -> torch.Tensor:
        """argmin_u f(u) + weight/2 ||u - z||^2, of the shape of z; used for the estimation (3)."""


class LinearOperator(Protocol):
    """A of 1/2 ||A x - y||^2. An optional attribute ``norm``, (batch or 1,), must be at least the spectral norm."""

    def __call__(self, x: torch.Tensor, /) -> torch.Tensor:
        """A x, (batch, ...)."""

    def adjoint(self, y: torch.Tensor, /) -> torch.Tensor:
        """A^T y, (batch, channel, height, width)."""


class Prior(Protocol):
    """r of the energy F = f + r; may be non-smooth and non-convex, and has an exact proximal operator."""

    def value(self, x: torch.Tensor, /) -> torch.Tensor:
        """r(x) of every sample, (batch,)."""

    def prox(self, z: torch.Tensor, step: Weight, /) -> torch.Tensor:
        """argmin_x r(x) + 1/(2 step) ||x - z||^2, of the shape of z."""


class KnownSubdifferential(Prior, Protocol):
    """A prior that also returns the distance to its subdifferential, so that certificates can be recomputed from x
    alone.
    """

    def subgradient_distance(self, x: torch.Tensor, q: torch.Tensor, /) -> torch.Tensor:
        """The distance of -q to the subdifferential of r at x, (batch,)."""


class Propagation(Protocol):
    """The network of a stage, N_alpha of (6): any callable that takes v and alpha."""

    def __call__(self, v: torch.Tensor, alpha: float, /) -> torch.Tensor:
        """N_alpha(v), of the shape and dtype of v."""


class BoundedPropagation(Propagation, Protocol):
    """A network that satisfies Condition 2, as implicit PADNet requires."""

    def C_N(self, v: torch.Tensor, /) -> float:
        """C_N of ||N_alpha(v) - v|| <= C_N alpha, for fields of the size of v."""


class Conditional(BoundedPropagation, Protocol):
    """A network with the noise level of every sample or a guide image as additional input."""

    @property
    def bound(self) -> float | None:
        """C_N per square root of the number of pixels and channels; None without a bound."""

    def __call__(
        self, v: torch.Tensor, alpha: float, level: torch.Tensor | None = None, guide: torch.Tensor | None = None
    ) -> torch.Tensor:
        """N_alpha(v). level: (batch,). guide: (batch, guides, height, width)."""


class Unit(Protocol):
    """A unit G of a trained image network, in addition to its nn.Module interface."""

    @property
    def halo(self) -> int:
        """Radius of the receptive field in pixels."""

    def fold(self) -> object:
        """Fold the batch normalisations of the unit into its convolutions, for inference."""
