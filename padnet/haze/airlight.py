"""Airlight estimation: the colour A where the haze is densest, agreed upon by two estimators.

The mean colour of the brightest dark channel (padnet.haze.dark_channel) is the better of the two while both find the
same hue. A white object in coloured haze, a wall in a sand storm for instance, makes it white; the quad tree
(padnet.haze.quad_tree) distrusts regions that are small or have contrast. So the more the hues disagree, the more
the quad tree is trusted. `python -m padnet.evaluation.airlight` compares this with each of them and with other
publications, on scenes that are held out from training; it was chosen there.
"""

import torch

from padnet.errors import InputError
from padnet.haze.dark_channel import dark_airlight
from padnet.haze.model import check_colour
from padnet.haze.quad_tree import quad_tree_airlight
from padnet.haze.resampling import factor_of, reduced

__all__ = ["agreed_airlight"]

SAME, OTHER = 0.05, 0.35  # difference of hues up to which the dark channel counts alone, and from which the quad tree


def agreed_airlight(I: torch.Tensor, side: int = 256) -> torch.Tensor:
    """A of every image.

    Args:
        I: (n, 3, h, w) in [0, 1].
        side: images are reduced by block means until no side is longer, in pixels; that removes noise and the blocks
            of JPEG compression, and bounds the time.

    Returns:
        (n, 3), each channel in [0.1, 1].

    Raises:
        InputError: for an image that is not in colour, or a side that is not a positive whole number.
    """
    if isinstance(side, bool) or not isinstance(side, int) or side < 1:
        raise InputError(f"side is a whole number of pixels, at least 1, not {side}.")
    small = reduced(check_colour(I), factor_of(tuple(I.shape[-2:]), 1, side))
    dark, quad = dark_airlight(small), quad_tree_airlight(small)
    apart = (_hue(dark) - _hue(quad)).abs().amax(dim=1, keepdim=True)
    return torch.lerp(dark, quad, ((apart - SAME) / (OTHER - SAME)).clamp(0, 1))


def _hue(A):
    """A divided by its brightest channel."""
    return A / A.amax(dim=1, keepdim=True)
