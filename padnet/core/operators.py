"""Linear operators with exact adjoints: periodic blur and finite differences."""

from collections.abc import Sequence

import torch

from padnet.core.validation import check_image, check_kernel
from padnet.errors import InputError


class Blur:
    """x -> x ⊗ k, periodic convolution, one kernel per sample, applied to every channel.

    Args:
        k: kernels, (m, n), (batch, m, n) or (batch, 1, m, n); normalised to sum 1. The centre is the pixel (m // 2, n
            // 2).
        shape: (height, width) of the images.

    Attributes:
        otf: (batch or 1, 1, height, width // 2 + 1) complex; the transfer function for ``rfft2``.
        norm: (batch or 1,) the spectral norm max |otf|, exact.

    Raises:
        InputError: for a kernel that is not finite, empty, larger than ``shape``, or whose sum is not positive.
    """

    def __init__(self, k: torch.Tensor, shape: Sequence[int]):
        k = check_kernel(k, shape)
        m, n = k.shape[-2:]
        padded = k.new_zeros(k.shape[0], 1, *shape)
        padded[..., :m, :n] = k
        # Move the kernel centre to pixel (0, 0), so that blurring does not shift the image.
        padded = padded.roll((-(m // 2), -(n // 2)), dims=(-2, -1))
        self.shape = (shape[0], shape[1])
        self.otf = torch.fft.rfft2(padded)
        self.norm = self.otf.abs().amax(dim=(-3, -2, -1))

    def fft(self, x: torch.Tensor) -> torch.Tensor:
        """rfft2 of ``x``, after a check of its shape; values are not checked, because iterates may be NaN."""
        if not isinstance(x, torch.Tensor) or x.dim() != 4 or x.dtype not in (torch.float32, torch.float64):
            what = f"{x.dtype} {tuple(x.shape)}" if isinstance(x, torch.Tensor) else type(x).__name__
            raise InputError(f"a Blur takes float tensors (batch, channel, height, width), got {what}.")
        if tuple(x.shape[-2:]) != self.shape:
            raise InputError(
                f"this Blur was made for images of {self.shape[0]}x{self.shape[1]} pixels, "
                f"got {x.shape[-2]}x{x.shape[-1]}."
            )
        if self.otf.shape[0] not in (1, x.shape[0]):
            raise InputError(
                f"{self.otf.shape[0]} kernels do not fit a batch of {x.shape[0]} images: "
                "give one kernel, or one per image."
            )
        return torch.fft.rfft2(x)

    def ifft(self, X: torch.Tensor) -> torch.Tensor:
        # `s` is required: without it an odd width would lose one pixel.
        return torch.fft.irfft2(X, s=self.shape)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """x ⊗ k for x of (batch, channel, height, width)."""
        return self.ifft(self.otf * self.fft(x))

    def adjoint(self, y: torch.Tensor) -> torch.Tensor:
        """The transpose: correlation with k."""
        return self.ifft(self.otf.conj() * self.fft(y))


def differences(x: torch.Tensor) -> torch.Tensor:
    """Gradient without input checks, for use inside an iteration."""
    return torch.cat([x.roll(-1, dims=-1) - x, x.roll(-1, dims=-2) - x], dim=1)


def differences_adjoint(g: torch.Tensor) -> torch.Tensor:
    """Gradient.adjoint without input checks: minus the divergence."""
    h, v = g[:, :1], g[:, 1:]
    return (h.roll(1, dims=-1) - h) + (v.roll(1, dims=-2) - v)


class Gradient:
    """D: forward differences, periodic. One channel becomes two: along the width, then the height."""

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, 1, height, width) -> (batch, 2, height, width)."""
        if check_image(x).shape[1] != 1:
            raise InputError(f"Gradient takes one channel, got {x.shape[1]}: apply it channel by channel.")
        return differences(x)

    def adjoint(self, g: torch.Tensor) -> torch.Tensor:
        """(batch, 2, height, width) -> (batch, 1, height, width): minus the divergence."""
        if check_image(g, "gradient field").shape[1] != 2:
            raise InputError(f"a gradient field has two channels, got {g.shape[1]}.")
        return differences_adjoint(g)
