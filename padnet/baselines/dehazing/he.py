"""Haze removal by the dark channel prior (He, Sun, Tang, TPAMI 2011), refined by the guided filter.

    t~ = 1 - omega min_window min_c I_c / A_c                                                    Eq. (12) there

In most windows without haze some pixel is dark in some channel; what is not dark is haze. The publication refines
t~ by soft matting; its authors later put the guided filter in that place (TPAMI 2013), with a radius of 20 pixels and
eps of 0.001, and so it is here. `matting=True` takes soft matting, which is slower by far.

What differs: windows of 35 pixels a side, not 15, which serve the training scenes of the haze benchmark better.
"""

import torch

from padnet.errors import InputError
from padnet.haze.airlight import dark_channel
from padnet.haze.filters import guided_filter
from padnet.haze.matting import soft_matting
from padnet.haze.model import check_airlight, check_colour

__all__ = ["he"]


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
    """The transmission of hazy pictures, (n, 1, h, w) in [0, 1].

    Args:
        I: (n, 3, h, w) in [0, 1]. A: (n, 3), the airlight, in (0, 1].
        omega: share of the haze that is removed, in (0, 1]: the rest keeps far things looking far.
        size: pixels a side of the dark channel's windows, odd.
        radius, eps: of the guided filter, in pixels and in units of the picture squared.
        matting: soft matting in the guided filter's place. lam: its weight of t~, see padnet.haze.matting.

    Raises:
        InputError: for a picture that is not colour, an airlight of another shape, or a number out of its range.
    """
    if not 0 < omega <= 1:
        raise InputError(f"omega is the share of haze that is removed, in (0, 1], not {omega}.")
    A = check_airlight(A, check_colour(I))
    t = 1 - omega * dark_channel(I / A, size)  # Eq. (12)
    return (soft_matting(t, I, lam) if matting else guided_filter(t, I, radius, eps)).clamp(0, 1)
