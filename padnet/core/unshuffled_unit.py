"""The unit of convolutions on a pixel-unshuffled picture, which measures its output in the noise that it is told."""

import torch
import torch.nn.functional as F
from torch import nn

from padnet.core.conv_unit import ConvUnit
from padnet.core.fidelity import per_sample
from padnet.errors import InputError


class UnshuffledUnit(nn.Module):
    """G: a ConvUnit on the phases of a picture, each a channel at a fraction of the size.

    So does FFDNet (Zhang et al. 2018). Convolutions of the same time have more channels there, and see farther.

    Args:
        factor: the fraction of the size is 1 / factor; 1 leaves the picture as it is.
        features, dilations, scale: of the ConvUnit.
        step: alpha of the stage, in which the level that a unit is told is measured: units of all stages that see
            noise of one level are shown one number, so that a stage can begin with what another has learned.

    Attributes:
        halo: pixels a side that an output pixel depends on.

    The frame is periodic, as the blur is; where a side is no multiple of factor, its first rows are repeated behind
    the last ones.

    Raises:
        InputError: for a factor under 1, a step that is not positive, or what ConvUnit refuses.
    """

    def __init__(self, factor: int, features: int, dilations: list[int], scale: float, step: float):
        super().__init__()
        if factor < 1 or not step > 0:
            raise InputError(f"a unit needs a factor of at least 1 and a positive step, got {factor} and {step}.")
        self.factor, self.offset = factor, float(torch.tensor(step).log2())
        self.unit = ConvUnit(factor**2, features, dilations, scale, conditioned=True)
        self.halo = factor * self.unit.halo

    def forward(self, v: torch.Tensor, level: torch.Tensor) -> torch.Tensor:
        """(batch, 1, height, width) -> the same shape.

        level: (batch,), the logarithm to base 2 of the noise of v over what is usual for the stage. The output is
        2^level times what the ConvUnit gives.
        """
        height, width = v.shape[-2:]
        whole = F.pad(v, (0, -width % self.factor, 0, -height % self.factor), mode="circular")
        z = F.pixel_shuffle(self.unit(F.pixel_unshuffle(whole, self.factor), level + self.offset), self.factor)
        return per_sample(2**level, v) * z[..., :height, :width]

    def fold(self) -> "UnshuffledUnit":
        """The same function for inference, see ConvUnit; in place."""
        self.unit.fold()
        return self.eval()
