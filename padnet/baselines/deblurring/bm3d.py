"""Denoising by collaborative filtering (BM3D; Dabov, Foi, Katkovnik, Egiazarian, TIP 2007; SPIE 6812, 2008).

Hard thresholding first, then a Wiener filter whose signal power is taken from the first result. Here all groups have
the same size, blocks are taken periodically, both transforms are the DCT, and no Kaiser window is applied.
"""

import torch

from padnet.baselines.deblurring.blocks import Grouping
from padnet.baselines.deblurring.frames import Frame
from padnet.core.validation import check_image
from padnet.errors import InputError

HARD = 2.7  # threshold in standard deviations
QUIET = 1e-5  # minimum noise level: smaller values are raised to it, so that no square underflows


def thresholded(x: torch.Tensor, spread: torch.Tensor, level: float, near: torch.Tensor, g: Grouping) -> torch.Tensor:
    """x, (1, 1, h, w), with coefficients below ``level`` standard deviations set to zero; the same shape.

    spread: (size^2,) or (1,), the standard deviations of the noise in the coefficients of a block.
    near: the image in which blocks are matched. Groups that keep more noise have lower weights.
    """
    frame, limit, power = Frame(near, g), level * spread, spread**2
    frame.weigh(1 / frame.measured(lambda o: (power * (o.abs() > limit)).sum((0, 2)).clamp(min=power.min()), x))
    return frame.filtered(x, lambda o: o * (o.abs() > limit))


def wiener(x: torch.Tensor, pilot: torch.Tensor, spread: torch.Tensor, g: Grouping) -> torch.Tensor:
    """x, (1, 1, h, w), with a Wiener filter on its coefficients whose signal power comes from ``pilot``; the same
    shape.

    spread: as for thresholded. Blocks are matched in the pilot.
    """
    frame, power = Frame(pilot, g), spread**2

    def gain(p):
        return p**2 / (p**2 + power)

    least = power.min() * 1e-3  # for a group without any signal
    frame.weigh(1 / frame.measured(lambda p: (power * gain(p) ** 2).sum((0, 2)).clamp(min=least), pilot))
    return frame.filtered(x, lambda o, p: o * gain(p), pilot)


def bm3d(y: torch.Tensor, noise, *, hard: float = HARD, grouping: Grouping = Grouping()) -> torch.Tensor:
    """Remove white noise from images: (n, 1, h, w) -> (n, 1, h, w).

    y: images in [0, 1].   noise: (n,) or a number, the standard deviation, positive.
    hard: threshold of the first step in standard deviations, positive.
    Raises InputError for an invalid image, noise level or threshold, or an image smaller than the search window.
    """
    noise = torch.as_tensor(noise, dtype=check_image(y, "noisy picture").dtype, device=y.device)
    if noise.dim() > 1 or noise.numel() not in (1, len(y)) or not ((noise > 0) & noise.isfinite()).all():
        raise InputError(
            f"the noise of {len(y)} pictures is one positive number, or one for each, not {noise.tolist()}."
        )
    if not hard > 0:
        raise InputError(f"hard, the threshold in standard deviations, must be positive, got {hard}.")
    results = []
    # One image at a time: groups are not shared, so the result does not depend on the batch.
    for x, spread in zip(y.split(1), noise.clamp(min=QUIET).reshape(-1, 1).expand(len(y), 1), strict=True):
        results.append(wiener(x, thresholded(x, spread, hard, x, grouping), spread, grouping))
    return torch.cat(results)
