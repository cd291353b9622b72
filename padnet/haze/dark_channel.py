"""The dark channel, and the airlight where it is brightest.

K. He, J. Sun, X. Tang, "Single image haze removal using dark channel prior", TPAMI 2011, section 4.4: dense haze has
no dark pixel nearby, in any channel.
"""

import math

import torch

from padnet.core.validation import check_number
from padnet.errors import InputError
from padnet.haze.filters import local_minimum
from padnet.haze.model import check_colour

__all__ = ["DARKEST", "brightest_airlight", "dark_airlight", "dark_channel"]

DARKEST = 0.1  # minimum of an estimate, so that t~ is defined for a black image too


def dark_channel(I: torch.Tensor, size: int = 15) -> torch.Tensor:
    """The minimum over all channels and a window of `size` x `size` pixels: (n, 3, h, w) -> (n, 1, h, w).

    Raises:
        InputError: for an image that is not in colour, or an even size.
    """
    return local_minimum(check_colour(I).amin(dim=1, keepdim=True), size)


def dark_airlight(I: torch.Tensor, size: int = 15, share: float = 0.001) -> torch.Tensor:
    """A of every image: the mean colour of the pixels with the brightest dark channel.

    He et al. take the brightest of these pixels; the mean does not depend on a single one. A bright object larger
    than the window is mistaken for haze, and so is a white one in haze that is dark in a channel.

    Args:
        I: (n, 3, h, w) in [0, 1].
        size: window size of the dark channel in pixels, odd.
        share: fraction of the pixels that are averaged, in (0, 1]; at least one pixel, and all that tie with it.

    Returns:
        (n, 3), each channel in [0.1, 1].

    Raises:
        InputError: for an image that is not in colour, an even size or an invalid share.
    """
    chosen = _densest(I, size, share).to(I.dtype)
    A = (I.flatten(2) * chosen).sum(dim=-1) / chosen.sum(dim=-1)
    return A.clamp(DARKEST, 1)


def brightest_airlight(I: torch.Tensor, size: int = 15, share: float = 0.001) -> torch.Tensor:
    """A of every image as published: of the pixels with the brightest dark channel, the one of the largest sum.

    Arguments, result and errors as for dark_airlight. The first of several equal ones counts.
    """
    dense = _densest(I, size, share)[:, 0]
    total = I.sum(dim=1).flatten(1).where(dense, -torch.inf)
    A = I.flatten(2).gather(2, total.argmax(dim=1)[:, None, None].expand(-1, 3, 1))[..., 0]
    return A.clamp(DARKEST, 1)


def _densest(I, size, share):
    """(n, 1, h w) bool: the pixels with the brightest dark channel."""
    share = check_number(share, "the share of averaged pixels")
    if not 0 < share <= 1:
        raise InputError(f"the share of averaged pixels lies in (0, 1], not {share}.")
    dark = dark_channel(I, size).flatten(2)
    return dark >= dark.topk(math.ceil(share * dark.shape[-1])).values[..., -1:]
