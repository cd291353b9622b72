"""The noise of a blurred picture, from the picture alone."""

import io

import numpy as np
import pytest
from PIL import Image
from scipy.signal import fftconvolve

from padnet.data.sample_pictures import photograph
from padnet.imaging.kernels import sample_kernel
from padnet.tasks.noise_level import ESTIMATED, estimate_noise


def noisy(name, size, sigma, seed=3):
    """A photograph of scikit-image's wheel, blurred, with noise, rounded to 8 bits."""
    x = photograph(name)[:300, :300] / 255
    b = fftconvolve(x, sample_kernel(5, 0, (size,)), "valid")
    return np.round(255 * np.clip(b + sigma * np.random.default_rng(seed).standard_normal(b.shape), 0, 1)) / 255


LEAST, MOST = ESTIMATED
PHOTOGRAPHS = ("astronaut.png", "camera.png", "chelsea.png", "coins.png", "coffee.png", "rocket.jpg")


@pytest.mark.parametrize("name", PHOTOGRAPHS)
@pytest.mark.parametrize("size", [9, 21])
def test_it_is_within_fifteen_percent_on_photographs(name, size):
    for sigma in (0.01, 0.02, 0.035, 0.049):
        assert estimate_noise(noisy(name, size, sigma)) == pytest.approx(sigma, rel=0.15)


def test_it_is_neither_nothing_nor_without_end():
    k = sample_kernel(5, 0, (21,))
    assert estimate_noise(noisy("camera.png", 21, 0.0), k) == LEAST
    for given in (k, None):
        assert estimate_noise(noisy("camera.png", 21, 0.1), given) == pytest.approx(0.097, abs=0.004)  # clipped
    assert estimate_noise(np.random.default_rng(1).standard_normal((40, 40))) == MOST
    assert estimate_noise(np.zeros((3, 40))) == estimate_noise(np.zeros((40, 40))) == LEAST


def test_pixels_that_are_said_to_be_clipped_do_not_count():
    y = noisy("camera.png", 13, 0.02)
    good = np.arange(y.shape[1])[None] > y.shape[1] // 2
    y = np.where(good, y, 0.5 + 0.2 * np.random.default_rng(2).standard_normal(y.shape))
    good = np.broadcast_to(good, y.shape)
    assert estimate_noise(y, None, good) == pytest.approx(0.02, rel=0.15)
    assert estimate_noise(y) > 0.04


def test_saturated_windows_do_not_count():
    y = noisy("camera.png", 13, 0.02)
    half = y.copy()
    half[:, : y.shape[1] * 2 // 3] = 1.0
    assert estimate_noise(half) == pytest.approx(0.02, rel=0.15)


def test_the_channels_of_a_picture_share_one_number():
    a, b = noisy("camera.png", 13, 0.01, seed=1), noisy("camera.png", 13, 0.03, seed=2)
    each = [estimate_noise(a), estimate_noise(b)]
    assert estimate_noise([a, b]) == pytest.approx(np.sqrt(np.mean(np.square(each))))
    assert estimate_noise(channel for channel in (a, a)) == pytest.approx(estimate_noise(a))


@pytest.mark.parametrize("name", PHOTOGRAPHS)
@pytest.mark.parametrize("size", [9, 21])
def test_a_known_kernel_tells_where_there_is_noise_alone(name, size):
    k = sample_kernel(5, 0, (size,))
    for sigma in (0.01, 0.02, 0.045):
        assert estimate_noise(noisy(name, size, sigma), k) == pytest.approx(sigma, rel=0.2)


def test_a_jpeg_hides_noise_from_the_highest_frequencies_alone():
    y, k = noisy("camera.png", 21, 0.02), sample_kernel(5, 0, (21,))
    packed = io.BytesIO()
    Image.fromarray(np.rint(255 * y).astype(np.uint8)).save(packed, "JPEG", quality=85)
    y = np.asarray(Image.open(packed)) / 255
    assert estimate_noise(y) < 0.008
    assert estimate_noise(y, k) == pytest.approx(0.02, rel=0.25)


def test_a_kernel_that_is_nowhere_blind_tells_nothing():
    y = noisy("camera.png", 9, 0.02)
    for k in (np.ones((1, 1)), np.full((400, 1), 1 / 400)):  # the second is larger than the picture
        assert estimate_noise(y, k) == estimate_noise(y)


def test_saturated_pixels_do_not_count_where_the_kernel_is_blind():
    y, k = noisy("camera.png", 13, 0.02), sample_kernel(5, 0, (13,))
    y[:, : y.shape[1] // 3] = 1.0
    assert estimate_noise(y, k) == pytest.approx(0.02, rel=0.3)
    assert estimate_noise(np.ones((60, 60)), k) == estimate_noise(np.ones((60, 60))) == LEAST
