"""A unit of two convolutions with radial basis functions, initialised as a shrinkage of cosine coefficients."""

import torch
import torch.nn.functional as F
from torch import nn

from padnet.core.rbf import MOST, RBF
from padnet.core.tiling import periodically
from padnet.errors import InputError

GAIN = 10  # scales the effect of optimiser steps: these few weights may take larger steps than those of a deep unit
WIDTH = 0.3  # of the initial shrinkage, in units of reach


def cosine_basis(size: int) -> torch.Tensor:
    """The orthonormal two-dimensional cosine basis without the constant: (size^2 - 1, size, size)."""
    i = torch.arange(size, dtype=torch.float64)
    rows = torch.cos(torch.pi * i[:, None] * (i + 0.5) / size)
    rows = rows / rows.norm(dim=1, keepdim=True)
    return torch.einsum("ai,bj->abij", rows, rows).reshape(size**2, size, size)[1:].float()


class ShrinkageUnit(nn.Module):
    """G(v) = gain sum_i b_i^T phi_i(f_i v): the form of the paper's unit for Table 1, applied to images.

    The filters f_i and b_i are linear combinations of the cosine basis without the constant, so G ignores the mean. A
    new unit is a shrinkage: v - G(v) / gain removes small responses and keeps large ones (Donoho 1995; the
    initialisation of Schmidt and Roth's fields, CVPR 2014).

    Args:
        channels: of the input and output, each processed in the same way.
        size: side of the filters, odd, at least 3; there are size^2 - 1 of them.
        centres: number of radial basis functions, odd, 9 to 17.
        reach: the response at the outermost centre. Weights are in units of it, so that a unit with another reach can
            be initialised from them.
        gain: of the output, 1 / alpha if the network's step is alpha.

    Attributes:
        halo: radius of the receptive field in pixels.

    The boundary is periodic, as for the blur.

    Raises:
        InputError: for an invalid size or number of centres, or a reach or gain that is not positive.
    """

    def __init__(self, channels: int, size: int, centres: int, reach: float, gain: float):
        super().__init__()
        if size < 3 or size % 2 == 0:
            raise InputError(f"size, the side of the filters, must be odd and at least 3, got {size}.")
        if not (reach > 0 and gain > 0):
            raise InputError(f"a shrinkage needs a positive reach and gain, got {reach} and {gain}.")
        if not (9 <= centres <= MOST and centres % 2):
            raise InputError(f"centres of a shrinkage must be odd and from 9 to {MOST}, got {centres}.")
        count, self.channels, self.reach, self.gain = size**2 - 1, channels, reach, gain
        self.halo = 2 * (size // 2)
        self.register_buffer("basis", cosine_basis(size), persistent=False)
        self.first = nn.Parameter(torch.eye(count) / GAIN)
        # With a periodic boundary every coefficient occurs size^2 times, once per position in the filter.
        self.second = nn.Parameter(torch.eye(count) / (GAIN * size**2))
        self.rbf = RBF(count, centres)
        # phi(z) = z exp(-(z / width)^2 / 2): the basis smooths what the weights describe, so they use a smaller
        # width.
        sharp = WIDTH**2 - (2 / (centres - 1)) ** 2
        m = torch.linspace(-1, 1, centres)
        with torch.no_grad():
            self.rbf.weight.mul_((WIDTH**2 / sharp) ** 1.5 * torch.exp(-0.5 * m**2 / sharp) / GAIN)

    def _filters(self, mix: torch.Tensor) -> torch.Tensor:
        """(count, 1, size, size), each of mean zero."""
        return torch.einsum("ij,jab->iab", GAIN * mix, self.basis)[:, None]

    def forward(self, v: torch.Tensor, level: torch.Tensor | None = None) -> torch.Tensor:
        """(batch, channels, height, width) -> the same shape.

        ``level`` is ignored: it exists for the interface of other units. Here the weight of the data term accounts
        for the noise.
        """
        if v.shape[1] != self.channels or min(v.shape[-2:]) < self.halo:
            raise InputError(
                f"a shrinkage of {self.channels} channels needs pictures of at least {self.halo} pixels a side, "
                f"not {tuple(v.shape)}."
            )
        return periodically(self.inner, v, self.halo)

    def inner(self, v: torch.Tensor) -> torch.Tensor:
        """Apply G to an image padded by ``halo`` pixels on each side; the output has the unpadded size."""
        z = F.conv2d(v.flatten(0, 1)[:, None], self._filters(self.first))
        z = self.reach * GAIN * self.rbf(z / self.reach)
        # The adjoint of the correlation: flipped filters, from count channels to one.
        back = self._filters(self.second).flip(-2, -1).transpose(0, 1)
        return self.gain * F.conv2d(z, back).reshape(*v.shape[:2], *(n - 2 * self.halo for n in v.shape[-2:]))

    def fold(self) -> "ShrinkageUnit":
        """Return the unit itself: there is no normalisation to fold."""
        return self.eval()
