"""Training pairs: training pictures under simulated camera shake, bordered as photographs are."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch

from padnet.benchmarks.fields import Fields, stack
from padnet.benchmarks.kernels import SIZES, training_kernel
from padnet.benchmarks.observation import observe
from padnet.benchmarks.pairs import Pair
from padnet.errors import InputError

NOISE_STREAM, CROP_STREAM, LEVEL_STREAM = 11, 12, 13  # apart from the streams of the kernels


@dataclass(frozen=True)
class DataSpec:
    """How training pairs are made.

    pairs, held: number for training and held out (for Algorithm 2's check and for tuning). The two
    share no picture and no kernel. size: side of the truth in pixels. noise: standard deviation in
    [0, 1]. margin: of the frame. crop: pixels a side of the truth that are not scored. noise_most:
    where given, the noise of every pair is drawn between noise and it, its logarithm uniform. sizes:
    of the kernels.
    """

    pairs: int
    held: int
    held_pictures: int
    size: int
    noise: float
    margin: int
    crop: int
    noise_most: float | None = None
    sizes: tuple[int, ...] = SIZES

    def __post_init__(self):
        for name in ("pairs", "held", "held_pictures", "size"):
            if getattr(self, name) < 1:
                raise InputError(f"data.{name} must be at least 1, got {getattr(self, name)}.")
        for name in ("noise", "margin", "crop"):
            if not getattr(self, name) >= 0:
                raise InputError(f"data.{name} must be zero or more, got {getattr(self, name)}.")
        if self.noise_most is not None and not 0 < self.noise <= self.noise_most:
            raise InputError(
                f"data.noise must be positive and up to data.noise_most, got {self.noise} and {self.noise_most}."
            )
        if not self.sizes or any(size not in range(9, 36, 2) for size in self.sizes):
            found = ", ".join(map(str, self.sizes)) or "none"
            raise InputError(f"data.sizes must be odd numbers from 9 to 35, got {found}.")
        if self.size <= 2 * self.crop:
            raise InputError(f"data.crop of {self.crop} pixels a side leaves nothing of data.size {self.size}.")

    def level(self, seed: int, index: int) -> float:
        """The noise of pair number ``index``."""
        if self.noise_most is None:
            return self.noise
        part = np.random.default_rng([seed, LEVEL_STREAM, index]).random()
        return self.noise * (self.noise_most / self.noise) ** part


def make_pair(pictures, spec: DataSpec, seed: int, index: int) -> Pair:
    """Pair number ``index``: a crop of a picture, a kernel, noise and 8-bit rounding, all from the seed."""
    name, picture = pictures[index % len(pictures)]
    if min(picture.shape) < spec.size:
        raise InputError(f"picture {name} of {picture.shape} is smaller than the training size {spec.size}.")
    rng = np.random.default_rng([seed, CROP_STREAM, index])
    top, left = (int(rng.integers(n - spec.size + 1)) for n in picture.shape)
    x = picture[top : top + spec.size, left : left + spec.size]
    # Mirrored and transposed pictures are as likely; kernels are drawn in all directions already.
    if rng.random() < 0.5:
        x = x[:, ::-1]
    if rng.random() < 0.5:
        x = x.T
    k = training_kernel(seed, index, spec.sizes)
    y = observe(x, k, spec.level(seed, index), True, np.random.default_rng([seed, NOISE_STREAM, index]))
    return Pair(name, f"k{index}", x.copy(), y, k, (k.shape[0] // 2, k.shape[1] // 2), spec.crop)


def _chunk(pictures, spec, seed, indices) -> Fields:
    fields = stack([make_pair(pictures, spec, seed, i) for i in indices], spec.margin)
    noise = torch.tensor([spec.level(seed, i) for i in indices], dtype=torch.float64)
    return replace(fields, noise=noise)


def training_fields(pictures, spec: DataSpec, seed: int, workers: int = 1) -> tuple[Fields, Fields]:
    """(training, held-out) Fields, float32. The number of workers does not change them.

    The last ``held_pictures`` pictures are held out.
    """
    if not 0 < spec.held_pictures < len(pictures):
        raise InputError(f"held_pictures is {spec.held_pictures}, it must leave some of {len(pictures)} pictures.")
    train, held = pictures[: -spec.held_pictures], pictures[-spec.held_pictures :]
    return (
        _fields(train, spec, seed, range(spec.pairs), workers),
        # far beyond the training indices: other kernels and other noise
        _fields(held, spec, seed, range(10**6, 10**6 + spec.held), workers),
    )


def _fields(pictures, spec, seed, indices, workers) -> Fields:
    chunks = [indices[i : i + 16] for i in range(0, len(indices), 16)]
    make = partial(_chunk, pictures, spec, seed)
    # Threads: the Fourier transforms run outside the interpreter's lock, and forking after PyTorch
    # has started its own threads can hang.
    with ThreadPoolExecutor(workers) as pool:
        parts = list(pool.map(make, chunks))
    size = max(part.k.shape[-1] for part in parts)
    grown = [torch.nn.functional.pad(p.k, ((size - p.k.shape[-1]) // 2,) * 4) for p in parts]
    return Fields(
        torch.cat([p.y for p in parts]), torch.cat(grown), torch.cat([p.x for p in parts]), spec.crop,
        noise=torch.cat([p.noise for p in parts]),
    ).to(torch.float32)  # fmt: skip
