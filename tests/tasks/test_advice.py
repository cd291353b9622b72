"""Advice on kernels: shifted, at the origin, of even size, turned; and none for a kernel as it should be."""

import numpy as np
import pytest
from scipy.signal import convolve2d

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
    assert __import__("re").search(says, told)


def test_a_turned_kernel_is_found_on_most_photographs_and_a_right_one_is_not_blamed():
    import skimage.data

    pictures = [skimage.data.camera(), skimage.data.coins(), skimage.data.moon(), skimage.data.page()]
    found = {True: 0, False: 0}
    for picture in pictures:
        x = picture[:180, :180] / 255
        for index in range(4):
            k = sample_kernel(3, index)
            y = convolve2d(x, k, "valid") + 0.01 * np.random.default_rng(index).standard_normal((181 - len(k),) * 2)
            for turned in found:
                found[turned] += is_turned(y, k[::-1, ::-1] if turned else k, 0.01)
    assert found[False] == 0 and found[True] >= 12
