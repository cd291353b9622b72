"""padnet.example: the same picture for the same seed, one that the networks make sharper."""

import numpy as np

import padnet


def test_the_picture_is_the_blurred_truth():
    photo, kernel, truth = padnet.example()
    assert photo.shape == truth.shape == (160, 160) and photo.dtype == truth.dtype == np.uint8
    assert kernel.shape == (21, 21) and np.isclose(kernel.sum(), 1)
    clean, *_ = padnet.example(noise=0)
    assert 0.008 < np.std((photo - 1.0 * clean) / 255) < 0.012


def test_the_seed_decides():
    first, again, other = padnet.example(), padnet.example(), padnet.example(seed=7)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert np.array_equal(first.truth, other.truth)
    assert not np.array_equal(first.kernel, other.kernel) and not np.array_equal(first.photo, other.photo)
