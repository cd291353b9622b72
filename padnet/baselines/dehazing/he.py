"""Haze removal by the dark channel prior (He, Sun, Tang, TPAMI 2011), refined by the guided filter.

    t~ = 1 - omega min_window min_c I_c / A_c                                                    Eq. (12) there

In most windows of a haze-free image some pixel is dark in some channel, so the minimum is attributed to haze. The
publication refines t~ by soft matting; its authors later replaced this with the guided filter (TPAMI 2013), with a
radius of 20 pixels and eps of 0.001, which is the default here. `matting=True` selects soft matting, which is much
slower.

Difference: windows of 35 pixels per side instead of 15, which give better results on the training scenes of the haze
benchmark.
"""

import torch

from padnet.errors import InputError
from padnet.haze.dark_channel import brightest_airlight, dark_channel
from padnet.haze.filters import guided_filter
from padnet.haze.matting import soft_matting
from padnet.haze.model import check_airlight, check_colour

__all__ = ["AIRLIGHT", "he"]

AIRLIGHT = brightest_airlight  # the publication's own estimate of A, for a row of its own


@torch.no_grad()
def he(
    I: torch.Tensor,
    A: torch.Tensor,
    *,
    omega: float = 0.95,
    size: int = 35,
    radius: int = 20,
    eps: float = 1e-3,
    matting: bool = False,
    lam: float = 1e-4,
) -> torch.Tensor:
    """The transmission of hazy images, (n, 1, h, w) in [0, 1].

    Args:
        I: (n, 3, h, w) in [0, 1]. A: (n, 3), the airlight, in (0, 1].
        omega: fraction of the haze that is removed, in (0, 1]: the rest preserves the impression of depth.
        size: window size of the dark channel in pixels, odd.
        radius, eps: of the guided filter, in pixels and in units of the image squared.
        matting: use soft matting instead of the guided filter. lam: its weight of t~, see padnet.haze.matting.

    Raises:
        InputError: for an image that is not in colour, an airlight of the wrong shape, or a number out of its range.
    """
    if not 0 < omega <= 1:
        raise InputError(f"omega is the share of haze that is removed, in (0, 1], not {omega}.")
    A = check_airlight(A, check_colour(I))
    t = 1 - omega * dark_channel(I / A, size)  # Eq. (12)
    return (soft_matting(t, I, lam) if matting else guided_filter(t, I, radius, eps)).clamp(0, 1)
