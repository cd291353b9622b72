"""f(x) = w/2 ||A x - y||^2 for any linear operator A with an adjoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from padnet.core.adapters import as_operator
from padnet.core.conjugate_gradients import conjugate_gradients
from padnet.core.fidelity import norm, per_sample
from padnet.core.image_fidelity import WeightedLeastSquares, _weights
from padnet.core.linear_operators import norm_bound
from padnet.core.operator_checks import check_adjoint, check_observation
from padnet.core.operators import Blur
from padnet.core.validation import check_number
from padnet.errors import InputError

if TYPE_CHECKING:
    from padnet.core.protocols import LinearOperator, Weight

TOLERANCE = {torch.float64: 1e-12, torch.float32: 1e-6}  # relative tolerance of prox


class LeastSquares:
    """f(x) = w/2 ||A x - y||^2: inpainting, super-resolution, deconvolution, denoising, compressed sensing.

        LeastSquares(Mask(seen), y)     LeastSquares(Downsample(2), y)     LeastSquares(Blur(k, y.shape[-2:]), y)

    If w is the inverse of the noise variance, f is the negative log-likelihood of (13). For a blur it is (14), whose
    prox has a closed form. For any other operator the prox solves (w A^T A + c I) u = w A^T y + c z by conjugate
    gradients.

    Args:
        A: ``A(x)`` maps x (batch, channel, height, width) to A x, and ``A.adjoint(y)`` returns A^T y, each image of a
            batch independently. Anything that ``padnet.as_operator`` accepts also works: a pylops operator or a
            deepinv physics.
        y: (batch, ...), the observation, float32 or float64; x has the dtype of y.
        weight: w > 0, a number or one per sample, (batch,).
        L: an upper bound of ||A||^2, a number or one per sample. None uses the square of ``A.norm`` if A has one,
            else padnet.core.linear_operators.norm_bound. A larger L gives smaller steps. An L that is too small makes
            the safeguard take many more steps, but never produces an invalid certificate.
        tolerance: of the conjugate gradients: the residual relative to ||grad f(z)||. None: 1e-12 in float64, 1e-6 in
            float32. Theorem 1 holds for any u in (3), so for any tolerance; the bounds of Theorem 2 are judged up to
            1e-9, for which 1e-10 is sufficient.

    Attributes:
        lipschitz: (batch,) w L. shape: of x.

    Raises:
        InputError: for an invalid y or weight; for an operator that is not linear, has a wrong adjoint or does not
            fit y; for an L that is not positive or is smaller than ||A x||^2 / ||x||^2 for some trial image.
    """

    def __init__(
        self, A: object, y: torch.Tensor, weight: Weight = 1.0, L: Weight | None = None, tolerance: float | None = None
    ):
        if isinstance(A, torch.Tensor):
            raise InputError("LeastSquares takes the operator first, then the observation: LeastSquares(A, y).")
        self.y = check_observation(y)
        self.A: LinearOperator = as_operator(A)
        least = check_adjoint(self.A, y)
        self.shape = tuple(self.A.adjoint(y).shape)
        self.weight = _weights(weight, y)
        self.lipschitz = self.weight * self._norm_squared(L, least)
        self.tolerance = TOLERANCE[y.dtype] if tolerance is None else check_number(tolerance, "tolerance")
        if not 0 < self.tolerance < 1:
            raise InputError(f"tolerance must lie between 0 and 1, got {self.tolerance}.")
        self._blur = WeightedLeastSquares(self.A, y, self.weight) if isinstance(self.A, Blur) else None

    def _norm_squared(self, L: Weight | None, least: torch.Tensor) -> torch.Tensor:
        """An upper bound of ||A||^2, (batch,). least: (batch,), a lower bound found on the trial images."""
        given = getattr(self.A, "norm", None) if L is None else L
        if given is None:
            return norm_bound(self.A, self.A.adjoint(self.y))
        name = "A.norm" if L is None else "L"
        known = torch.as_tensor(given, dtype=self.y.dtype, device=self.y.device).reshape(-1)
        bound = known**2 if L is None else known
        if bound.numel() not in (1, len(self.y)):
            raise InputError(f"{name} must be one number, or one per sample, got {bound.numel()} for {len(self.y)}.")
        if not ((bound > 0) & bound.isfinite()).all():
            raise InputError(
                f"{name} must be positive and finite, got {known.tolist()}: leave it out to have it found."
            )
        bound = bound.expand(len(self.y))
        # The norm is only accurate up to rounding.
        if (least > bound * (1 + 1e3 * torch.finfo(self.y.dtype).eps)).any():
            i = int((least / bound).argmax())
            raise InputError(
                f"{name} says that ||A||^2 is at most {bound[i].item():.4g}, and there is a picture x with ||A x||^2 = "
                f"{least[i].item():.4g} ||x||^2: give an upper bound, or leave it out to have it found."
            )
        return bound

    def value_and_grad(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """f(x), (batch,), and w A^T (A x - y), of the shape of x."""
        R = self.A(x) - self.y
        return self.weight / 2 * norm(R) ** 2, per_sample(self.weight, x) * self.A.adjoint(R)

    def value(self, x: torch.Tensor) -> torch.Tensor:
        """f(x) of every sample, (batch,)."""
        return self.weight / 2 * norm(self.A(x) - self.y) ** 2

    def grad(self, x: torch.Tensor) -> torch.Tensor:
        """The gradient w A^T (A x - y), of the shape of x."""
        return self.value_and_grad(x)[1]

    def prox(self, z: torch.Tensor, weight: Weight) -> torch.Tensor:
        """argmin_u f(u) + weight/2 ||u - z||^2, of the shape of z; weight is a number or one per sample, (batch,).

        u = z - d with (w A^T A + weight I) d = grad f(z), so the error is relative to the size of the correction.

        Raises:
            PadnetError: if the conjugate gradients do not reach the tolerance.
        """
        if self._blur is not None:
            return self._blur.prox(z, weight)
        w, c = per_sample(self.weight, z), per_sample(weight, z)
        return z - conjugate_gradients(lambda d: w * self.A.adjoint(self.A(d)) + c * d, self.grad(z), self.tolerance)
