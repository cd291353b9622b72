"""Haze protocols: scenes, split, depth, haze, quantisation and scoring, each as one object.

They replace Fattal's benchmark (padnet.data.fattal), which the user has to supply. `describe()` documents each
protocol.
"""

import io
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from padnet.data import haze_photographs, middlebury, quick_haze
from padnet.data.readers import missing
from padnet.errors import InputError
from padnet.imaging.haze_scores import HazePair, score
from padnet.imaging.pairs import Pairs

__all__ = ["HAZE_PROTOCOLS", "HazePair", "HazeProtocol", "haze_pair", "haze_protocol"]

BETAS = (0.3, 0.6, 1.0, 1.5)
AIRLIGHT = (0.7, 1.0)
# Each has parts(split), title(part), number(part), files(root, part), read(root, part) and WHAT, a description.
SOURCES = {"middlebury": middlebury, "sample": quick_haze, "photographs": haze_photographs}
SPLITS = ("training", "test")
# The protocol of each profile, whose training scenes the trainings use.
PROTOCOLS = {"quick": "quick-haze", "paper": "middlebury-haze"}


@dataclass(frozen=True)
class HazeProtocol:
    """How haze is added to scenes of known depth, and how its removal is scored.

    source: "middlebury" (folder middlebury), "sample" (folder haze) or "photographs" (folder sun13), a key of SOURCES.
    betas: scattering coefficients, in units of the inverse median depth of the scene.
    airlight: range of the grey airlight.   seed: of its random values, together with the numbers of scene and
    coefficient.
    noise: standard deviation of white noise added to the hazy image. quality: of JPEG compression after it, 1 to 95;
    None leaves the image uncompressed.
    """

    name: str
    source: str
    seed: int
    betas: tuple[float, ...] = BETAS
    airlight: tuple[float, float] = AIRLIGHT
    noise: float = 0.0
    quality: int | None = None

    def describe(self):
        """A short description of the protocol: observation and scoring."""
        return (
            f"{self.name}: {SOURCES[self.source].WHAT}; t = exp(-beta d), beta in "
            f"{', '.join(f'{beta:g}' for beta in self.betas)}, d the depth (1/disparity) over its median in the "
            f"scene, grey airlight in [{self.airlight[0]:g}, {self.airlight[1]:g}], {self._damage()}. Holes of the "
            "disparity are filled before use and not scored. PSNR, SSIM and L1 error are of J clipped to [0, 1] and "
            "not rounded or stretched, the L1 error of t beside them."
        )

    def scenes(self, root, split):
        """The haze-free scenes of a split, a lazy sequence of middlebury.Scene sorted by name.

        root: the data folder.   split: "training" or "test"; no scene is in both.
        The existence of all files is checked at once. Raises InputError for an unknown split, PadnetError for a
        missing file.
        """
        parts = self._parts(root, split)
        return Pairs(tuple(parts), tuple((i, 0) for i in range(len(parts))), partial(self._scene, Path(root), parts))

    def pairs(self, root, split):
        """The hazy pairs of a split, a lazy sequence of HazePair: scenes in order, each with every beta.

        Its names are (scene, "beta 0.3"). Arguments and errors as for scenes.
        """
        parts = self._parts(root, split)
        places = tuple((i, j) for i in range(len(parts)) for j in range(len(self.betas)))
        names = tuple((SOURCES[self.source].title(parts[i]), f"beta {self.betas[j]:g}") for i, j in places)
        return Pairs(names, places, partial(self._pair, Path(root), parts))

    def constant(self, root):
        """Oracle: the mean of the true t over the scored pixels of all training pairs, one number for all images."""
        means = [
            np.exp(-beta * scene.d[scene.mask]).mean() for scene in self.scenes(root, "training") for beta in self.betas
        ]
        return float(np.mean(means))

    @staticmethod
    def median(pair):
        """Oracle: the median of the true t over the scored pixels of a pair, one number per image."""
        return float(np.median(pair.t[pair.mask]))

    @staticmethod
    def score(pair, t, J):
        """{"psnr", "ssim", "l1_t", "l1_J"}: see padnet.imaging.haze_scores.score."""
        return score(pair, t, J)

    def _damage(self):
        noise = f"noise of standard deviation {self.noise:g}, " if self.noise else ""
        return noise + "rounded to 8 bits" + (f", JPEG of quality {self.quality}" if self.quality else "")

    def _parts(self, root, split):
        if split not in SPLITS:
            raise InputError(f"there is no split {split!r}: choose from {', '.join(SPLITS)}")
        if not Path(root).is_dir():
            raise missing(root)
        source = SOURCES[self.source]
        parts = source.parts(split)
        for path in (path for part in parts for path in source.files(root, part)):
            if not path.is_file():
                raise missing(path)
        return parts

    def _scene(self, root, parts, i, _):
        return SOURCES[self.source].read(root, parts[i])

    def _pair(self, root, parts, i, j):
        rng = np.random.default_rng([self.seed, SOURCES[self.source].number(parts[i]), j])
        pair = haze_pair(self._scene(root, parts, i, 0), self.betas[j], np.full(3, rng.uniform(*self.airlight)))
        if not self.noise and self.quality is None:
            return pair
        return replace(pair, I=compressed(pair.I + self.noise * rng.standard_normal(pair.I.shape), self.quality))


def haze_pair(scene, beta, A):
    """The HazePair of a scene with haze, I quantised to 8 bits.

    scene: middlebury.Scene.   beta: scattering coefficient.   A: (3,) in (0, 1].
    """
    t = np.exp(-beta * scene.d)
    I = t[..., None] * scene.J + (1 - t[..., None]) * A  # Eq. (17)
    return HazePair(scene.name, np.round(255 * I) / 255, scene.J, t, np.asarray(A, np.float64), scene.mask, beta)


def compressed(I, quality=None):
    """The image (h, w, 3), clipped to [0, 1], rounded to 8 bits and compressed by JPEG of a quality from 1 to 95."""
    eight = np.round(255 * np.clip(I, 0, 1)).astype(np.uint8)
    if quality is None:
        return eight / 255
    file = io.BytesIO()
    Image.fromarray(eight).save(file, "jpeg", quality=quality)
    with Image.open(file) as image:
        return np.asarray(image) / 255


HAZE_PROTOCOLS = {
    entry.name: entry
    for entry in (
        HazeProtocol("middlebury-haze", "middlebury", 2006),
        HazeProtocol("photographs-haze", "photographs", 2013, noise=0.006, quality=60),
        HazeProtocol("quick-haze", "sample", 2014),
    )
}


def haze_protocol(name):
    """The haze protocol of that name. Raises InputError for an unknown one."""
    if name not in HAZE_PROTOCOLS:
        raise InputError(f"there is no haze protocol {name!r}: choose from {', '.join(HAZE_PROTOCOLS)}")
    return HAZE_PROTOCOLS[name]
