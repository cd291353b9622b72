"""Pairs of ground truth and observation, created on access."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Pair:
    """A ground truth and its blurred observation; images in [0, 1], float64.

    x: (h, w) truth.   y: (h', w') observation.   k: (m, n) convolution kernel, sums to 1.
    offset: (top, left) of y[0, 0] relative to x.   crop: pixels on each side of x that are not scored.
    original: (h, w) the truth as stored in its file, if x is that truth registered to a capture; else None.
    """

    image: str
    kernel: str
    x: np.ndarray
    y: np.ndarray
    k: np.ndarray
    offset: tuple[int, int]
    crop: int
    original: np.ndarray | None = None


@dataclass(frozen=True)
class Pairs(Sequence):
    """A lazy sequence of Pair, or whatever `make` returns: images are read on access and not cached.

    A slice is again a Pairs, so selecting a part of a benchmark is free.

    names: (image, kernel) of every pair.   make: creates the pair at a position of `places`.
    """

    names: tuple[tuple[str, str], ...]
    places: tuple[tuple[int, int], ...]
    make: Callable[[int, int], Pair]

    def __len__(self):
        return len(self.names)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return Pairs(self.names[index], self.places[index], self.make)
        return self.make(*self.places[index])
