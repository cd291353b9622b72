"""Periodic neighbourhood operations on images of any size, in strips to limit memory."""

from collections.abc import Callable

import torch
import torch.nn.functional as F

STRIP = 2**19  # pixels computed at once when no derivative is needed


def rows_at_once(height: int, width: int, halo: int) -> int:
    """The number of image rows to compute at once: all of them if a derivative needs them in memory."""
    return height if torch.is_grad_enabled() else min(height, max(1, STRIP // (width + 2 * halo)))


def periodically(inner: Callable[[torch.Tensor], torch.Tensor], v: torch.Tensor, halo: int) -> torch.Tensor:
    """Apply ``inner`` to the image padded periodically by ``halo`` pixels on each side.

    v: (batch, channels, height, width), at least halo pixels per side. inner: (..., h, w) -> (..., h - 2 halo, w - 2
    halo), where each pixel depends only on its neighbourhood. Splitting into strips does not change the result.
    """
    height, width = v.shape[-2:]
    wide = F.pad(v, (halo,) * 4, mode="circular")
    rows = rows_at_once(height, width, halo)
    if rows == height:
        return inner(wide)
    out = None
    for top in range(0, height, rows):
        part = inner(wide[:, :, top : min(top + rows, height) + 2 * halo])  # only one strip's features are in memory
        # The result is allocated once: small results kept between the large temporaries would fragment the heap.
        out = part.new_empty((*part.shape[:2], height, width)) if out is None else out
        out[:, :, top : top + part.shape[2]] = part
    assert out is not None  # height is at least 1
    return out
