"""Benchmark protocols: data, blur, noise, quantisation, boundary, crop and scoring, each as one object.

Published numbers on the same images differ by up to 3 dB because the protocols differ, so every table row names its
protocol. `describe()` documents each protocol.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from padnet.data.readers import missing, read_grey, training_pictures
from padnet.data.sets import SELECTIONS, SETS, kernels, pictures, selected
from padnet.errors import InputError
from padnet.imaging.alignment import best_alignment
from padnet.imaging.degradation import observe
from padnet.imaging.metrics import psnr, ssim
from padnet.imaging.pairs import Pair, Pairs
from padnet.imaging.registration import registered

__all__ = ["PROTOCOLS", "Pair", "Pairs", "Protocol", "observe", "protocol", "training_pictures"]


@dataclass(frozen=True)
class Protocol:
    """The definition of a benchmark protocol.

    source: "levin09" (folders levin09 and levin09-kernels), "sun13" (folders sun13 and levin09-kernels) or "sample"
    (folders test and kernels).
    noise: standard deviation for a range of [0, 1]; None for captures, which contain real noise.
    quantise: 8-bit quantisation of the observation.
    border: "valid" (nothing outside x is observed), "replicate" (edge replication of x) or "captured".
    crop: pixels on each side that are not scored.   seed: of the noise, together with the numbers of image and
    kernel.
    selection: the combinations of images and kernels: "all", "80" or "20", see padnet.data.sets.
    reach: maximum shift in pixels of an estimated image when it is scored; 0 for no alignment.
    """

    name: str
    source: str
    noise: float | None
    quantise: bool
    border: str
    crop: int
    seed: int
    selection: str = "all"
    reach: int = 0

    def describe(self):
        """A description of the protocol in two sentences: observation and scoring."""
        blur = (
            "the real captures, the truth registered to a quarter pixel"
            if self.border == "captured"
            else {"valid": "valid convolution", "replicate": "convolution of the picture with its border repeated"}[
                self.border
            ]
            + f", Gaussian noise of {255 * self.noise:.4g}/255"
            + (", rounded to 8 bits" if self.quantise else "")
        )
        choice = "" if self.selection == "all" else f", {SELECTIONS[self.selection]}"
        shift = (
            f", after the shift of at most {self.reach} px in steps of 0.25 px (bilinear) that brings it "
            "nearest to the truth as its file has it"
            if self.reach
            else ""
        )
        return (
            f"{self.name}: {SETS[self.source]}{choice}; {blur}; {self.crop} pixels a side are not scored. "
            f"PSNR and SSIM are of the image clipped to [0, 1] and not rounded{shift}."
        )

    def pairs(self, root):
        """The pairs of the protocol as a lazy Pairs, images before kernels, sorted by name.

        root: the data folder, data/paper or data/quick.
        The existence of all files is checked at once. Raises PadnetError if one is missing, with the command that
        creates it; a damaged image raises when its pair is accessed.
        """
        root = Path(root)
        if not root.is_dir():
            raise missing(root)
        images, blurs = pictures(self.source, root), kernels(self.source, root)
        places = tuple(selected(self.selection, len(images), len(blurs)))
        names = tuple((images[i][0], blurs[j][0]) for i, j in places)
        if self.border == "captured":
            for image, kernel in names:
                if not _capture(root, image, kernel).is_file():
                    raise missing(_capture(root, image, kernel))
        return Pairs(names, places, partial(self._pair, root, images, blurs))

    def _pair(self, root, images, blurs, i, j):
        (image, read), (kernel, k) = images[i], blurs[j]
        x = read()
        if self.border == "captured":
            y = read_grey(_capture(root, image, kernel))
            return Pair(image, kernel, registered(x, y, k), y, k, (0, 0), self.crop, x)
        y = observe(x, k, self.noise, self.quantise, np.random.default_rng([self.seed, i, j]), self.border)
        offset = (0, 0) if self.border == "replicate" else ((k.shape[0] - 1) // 2, (k.shape[1] - 1) // 2)
        return Pair(image, kernel, x, y, k, offset, self.crop)

    def compared(self, pair, estimate):
        """The scored parts of estimate and truth, two arrays of (h - 2 crop, w - 2 crop) in [0, 1].

        estimate: (h, w), aligned with pair.x; it is clipped to [0, 1] and, if reach > 0, shifted.
        Raises InputError for an estimate of a different shape or with NaN.
        """
        estimate = np.asarray(estimate, np.float64)
        if estimate.shape != pair.x.shape:
            raise InputError(
                f"an estimate of {pair.image} under {pair.kernel} has the shape of its truth, "
                f"{pair.x.shape}, not {estimate.shape}: place it in the frame of the truth"
            )
        truth = pair.x if pair.original is None else pair.original
        _, moved = best_alignment(np.clip(estimate, 0, 1), truth, self.crop, self.reach)
        return moved, truth[self.crop : truth.shape[0] - self.crop, self.crop : truth.shape[1] - self.crop]

    def score(self, pair, estimate):
        """{"psnr": dB, "ssim": ...} of an estimated image against the truth. Arguments and errors as for compared."""
        moved, truth = self.compared(pair, estimate)
        choices = {"data_range": 1, "border": 0, "quantise": False}
        return {"psnr": psnr(moved, truth, **choices), "ssim": ssim(moved, truth, **choices)}


def _capture(root, image, kernel):
    return root / f"levin09/{image}_{kernel}_img.png"


ONE_PERCENT = {"noise": 2.55 / 255, "quantise": True}
SUN = {"source": "sun13", "border": "replicate", "crop": 50, "seed": 2013, **ONE_PERCENT}

PROTOCOLS = {
    entry.name: entry
    for entry in (
        Protocol("levin-1pct", "levin09", border="valid", crop=30, seed=2009, **ONE_PERCENT),
        Protocol("levin-real", "levin09", noise=None, quantise=True, border="captured", crop=15, seed=2009, reach=7),
        Protocol("sun", **SUN),
        Protocol("sun-80", selection="80", **SUN),
        Protocol("sun-20", selection="20", **SUN),
        Protocol("quick", "sample", border="valid", crop=20, seed=2018, **ONE_PERCENT),
    )
}


def protocol(name):
    """The protocol of that name. Raises InputError for an unknown one."""
    if name not in PROTOCOLS:
        raise InputError(f"there is no protocol {name!r}: choose from {', '.join(PROTOCOLS)}")
    return PROTOCOLS[name]
