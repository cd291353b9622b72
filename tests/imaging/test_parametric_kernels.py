"""Kernels by formula: their sum, centre, direction and width, and the numbers that they do not take."""

import numpy as np
import pytest

from padnet.errors import InputError
from padnet.imaging.parametric_kernels import defocus_kernel, gaussian_kernel, motion_kernel

MADE = {
    "motion": motion_kernel(15, 30),
    "short motion": motion_kernel(1, 0),
    "defocus": defocus_kernel(3.5),
    "gaussian": gaussian_kernel(2),
}


def moments(k):
    """Mean and covariance of (row, column) from the centre pixel."""
    at = np.stack(np.indices(k.shape)).reshape(2, -1) - np.array(k.shape)[:, None] // 2
    mean = at @ k.ravel()
    return mean, (at * k.ravel()) @ at.T - np.outer(mean, mean)


@pytest.mark.parametrize("name", MADE)
def test_kernels_have_sum_one_an_odd_size_and_their_centre_in_the_middle(name):
    k = MADE[name]
    assert k.dtype == np.float64 and k.min() >= 0 and abs(k.sum() - 1) < 1e-12
    assert k.shape[0] == k.shape[1] and k.shape[0] % 2 == 1
    assert np.abs(moments(k)[0]).max() < 1e-12 and np.allclose(k, k[::-1, ::-1])


@pytest.mark.parametrize("angle", [0, 30, 90, 135, -45, 200])
def test_motion_is_as_long_and_as_steep_as_told(angle):
    _, c = moments(motion_kernel(20, angle))
    values, vectors = np.linalg.eigh(c)
    assert values[1] == pytest.approx(20**2 / 12 + 1 / 12, rel=0.05) and values[0] < 0.3
    row, column = vectors[:, 1]
    # Rows count downwards: an angle from the horizontal is counter-clockwise on the screen.
    assert np.isclose(abs(np.dot([-row, column], [np.sin(np.deg2rad(angle)), np.cos(np.deg2rad(angle))])), 1, atol=1e-3)


def test_disk_and_gaussian_have_the_width_told():
    assert np.allclose(moments(defocus_kernel(6))[1], np.eye(2) * (36 / 4 + 1 / 12), rtol=0.02, atol=1e-9)
    assert np.allclose(moments(gaussian_kernel(2))[1], np.eye(2) * (4 + 1 / 12), rtol=0.02, atol=1e-9)
    assert gaussian_kernel(2).shape == (17, 17) and defocus_kernel(0.5).shape == (1, 1)


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: motion_kernel(0.5, 0), "from 1 to 512 pixels"),
        (lambda: motion_kernel(600, 0), "from 1 to 512 pixels"),
        (lambda: motion_kernel(5, float("nan")), "a number of degrees"),
        (lambda: defocus_kernel(0), "from 0.5 to 256"),
        (lambda: gaussian_kernel(float("nan")), "from 0.2 to 64"),
    ],
)
def test_other_numbers_are_rejected(make, says):
    with pytest.raises(InputError, match=says):
        make()
