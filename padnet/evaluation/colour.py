"""Colour photographs: the opponent planes of padnet.deconvolve against the channels one by one.

    python -m padnet.evaluation.colour --profile paper

Eight colour images in scikit-image's wheel, none of which a network of the paper profile was trained on, with a
camera-shake kernel and 2 % noise in every channel. Both ways are given the noise level; the channels are deconvolved
as three grey photographs. The score is the PSNR over all channels without CROP pixels per side. "once": every plane in
one orientation, "turned": every channel in four, so that what the planes give and what the mean of orientations gives
can be told apart.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

from padnet.data.skimage_files import read_wheel
from padnet.evaluation.records import short
from padnet.imaging.degradation import observe
from padnet.imaging.kernels import sample_kernel
from padnet.imaging.metrics import psnr
from padnet.project import console
from padnet.project.atomic_files import write_csv
from padnet.project.determinism import deterministic
from padnet.project.params import load_seed
from padnet.project.paths import results
from padnet.tasks.deconvolution import deconvolve
from padnet.tasks.turns import AXES

PICTURES = (
    "astronaut.png",
    "chelsea.png",
    "coffee.png",
    "hubble_deep_field.jpg",
    "ihc.png",
    "motorcycle_right.png",
    "retina.jpg",
    "rocket.jpg",
)
SIDE, SIZE, NOISE, CROP, STREAM = 256, 17, 0.02, 20, 31
COLUMNS = ["picture", "input_psnr", "channels_psnr", "turned_psnr", "once_psnr", "opponents_psnr", "gain"]


def observed(name: str, number: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(truth, observation, kernel): the middle of an image, (h, w, 3) uint8, and its blurred and noisy version."""
    whole = read_wheel(name)[..., :3]
    top, left = ((n - SIDE) // 2 for n in whole.shape[:2])
    x = whole[top : top + SIDE, left : left + SIDE]
    k = sample_kernel(seed, number, (SIZE,))
    rng = np.random.default_rng([seed, STREAM, number])
    y = np.stack([observe(x[..., c] / 255, k, NOISE, True, rng) for c in range(3)], axis=-1)
    cut = SIZE // 2
    return x[cut:-cut, cut:-cut], np.round(255 * y).astype(np.uint8), k


def measure(name: str, number: int, seed: int) -> dict:
    """The row of an image."""
    x, y, k = observed(name, number, seed)
    found = [y, by_channel(y, k), by_channel(y, k, len(AXES)), deconvolve(y, k, NOISE, turns=1).image]
    scores = [score(x, image) for image in (*found, deconvolve(y, k, NOISE).image)]
    return dict(zip(COLUMNS, (name, *map(short, (*scores, scores[-1] - scores[1]))), strict=True))


def by_channel(y: np.ndarray, k: np.ndarray, turns: int | None = None) -> np.ndarray:
    """The channels of a photograph (h, w, 3) deconvolved one by one, in as many orientations."""
    channels = [np.ascontiguousarray(y[..., c]) for c in range(3)]
    return np.stack([deconvolve(channel, k, NOISE, turns=turns).image for channel in channels], axis=-1)


def score(x: np.ndarray, found: np.ndarray) -> float:
    """PSNR in dB of an 8-bit image (h, w, 3) without CROP pixels per side."""
    x, found = (a[CROP:-CROP, CROP:-CROP].reshape(len(a) - 2 * CROP, -1) for a in (x, found))  # channels side by side
    return psnr(x, found, data_range=255, border=0, quantise=False)


def colour(profile: str, root: Path = Path()) -> list[dict]:
    """Write results/PROFILE/colour.csv and return its rows."""
    deterministic()
    rows = [measure(name, i, load_seed()) for i, name in enumerate(PICTURES)]
    target = results(profile, root) / "colour.csv"
    target.parent.mkdir(parents=True, exist_ok=True)
    write_csv(target, rows, COLUMNS)
    return rows


def main(argv=None):
    """Run the stage, and print its rows."""
    parser = argparse.ArgumentParser(prog="padnet.evaluation.colour", description=__doc__.splitlines()[0])
    parser.add_argument("--profile", required=True, choices=["quick", "paper"])
    for row in colour(parser.parse_args(argv).profile):
        print(f"{row['picture']}: {row['channels_psnr']:.2f} -> {row['opponents_psnr']:.2f} dB, {row['gain']:+.2f}")


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
