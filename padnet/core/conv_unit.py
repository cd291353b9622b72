"""The convolutional unit G of the paper's image experiments: convolutions, ReLU, batch normalisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import torch
import torch.nn.functional as F
from torch import nn

from padnet.core.fidelity import per_sample
from padnet.core.periodic_padding import padded_periodically
from padnet.core.powers import root
from padnet.core.tiling import periodically, rows_at_once
from padnet.errors import InputError

if TYPE_CHECKING:
    from padnet.core.protocols import Conditional


class ConvUnit(nn.Module):
    """G: 3x3 convolutions with ReLU between them and batch normalisation on all but the first and last.

    The paper reports 7 layers for deconvolution and 17 for haze, but neither width nor dilation.

    Args:
        channels: number of input and output channels.
        features: number of channels between the convolutions.
        dilations: one per layer, at least two layers; 1 is the plain convolution.
        scale: size of a typical output, which scales the response of the last layer.
        conditioned: if True, the unit has an extra input channel that holds the noise level of the sample.
        guides: number of channels of a guide image that the unit takes as additional input.

    Attributes:
        halo: radius of the receptive field in pixels, the sum of the dilations.
        inner_dtype: of the layers between the first and the last, see padnet.core.mixed_precision.reduced_precision.

    The last convolution is initialised to zero, so a new unit is the identity. The boundary is periodic, as for the
    blur.

    Raises:
        InputError: for fewer than two layers, a dilation or number of features below 1, a scale that is not positive,
            or a negative number of guides.
    """

    def __init__(
        self,
        channels: int,
        features: int,
        dilations: list[int],
        scale: float,
        conditioned: bool = False,
        guides: int = 0,
    ):
        super().__init__()
        self.inner_dtype: torch.dtype | None = None
        if len(dilations) < 2 or min(dilations) < 1:
            raise InputError(f"a unit needs at least two layers with dilations of 1 or more, got {dilations}.")
        if features < 1 or not scale > 0:
            raise InputError(f"a unit needs at least one feature and a positive scale, got {features} and {scale}.")
        if guides < 0:
            raise InputError(f"guides, the number of guide channels, must be zero or more, got {guides}.")
        self.scale, self.conditioned, self.guides, self.halo = scale, conditioned, guides, sum(dilations)
        widths = [channels + conditioned + guides, *[features] * (len(dilations) - 1), channels]
        self.convolutions = nn.ModuleList(
            # No bias before a normalisation, which would subtract it.
            nn.Conv2d(a, b, 3, dilation=d, bias=i in (0, len(dilations) - 1))
            for i, (a, b, d) in enumerate(zip(widths[:-1], widths[1:], dilations, strict=True))
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(features) for _ in dilations[1:-1])
        *inner, last = self._layers()
        for convolution in inner:
            nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
        nn.init.zeros_(last.weight)
        if last.bias is not None:
            nn.init.zeros_(last.bias)

    def _layers(self) -> list[nn.Conv2d]:
        """The convolutions, in order."""
        return cast("list[nn.Conv2d]", list(self.convolutions))

    def forward(
        self, v: torch.Tensor, level: torch.Tensor | None = None, guide: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Apply the unit: (batch, channels, height, width) -> the same shape.

        level: (batch,), required if conditioned. guide: (batch, guides, height, width), required if guided.
        """
        self._check(v, level, guide)
        height, width = v.shape[-2:]
        seen = v if guide is None else torch.cat([v, guide], dim=1)
        if self.guides and rows_at_once(height, width, self.halo) == height:
            # A guided unit has a wide halo, whose computation would dominate: each layer pads periodically instead.
            return self.inner(seen, level, wrapped=True)
        return periodically(lambda wide: self.inner(wide, level), seen, self.halo)

    def _check(self, v: torch.Tensor, level: torch.Tensor | None, guide: torch.Tensor | None) -> None:
        height, width = v.shape[-2:]
        if min(height, width) < self.halo:
            raise InputError(
                f"a picture of {height}x{width} pixels is smaller than the {self.halo} a side that the unit looks "
                "around: put it into a larger frame."
            )
        if self.conditioned != (level is not None):
            raise InputError(
                "a conditioned unit needs the noise level of every sample; an unconditioned one takes no level."
            )
        asked = (v.shape[0], self.guides, height, width) if self.guides else None
        if asked != (None if guide is None else tuple(guide.shape)):
            found = "none" if guide is None else f"one of the shape {tuple(guide.shape)}"
            raise InputError(
                f"a unit with {self.guides} guides was given {found}: the guide has the picture's own size."
            )

    def inner(self, v: torch.Tensor, level: torch.Tensor | None = None, wrapped: bool = False) -> torch.Tensor:
        """Apply G to an image padded by ``halo`` pixels on each side; the output has the unpadded size.

        v: (batch, channels + guides, height, width). wrapped: v is one unpadded period instead, and its size is kept.
        """
        z = v if level is None else torch.cat([v, per_sample(level, v).expand_as(v[:, :1])], dim=1)
        inplace = not torch.is_grad_enabled()  # saves time and memory if no derivative needs the values
        layers = self._layers()
        z = z.contiguous(memory_format=torch.channels_last)  # convolutions are up to a third faster
        for i, convolution in enumerate(layers):
            if wrapped:
                z = padded_periodically(z, convolution.dilation[0])
            z = self._convolve(convolution, z, 0 < i < len(layers) - 1)
            if i < len(layers) - 1:
                z = F.relu(self.norms[i - 1](z) if 0 < i and len(self.norms) else z, inplace=inplace)
        return self.scale * z

    def _convolve(self, convolution: nn.Conv2d, z: torch.Tensor, inside: bool) -> torch.Tensor:
        if self.inner_dtype is None:
            return convolution(z)
        if not inside:
            return convolution(z.to(convolution.weight.dtype))
        with torch.autocast(z.device.type, self.inner_dtype):
            return convolution(z)

    @torch.no_grad()
    def fold(self) -> ConvUnit:
        """Fold the batch normalisations into the convolutions for inference; in place, same function."""
        norms = cast("list[nn.BatchNorm2d]", list(self.norms))  # empty if folded before
        for norm, convolution in zip(norms, self._layers()[1:-1], strict=False):
            assert norm.running_mean is not None and norm.running_var is not None  # it tracks them
            factor = norm.weight / root(norm.running_var + norm.eps)
            convolution.weight.mul_(factor.reshape(-1, 1, 1, 1))
            bias = norm.bias - factor * norm.running_mean
            convolution.bias = nn.Parameter(bias, requires_grad=convolution.weight.requires_grad)
        self.norms = nn.ModuleList()
        return self.eval()


class NoiseConditioned:
    """A network conditioned on a known noise level, with the stage interface ``network(v, alpha)``.

    Args:
        network: with conditioned units.
        level: (batch,), the noise level passed to the units.
    """

    def __init__(self, network: Conditional, level: torch.Tensor):
        self.network, self.level = network, level
        self.C_N, self.bound = network.C_N, network.bound

    def __call__(self, v: torch.Tensor, alpha: float) -> torch.Tensor:
        """N_alpha(v), of the shape of v."""
        return self.network(v, alpha, self.level)


class ImageGuided:
    """A network with a guide image as additional input, with the stage interface ``network(v, alpha)``.

    Args:
        network: with guided units.
        guide: (batch, guides, height, width), of the same height and width as v.
    """

    def __init__(self, network: Conditional, guide: torch.Tensor):
        self.network, self.guide = network, guide
        self.C_N, self.bound = network.C_N, network.bound

    def __call__(self, v: torch.Tensor, alpha: float) -> torch.Tensor:
        """N_alpha(v), of the shape of v."""
        return self.network(v, alpha, guide=self.guide)
