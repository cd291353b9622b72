"""Simulated camera shakes are kernels, repeatable, and spread like real ones."""

import numpy as np
import pytest

from padnet.errors import InputError
from padnet.imaging.kernels import SIZES, camera_shake, check_kernel, sample_kernel, training_kernel


def centroid(k):
    rows, columns = np.indices(k.shape)
    return np.array([(k * rows).sum(), (k * columns).sum()]) - (np.array(k.shape) - 1) / 2


@pytest.mark.parametrize("size", range(9, 42, 2))
def test_a_camera_shake_is_a_centred_kernel(size):
    k = camera_shake(size, np.random.default_rng(size))
    check_kernel(k)
    assert k.shape == (size, size) and k.dtype == np.float64 and k.min() >= 0
    assert abs(k.sum() - 1) < 1e-12 and np.abs(centroid(k)).max() < 0.05


def test_the_stream_the_seed_and_the_index_choose_the_kernel():
    assert np.array_equal(training_kernel(3, 5), training_kernel(3, 5))
    others = [training_kernel(3, 6), training_kernel(4, 5), sample_kernel(3, 5)]
    assert not any(np.array_equal(training_kernel(3, 5), other) for other in others)


def test_the_sizes_are_drawn_from_the_given_ones():
    assert {training_kernel(0, i).shape[0] for i in range(80)} == set(SIZES)
    assert {training_kernel(0, i, (9, 31)).shape[0] for i in range(20)} == {9, 31}


def test_the_kernels_are_thin_and_of_all_directions_as_real_ones():
    kernels = [training_kernel(1, i) for i in range(60)]
    # Levin's eight kernels have 20 to 33 effective pixels, 1 / sum k^2, and a spread of 0.19 to 0.36 of their size.
    effective = np.array([1 / (k**2).sum() for k in kernels])
    assert 20 < np.median(effective) < 40
    rows = [(np.indices(k.shape)[0] - (len(k) - 1) / 2) / len(k) for k in kernels]
    up = np.array([(k * r**2).sum() for k, r in zip(kernels, rows, strict=False)])
    across = np.array([(k.T * r**2).sum() for k, r in zip(kernels, rows, strict=False)])
    assert 0.15 < np.median(np.sqrt(up + across)) < 0.36
    assert 0.2 < (up > across).mean() < 0.8


@pytest.mark.parametrize("size", [7, 10, 43, 0, 12.5])
def test_an_unfit_size_is_refused(size):
    with pytest.raises(InputError, match="odd size from 9 to 41"):
        camera_shake(size, np.random.default_rng(0))


@pytest.mark.parametrize(
    "k, words",
    [
        (np.ones(3), "two axes"),
        (np.ones((1, 3, 3)), "two axes"),
        (np.zeros((0, 3)), "at least one pixel"),
        (np.ones((3, 3), int), "floating-point"),
        (np.full((3, 3), np.nan), "NaN"),
        (np.full((3, 3), np.inf), "NaN"),
        (np.zeros((3, 3)), "sums to 0"),
        (-np.ones((3, 3)), "sums to -9"),
    ],
)
def test_what_is_not_a_kernel_is_refused_in_one_sentence(k, words):
    with pytest.raises(InputError, match=words):
        check_kernel(k)
