"""An observation is convolution, border, noise and rounding, each as asked for."""

import numpy as np
import pytest
from scipy.ndimage import convolve
from scipy.signal import convolve2d
from standin import texture

from padnet.errors import InputError
from padnet.imaging.degradation import observe
from padnet.imaging.kernels import camera_shake


def observed(noise=0.01, quantise=True, seed=0, k=None, border="valid"):
    k = camera_shake(9, np.random.default_rng(1)) if k is None else k
    return observe(texture(0), k, noise, quantise, np.random.default_rng(seed), border)


def test_the_offset_puts_the_observation_where_the_truth_is():
    point = np.zeros((31, 31))
    point[15, 12] = 1
    for m, n in ((5, 7), (4, 6), (5, 4)):
        k = np.zeros((m, n))
        k[m // 2, n // 2] = 1
        y = observe(point, k, 0, False, np.random.default_rng(0))
        row, column = np.unravel_index(y.argmax(), y.shape)
        assert (row + (m - 1) // 2, column + (n - 1) // 2) == (15, 12)
        whole = observe(point, k, 0, False, np.random.default_rng(0), "replicate")
        assert whole.shape == point.shape and np.allclose(whole, point, atol=1e-12)


def test_noise_rounding_and_generator_change_the_observation():
    assert np.allclose(observed(0, False), convolve2d(texture(0), camera_shake(9, np.random.default_rng(1)), "valid"))
    assert abs(observed(0.05, False).std() ** 2 - observed(0, False).std() ** 2 - 0.05**2) < 5e-4
    y = observed()
    assert np.abs(255 * y - np.round(255 * y)).max() < 1e-9 and y.min() >= 0 and y.max() <= 1
    assert np.array_equal(y, observed()) and not np.array_equal(y, observed(seed=1))
    noisy = observed(2.0, True)
    assert noisy.min() == 0 and noisy.max() == 1


def test_a_replicated_border_keeps_the_size_and_agrees_inside():
    k = camera_shake(9, np.random.default_rng(1))
    y = observed(0, False, border="replicate")
    assert y.shape == texture(0).shape and np.allclose(y, convolve(texture(0), k, mode="nearest"))
    assert np.allclose(y[4:-4, 4:-4], observed(0, False))


def test_a_periodic_border_is_a_periodic_blur():
    k = camera_shake(9, np.random.default_rng(1))
    y = observed(0, False, border="periodic")
    assert y.shape == texture(0).shape and np.allclose(y, convolve(texture(0), k, mode="wrap"))
    assert np.allclose(y[4:-4, 4:-4], observed(0, False))


@pytest.mark.parametrize(
    "k, noise, words",
    [
        (np.ones((97, 3)) / 291, 0.01, "larger than the image"),
        (np.ones((3, 3)), 0.01, "sums to 9: divide it by its sum"),
        (np.full((3, 3), np.nan), 0.01, "NaN"),
        (np.zeros((3, 3)), 0.01, "positive sum"),
        (None, -1, "zero or more, not -1"),
        (None, np.nan, "zero or more, not nan"),
    ],
)
def test_an_unfit_kernel_or_noise_is_refused(k, noise, words):
    with pytest.raises(InputError, match=words):
        observed(noise, k=k)


def test_an_unfit_image_or_border_is_refused():
    with pytest.raises(InputError, match="scale it"):
        observe(255 * texture(0), np.ones((1, 1)), 0, False, np.random.default_rng(0))
    with pytest.raises(InputError, match="one of valid, replicate, periodic, not 'zero'"):
        observed(border="zero")
