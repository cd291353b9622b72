"""The convolutional unit G of the paper's image experiments: convolutions, ReLU, batch normalisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import torch
import torch.nn.functional as F
from torch import nn

from padnet.core.fidelity import per_sample
from padnet.core.powers import root
from padnet.core.tiling import periodically, rows_at_once
from padnet.errors import InputError

if TYPE_CHECKING:
    from padnet.core.protocols import Conditional


class ConvUnit(nn.Module):
    """G: 3x3 convolutions with ReLU between them, batch normalisation on all but the first and last.

    The paper names 7 layers for deconvolution and 17 for haze, neither width nor dilation.

    Args:
        channels: of the input and output.
        features: channels between the convolutions.
        dilations: one per layer, at least two layers; 1 is the plain convolution.
        scale: size of a typical output; the last layer's response is measured in it.
        conditioned: the unit sees a constant channel with a number per sample, its noise level.
        guides: channels of a picture that the unit sees beside its input and does not change.

    Attributes:
        halo: pixels a side that an output pixel depends on, the sum of the dilations.

    The last convolution starts at zero, so a new unit leaves its input as it is. The frame is
    periodic, as the blur is.

    Raises:
        InputError: for fewer than two layers, a dilation or features under 1, a scale that is not positive,
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
        if len(dilations) < 2 or min(dilations) < 1:
            raise InputError(f"a unit needs at least two layers with dilations of 1 or more, got {dilations}.")
        if features < 1 or not scale > 0:
            raise InputError(f"a unit needs at least one feature and a positive scale, got {features} and {scale}.")
        if guides < 0:
            raise InputError(f"a unit is guided by no channels or more, got {guides}.")
        self.scale, self.conditioned, self.guides, self.halo = scale, conditioned, guides, sum(dilations)
        widths = [channels + conditioned + guides, *[features] * (len(dilations) - 1), channels]
        self.convolutions = nn.ModuleList(
            # A bias before a normalisation would be subtracted again.
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
        """(batch, channels, height, width) -> the same shape.

        level: (batch,) where conditioned. guide: (batch, guides, height, width) where guided.
        """
        self._check(v, level, guide)
        height, width = v.shape[-2:]
        seen = v if guide is None else torch.cat([v, guide], dim=1)
        if self.guides and rows_at_once(height, width, self.halo) == height:
            # The wide halo of a guided unit would be most of the work: each layer is wrapped around by itself.
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
            raise InputError("a conditioned unit needs the noise level of every sample, another one takes none.")
        asked = (v.shape[0], self.guides, height, width) if self.guides else None
        if asked != (None if guide is None else tuple(guide.shape)):
            found = "none" if guide is None else f"one of the shape {tuple(guide.shape)}"
            raise InputError(
                f"a unit with {self.guides} guides was given {found}: the guide has the picture's own size."
            )

    def inner(self, v: torch.Tensor, level: torch.Tensor | None = None, wrapped: bool = False) -> torch.Tensor:
        """G where its whole neighbourhood is given, ``halo`` pixels a side less than ``v``.

        v: (batch, channels + guides, height, width). wrapped: v is a whole period instead, whose size is kept.
        """
        z = v if level is None else torch.cat([v, per_sample(level, v).expand_as(v[:, :1])], dim=1)
        inplace = not torch.is_grad_enabled()  # saves time and memory where no derivative needs the values
        layers = self._layers()
        for i, convolution in enumerate(layers):
            if wrapped:
                z = F.pad(z, (convolution.dilation[0],) * 4, mode="circular")
            z = convolution(z)
            if i < len(layers) - 1:
                z = F.relu(self.norms[i - 1](z) if 0 < i and len(self.norms) else z, inplace=inplace)
        return self.scale * z

    @torch.no_grad()
    def fold(self) -> ConvUnit:
        """The same function for inference, its normalisations worked into the convolutions; in place."""
        norms = cast("list[nn.BatchNorm2d]", list(self.norms))  # none when folded before
        for norm, convolution in zip(norms, self._layers()[1:-1], strict=False):
            assert norm.running_mean is not None and norm.running_var is not None  # it tracks them
            factor = norm.weight / root(norm.running_var + norm.eps)
            convolution.weight.mul_(factor.reshape(-1, 1, 1, 1))
            bias = norm.bias - factor * norm.running_mean
            convolution.bias = nn.Parameter(bias, requires_grad=convolution.weight.requires_grad)
        self.norms = nn.ModuleList()
        return self.eval()


class NoiseConditioned:
    """A network for pictures of a known noise level: ``network(v, alpha)`` as every stage calls it.

    Args:
        network: of conditioned units. level: (batch,), what they are told of each sample.
    """

    def __init__(self, network: Conditional, level: torch.Tensor):
        self.network, self.level = network, level
        self.C_N, self.bound = network.C_N, network.bound

    def __call__(self, v: torch.Tensor, alpha: float) -> torch.Tensor:
        """N_alpha(v), of the shape of v."""
        return self.network(v, alpha, self.level)


class ImageGuided:
    """A network that sees a picture beside the variable: ``network(v, alpha)`` as every stage calls it.

    Args:
        network: of guided units. guide: (batch, guides, height, width), what they are shown, of the size of v.
    """

    def __init__(self, network: Conditional, guide: torch.Tensor):
        self.network, self.guide = network, guide
        self.C_N, self.bound = network.C_N, network.bound

    def __call__(self, v: torch.Tensor, alpha: float) -> torch.Tensor:
        """N_alpha(v), of the shape of v."""
        return self.network(v, alpha, guide=self.guide)
