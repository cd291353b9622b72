"""Advice on kernels: shifted, at the origin, of even size, turned; and none for a kernel as it should be."""

import re

import numpy as np
import pytest

from padnet.data.sample_pictures import photograph
from padnet.imaging.degradation import observe
from padnet.imaging.kernels import sample_kernel
from padnet.imaging.parametric_kernels import gaussian_kernel
from padnet.tasks.advice import is_turned, kernel_advice


def test_nothing_is_said_of_a_centred_kernel():
    assert kernel_advice(gaussian_kernel(2)) == [] and kernel_advice(np.ones((1, 1))) == []
    assert kernel_advice(sample_kernel(1, 0)) == []


@pytest.mark.parametrize(
    "kernel, says",
    [
        (np.fft.ifftshift(gaussian_kernel(2)), "numpy.fft.fftshift"),
        (np.ones((4, 4)) / 16, "no middle pixel"),
        (np.pad(gaussian_kernel(1), ((0, 6), (0, 0))), r"-3\.0 rows and \+0\.0 columns"),
    ],
)
def test_what_is_unusual_is_said_with_the_cure(kernel, says):
    (told,) = kernel_advice(kernel)
    assert re.search(says, told)


def test_a_turned_kernel_is_found_on_most_photographs_and_a_right_one_is_not_blamed():
    found = {True: 0, False: 0}
    for picture in ("camera.png", "coins.png"):
        x = photograph(picture)[-180:, -180:] / 255
        for index in range(2):
            k = sample_kernel(3, index)
            y = observe(x, k, 0.01, quantise=True, rng=np.random.default_rng(index))
            for turned in found:
                found[turned] += is_turned(y, k[::-1, ::-1] if turned else k, 0.01)
    assert found[False] == 0 and found[True] >= 3


def test_a_kernel_without_an_orientation_and_a_small_picture_are_not_judged():
    y = photograph("camera.png")[:127, :127] / 255
    assert not is_turned(photograph("camera.png") / 255, gaussian_kernel(2), 0.01)
    assert not is_turned(y, sample_kernel(3, 0), 0.01)
