"""The airlight from the brightest smooth quarter, and of that again.

J.-H. Kim, W.-D. Jang, J.-Y. Sim, C.-S. Kim, "Optimized contrast enhancement for real-time image and video dehazing",
J. Visual Communication and Image Representation 2013, section 3.1: haze is bright and without contrast over a whole
region, a white object is smaller than its quarter and brings edges with it.
"""

import torch

from padnet.haze.dark_channel import DARKEST
from padnet.haze.model import check_colour

__all__ = ["quad_tree_airlight"]

LEAST = 20  # pixels: a quarter with a shorter side is not divided again


def quad_tree_airlight(I: torch.Tensor, least: int = LEAST) -> torch.Tensor:
    """A of every image: in the last quarter the pixel closest to white.

    The score of a quarter is the mean of its values less their standard deviation, summed over the channels.

    Args:
        I: (n, 3, h, w) in [0, 1]. least: side in pixels below which no quarter is divided again.

    Returns:
        (n, 3), each channel in [0.1, 1].

    Raises:
        InputError: for an image that is not in colour.
    """
    return torch.stack([_of(one, least) for one in check_colour(I)]).clamp(DARKEST, 1)


def _of(x, least):
    while min(x.shape[-2:]) // 2 >= least:
        h, w = (n // 2 for n in x.shape[-2:])
        quarters = [
            x[:, rows, columns] for rows in (slice(h), slice(h, None)) for columns in (slice(w), slice(w, None))
        ]
        scores = [float((q.mean(dim=(1, 2)) - q.std(dim=(1, 2), correction=0)).sum()) for q in quarters]
        x = quarters[scores.index(max(scores))]
    pixels = x.flatten(1)
    return pixels[:, (1 - pixels).square().sum(dim=0).argmin()]
