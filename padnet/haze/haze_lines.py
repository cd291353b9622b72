"""The airlight at which most haze lines meet.

D. Berman, T. Treibitz, S. Avidan, "Air-light estimation using haze-lines", ICCP 2017: pixels of one radiance in
different depths lie on a line that ends in A, Eq. (17). Every colour of the image votes for the airlights to which
such a line leads, in the three planes of two channels each; the votes of the planes are multiplied.

Differences: colours are the cells of a grid of the colour cube, not clusters of an adaptive palette; the threshold
of a vote does not depend on the distance; in a plane the votes of a direction are squared before they are added, so
that one full line counts for more than the same votes scattered over all directions.
"""

import numpy as np
import torch

from padnet.haze.dark_channel import DARKEST
from padnet.haze.model import check_colour

__all__ = ["haze_lines_airlight"]

CELLS = 24  # per channel, of the grid of colours
FEWEST = 3  # pixels of a colour that votes
STEP, LEAST = 0.02, 0.3  # of the candidate airlights, and the darkest
DIRECTIONS = 40  # of lines, in half a turn
WIDTH = 0.02  # of a line


def haze_lines_airlight(I: torch.Tensor) -> torch.Tensor:
    """A of every image, (n, 3, h, w) in [0, 1] -> (n, 3), multiples of 0.02 from 0.3 on.

    An image without a colour of three pixels gets the darkest candidate. Raises InputError for one not in colour.
    """
    found = [_of(x.flatten(1).T.double().cpu().numpy()) for x in check_colour(I)]
    return torch.tensor(np.array(found)).to(I).clamp(DARKEST, 1)


def _of(pixels):
    cells = np.minimum((pixels * CELLS).astype(int), CELLS - 1) @ (CELLS**2, CELLS, 1)
    _, cell, count = np.unique(cells, return_inverse=True, return_counts=True)
    colours = np.stack([np.bincount(cell, pixels[:, c]) / count for c in range(3)], axis=1)[count >= FEWEST]
    grid = np.arange(LEAST, 1 + STEP / 2, STEP)
    votes = np.ones((len(grid),) * 3)
    for kept, (a, b) in zip((2, 0, 1), ((0, 1), (1, 2), (0, 2)), strict=True):
        votes = votes * np.expand_dims(_votes(grid, colours[:, a], colours[:, b]), kept)
    return grid[list(np.unravel_index(votes.argmax(), votes.shape))]


def _votes(grid, x, y):
    """The votes of colours (x, y) for each pair of the grid, (grid, grid), at most 1."""
    X, Y = (part.ravel()[:, None] for part in np.meshgrid(grid, grid, indexing="ij"))
    right, up = X - x, Y - y
    # No radiance is brighter than the airlight on its line; near colours count for more (their Eq. (10)).
    weight = (5 * np.exp(-np.hypot(right, up)) + 1) * ((right >= -WIDTH) & (up >= -WIDTH))
    total = np.zeros(len(X))
    for angle in np.pi * (np.arange(DIRECTIONS) + 0.5) / DIRECTIONS:
        near = np.abs(right * np.sin(angle) - up * np.cos(angle)) < WIDTH
        total += (near * weight).sum(axis=1) ** 2
    total = np.sqrt(total).reshape(len(grid), len(grid))
    return total / max(total.max(), np.finfo(float).tiny)
