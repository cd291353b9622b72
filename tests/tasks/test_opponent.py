"""A colour photograph as a grey picture and two differences: there and back, and how much noise each has."""

import numpy as np

from padnet.tasks.opponent import NOISE, colours, opponents


def test_there_and_back():
    rgb = np.random.default_rng(1).random((3, 7, 9))
    planes = opponents(rgb)
    assert planes.min() >= 0 and planes.max() <= 1
    assert np.allclose(colours(planes), rgb, atol=1e-14)
    assert np.allclose(planes[0], rgb.mean(axis=0))


def test_grey_has_no_colour():
    grey = np.random.default_rng(2).random((7, 9))
    assert np.allclose(opponents(np.stack([grey] * 3))[1:], 0.5, atol=1e-15)


def test_the_noise_of_each_is_what_it_says():
    noise = 0.01 * np.random.default_rng(3).standard_normal((3, 200, 200))
    assert np.allclose(opponents(0.5 + noise).std(axis=(1, 2)), 0.01 * NOISE, rtol=0.02)
