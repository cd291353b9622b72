"""The shift search finds what it should, equals a plain search, and stops where it is told."""

import time

import numpy as np
import pytest
from scipy.ndimage import shift as spline_shift
from standin import texture

from padnet.errors import InputError
from padnet.imaging.alignment import best_alignment


def interpolated(a, rows, columns):
    """a at real positions, bilinearly, its border repeated: the slow way."""
    (i, u), (j, v) = ((np.floor(p).astype(int), p - np.floor(p)) for p in (rows, columns))
    low, high = (lambda p, n: np.clip(p, 0, n - 1)), (lambda p, n: np.clip(p + 1, 0, n - 1))
    h, w = a.shape
    top = (1 - v) * a[np.ix_(low(i, h), low(j, w))] + v * a[np.ix_(low(i, h), high(j, w))]
    bottom = (1 - v) * a[np.ix_(high(i, h), low(j, w))] + v * a[np.ix_(high(i, h), high(j, w))]
    return (1 - u)[:, None] * top + u[:, None] * bottom


@pytest.mark.parametrize("crop, reach, shape", [(6, 3, (30, 37)), (0, 2, (20, 17)), (2, 4, (24, 24)), (5, 0, (20, 22))])
def test_it_equals_the_search_done_one_shift_after_the_other(crop, reach, shape):
    rng = np.random.default_rng([crop, reach])
    truth = rng.random(shape)
    estimate = interpolated(truth, np.arange(shape[0]) + 0.9, np.arange(shape[1]) - 1.6) + 0.1 * rng.random(shape)
    rows, columns = (np.arange(crop, side - crop) for side in shape)
    target = truth[crop : shape[0] - crop, crop : shape[1] - crop]
    steps = np.arange(-4 * reach, 4 * reach + 1) / 4
    plain = {
        (a, b): np.sum((interpolated(estimate, rows + a, columns + b) - target) ** 2) for a in steps for b in steps
    }
    shift, moved = best_alignment(estimate, truth, crop, reach)
    assert tuple(shift) == min(plain, key=plain.get)
    assert np.allclose(moved, interpolated(estimate, rows + shift[0], columns + shift[1]))


def test_a_shift_is_found_and_reach_limits_it():
    truth = texture(1)
    estimate = spline_shift(truth, (-6.25, 2.5), mode="grid-wrap")
    shift, moved = best_alignment(estimate, truth, 15, 7)
    assert np.array_equal(shift, [-6.25, 2.5])
    nearer, worse = best_alignment(estimate, truth, 15, 5)
    assert np.abs(nearer).max() <= 5
    target = truth[15:-15, 15:-15]
    assert np.sum((moved - target) ** 2) < 0.05 * np.sum((worse - target) ** 2)


def test_the_truth_itself_is_not_moved():
    truth = texture(1)
    for crop, reach in ((15, 7), (0, 7), (15, 0)):
        shift, moved = best_alignment(truth, truth, crop, reach)
        assert np.array_equal(shift, [0, 0]) and np.array_equal(moved, truth[crop : 96 - crop, crop : 96 - crop])


def test_3249_shifts_of_a_capture_take_a_moment():
    truth = np.random.default_rng(0).random((255, 255))
    times = []
    for _ in range(3):
        start = time.perf_counter()
        best_alignment(truth, truth, 15, 7)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.2


def test_what_cannot_be_aligned_is_refused():
    x = texture(1, 32)
    for estimate, crop, reach, words in (
        (x[1:], 2, 3, "a truth of its own shape"),
        (x[0], 2, 3, "a truth of its own shape"),
        (x * np.nan, 2, 3, "NaN"),
        (x, 16, 3, "leaves nothing"),
        (x, -1, 3, "leaves nothing"),
        (x, 2, -1, "whole number of pixels"),
        (x, 2, 0.5, "whole number of pixels"),
        (x, 2, np.nan, "whole number of pixels"),
    ):
        with pytest.raises(InputError, match=words):
            best_alignment(estimate, x, crop, reach)
