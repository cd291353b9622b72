"""A capture is found where it lies, to a quarter pixel, with the true kernel and no other."""

import numpy as np
import pytest
from standin import SHIFT

from padnet.data.readers import levin_kernels, read_grey
from padnet.errors import InputError
from padnet.imaging.registration import best_shift, registered


@pytest.fixture
def capture(levin):
    """Truth, capture and kernel 4 of picture 1."""
    return (
        read_grey(levin / "levin09/im1.png"),
        read_grey(levin / "levin09/im1_kernel4_img.png"),
        levin_kernels(levin)[3][1],
    )


def test_the_shift_is_found_to_a_quarter_pixel(capture):
    shift, psnr = best_shift(*capture)
    assert np.array_equal(shift, SHIFT) and psnr > 50


@pytest.mark.parametrize("finest", [1, 0.5])
def test_a_coarser_search_fits_less(capture, finest):
    shift, psnr = best_shift(*capture, finest)
    assert np.abs(shift - SHIFT).max() <= finest and (shift % finest == 0).all()
    assert psnr < best_shift(*capture)[1] - 1


def test_the_flipped_kernel_fits_much_worse(capture):
    x, y, k = capture
    assert best_shift(x, y, k[::-1, ::-1])[1] < best_shift(x, y, k)[1] - 7


def test_a_shift_beyond_seven_pixels_is_not_followed(capture):
    x, _, k = capture
    y = np.roll(x, 9, 0)
    assert np.abs(best_shift(x, y, k)[0]).max() <= 7


def test_the_registered_truth_is_the_truth_moved(capture):
    x, y, k = capture
    moved = registered(x, y, k)
    assert moved.shape == x.shape and moved.min() >= 0 and moved.max() <= 1
    shift, psnr = best_shift(moved, y, k)
    assert np.array_equal(shift, [0, 0]) and psnr > 45


def test_what_cannot_be_registered_is_refused(capture):
    x, y, k = capture
    with pytest.raises(InputError, match="need the same shape"):
        best_shift(x, y[1:], k)
    with pytest.raises(InputError, match="too small to be registered"):
        best_shift(x[:30, :30], y[:30, :30], k)
    with pytest.raises(InputError, match="1, 0.5 or 0.25 pixels, not 0.1"):
        best_shift(x, y, k, 0.1)
