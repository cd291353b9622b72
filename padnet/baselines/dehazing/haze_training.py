"""Common parts of training transmission networks: crops of pairs, squared error of t, validation.

Pairs are padnet.data.haze_pairs.HazeFields: guide, I / A in mirrored frames; A; J; t; and mask, 1 where t is known.
"""

import math

import numpy as np
import torch
from torch import nn

from padnet.errors import InputError
from padnet.haze.model import radiance
from padnet.haze.transmission_network import estimated

__all__ = ["check_positive", "drawn", "parts_of", "squared_error", "validated"]
STREAM, START_STREAM = 41, 42  # random streams, separate from those of the data


def check_positive(plan, model: str) -> None:
    """Raise InputError unless every number of a plan, a dataclass, is positive."""
    for name, value in vars(plan).items():
        if not value > 0:
            raise InputError(f"{model}.{name} must be positive, got {value}.")


def drawn(make, seed: int) -> nn.Module:
    """The module that make() returns, with initial weights that only depend on the seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(np.random.default_rng([seed, START_STREAM]).integers(2**31)))
        return make()


def parts_of(train, model: str, halo: int, batch: int, crop: int, seed: int):
    """A function from (phase, step) to a batch of square crops of pairs: (I / A padded by `halo` pixels, t, mask).

    The crops only depend on (seed, phase, step). crop: side in pixels.
    Raises InputError if there are fewer pairs than the batch size, or a crop is larger than a pair.
    """
    if batch > len(train):
        raise InputError(f"{model}.batch is {batch}, more than the {len(train)} training pairs.")
    margin, size = (train.guide.shape[-1] - train.t.shape[-1]) // 2, train.t.shape[-1]
    first = max(0, halo - margin)  # pixels closer to the side of a pair have too little context
    if crop > size - 2 * first:
        raise InputError(
            f"{model}.crop is {crop}, more than the {size - 2 * first} pixels of training pairs that "
            f"have {halo} around them."
        )

    def parts(phase: int, step: int):
        rng = np.random.default_rng([seed, STREAM, phase, step])
        chosen = np.sort(rng.choice(len(train), batch, replace=False))
        corners = rng.integers(first, size - first - crop + 1, size=(batch, 2))
        found: list[list[torch.Tensor]] = [[], [], []]
        for i, (top, left) in zip(chosen.tolist(), corners.tolist(), strict=True):
            rows, columns = slice(top, top + crop), slice(left, left + crop)
            around = [slice(n + margin - halo, n + margin + crop + halo) for n in (top, left)]
            found[0].append(train.guide[i, :, around[0], around[1]])
            found[1].append(train.t[i, :, rows, columns])
            found[2].append(train.mask[i, :, rows, columns])
        return tuple(torch.stack(part) for part in found)

    return parts


def squared_error(found: torch.Tensor, t: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, float]:
    """The mean squared error of t where it is known, and the same in dB, for the rows."""
    error = ((found - t).square() * mask).sum() / mask.sum().clamp(min=1)
    return error, 10 * math.log10(max(error.item(), 1e-12))


def validated(network, held) -> dict[str, float]:
    """Means over held-out pairs, with t as the network gives it: PSNR of J and of the hazy image in dB, L1 error of
    t.
    """
    margin = (held.guide.shape[-1] - held.t.shape[-1]) // 2
    found = []
    for i in range(len(held)):
        f = held[i : i + 1]
        x = f.guide[..., margin : margin + f.t.shape[-2], margin : margin + f.t.shape[-1]]
        t, I = estimated(network, x), x * f.A[:, :, None, None]
        known = f.mask.sum().clamp(min=1)  # avoids a division by zero for a pair without known depth
        squares = [((J.clamp(0, 1) - f.J).square() * f.mask).sum() / (3 * known) for J in (radiance(I, t, f.A), I)]
        apart = ((t - f.t).abs() * f.mask).sum() / known
        found.append([*(-10 * math.log10(s.item() + 1e-6) for s in squares), apart.item()])
    psnr, hazy, l1 = np.mean(found, axis=0).tolist()
    return {"psnr": psnr, "hazy": hazy, "l1_t": l1}
