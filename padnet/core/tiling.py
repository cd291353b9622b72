"""A periodic neighbourhood operation on pictures of any size, in strips where memory would be short."""

from collections.abc import Callable

import torch
import torch.nn.functional as F

STRIP = 2**19  # pixels that are computed at once when no derivative is needed


def rows_at_once(height: int, width: int, halo: int) -> int:
    """How many rows of a picture are computed at once: all where a derivative needs them in memory."""
    return height if torch.is_grad_enabled() else min(height, max(1, STRIP // (width + 2 * halo)))


def periodically(inner: Callable[[torch.Tensor], torch.Tensor], v: torch.Tensor, halo: int) -> torch.Tensor:
    """``inner`` on the picture wrapped around by ``halo`` pixels a side, which it eats.

    v: (batch, channels, height, width), at least halo pixels a side. inner: (..., h, w) ->
    (..., h - 2 halo, w - 2 halo), each pixel from its own neighbourhood. The strips change no value.
    """
    height, width = v.shape[-2:]
    wide = F.pad(v, (halo,) * 4, mode="circular")
    rows = rows_at_once(height, width, halo)
    if rows == height:
        return inner(wide)
    # The features of one strip at a time are in memory.
    strips = [wide[:, :, top : min(top + rows, height) + 2 * halo] for top in range(0, height, rows)]
    return torch.cat([inner(strip) for strip in strips], dim=2)
