"""Fidelities f: value, gradient, Lipschitz constant of the gradient, proximal operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from padnet.core.operators import Blur
from padnet.core.validation import check_observation

if TYPE_CHECKING:
    from padnet.core.protocols import Weight


def per_sample(x: Weight, like: torch.Tensor) -> torch.Tensor:
    """Reshape one number per sample, (batch,), to (batch, 1, 1, 1) for broadcasting over images."""
    return torch.as_tensor(x, dtype=like.dtype, device=like.device).reshape(-1, 1, 1, 1)


def norm(x: torch.Tensor) -> torch.Tensor:
    """||x|| of every sample: (batch, channel, height, width) -> (batch,)."""
    return x.flatten(1).norm(dim=1)


def parseval(shape: tuple[int, int], like: torch.Tensor) -> torch.Tensor:
    """Weights (width // 2 + 1,) for which the weighted squares of the half spectrum of ``rfft2`` sum to those of the
    image.
    """
    height, width = shape
    count = torch.full((width // 2 + 1,), 2.0, dtype=like.dtype, device=like.device)
    count[0] = 1  # the inner columns count twice
    if width % 2 == 0:
        count[-1] = 1
    return count / (height * width)


class LeastSquares:
    """f(x) = 1/2 ||x ⊗ k - y||^2, equation (14), one kernel per sample.

    Args:
        blur: the operator x -> x ⊗ k.
        y: (batch, channel, height, width), the observation; in the gradient domain it is D(y).

    Attributes:
        lipschitz: (batch,) ||k||^2, the Lipschitz constant of grad f.
    """

    def __init__(self, blur: Blur, y: torch.Tensor):
        self.blur = blur
        self.y = check_observation(y)
        self.lipschitz = (blur.norm**2).expand(y.shape[0])
        self._Y = blur.fft(y)
        self._power = blur.otf.abs() ** 2
        self._data = blur.otf.conj() * self._Y
        self._parseval = 0.5 * parseval(blur.shape, y)

    def value_and_grad(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """f(x), (batch,), and K^T (K x - y), of the shape of x; takes two Fourier transforms."""
        R = self.blur.otf * self.blur.fft(x) - self._Y
        value = (self._parseval * (R.real**2 + R.imag**2)).flatten(1).sum(dim=1)
        return value, self.blur.ifft(self.blur.otf.conj() * R)

    def value(self, x: torch.Tensor) -> torch.Tensor:
        """f(x) of every sample, (batch,)."""
        return self.value_and_grad(x)[0]

    def grad(self, x: torch.Tensor) -> torch.Tensor:
        """The gradient K^T (K x - y), of the shape of x."""
        return self.blur.ifft(self.blur.otf.conj() * (self.blur.otf * self.blur.fft(x) - self._Y))

    def prox(self, z: torch.Tensor, weight: Weight) -> torch.Tensor:
        """argmin_u f(u) + weight/2 ||u - z||^2, closed form in the Fourier domain.

        ``weight`` is a positive number or a tensor of one per sample, (batch,).
        """
        w = per_sample(weight, z)
        return self.blur.ifft((self._data + w * self.blur.fft(z)) / (self._power + w))


class QuadraticFidelity:
    """f(t) = 1/2 ||t - t~||^2 of (18): the squared distance to a guidance.

    Args:
        guidance: t~, (batch, channel, height, width).

    Attributes:
        lipschitz: (batch,) 1.

    Raises:
        InputError: if the guidance is not a valid image tensor.
    """

    def __init__(self, guidance: torch.Tensor):
        self.guidance = check_observation(guidance, "guidance")
        self.lipschitz = torch.ones(len(guidance), dtype=guidance.dtype, device=guidance.device)

    def value_and_grad(self, t: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """f(t), (batch,), and its gradient t - t~, of the shape of t."""
        apart = t - self.guidance
        return 0.5 * apart.flatten(1).square().sum(dim=1), apart

    def value(self, t: torch.Tensor) -> torch.Tensor:
        """f(t) of every sample, (batch,)."""
        return self.value_and_grad(t)[0]

    def grad(self, t: torch.Tensor) -> torch.Tensor:
        """The gradient t - t~, of the shape of t."""
        return t - self.guidance

    def prox(self, z: torch.Tensor, weight: Weight) -> torch.Tensor:
        """argmin_u f(u) + weight/2 ||u - z||^2, the mean (t~ + weight z) / (1 + weight).

        ``weight`` is a positive number or a tensor of one per sample, (batch,).
        """
        w = per_sample(weight, z)
        return (self.guidance + w * z) / (1 + w)
