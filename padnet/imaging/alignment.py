"""Align an estimate with its ground truth, as used to score the captures of Levin et al. (CVPR 2009).

Kernel and image of a capture are only determined up to a common shift, so an estimate may be shifted by some pixels.
All shifts up to `reach` px in steps of a quarter pixel are tried with bilinear interpolation, and the one with the
smallest squared error is scored.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from padnet.errors import InputError

STEPS = 4  # per pixel


def _between(a, fraction, axis):
    """`a` linearly interpolated at p + fraction along `axis`; one sample shorter unless the fraction is 0."""
    if fraction == 0:
        return a
    size = a.shape[axis]
    return (1 - fraction) * a.take(range(size - 1), axis) + fraction * a.take(range(1, size), axis)


def _window_sums(a, h, w):
    """The sums over all (h, w) windows of `a`."""
    total = np.pad(a.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    return total[h:, w:] - total[:-h, w:] - total[h:, :-w] + total[:-h, :-w]


def best_alignment(estimate, truth, crop, reach):
    """The shift of `estimate` that fits `truth` best, and the aligned part of the estimate.

    estimate, truth: (h, w) of one shape.   crop: pixels excluded on each side of the truth.
    reach: largest shift along each axis in whole pixels, >= 0.
    Returns d, (2,) in pixels, and the estimate at p + d for the pixels p of truth[crop:-crop], float64, (h - 2 crop,
    w - 2 crop). The estimate is extended by replicating its border.
    Raises InputError for different shapes, values that are not finite, or an invalid crop or reach.
    """
    estimate, truth = np.asarray(estimate, np.float64), np.asarray(truth, np.float64)
    if estimate.ndim != 2 or estimate.shape != truth.shape:
        raise InputError(
            f"an estimate is aligned with a truth of its own shape, (h, w); these are {estimate.shape} "
            f"and {truth.shape}"
        )
    if not (np.isfinite(estimate).all() and np.isfinite(truth).all()):
        raise InputError("an image to be aligned holds NaN or infinite values: fix the method that produced it")
    if not isinstance(reach, (int, np.integer)) or reach < 0:
        raise InputError(f"the reach of the search is a whole number of pixels, zero or more, not {reach}")
    if crop < 0 or min(truth.shape) <= 2 * crop:
        raise InputError(f"a crop of {crop} pixels a side leaves nothing of {truth.shape}: take a smaller one")
    h, w = truth.shape[0] - 2 * crop, truth.shape[1] - 2 * crop
    target = truth[crop : crop + h, crop : crop + w]
    # The pixels for all integer shifts: (h + 2 reach, w + 2 reach).
    seen = np.pad(estimate, max(reach - crop, 0), mode="edge")
    margin = max(crop - reach, 0)
    seen = seen[margin : seen.shape[0] - margin, margin : seen.shape[1] - margin]

    # ||moved - target||^2 = ||moved||^2 - 2 <moved, target> + ||target||^2. The inner product is linear in moved, so
    # for fractional shifts it is interpolated between integer shifts.
    inner = np.einsum("ijkl,kl->ij", sliding_window_view(seen, (h, w)), target)
    misfit = np.full((STEPS * 2 * reach + 1,) * 2, np.inf)
    for i in range(STEPS if reach else 1):
        for j in range(STEPS if reach else 1):
            moved, product = (_between(_between(a, i / STEPS, 0), j / STEPS, 1) for a in (seen, inner))
            misfit[i::STEPS, j::STEPS] = _window_sums(moved * moved, h, w) - 2 * product
    row, column = np.unravel_index(misfit.argmin(), misfit.shape)
    (top, i), (left, j) = divmod(int(row), STEPS), divmod(int(column), STEPS)
    moved = _between(_between(seen, i / STEPS, 0), j / STEPS, 1)[top : top + h, left : left + w]
    return np.array([row, column]) / STEPS - reach, moved
