"""Airlight estimation: the colour A where the haze is densest, agreed upon by three estimators.

Each is misled by something else. The brightest dark channel takes a white object for haze, and in coloured haze its
colour for that of A. The quad tree distrusts small and contrasty regions, but takes the brightest large one. Colour
lines see no brightness, only the direction of A. Here the direction is the mean of the last two, and the brightness
the median of all three: `python -m padnet.evaluation.airlight` compares it with each on training scenes.
"""

import torch

from padnet.errors import InputError
from padnet.haze.colour_lines import colour_lines_airlight
from padnet.haze.dark_channel import DARKEST, dark_airlight
from padnet.haze.model import check_colour
from padnet.haze.quad_tree import quad_tree_airlight
from padnet.haze.resampling import factor_of, reduced

__all__ = ["estimate_airlight"]


def estimate_airlight(I: torch.Tensor, side: int = 256) -> torch.Tensor:
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
    dark, quad, lines = (method(small) for method in (dark_airlight, quad_tree_airlight, colour_lines_airlight))
    direction = quad / _top(quad) + lines / _top(lines)
    brightness = torch.stack([_top(A) for A in (dark, quad, lines)]).median(dim=0).values
    return (brightness * direction / _top(direction)).clamp(DARKEST, 1)


def _top(A):
    """The brightest channel, (n, 3) -> (n, 1)."""
    return A.amax(dim=1, keepdim=True)
