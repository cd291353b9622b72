"""Working resolution of the haze networks: downsampling, padding, and edge-aware upsampling of t.

Haze estimation needs a large neighbourhood, and a transmission is smooth except at image edges. The networks
therefore process a downsampled image, and the guided filter upsamples the transmission to full size.
"""

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F

from padnet.errors import InputError
from padnet.haze.filters import box_mean

__all__ = ["Place", "brought_up", "factor_of", "mirrored", "reduced"]

STRIP = 2**20  # pixels of a large image that are processed at once


def factor_of(size: Sequence[int], least: int, side: int) -> int:
    """The downscaling factor: at least `least`, and larger if the longer side would otherwise exceed `side`."""
    return max(least, math.ceil(max(size) / side))


def reduced(x: torch.Tensor, factor: int) -> torch.Tensor:
    """Means over blocks of `factor` x `factor` pixels, (n, c, h, w) -> (n, c, ceil(h/factor), ceil(w/factor)).

    The last blocks of a row or column may be smaller.
    """
    return x if factor == 1 else F.avg_pool2d(x, factor, ceil_mode=True)


class Place:
    """The position of an image in its frame; calling it cuts the image out."""

    def __init__(self, size: tuple[int, int], margins: tuple[int, int]):
        self.inside = (..., *(slice(m, m + n) for n, m in zip(size, margins, strict=True)))

    def __call__(self, frame: torch.Tensor) -> torch.Tensor:
        """(n, c, H, W) -> (n, c, h, w)."""
        return frame[self.inside]


def mirrored(x: torch.Tensor, margin: int, least: int = 1) -> tuple[torch.Tensor, Place]:
    """Pad the image by repeated mirroring with at least `margin` pixels on each side.

    x: (n, c, h, w). least: minimum side length of the frame.
    Returns (frame, place).
    """
    margins = tuple(max(margin, math.ceil((least - n) / 2)) for n in x.shape[-2:])
    for dim, m in zip((-2, -1), margins, strict=True):
        n = x.shape[dim]
        i = torch.arange(-m, n + m, device=x.device) % (2 * n)
        x = x.index_select(dim, torch.where(i < n, i, 2 * n - 1 - i))
    return x, Place((x.shape[-2] - 2 * margins[0], x.shape[-1] - 2 * margins[1]), margins)


def brought_up(
    t: torch.Tensor, small: torch.Tensor, I: torch.Tensor, factor: int, radius: int, eps: float
) -> torch.Tensor:
    """Upsample t to the size of I, as a locally linear function of the image colours.

    K. He, J. Sun, "Fast guided filter", arXiv:1505.00996, 2015: the fits are computed at the working resolution and
    their coefficients are interpolated, so no window is large.

    Args:
        t: (n, 1, h, w) at the working resolution.
        small: (n, 3, h, w), the image at that resolution, reduced(I, factor).
        I: (n, 3, H, W).
        factor: the downscaling factor.
        radius: of the windows in working pixels, at least 1. eps: ridge parameter, in units of the image squared.

    Returns:
        (n, 1, H, W) in [0, 1].

    Raises:
        InputError: for a radius below 1 or an eps that is not positive.
    """
    if radius < 1 or not eps > 0:
        raise InputError(f"the guided filter needs a radius of at least 1 and a positive eps, got {radius} and {eps}.")
    mean_I, mean_t = box_mean(small, radius), box_mean(t, radius)
    pairs = [(i, j) for i in range(3) for j in range(i, 3)]
    products = torch.cat([small[:, i : i + 1] * small[:, j : j + 1] for i, j in pairs] + [small * t], dim=1)
    moments = box_mean(products, radius)
    S = torch.empty(*t.shape[:1], *t.shape[2:], 3, 3, dtype=t.dtype, device=t.device)
    for k, (i, j) in enumerate(pairs):
        S[..., i, j] = S[..., j, i] = moments[:, k] - mean_I[:, i] * mean_I[:, j]
    S = S + eps * torch.eye(3, dtype=t.dtype, device=t.device)
    covariance = (moments[:, 6:] - mean_I * mean_t).movedim(1, -1)
    a = torch.linalg.solve(S, covariance).movedim(-1, 1)
    b = mean_t - (a * mean_I).sum(dim=1, keepdim=True)
    fit = box_mean(torch.cat([a, b], dim=1), radius)
    H, W = I.shape[-2:]
    found = []
    rows = max(1, STRIP // W)
    for top in range(0, H, rows):
        # One strip at a time: the four interpolated coefficients of a large image would be its largest arrays.
        part = _interpolated(fit, factor, top, min(top + rows, H), W)
        found.append((part[:, :3] * I[..., top : top + rows, :]).sum(dim=1, keepdim=True) + part[:, 3:])
    return torch.cat(found, dim=2).clamp(0, 1)


def _interpolated(x, factor, top, bottom, width):
    """Rows `top` to `bottom` of x after bilinear upsampling, where pixels of x are block means."""
    if factor == 1:
        return x[:, :, top:bottom, :width]

    def between(lo, hi, n):
        place = ((torch.arange(lo, hi, dtype=x.dtype, device=x.device) + 0.5) / factor - 0.5).clamp(0, n - 1)
        first = place.floor().long()
        return first, (first + 1).clamp(max=n - 1), place - first

    up, down, part = between(top, bottom, x.shape[-2])
    part = part[:, None]
    x = x.index_select(-2, up) * (1 - part) + x.index_select(-2, down) * part
    left, right, part = between(0, width, x.shape[-1])
    return x.index_select(-1, left) * (1 - part) + x.index_select(-1, right) * part
