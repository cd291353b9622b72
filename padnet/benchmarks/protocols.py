"""Benchmark protocols: data, blur, noise, rounding, border and crop, each as one object.

Published numbers on the same pictures differ by up to 3 dB because the protocols differ, so every
printed row names its protocol. What each object does is its `describe()`.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.signal import fftconvolve

from padnet.benchmarks.kernels import check_kernel
from padnet.benchmarks.pictures import (check_image, levin_kernels, missing, read_folder, read_grey, read_kernel,
                                        training_pictures)
from padnet.benchmarks.registration import registered
from padnet.errors import InputError

__all__ = ["PROTOCOLS", "Pair", "Protocol", "observe", "protocol", "training_pictures"]


@dataclass(frozen=True)
class Pair:
    """One truth and its blurred observation; images in [0, 1], float64.

    x: (h, w) truth.   y: (h', w') observation.   k: (m, n) convolution kernel, sums to 1.
    offset: (top, left) place of y[0, 0] in the frame of x.   crop: pixels a side of x that are not scored.
    """

    image: str
    kernel: str
    x: np.ndarray
    y: np.ndarray
    k: np.ndarray
    offset: tuple[int, int]
    crop: int


def observe(x, k, noise, quantise, rng):
    """The blurred observation of `x`: valid convolution with `k`, noise, rounding.

    x: (h, w) in [0, 1].   k: (m, n), sums to 1, no larger than x.   rng: numpy Generator of the noise.
    noise: standard deviation of the Gaussian noise, in units of the range [0, 1].
    quantise: round to 8 bits and clip to [0, 1], as a camera does.
    Returns (h - m + 1, w - n + 1) float64; its first pixel is pixel ((m-1)//2, (n-1)//2) of x.
    Raises InputError for an unfit image, kernel or noise.
    """
    check_image(x)
    check_kernel(k)
    if any(a > b for a, b in zip(k.shape, x.shape)):
        raise InputError(f"the kernel {k.shape} is larger than the image {x.shape}: "
                         "crop the kernel or take a larger image")
    if abs(k.sum() - 1) > 1e-6:
        raise InputError(f"the kernel sums to {k.sum():g}: divide it by its sum")
    if not (np.isfinite(noise) and noise >= 0):
        raise InputError(f"the noise is a standard deviation, zero or more, not {noise}")
    y = fftconvolve(x, k, mode="valid") + noise * rng.standard_normal((x.shape[0] - k.shape[0] + 1,
                                                                       x.shape[1] - k.shape[1] + 1))
    return np.clip(np.round(255 * y), 0, 255) / 255 if quantise else y


@dataclass(frozen=True)
class Protocol:
    """How a table's numbers are made.

    source: "levin09" (folders levin09 and levin09-kernels) or "sample" (folders test and kernels).
    noise: standard deviation in units of the range [0, 1]; None for captures, whose noise is theirs.
    quantise: 8-bit rounding.   border: "valid" (what lies outside x was never seen) or "captured".
    crop: pixels a side that are not scored.   seed: of the noise, with the numbers of image and kernel.
    """

    name: str
    source: str
    noise: float | None
    quantise: bool
    border: str
    crop: int
    seed: int

    def describe(self):
        """The protocol in one sentence."""
        data = {"levin09": "4 pictures x 8 kernels of Levin et al. 2009",
                "sample": "the quick profile's pictures and simulated camera-shake kernels"}[self.source]
        blur = ("the real captures, the truth registered to a quarter pixel" if self.border == "captured" else
                f"valid convolution, Gaussian noise of {255 * self.noise:.4g}/255"
                + (", rounded to 8 bits" if self.quantise else ""))
        return f"{self.name}: {data}; {blur}; {self.crop} pixels a side are not scored."

    def pairs(self, root):
        """Every Pair of the protocol, images before kernels, in the order of their names.

        root: the data folder, data/paper or data/quick.
        Raises PadnetError when a file is missing or broken, with the command that brings it.
        """
        root = Path(root)
        if not root.is_dir():
            raise missing(root)
        if self.source == "levin09":
            images = [(f"im{i}", read_grey(root / f"levin09/im{i}.png")) for i in range(1, 5)]
            kernels = levin_kernels(root)
        else:
            images = read_folder(root / "test", ".png", read_grey)
            kernels = read_folder(root / "kernels", ".npy", read_kernel)
        return [self._pair(root, i, j, *image, *kernel)
                for i, image in enumerate(images) for j, kernel in enumerate(kernels)]

    def _pair(self, root, i, j, image, x, kernel, k):
        if self.border == "captured":
            y = read_grey(root / f"levin09/{image}_{kernel}_img.png")
            return Pair(image, kernel, registered(x, y, k), y, k, (0, 0), self.crop)
        y = observe(x, k, self.noise, self.quantise, np.random.default_rng([self.seed, i, j]))
        return Pair(image, kernel, x, y, k, ((k.shape[0] - 1) // 2, (k.shape[1] - 1) // 2), self.crop)


PROTOCOLS = {entry.name: entry for entry in (
    Protocol("levin-1pct", "levin09", noise=2.55 / 255, quantise=True, border="valid", crop=30, seed=2009),
    Protocol("levin-real", "levin09", noise=None, quantise=True, border="captured", crop=15, seed=2009),
    Protocol("quick", "sample", noise=2.55 / 255, quantise=True, border="valid", crop=20, seed=2018),
)}


def protocol(name):
    """The protocol of that name. Raises InputError for an unknown one."""
    if name not in PROTOCOLS:
        raise InputError(f"there is no protocol {name!r}: choose from {', '.join(PROTOCOLS)}")
    return PROTOCOLS[name]
