"""The training score of the learned methods."""

import torch

from padnet.imaging.batch import Fields
from padnet.imaging.boundary import crop_scored


def decibels(x: torch.Tensor, fields: Fields) -> torch.Tensor:
    """PSNR in dB of images in frames, (n, 1, H, W), over the scored pixels: (n,), differentiable."""
    size = fields.x.shape[-2:]
    misfit = crop_scored(x, size, fields.crop) - crop_scored(fields.x, size, fields.crop)
    return -10 * misfit.square().mean(dim=(1, 2, 3)).log10()
