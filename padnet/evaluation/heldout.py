"""Image networks on images not used in training, with nine types of kernels and six noise levels.

    python -m padnet.evaluation.heldout --profile paper --weights image-ipadnet

The images are the held-out part of Train400; kernels and noise have their own random streams. No benchmark data are
used, so that design choices can be based on these results. Each row is one image: the kernel, its noise level, the
noise level given to the method, and the PSNR of the observation and of the result.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from padnet.data.readers import training_pictures
from padnet.errors import InputError
from padnet.evaluation.records import short
from padnet.experiments.distributed import join
from padnet.experiments.image import ImageExperiment
from padnet.imaging.blur_kinds import blur_kernel
from padnet.imaging.degradation import observe
from padnet.imaging.metrics import psnr
from padnet.labels import IMAGE_NETWORKS, SEEDS
from padnet.project import console
from padnet.project.atomic_files import write_csv
from padnet.project.determinism import deterministic
from padnet.project.params import load_seed
from padnet.project.paths import check_profile
from padnet.tasks.deconvolution import restore
from padnet.tasks.noise_level import LEAST, ROUNDING, estimate_noise
from padnet.tasks.pretrained import of_file
from padnet.tasks.restorer import Restorer

KERNELS = {
    "small shake": ("shake", 15),
    "shake": ("shake", 25),
    "large shake": ("shake", 41),
    "short line": ("line", 15),
    "long line": ("line", 29),
    "disk": ("disk", 13),
    "box": ("box", 13),
    "Gaussian": ("gaussian", 19),
    "anisotropic Gaussian": ("anisotropic", 25),
}
LEVELS = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1)
MISTOLD = (0.01, 0.03)  # noise levels for which half and twice the level are given too
EACH = 4  # images per kernel and noise level
CROP = 8  # pixels per side that are not scored
STREAM = 21  # random stream of kernels and noise, separate from those of the trainings
ROW = ["weights", "kernel", "noise", "told", "picture", "input_psnr", "psnr", "holds"]


@dataclass(frozen=True)
class Case:
    """One observation. x: (h, w) ground truth, y: the blurred image of the same region, both in [0, 1]. k: its kernel.

    told: how the noise level given to the method is chosen, see cases().
    """

    kernel: str
    noise: float
    told: str
    picture: str
    x: np.ndarray
    y: np.ndarray
    k: np.ndarray


def cases(pictures: list[tuple[str, np.ndarray]], seed: int, each: int = EACH) -> Iterator[Case]:
    """All observations, cycling through the images.

    told is "true", "half" or "twice" the noise level, or "estimated".
    """
    number = 0
    for i, (name, (kind, size)) in enumerate(KERNELS.items()):
        k = blur_kernel(kind, size, np.random.default_rng([seed, STREAM, i]))
        top, left = ((m - 1) // 2 for m in k.shape)
        for noise in sorted({*LEVELS, *MISTOLD}):
            for _ in range(each):
                picture, x = pictures[number % len(pictures)]
                y = observe(x, k, noise, True, np.random.default_rng([seed, STREAM, i, number]))
                x = x[top : top + y.shape[0], left : left + y.shape[1]]
                number += 1
                for told in ("true", "estimated", *(("half", "twice") if noise in MISTOLD else ())):
                    yield Case(name, noise, told, picture, x, y, k)


def level(case: Case, restorer: Restorer) -> float:
    """The noise level given to the method. Earlier networks do not account for the rounding to 8 bits."""
    if case.told == "estimated":
        return estimate_noise(case.y, case.k)
    told = {"half": 0.5, "true": 1.0, "twice": 2.0}[case.told] * case.noise
    return float(np.hypot(told, ROUNDING)) if restorer.settings.told else max(told, LEAST)


def score(x: np.ndarray, found: np.ndarray) -> float:
    """PSNR in dB of a result, clipped to [0, 1], without CROP pixels per side."""
    return psnr(np.clip(found, 0, 1), x, data_range=1, border=CROP, quantise=False)


def measure(case: Case, weights: str, restorer: Restorer) -> dict:
    """The row of a case."""
    (found,), (proof,) = restore(restorer, "ipadnet", [case.y], case.k, level(case, restorer))
    told = (weights, case.kernel, case.noise, case.told, case.picture)
    return dict(zip(ROW, (*told, *(short(score(case.x, z)) for z in (case.y, found)), proof.holds), strict=True))


def held_pictures(profile: str, root: Path) -> list[tuple[str, np.ndarray]]:
    """The training pictures that no image network is trained on: (name, (h, w) in [0, 1])."""
    held = ImageExperiment(profile).data.held_pictures
    return training_pictures(root / "data" / profile)[-held:]


def first_cases(profile: str, count: int, root: Path) -> list[Case]:
    """`count` observations with 1 % noise of which the methods are told, to time them."""
    found = cases(held_pictures(profile, root), load_seed())
    return list(islice((case for case in found if (case.noise, case.told) == (0.01, "true")), count))


def heldout(profile: str, weights: str, root: Path = Path(), each: int = EACH) -> list[dict]:
    """Evaluate one set of networks and write its records. Raises InputError for an unknown name."""
    deterministic()
    if weights not in IMAGE_NETWORKS | SEEDS:
        raise InputError(f"there are no networks {weights!r}: use one of {', '.join(IMAGE_NETWORKS | SEEDS)}.")
    restorer = of_file(root / f"weights/{check_profile(profile)}/{weights}.safetensors")
    pictures = held_pictures(profile, root)
    ranks, target = join(), root / f"results/{profile}/heldout/{weights}.csv"
    made = list(cases(pictures, load_seed(), each))
    rows = ranks.each(lambda case: measure(case, weights, restorer), made, f"{weights} on held-out images", "image")
    if ranks.first:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_csv(target, rows, ROW)
    ranks.meet()
    return rows


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this stage."""
    parser.add_argument("--profile", required=True, choices=["quick", "paper"])
    parser.add_argument("--weights", required=True, choices=[*IMAGE_NETWORKS, *SEEDS], help="the networks")


def main(argv=None):
    """Run the stage."""
    parser = argparse.ArgumentParser(prog="padnet heldout", description="Image networks on held-out pictures.")
    add_arguments(parser)
    options = parser.parse_args(argv)
    heldout(options.profile, options.weights)


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
