"""Fidelities f: value, gradient, Lipschitz constant of the gradient, proximal operator."""

import torch

from padnet.core.checks import check_image
from padnet.core.operators import Blur


def per_sample(x: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """A number per sample, (batch,), as (batch, 1, 1, 1) so that it multiplies an image."""
    return torch.as_tensor(x, dtype=like.dtype, device=like.device).reshape(-1, 1, 1, 1)


def norm(x: torch.Tensor) -> torch.Tensor:
    """||x|| of every sample, (batch, channel, height, width) -> (batch,)."""
    return x.flatten(1).norm(dim=1)


class LeastSquares:
    """f(x) = 1/2 ||x ⊗ k - y||^2, equation (14), one kernel per sample.

    Args:
        blur: the operator x -> x ⊗ k.
        y: (batch, channel, height, width), the observation; on the gradient domain it is D(y).

    Attributes:
        lipschitz: (batch,) ||k||^2, the Lipschitz constant of grad f.
    """

    def __init__(self, blur: Blur, y: torch.Tensor):
        self.blur = blur
        self.y = check_image(y, "observation")
        self.lipschitz = (blur.norm**2).expand(y.shape[0])
        self._power = blur.otf.abs() ** 2
        self._data = blur.otf.conj() * blur.fft(y)

    def value(self, x: torch.Tensor) -> torch.Tensor:
        """f(x) of every sample, (batch,)."""
        return 0.5 * (self.blur(x) - self.y).flatten(1).square().sum(dim=1)

    def grad(self, x: torch.Tensor) -> torch.Tensor:
        """The gradient K^T (K x - y), of the shape of x."""
        return self.blur.ifft(self._power * self.blur.fft(x) - self._data)

    def prox(self, z: torch.Tensor, weight) -> torch.Tensor:
        """argmin_u f(u) + weight/2 ||u - z||^2, closed form in the Fourier domain.

        ``weight`` is a positive number or a tensor of one per sample, (batch,).
        """
        w = per_sample(weight, z)
        return self.blur.ifft((self._data + w * self.blur.fft(z)) / (self._power + w))
