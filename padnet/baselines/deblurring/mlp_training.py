"""Training of the patch perceptron: squared error on random patches of inverted training pairs.

The error of a patch is divided by the mean squared error of its pair after inversion. Otherwise pairs with more noise
would dominate, and those with little noise would stay blurred.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch

from padnet.baselines.deblurring.mlp import PatchNetwork, PatchSpec, inversions, shape
from padnet.baselines.scoring import decibels
from padnet.baselines.training import Descent, Phase
from padnet.errors import InputError
from padnet.imaging.batch import Fields
from padnet.imaging.boundary import place

__all__ = ["Plan", "shape", "trainee"]
STREAM, START_STREAM = 22, 23  # random streams, separate from those of the data
AT_ONCE = 16  # number of pairs whose inversions are computed together


@dataclass(frozen=True)
class Plan:
    """steps: of Adam. rate: learning rate. patches: number of patches per step."""

    steps: int
    rate: float
    patches: int

    def __post_init__(self):
        for name in ("steps", "rate", "patches"):
            if not getattr(self, name) > 0:
                raise InputError(f"mlp.{name} must be positive, got {getattr(self, name)}.")


def trainee(spec: PatchSpec, plan: Plan, train: Fields, held: Fields, seed: int, device="cpu") -> Descent:
    """The training of a PatchNetwork on pairs in frames, float32.

    Patches lie inside the scored part of the truth and only depend on (seed, step).
    Raises InputError if a patch is larger than that part.
    """
    size, edge, crop = train.x.shape[-2:], (spec.seen - spec.made) // 2, train.crop
    if spec.seen > min(size) - 2 * crop:
        scored = min(size) - 2 * crop
        raise InputError(f"mlp.seen is {spec.seen}, more than the {scored} scored pixels of training pairs.")
    train, held = train.to(device), held.to(device)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(np.random.default_rng([seed, START_STREAM]).integers(2**31)))
        network = PatchNetwork(spec).to(device)
    with torch.no_grad():  # in batches: the spectra of all pairs would need too much memory
        parts = (train[i : i + AT_ONCE] for i in range(0, len(train), AT_ONCE))
        z = torch.cat([inversions(f.y, f.k, f.noise, spec.alphas) for f in parts])
    top, left = place(size, z.shape[-2:])
    scored = (..., slice(crop, size[0] - crop), slice(crop, size[1] - crop))
    apart = z[:, :1, top : top + size[0], left : left + size[1]] - train.x
    usual = apart[scored].square().mean(dim=(1, 2, 3))  # mean squared error of each pair
    inside = torch.arange(spec.seen, device=device)

    def loss(phase: int, step: int):
        rng = np.random.default_rng([seed, STREAM, step])
        limits = (len(train), *(n - 2 * crop - spec.seen + 1 for n in size))
        i, row, column = (torch.from_numpy(rng.integers(n, size=plan.patches)).to(device) for n in limits)
        rows, columns = (crop + at[:, None] + inside for at in (row, column))
        patches = z[i[:, None, None], :, top + rows[:, :, None], left + columns[:, None, :]]
        patches = patches.permute(0, 3, 1, 2).flatten(1)
        middle = slice(edge, edge + spec.made)
        clean = train.x[i[:, None, None], 0, rows[:, middle, None], columns[:, None, middle]].flatten(1)
        error = ((network(patches, train.noise[i]) - clean).square().mean(dim=1) / usual[i]).mean()
        return error, 10 * math.log10(max(error.item(), 1e-12))

    def check() -> dict[str, float]:
        found = []
        for i in range(len(held)):
            f = held[i : i + 1]
            one = inversions(f.y, f.k, f.noise, spec.alphas)
            found.append(torch.stack([decibels(network.image(one, f.noise), f), decibels(one[:, :1], f)]))
        psnr, inversion = torch.cat(found, dim=1).mean(dim=1).tolist()
        return {"psnr": psnr, "inversion": inversion}

    return Descent(network, [Phase("patches", plan.steps, plan.rate, list(network.parameters()))], loss, check)
