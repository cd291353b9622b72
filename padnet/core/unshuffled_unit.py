"""The convolutional unit on a pixel-unshuffled image, with its output scaled by the given noise level."""

import torch
import torch.nn.functional as F
from torch import nn

from padnet.core.conv_unit import ConvUnit
from padnet.core.fidelity import per_sample
from padnet.errors import InputError


class UnshuffledUnit(nn.Module):
    """G: a ConvUnit on the pixel-unshuffled image, whose phases are channels of reduced size.

    FFDNet (Zhang et al. 2018) uses the same layout. At equal run time the convolutions have more channels and a
    larger receptive field.

    Args:
        factor: the downscaling factor; 1 leaves the image as it is.
        features, dilations, scale: of the ConvUnit.
        step: alpha of the stage, which is the unit of the noise level input: units of all stages receive the same
            number for the same noise level, so that a stage can be initialised from another.

    Attributes:
        halo: radius of the receptive field in pixels.

    The boundary is periodic, as for the blur; if a side is not a multiple of factor, its first rows are appended
    after the last ones.

    Raises:
        InputError: for a factor below 1, a step that is not positive, or arguments that ConvUnit rejects.
    """

    def __init__(self, factor: int, features: int, dilations: list[int], scale: float, step: float):
        super().__init__()
        if factor < 1 or not step > 0:
            raise InputError(f"a unit needs a factor of at least 1 and a positive step, got {factor} and {step}.")
        self.factor, self.offset = factor, float(torch.tensor(step).log2())
        self.unit = ConvUnit(factor**2, features, dilations, scale, conditioned=True)
        self.halo = factor * self.unit.halo

    def forward(self, v: torch.Tensor, level: torch.Tensor) -> torch.Tensor:
        """Apply the unit: (batch, 1, height, width) -> the same shape.

        level: (batch,), log2 of the noise level of v relative to the typical level of the stage. The output is
        2^level times the output of the ConvUnit.
        """
        height, width = v.shape[-2:]
        whole = F.pad(v, (0, -width % self.factor, 0, -height % self.factor), mode="circular")
        z = F.pixel_shuffle(self.unit(F.pixel_unshuffle(whole, self.factor), level + self.offset), self.factor)
        return per_sample(2**level, v) * z[..., :height, :width]

    def fold(self) -> "UnshuffledUnit":
        """Fold the batch normalisations for inference, see ConvUnit; in place, same function."""
        self.unit.fold()
        return self.eval()
