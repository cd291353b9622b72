"""Pairs of truth and observation, each made when it is asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Pair:
    """One truth and its blurred observation; images in [0, 1], float64.

    x: (h, w) truth.   y: (h', w') observation.   k: (m, n) convolution kernel, sums to 1.
    offset: (top, left) place of y[0, 0] in the frame of x.   crop: pixels a side of x that are not scored.
    original: (h, w) the truth as its file has it, where x is that truth registered to a capture; else None.
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
    """A sequence of Pair, or of what `make` makes, that reads a picture only when its pair is taken, and keeps none.

    A slice is a Pairs again, so a part of a benchmark costs nothing before it is used.

    names: (image, kernel) of every pair.   make: makes the pair of a position of `places`.
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
