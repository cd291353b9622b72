"""The convolutional unit G of the paper's image experiments: convolutions, ReLU, batch normalisation."""

import torch
import torch.nn.functional as F
from torch import nn

from padnet.core.fidelity import per_sample
from padnet.errors import InputError

STRIP = 2**19  # pixels that are computed at once when no derivative is needed


class ConvUnit(nn.Module):
    """G: 3x3 convolutions with ReLU between them, batch normalisation on all but the first and last.

    The paper names 7 layers for deconvolution and 17 for haze, neither width nor dilation.

    Args:
        channels: of the input and output.
        features: channels between the convolutions.
        dilations: one per layer, at least two layers; 1 is the plain convolution.
        scale: size of a typical output; the last layer's response is measured in it.
        conditioned: the unit sees a constant channel with a number per sample, its noise level.

    Attributes:
        halo: pixels a side that an output pixel depends on, the sum of the dilations.

    The last convolution starts at zero, so a new unit leaves its input as it is. The frame is
    periodic, as the blur is.

    Raises:
        InputError: for fewer than two layers, a dilation or features under 1, or a scale that is not positive.
    """

    def __init__(self, channels: int, features: int, dilations: list[int], scale: float, conditioned: bool = False):
        super().__init__()
        if len(dilations) < 2 or min(dilations) < 1:
            raise InputError(f"a unit needs at least two layers with dilations of 1 or more, got {dilations}.")
        if features < 1 or not scale > 0:
            raise InputError(f"a unit needs at least one feature and a positive scale, got {features} and {scale}.")
        self.scale, self.conditioned, self.halo = scale, conditioned, sum(dilations)
        widths = [channels + conditioned, *[features] * (len(dilations) - 1), channels]
        self.convolutions = nn.ModuleList(
            # A bias before a normalisation would be subtracted again.
            nn.Conv2d(a, b, 3, dilation=d, bias=i in (0, len(dilations) - 1))
            for i, (a, b, d) in enumerate(zip(widths[:-1], widths[1:], dilations, strict=True))
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(features) for _ in dilations[1:-1])
        for convolution in self.convolutions[:-1]:
            nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
        nn.init.zeros_(self.convolutions[-1].weight)
        nn.init.zeros_(self.convolutions[-1].bias)

    def forward(self, v: torch.Tensor, level: torch.Tensor | None = None) -> torch.Tensor:
        """(batch, channels, height, width) -> the same shape; ``level`` is (batch,) where conditioned."""
        height, width = v.shape[-2:]
        if min(height, width) < self.halo:
            raise InputError(
                f"a picture of {height}x{width} pixels is smaller than the {self.halo} a side that the unit looks "
                "around: put it into a larger frame."
            )
        # Wrapped around once for all layers; each then eats its share of the halo.
        wide = F.pad(v, (self.halo,) * 4, mode="circular")
        rows = max(1, STRIP // (width + 2 * self.halo))
        if torch.is_grad_enabled() or height <= rows:
            return self.inner(wide, level)
        # A large picture in strips: the features of one strip at a time are in memory.
        strips = [wide[:, :, top : min(top + rows, height) + 2 * self.halo] for top in range(0, height, rows)]
        return torch.cat([self.inner(strip, level) for strip in strips], dim=2)

    def inner(self, v: torch.Tensor, level: torch.Tensor | None = None) -> torch.Tensor:
        """G where its whole neighbourhood is given: ``halo`` pixels a side less than ``v``."""
        if self.conditioned != (level is not None):
            raise InputError("a conditioned unit needs the noise level of every sample, another one takes none.")
        z = v if level is None else torch.cat([v, per_sample(level, v).expand_as(v[:, :1])], dim=1)
        inplace = not torch.is_grad_enabled()  # saves time and memory where no derivative needs the values
        z = F.relu(self.convolutions[0](z), inplace=inplace)
        for i, convolution in enumerate(self.convolutions[1:-1]):
            z = convolution(z)
            z = F.relu(self.norms[i](z) if len(self.norms) else z, inplace=inplace)
        return self.scale * self.convolutions[-1](z)

    @torch.no_grad()
    def fold(self) -> "ConvUnit":
        """The same function for inference, its normalisations worked into the convolutions; in place."""
        for norm, convolution in zip(self.norms, self.convolutions[1:-1], strict=False):  # none when folded before
            factor = norm.weight / (norm.running_var + norm.eps).sqrt()
            convolution.weight.mul_(factor.reshape(-1, 1, 1, 1))
            bias = norm.bias - factor * norm.running_mean
            convolution.bias = nn.Parameter(bias, requires_grad=convolution.weight.requires_grad)
        self.norms = nn.ModuleList()
        return self.eval()


class AtLevel:
    """A network for pictures of a known noise level: ``network(v, alpha)`` as every stage calls it.

    Args:
        network: of conditioned units. level: (batch,), what they are told of each sample.
    """

    def __init__(self, network, level: torch.Tensor):
        self.network, self.level = network, level
        self.C_N, self.bound = network.C_N, network.bound

    def __call__(self, v: torch.Tensor, alpha: float) -> torch.Tensor:
        """N_alpha(v), of the shape of v."""
        return self.network(v, alpha, self.level)
