"""A blurred example image for `padnet.deconvolve`, made from an image that ships with scikit-image."""

from typing import NamedTuple

import numpy as np
from skimage.data import astronaut
from skimage.util import img_as_float64

from padnet.imaging.degradation import observe
from padnet.imaging.kernels import sample_kernel

SEED = 2018
SIZE = 21  # of the kernel
CROP = slice(10, 190), slice(130, 310)  # a face


class Example(NamedTuple):
    """An observation and its ground truth: photo and truth (h, w) uint8, kernel (m, n) float64 of sum 1."""

    photo: np.ndarray
    kernel: np.ndarray
    truth: np.ndarray


def example(seed: int = SEED, noise: float = 0.01) -> Example:
    """A grey photograph with simulated camera shake, noise and 8-bit quantisation; deterministic for a given seed.

    seed: of the kernel and the noise, an integer >= 0. noise: its standard deviation, for a range of [0, 1].
    """
    picture = img_as_float64(astronaut()[CROP]) @ [0.299, 0.587, 0.114]
    kernel = sample_kernel(seed, 0, (SIZE,))
    photo = observe(picture, kernel, noise, quantise=True, rng=np.random.default_rng([seed, SIZE]))
    border = SIZE // 2  # pixels on each side that the photograph does not contain
    truth = picture[border : border + photo.shape[0], border : border + photo.shape[1]]
    return Example(_bytes(photo), kernel, _bytes(truth))


def _bytes(picture: np.ndarray) -> np.ndarray:
    return np.rint(255 * picture).astype(np.uint8)
