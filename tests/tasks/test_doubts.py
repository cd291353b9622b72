"""A result that is likely worse than its photograph is doubted, and a good one is not."""

import json

import numpy as np
import pytest

from padnet.data.sample_pictures import photograph
from padnet.imaging.degradation import observe
from padnet.imaging.parametric_kernels import defocus_kernel, gaussian_kernel
from padnet.tasks.deconvolution import deconvolve
from padnet.tasks.doubts import doubts

K = defocus_kernel(3)


@pytest.fixture(scope="module")
def photo():
    """(photograph of 96 x 96 pixels with 1 % noise, truth), floats."""
    x = photograph("camera.png")[60:162, 140:242] / 255
    return observe(x, K, 0.01, quantise=True, rng=np.random.default_rng(1)), x[3:-3, 3:-3]


def error(found, truth):
    return np.sqrt(np.mean((found - truth) ** 2))


@pytest.mark.parametrize(
    "kernel, noise, says",
    [
        (K, None, None),
        (defocus_kernel(6), None, "blurred again it differs from it by .* times the noise"),
        (K, 0.001, "blurred again it differs"),
    ],
)
def test_what_comes_out_worse_is_told_and_nothing_else(photo, kernel, noise, says):
    y, truth = photo
    result = deconvolve(y, kernel, noise)
    told = [one for one in result.warnings if "likely worse" in one]
    assert bool(told) == bool(says) == (error(result.image, truth) > error(y, truth))
    if says:
        assert np.char.find(told[0], "the result is likely worse than the photograph") == 0
        assert told[0] in json.loads(result.to_json())["warnings"]


def test_a_result_of_ringing_alone_is_told_by_its_total_variation():
    y = 0.5 + 0.02 * np.random.default_rng(1).standard_normal((96, 96))
    stripes = 0.4 * (-1.0) ** np.arange(96)[None]  # which the blur takes away
    (told,) = doubts(y, 0.5 + stripes * np.ones((96, 1)), gaussian_kernel(3), 0.02, None)
    assert "its total variation is" in told and "--noise" in told
    assert doubts(y, y, np.ones((1, 1)), 0.02, None) == []


def test_saturated_pixels_and_small_pictures_are_not_judged(photo):
    y, truth = photo
    lamps = np.zeros(y.shape, dtype=bool)
    lamps[40:50, 40:50] = True
    bright = np.where(lamps, y - 1, y)
    assert doubts(bright, truth, K, 0.02, None) and not doubts(bright, truth, K, 0.02, lamps)
    assert doubts(y[:20, :20], -truth[:20, :20], K, 0.02, None) == []
