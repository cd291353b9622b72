"""Training pairs for deblurring: training images with simulated blur and the boundary of real photographs."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch

from padnet.errors import InputError
from padnet.imaging.batch import Fields, stack
from padnet.imaging.blur_kinds import KINDS, mixed_kernel
from padnet.imaging.degradation import observe
from padnet.imaging.kernels import SIZES, training_kernel
from padnet.imaging.pairs import Pair

NOISE_STREAM, CROP_STREAM, LEVEL_STREAM, WRONG_STREAM = (
    11,
    12,
    13,
    14,
)  # separate from the random streams of the kernels
ROUNDING = 1 / (255 * 12**0.5)  # standard deviation of 8-bit quantisation
SHAKE = ("shake",)
BORDERS = ("valid", "periodic")


@dataclass(frozen=True)
class DataSpec:
    """How training pairs are made.

    pairs, held: number of pairs for training and held out (for the check in Algorithm 2 and for tuning). The two
    share no image and no kernel.
    held_pictures: the number of images reserved for held-out pairs.
    size: side of the ground truth in pixels. noise: standard deviation for a range of [0, 1].
    margin: of the frame. crop: pixels on each side of the truth that are not scored.
    noise_most: if given, the noise level of every pair is log-uniform between noise and noise_most.
    sizes: of the kernels. kinds: of the kernels, see padnet.imaging.blur_kinds.
    border: "valid", as for real photographs, or "periodic", for which no frame is needed.
    quantise: to 8 bits, like a camera.
    fresh: training pairs are stored without noise, every step draws new noise, and the noise level passed to the
    network includes quantisation; requires a periodic border.
    mistold: fraction of pairs for which the noise level passed to the network is wrong, by up to a factor of 2.
    known: the padding of the frames is computed from the noise level that is passed to the network, as in
    padnet.tasks.framing; that level includes quantisation.
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
    kinds: tuple[str, ...] = SHAKE
    border: str = "valid"
    quantise: bool = True
    fresh: bool = False
    mistold: float = 0
    known: bool = False

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
        least = 9 if tuple(self.kinds) == SHAKE else 3
        if not self.sizes or any(size not in range(least, 42, 2) for size in self.sizes):
            found = ", ".join(map(str, self.sizes)) or "none"
            raise InputError(f"data.sizes must be odd numbers from {least} to 41, got {found}.")
        if not self.kinds or any(kind not in KINDS for kind in self.kinds):
            raise InputError(f"data.kinds must be some of {', '.join(KINDS)}, got {', '.join(self.kinds) or 'none'}.")
        if self.border not in BORDERS:
            raise InputError(f"data.border must be one of {', '.join(BORDERS)}, got {self.border}.")
        if self.fresh and self.border != "periodic":
            raise InputError("data.fresh needs data.border periodic: the padding of a frame depends on the noise.")
        if not 0 <= self.mistold <= 1:
            raise InputError(f"data.mistold is a share, from 0 to 1, got {self.mistold}.")
        if self.size <= 2 * self.crop:
            raise InputError(f"data.crop of {self.crop} pixels a side leaves nothing of data.size {self.size}.")

    def level(self, seed: int, index: int) -> float:
        """The noise level of pair number ``index``."""
        if self.noise_most is None:
            return self.noise
        return self.drawn(np.random.default_rng([seed, LEVEL_STREAM, index]).random())

    def drawn(self, part):
        """The noise level at the fraction ``part``, from 0 to 1, of the log range from minimum to maximum."""
        most = self.noise if self.noise_most is None else self.noise_most
        return self.noise * (most / self.noise) ** part

    def told(self, level):
        """The noise level that is passed to the network for a given noise level."""
        return np.hypot(level, ROUNDING) if (self.fresh or self.known) and self.quantise else level

    def wrong(self, shares, factors):
        """The factors, 2^-1 to 2^1, by which noise levels are wrong: 1 for all but a fraction. Arguments: in [0, 1)."""
        return np.where(np.less(shares, self.mistold), 2 ** (2 * np.asarray(factors) - 1), 1.0)


def make_pair(pictures, spec: DataSpec, seed: int, index: int, clean: bool = False) -> Pair:
    """Pair number ``index``: a crop of an image, a kernel, noise and 8-bit quantisation, all determined by the seed.

    clean: leave noise and quantisation to ``fresh_noise``.
    """
    name, picture = pictures[index % len(pictures)]
    if min(picture.shape) < spec.size:
        raise InputError(f"picture {name} of {picture.shape} is smaller than the training size {spec.size}.")
    rng = np.random.default_rng([seed, CROP_STREAM, index])
    top, left = (int(rng.integers(n - spec.size + 1)) for n in picture.shape)
    x = picture[top : top + spec.size, left : left + spec.size]
    # Random flips and transpositions; kernels already have all orientations.
    if rng.random() < 0.5:
        x = x[:, ::-1]
    if rng.random() < 0.5:
        x = x.T
    kinds = tuple(spec.kinds)
    k = training_kernel(seed, index, spec.sizes) if kinds == SHAKE else mixed_kernel(seed, index, kinds, spec.sizes)
    noise, rounded = (0.0, False) if clean else (spec.level(seed, index), spec.quantise)
    y = observe(x, k, noise, rounded, np.random.default_rng([seed, NOISE_STREAM, index]), spec.border)
    offset = (0, 0) if spec.border == "periodic" else (k.shape[0] // 2, k.shape[1] // 2)
    return Pair(name, f"k{index}", x.copy(), y, k, offset, spec.crop)


def fresh_noise(fields: Fields, spec: DataSpec, rng: np.random.Generator) -> Fields:
    """Add noise of a random level to every pair, and set the noise level that is passed to the network."""
    count = len(fields)
    level, factors = spec.drawn(rng.random(count)), rng.random(count)
    told = spec.wrong(rng.random(count), factors) * spec.told(level)
    noise = level[:, None, None, None] * rng.standard_normal(tuple(fields.y.shape))
    y = fields.y + torch.from_numpy(noise).to(fields.y)
    y = (255 * y).round().clamp(0, 255) / 255 if spec.quantise else y
    return replace(fields, y=y, noise=torch.from_numpy(told).to(fields.y))


def _chunk(pictures, spec, seed, clean, indices) -> Fields:
    pairs = [make_pair(pictures, spec, seed, i, clean) for i in indices]
    noise = [spec.told(spec.level(seed, i)) for i in indices]
    if not spec.fresh:
        draws = [np.random.default_rng([seed, WRONG_STREAM, i]).random(2) for i in indices]
        noise = [float(spec.wrong(*draw)) * level for draw, level in zip(draws, noise, strict=True)]
    fields = stack(pairs, spec.margin, noise if spec.known else None)
    return replace(fields, noise=torch.tensor(noise, dtype=torch.float64))


def training_fields(pictures, spec: DataSpec, seed: int, workers: int = 1) -> tuple[Fields, Fields]:
    """(training, held-out) Fields, float32. The result does not depend on the number of workers.

    The last ``held_pictures`` images are held out.
    """
    if not 0 < spec.held_pictures < len(pictures):
        raise InputError(f"held_pictures is {spec.held_pictures}, it must leave some of {len(pictures)} pictures.")
    train, held = pictures[: -spec.held_pictures], pictures[-spec.held_pictures :]
    return (
        _fields(train, spec, seed, spec.fresh, range(spec.pairs), workers),
        # far beyond the training indices, so that kernels and noise differ
        _fields(held, spec, seed, False, range(10**6, 10**6 + spec.held), workers),
    )


def _fields(pictures, spec, seed, clean, indices, workers) -> Fields:
    chunks = [indices[i : i + 16] for i in range(0, len(indices), 16)]
    make = partial(_chunk, pictures, spec, seed, clean)
    # Threads: the Fourier transforms release the interpreter lock, and forking after PyTorch has started its own
    # threads can hang.
    with ThreadPoolExecutor(workers) as pool:
        parts = list(pool.map(make, chunks))
    size = max(part.k.shape[-1] for part in parts)
    grown = [torch.nn.functional.pad(p.k, ((size - p.k.shape[-1]) // 2,) * 4) for p in parts]
    return Fields(
        torch.cat([p.y for p in parts]),
        torch.cat(grown),
        torch.cat([p.x for p in parts]),
        spec.crop,
        noise=torch.cat([p.noise for p in parts]),
    ).to(torch.float32)
