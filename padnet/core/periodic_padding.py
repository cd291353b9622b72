"""Periodic padding with a derivative that costs no more than the padding."""

from typing import Any

import torch
import torch.nn.functional as F

__all__ = ["padded_periodically"]


def padded_periodically(z: torch.Tensor, width: int) -> torch.Tensor:
    """One period of an image, (n, c, h, w), continued on each side: -> (n, c, h + 2 width, w + 2 width).

    width: in pixels, at most each side. The values are those of torch.nn.functional.pad, whose derivative fills an
    image with zeros for every edge and takes a third of the time of a training step of guided units.
    """
    return _Periodic.apply(z, width)


class _Periodic(torch.autograd.Function):
    """Values of a periodic extension; the derivative adds each border to the pixels that it repeats."""

    @staticmethod
    def forward(ctx: Any, z: torch.Tensor, width: int) -> torch.Tensor:
        ctx.width = width
        return F.pad(z, (width,) * 4, mode="circular")

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, g: torch.Tensor) -> tuple[torch.Tensor, None]:
        d = ctx.width
        if d == 0:
            return g, None
        rows = g[:, :, d:-d].clone(memory_format=torch.preserve_format)
        rows[:, :, -d:] += g[:, :, :d]
        rows[:, :, :d] += g[:, :, -d:]
        columns = rows[..., d:-d].contiguous(memory_format=torch.channels_last)
        columns[..., -d:] += rows[..., :d]
        columns[..., :d] += rows[..., -d:]
        return columns, None
