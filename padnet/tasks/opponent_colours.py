"""Opponent colour transform: one grey plane and two colour differences, which are less correlated than RGB.

The channels of a photograph are strongly correlated, and denoising each one separately ignores this. Of these three
planes the first contains the scene with less noise than a channel, and the other two contain little but noise.
"""

from collections.abc import Iterator

import numpy as np

from padnet.imaging.arrays import Array, plane, set_plane

ROWS = np.array([[1 / 3, 1 / 3, 1 / 3], [1 / 2, 0, -1 / 2], [1 / 4, -1 / 2, 1 / 4]])  # applied to red, green, blue
BACK = np.array([[1, 1, 2 / 3], [1, 0, -4 / 3], [1, -1, 2 / 3]])
GREY = np.array([0, 0.5, 0.5])  # offset: a zero difference is mapped to the middle of [0, 1], the range of the networks
NOISE = np.sqrt((ROWS**2).sum(axis=1))  # standard deviation of each plane's noise, if every channel has 1
# The networks were trained on grey pictures, whose contrast is larger than that of the differences. A factor of 2 gives
# IPADNet 0.03 dB on nine training photographs, 0.1 dB where colours are weak, as long as its noise is one of training.
CONTRAST = 2.0
BRIGHT, GROUND = 253 / 255, 0.05  # of white: saturated, also after JPEG; the largest share of lamps in a picture
NAMES = ("grey", "red - blue", "red - 2 green + blue")


def contrast(i: int, level: float, largest: float) -> float:
    """The factor of plane i, around the middle of [0, 1], before the networks of IPADNet get it.

    level: standard deviation of the plane's noise. largest: the largest of the training. A factor of 2 beyond it costs
    0.04 dB at 10 % noise, so it is 1 there, as for the grey plane.
    """
    return CONTRAST if i > 0 and CONTRAST * level <= largest else 1.0


class Planes:
    """The planes of a photograph, computed one at a time: three opponent planes for colour, else one.

    A colour photograph with identical channels is treated as grey. Planes are computed on access, so that a large
    photograph is not in memory three times.

    Args:
        seen: the channels, (c, h, w), c = 1 or 3.
    """

    def __init__(self, seen: Array):
        alike = all(bool((channel == seen[0]).all()) for channel in seen[1:])
        self.seen, self.coloured = seen, not alike

    def __len__(self) -> int:
        return 3 if self.coloured else 1

    def __getitem__(self, i: int) -> np.ndarray:
        """Plane i, (h, w) float64 in [0, 1]."""
        if not self.coloured:
            return plane(self.seen[0])
        total = np.full(tuple(self.seen.shape[1:]), GREY[i])
        for weight, channel in zip(ROWS[i], self.seen, strict=True):
            if weight:
                total += weight * plane(channel)
        return total

    def __iter__(self) -> Iterator[np.ndarray]:
        return (self[i] for i in range(len(self)))

    def share(self, i: int) -> float:
        """Standard deviation of the noise of plane i, if that of every channel is 1."""
        return float(NOISE[i]) if self.coloured else 1.0

    def unclipped(self) -> np.ndarray:
        """(h, w) bool: the pixels where no channel is black or white, so that noise is not clipped."""
        good = np.ones(tuple(self.seen.shape[1:]), dtype=bool)
        for channel in self.seen:
            values = plane(channel)  # PyTorch cannot compare uint16
            good &= (values > 0) & (values < 1)
        return good

    def saturated(self) -> np.ndarray | None:
        """(h, w) bool: the pixels where a channel is white, which may have been brighter; None without any.

        None, too, where more than 5 % are white: that is a white ground, such as paper, which is as bright as it seems.
        """
        found = np.zeros(tuple(self.seen.shape[1:]), dtype=bool)
        for channel in self.seen:
            found |= plane(channel) >= BRIGHT
        return found if 0 < found.mean() <= GROUND else None

    def write(self, found: list[np.ndarray], target: Array) -> None:
        """Convert all planes, (h, w) floats each, back and write them to the channels of `target`; clipped."""
        for j, channel in enumerate(target):
            if self.coloured:
                parts = (b * (x - g) for b, x, g in zip(BACK[j], found, GREY, strict=True) if b)
                set_plane(channel, sum(parts))
            else:
                set_plane(channel, found[0])
