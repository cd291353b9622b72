"""Small hazy pictures with their airlight, on which the estimator of the airlight is trained.

Scenes of known depth and photographs of simulated depth, as for the transmission (padnet.data.haze_pairs), but each
almost whole: the densest haze of a picture tells its airlight, and a small crop may be without it.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
from tqdm import tqdm

from padnet.data.airlight_scenes import small
from padnet.data.haze_pairs import cast
from padnet.data.haze_spec import HazeData, split
from padnet.haze.airlight_network import estimates, seen
from padnet.haze.foreground_occluders import with_silhouettes
from padnet.haze.synthetic_depth import simulated_depth
from padnet.haze.white_objects import with_white_object

STREAM = 43  # random stream, separate from those of the other pairs
CROP = (0.55, 1.0)  # of the sides of a picture
SPREAD = 0.3  # standard deviation of the logarithm of a photograph's median depth
BALANCE = 0.05  # standard deviation of the gain of each channel


@dataclass(frozen=True)
class AirlightFields:
    """Pictures, stacked. small: (n, 4, s, s) uint8, of padnet.haze.airlight_network.seen. rules: (n, RULES, 3), of
    its estimates. A: (n, 3), the truth.
    """

    small: torch.Tensor
    rules: torch.Tensor
    A: torch.Tensor

    def __getitem__(self, index) -> "AirlightFields":
        return AirlightFields(*(x[index] for x in self.parts()))

    def __len__(self) -> int:
        return len(self.A)

    def parts(self) -> tuple[torch.Tensor, ...]:
        """The training data."""
        return self.small, self.rules, self.A

    def to(self, *args) -> "AirlightFields":
        """Convert to another device."""
        return replace(self, small=self.small.to(*args), rules=self.rules.to(*args), A=self.A.to(*args))


def airlight_fields(scenes, photographs, spec: HazeData, pairs: int, held: int, seed: int):
    """(training, held-out) AirlightFields of `pairs` and `held` pictures; the two share no scene and no photograph.

    scenes, photographs, spec: as for padnet.data.haze_pairs.training_pairs. A picture depends only on the seed and its
    number. Raises InputError if no training data remain.
    """
    (own_scenes, own_photographs), (held_scenes, held_photographs) = (
        tuple([_shrunk(one) for one in some] for some in part) for part in split(scenes, photographs, spec)
    )
    return (
        _fields(own_scenes, own_photographs, spec, seed, range(pairs)),
        # far beyond the training numbers, so that the haze differs
        _fields(held_scenes or own_scenes, held_photographs, spec, seed, range(10**6, 10**6 + held)),
    )


def _shrunk(one):
    """(J, d) of a scene, or (J, None) of a photograph, at the size of these pictures."""
    if isinstance(one, np.ndarray):
        return small(one), None
    planes = small(np.concatenate([one.J, one.d[..., None]], axis=2))
    return planes[..., :3], planes[..., 3]


def _fields(scenes, photographs, spec, seed, numbers) -> AirlightFields:
    found = [
        _picture(scenes, photographs, spec, np.random.default_rng([seed, STREAM, i]))
        for i in tqdm(numbers, desc="hazy pictures", unit="picture", mininterval=5)
    ]
    return AirlightFields(*(torch.cat(x) for x in zip(*found, strict=True)))


def _picture(scenes, photographs, spec, rng):
    chosen = scenes if rng.random() < spec.scenes else photographs
    J, d = chosen[int(rng.integers(len(chosen)))]
    J, d = _crop(J, d, rng)
    if d is None:
        d = simulated_depth(J, rng) * np.exp(SPREAD * rng.standard_normal())
    J = J ** rng.uniform(*spec.gamma) * rng.uniform(*spec.gain) * (1 + BALANCE * rng.standard_normal(3))
    J = np.clip(J, 0, 1)
    if rng.random() < spec.near:
        J, d, _ = with_silhouettes(J, d, rng)
    if rng.random() < spec.white:
        J, d, _ = with_white_object(J, d, rng)
    A = np.clip(rng.uniform(*spec.airlight) + spec.tint * rng.standard_normal(3), 0.3, 1)
    if rng.random() < spec.cast:
        A = np.clip(cast(A, spec.hue, rng), 0.3, 1)
    t = np.exp(-float(np.exp(rng.uniform(*np.log(spec.beta)))) * d)[..., None]
    I = t * J + (1 - t) * A  # Eq. (17)
    I = np.round(255 * np.clip(I + rng.uniform(0, spec.noise) * rng.standard_normal(I.shape), 0, 1)) / 255
    I = torch.from_numpy(np.moveaxis(I, 2, 0).copy())[None].float()
    return (255 * seen(I)).round().to(torch.uint8), estimates(I), torch.from_numpy(A)[None].float()


def _crop(J, d, rng):
    """A part of the picture, mirrored in half of the cases."""
    h, w = (max(1, int(n * rng.uniform(*CROP))) for n in J.shape[:2])
    top, left = rng.integers(J.shape[0] - h + 1), rng.integers(J.shape[1] - w + 1)
    turn = slice(None, None, -1) if rng.random() < 0.5 else slice(None)
    part = np.s_[top : top + h, left : left + w]
    return np.ascontiguousarray(J[part][:, turn]), None if d is None else np.ascontiguousarray(d[part][:, turn])
