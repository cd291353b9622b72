"""Fidelities of the image domain: f_im weighted by the noise variance, and half of f_ex of (16), a function of g."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from padnet.core.fidelity import LeastSquares, parseval, per_sample
from padnet.core.operators import Blur, Gradient, differences, differences_adjoint
from padnet.core.validation import WEIGHTS, check_number, check_observation, check_weight
from padnet.errors import InputError

if TYPE_CHECKING:
    from padnet.core.protocols import Weight

D = Gradient()


def _weights(weight: Weight, y: torch.Tensor) -> torch.Tensor:
    """Return the weight of every sample, (batch,). Raises InputError if it is not positive or has a wrong shape."""
    if not isinstance(weight, torch.Tensor):
        weight = check_number(weight, "the weight of the data term")
    weight = torch.as_tensor(weight, dtype=y.dtype, device=y.device)
    if weight.dim() > 1 or weight.numel() not in (1, len(y)):
        raise InputError(
            f"the weight of the data term is a number or one per sample, here {len(y)}, got "
            f"shape {tuple(weight.shape)}."
        )
    if not ((weight >= WEIGHTS[0]) & (weight <= WEIGHTS[1])).all():
        raise InputError(
            f"the weight of the data term must be positive, between {WEIGHTS[0]:g} and {WEIGHTS[1]:g}, "
            f"got {weight.tolist()}."
        )
    return weight.expand(y.shape[0])


class WeightedLeastSquares:
    """f_im(x) = w/2 ||x ⊗ k - y||^2 with a weight per sample.

    If w is the inverse of the noise variance, f is the negative log-likelihood of (13), so one schedule of rho works
    for every noise level.

    Args:
        blur: the operator x -> x ⊗ k.
        y: (batch, 1, height, width), the observation.
        weight: w > 0, a number or one per sample, (batch,).

    Attributes:
        lipschitz: (batch,) w ||k||^2.

    Raises:
        InputError: for an invalid observation or a weight that is not positive.
    """

    def __init__(self, blur: Blur, y: torch.Tensor, weight: Weight):
        self.f = LeastSquares(blur, y)
        self.weight = _weights(weight, y)
        self.lipschitz = self.weight * self.f.lipschitz

    def value_and_grad(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """f(x), (batch,), and its gradient, of the shape of x."""
        value, grad = self.f.value_and_grad(x)
        return self.weight * value, per_sample(self.weight, x) * grad

    def value(self, x: torch.Tensor) -> torch.Tensor:
        """f(x) of every sample, (batch,)."""
        return self.value_and_grad(x)[0]

    def grad(self, x: torch.Tensor) -> torch.Tensor:
        """The gradient w K^T (K x - y), of the shape of x."""
        return per_sample(self.weight, x) * self.f.grad(x)

    def prox(self, z: torch.Tensor, weight: Weight) -> torch.Tensor:
        """argmin_u f(u) + weight/2 ||u - z||^2, closed form in the Fourier domain."""
        return self.f.prox(z, torch.as_tensor(weight, dtype=z.dtype, device=z.device) / self.weight)


class ImageFidelity:
    """1/2 f_ex(g) = inf_x w/2 ||x ⊗ k - y||^2 + beta/2 ||D x - g||^2, the fidelity of (15), quadratic in g.

    f_ex is defined in (16); the factor 1/2 comes from (15).

    Args:
        blur: the operator x -> x ⊗ k.
        y: (batch, 1, height, width), the observation.
        beta: > 0, how closely g follows the gradient of an image.
        weight: w > 0, a number or one per sample, (batch,); 1 in the paper.

    Attributes:
        lipschitz: (batch,) beta, a bound on the norm of the Hessian beta (I - D x'(g)).

    Raises:
        InputError: for an invalid observation, or a beta or weight that is not positive.
    """

    def __init__(self, blur: Blur, y: torch.Tensor, beta: float, weight: Weight = 1.0):
        self.blur, self.beta = blur, check_weight(beta, "beta")
        check_observation(y)
        self.weight = _weights(weight, y)
        self.lipschitz = torch.full((y.shape[0],), self.beta, dtype=y.dtype, device=y.device)
        w = per_sample(self.weight, y)
        self._power = w * blur.otf.abs() ** 2
        self._Y = blur.fft(y)
        self._data = w * blur.otf.conj() * self._Y
        self._parseval = 0.5 * parseval(blur.shape, y)
        # |D|^2 is computed from D itself, so that the two cannot disagree.
        point = torch.zeros_like(y[:1])
        point[..., 0, 0] = 1
        self._dd = torch.fft.rfft2(differences_adjoint(differences(point))).real
        self._inverse = self._invert(self.beta)
        self.y = y

    def _invert(self, beta: Weight) -> torch.Tensor:
        return 1 / (self._power + beta * self._dd)

    def _spectrum(self, g: torch.Tensor, beta: Weight | None = None) -> torch.Tensor:
        """rfft2 of x(g)."""
        b = self.beta if beta is None else beta
        b = per_sample(b, g) if torch.is_tensor(b) and b.dim() else b
        inverse = self._inverse if beta is None else self._invert(b)
        return (self._data + b * self.blur.fft(differences_adjoint(g))) * inverse

    def image(self, g: torch.Tensor, beta: Weight | None = None) -> torch.Tensor:
        """x(g), the linear layer from grad_x f_ex = 0: (batch, 2, height, width) -> (batch, 1, height, width)."""
        return self.blur.ifft(self._spectrum(g, beta))

    def value_and_grad(self, g: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """1/2 f_ex(g), (batch,), and beta (g - D x(g)), of the shape of g; takes two Fourier transforms."""
        X = self._spectrum(g)
        R = self.blur.otf * X - self._Y
        misfit = g - differences(self.blur.ifft(X))
        data = (self._parseval * (R.real**2 + R.imag**2)).flatten(1).sum(1)
        return self.weight * data + self.beta / 2 * misfit.flatten(1).square().sum(1), self.beta * misfit

    def value(self, g: torch.Tensor) -> torch.Tensor:
        """1/2 f_ex(g) of every sample, (batch,)."""
        return self.value_and_grad(g)[0]

    def grad(self, g: torch.Tensor) -> torch.Tensor:
        """The gradient of 1/2 f_ex, of the shape of g."""
        return self.beta * (g - differences(self.image(g)))

    def prox(self, z: torch.Tensor, weight: Weight) -> torch.Tensor:
        """argmin_g 1/2 f_ex(g) + weight/2 ||g - z||^2: the same linear layer with a different beta.

        Eliminating g = (beta D x + weight z) / (beta + weight) leaves the x of (16) with beta weight / (beta +
        weight) in place of beta and z in place of g.
        """
        c = torch.as_tensor(weight, dtype=z.dtype, device=z.device)
        x = self.image(z, beta=self.beta * c / (self.beta + c))
        c = per_sample(c, z)
        return (self.beta * differences(x) + c * z) / (self.beta + c)
