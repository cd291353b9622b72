"""Training pairs for haze removal: scenes with known depth, and photographs with simulated depth."""

from dataclasses import dataclass

import numpy as np
import torch

from padnet.data.haze_spec import HazeData, split
from padnet.errors import InputError
from padnet.haze.airlight import agreed_airlight
from padnet.haze.foreground_occluders import with_silhouettes
from padnet.haze.resampling import mirrored, reduced
from padnet.haze.synthetic_depth import simulated_depth
from padnet.haze.white_objects import with_white_object

STREAM = 31  # random stream, separate from those of deconvolution


@dataclass(frozen=True)
class HazeFields:
    """Pairs of one size, stacked.

    guide: (n, 3, H, W), I / A in mirrored frames. guidance: (n, 1, H, W), t~ in the frames. A: (n, 3), the airlight
    passed to the network. J: (n, 3, h, w), the radiance. t: (n, 1, h, w). mask: (n, 1, h, w), 1 where the depth was
    measured, else 0. weight: loss weight of the error of t relative to that of J, in dB.
    """

    guide: torch.Tensor
    guidance: torch.Tensor
    A: torch.Tensor
    J: torch.Tensor
    t: torch.Tensor
    mask: torch.Tensor
    weight: float

    def parts(self) -> tuple[torch.Tensor, ...]:
        """The training data: all tensors."""
        return self.guide, self.guidance, self.A, self.J, self.t, self.mask

    def __getitem__(self, index) -> "HazeFields":
        return HazeFields(*(part[index] for part in self.parts()), self.weight)

    def __len__(self) -> int:
        return len(self.t)

    def to(self, *args) -> "HazeFields":
        """Convert to another device or dtype."""
        return HazeFields(*(part.to(*args) for part in self.parts()), self.weight)


def make_fields(scenes, photographs, spec: HazeData, settings, seed: int, indices, weight: float) -> HazeFields:
    """The pairs with the given numbers, float32; each is a function of the seed and its number only.

    scenes: a sequence of objects with J (h, w, 3), d (h, w) and mask (h, w). photographs: a sequence of images (h, w,
    3). All in [0, 1]. settings: HazeSettings, for t~.
    """
    made = [_pair(scenes, photographs, spec, settings, np.random.default_rng([seed, STREAM, i])) for i in indices]
    return HazeFields(*(torch.cat(parts) for parts in zip(*made, strict=True)), weight)


def training_pairs(scenes, photographs, spec: HazeData, settings, seed: int, weight: float):
    """(training, held-out) HazeFields; the two share no scene and no photograph.

    Held-out pairs only use the error of J.

    Raises:
        InputError: if no training data remain, or an image is too small.
    """
    (own_scenes, own_photographs), (held_scenes, held_photographs) = split(scenes, photographs, spec)
    return (
        make_fields(own_scenes, own_photographs, spec, settings, seed, range(spec.pairs), weight),
        # far beyond the training numbers, so that the haze differs
        make_fields(held_scenes, held_photographs, spec, settings, seed, range(10**6, 10**6 + spec.held), 0.0),
    )


def _pair(scenes, photographs, spec, settings, rng):
    """The tensors of a pair, in the order of HazeFields, each with one sample."""
    if rng.random() < spec.scenes and scenes:
        scene = scenes[int(rng.integers(len(scenes)))]
        planes = np.concatenate([scene.J, scene.d[..., None], scene.mask[..., None]], axis=2)
        found = _crop(planes, spec.scene_factors, spec.size, rng)
        # A working pixel is known if its whole block is known.
        J, d, mask = found[:, :3], found[:, 3:4], (found[:, 4:] > 0.999).float()
    else:
        picture = photographs[int(rng.integers(len(photographs)))]
        J = _crop(picture, spec.photograph_factors, spec.size, rng)
        # A crop has a different median depth than the whole image.
        depth = simulated_depth(J[0].permute(1, 2, 0).numpy(), rng) * np.exp(0.3 * rng.standard_normal())
        d, mask = torch.from_numpy(depth)[None, None].float(), torch.ones_like(J[:, :1])
    own, hues, whites, grain, which = rng.spawn(5)  # separate streams: what one adds leaves the rest of a pair alone
    if own.random() < spec.near:
        J, d, mask = _with(with_silhouettes, J, d, mask, own)
    J = (J ** rng.uniform(*spec.gamma) * rng.uniform(*spec.gain)).clamp(0, 1)
    if whites.random() < spec.white:
        J, d, mask = _with(with_white_object, J, d, mask, whites)
    t = torch.exp(-float(np.exp(rng.uniform(*np.log(spec.beta)))) * d)
    true = np.clip(rng.uniform(*spec.airlight) + spec.tint * rng.standard_normal(3), 0.3, 1)
    if hues.random() < spec.cast:
        true = np.clip(cast(true, spec.hue, hues), 0.3, 1)
    wrong = true * (1 + spec.error * (rng.standard_normal() + 0.3 * rng.standard_normal(3)))
    used = np.clip(wrong, 0.3, 1) if rng.random() < spec.astray else true
    true, used = (torch.from_numpy(A)[None].float() for A in (true, used))
    I = t * J + (1 - t) * true[:, :, None, None]  # Eq. (17)
    deviation = grain.uniform(0, spec.noise)
    I = I + deviation * torch.from_numpy(grain.standard_normal(I.shape)).float()
    I = (255 * I).round().clamp(0, 255) / 255
    if which.random() < spec.estimated:
        used = agreed_airlight(I).clamp(min=0.3)
    guidance = settings.guidance(I, used)
    frames = [mirrored(x, spec.margin)[0] for x in (I / used[:, :, None, None], guidance)]
    return *frames, used, J, t, mask


def cast(A, hue, rng):
    """A coloured airlight, (3,), of a grey one: red is the brightest channel, or blue as in shadow, never green.

    hue: range of the factor on the least channel.
    """
    least = rng.uniform(*hue)
    factors = np.array([1.0, rng.uniform(least, 1), least])
    return A * (factors if rng.random() < 0.75 else factors[::-1])


def _with(add, J, d, mask, rng):
    """J (1, 3, h, w), d and mask (1, 1, h, w) with the objects of add(J, d, rng), whose depth is known."""
    scene = add(J[0].permute(1, 2, 0).numpy(), d[0, 0].double().numpy(), rng)
    J, d, hidden = (torch.from_numpy(np.ascontiguousarray(x)).float() for x in scene)
    return J.permute(2, 0, 1)[None], d[None, None], torch.maximum(mask, hidden[None, None])


def _crop(planes, factors, size, rng):
    """A random crop of (h, w, c), downsampled by one of the factors that fit and randomly flipped: (1, c, size,
    size).
    """
    h, w = planes.shape[:2]
    fitting = [factor for factor in factors if size * factor <= min(h, w)]
    if not fitting:
        raise InputError(f"a picture of {h}x{w} pixels is smaller than {size} working pixels of {min(factors)} a side.")
    factor = fitting[int(rng.integers(len(fitting)))]
    top, left = (int(rng.integers(n - size * factor + 1)) for n in (h, w))
    part = planes[top : top + size * factor, left : left + size * factor]
    if rng.random() < 0.5:
        part = part[:, ::-1]
    part = torch.from_numpy(np.ascontiguousarray(np.moveaxis(part, 2, 0), dtype=np.float32))[None]
    return reduced(part, factor)
