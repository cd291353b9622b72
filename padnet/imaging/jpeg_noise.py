"""What JPEG compression does to a photograph, as the standard deviation of a noise, from its quantisation tables.

A coefficient of the 8x8 cosine transform is rounded to a multiple of its step q. That leaves an error of q^2 / 12, as
long as the coefficient is not rounded to zero altogether. The fine coefficients nearly always are; there the error is
the photograph's own content, which blur has made small. So the coarser half of the coefficients is averaged.
"""

from collections.abc import Mapping, Sequence

import numpy as np

BLOCK = 8  # pixels
COARSE = 5  # of row and column of a coefficient together: to here it counts


def compression_noise(tables: Mapping[int, Sequence[int]]) -> tuple[float, float]:
    """(of the brightness, of the colours): standard deviation of the error of a JPEG, white being 1.

    tables: the quantisation tables by number, 64 steps each in rows, as PIL.Image gives them; table 0 is that of the
    brightness, and 1 that of the colours, or the only one of both. (0, 0) without tables of 64 steps.
    """
    steps = [np.asarray(tables[i], dtype=float) for i in sorted(tables) if len(tables[i]) == BLOCK**2]
    if not steps:
        return 0.0, 0.0
    row, column = np.divmod(np.arange(BLOCK**2), BLOCK)
    used = (row + column > 0) & (row + column <= COARSE)
    found = [float(np.sqrt(np.mean(q[used] ** 2) / 12)) / 255 for q in steps]
    return found[0], found[min(1, len(found) - 1)]
