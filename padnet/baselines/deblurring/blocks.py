"""Block matching, as used in BM3D (Dabov, Foi, Katkovnik, Egiazarian, TIP 2007)."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from padnet.core.validation import check_image
from padnet.errors import InputError

STRIP = 2**24  # number of distances in memory at once


@dataclass(frozen=True)
class Grouping:
    """The parameters of block matching.

    size: side of a block in pixels. step: distance of reference blocks, along both axes. members: blocks per group, a
    power of two. reach: search radius in pixels around the reference.
    """

    size: int = 8
    step: int = 3
    members: int = 16
    reach: int = 15

    def __post_init__(self):
        for name in ("size", "step", "members", "reach"):
            value = getattr(self, name)
            if not isinstance(value, int) or value < 1:
                raise InputError(f"{name} of the blocks must be a whole number of at least 1, got {value}.")
        if self.step > self.size:
            raise InputError(f"blocks of {self.size} pixels every {self.step} leave gaps: take a smaller step.")
        if self.members & (self.members - 1):
            raise InputError(f"members of a group must be a power of two for the Haar transform, got {self.members}.")
        if self.members > (2 * self.reach + 1) ** 2:
            raise InputError(f"a search of reach {self.reach} finds no {self.members} blocks: take a larger reach.")


def wrapped(x: torch.Tensor, size: int) -> torch.Tensor:
    """x, (1, 1, h, w), extended periodically by size - 1 pixels at the bottom and on the right."""
    return F.pad(x, (0, size - 1, 0, size - 1), mode="circular")


def check_picture(x: torch.Tensor, g: Grouping) -> torch.Tensor:
    """Return ``x`` if it is one image, (1, 1, h, w), that is larger than the search window. InputError otherwise."""
    if check_image(x).shape[:2] != (1, 1):
        raise InputError(f"blocks are matched in one grey picture at a time, (1, 1, h, w), got {tuple(x.shape)}.")
    if min(x.shape[-2:]) < max(2 * g.reach + 1, g.size):
        raise InputError(
            f"a picture of {x.shape[-2]}x{x.shape[-1]} pixels is smaller than the search over "
            f"{2 * g.reach + 1} pixels a side: take a smaller reach or a larger picture."
        )
    return x


def match(x: torch.Tensor, g: Grouping) -> torch.Tensor:
    """The blocks of ``x``, (1, 1, h, w), closest to each reference block: (members, references) int64.

    A block is identified by its upper left pixel, row * w + column, and continues across the periodic border. Each
    column starts with the reference itself; the others follow in order of increasing squared distance.
    Raises InputError unless x is one image that is large enough for the search.
    """
    h, w = check_picture(x, g).shape[-2:]
    shifts = [(i, j) for i in range(-g.reach, g.reach + 1) for j in range(-g.reach, g.reach + 1) if (i, j) != (0, 0)]
    rows, columns = (torch.arange(0, n, g.step, device=x.device) for n in (h, w))
    moves = torch.tensor([(0, 0), *shifts], device=x.device)
    strip = max(1, STRIP // (len(shifts) * len(columns)))  # number of rows of references at a time
    found = []
    for part in rows.split(strip):
        top, height = int(part[0]), int(part[-1] - part[0]) + g.size
        size = (height, int(columns[-1]) + g.size)
        # Everything that a block of this strip or its candidates may touch, so that a shift is a slice.
        near = (
            torch.arange(top - g.reach, top + height + g.reach, device=x.device) % h,
            torch.arange(-g.reach, size[1] + g.reach, device=x.device) % w,
        )
        area = x[..., near[0][:, None], near[1]]
        here = area[..., g.reach : g.reach + size[0], g.reach : g.reach + size[1]]
        distance = x.new_empty(len(shifts), len(part) * len(columns))
        for row, (i, j) in zip(distance, shifts, strict=True):
            there = area[..., g.reach + i : g.reach + i + size[0], g.reach + j : g.reach + j + size[1]]
            row.copy_(F.avg_pool2d((here - there).square_(), g.size, g.step).flatten())
        order = distance.topk(g.members - 1, dim=0, largest=False).indices + 1
        move = moves[torch.cat([torch.zeros_like(order[:1]), order])]
        i = (part[:, None] + move[..., 0].unflatten(1, (len(part), -1))) % h
        j = (columns + move[..., 1].unflatten(1, (len(part), -1))) % w
        found.append((i * w + j).flatten(1))
    return torch.cat(found, dim=1)
