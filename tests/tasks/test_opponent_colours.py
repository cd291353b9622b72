"""A colour photograph as a grey picture and two differences: there and back, and how much noise each has."""

import numpy as np
import pytest
import torch

from padnet.tasks.opponent_colours import Planes, contrast

RGB = np.random.default_rng(1).random((3, 7, 9))


@pytest.mark.parametrize("kind", [np.asarray, torch.from_numpy])
def test_there_and_back(kind):
    planes, back = Planes(kind(RGB)), kind(np.zeros_like(RGB))
    found = [planes[i] for i in range(len(planes))]
    assert len(found) == 3 and np.min(found) >= 0 and np.max(found) <= 1
    assert np.allclose(found[0], RGB.mean(axis=0))
    planes.write(found, back)
    assert np.allclose(np.asarray(back), RGB, atol=1e-14)


def test_grey_has_no_colour():
    grey = (255 * RGB[0]).astype(np.uint8)
    planes, back = Planes(np.stack([grey] * 3)), np.zeros((3, 7, 9), np.uint8)
    assert len(planes) == len(Planes(grey[None])) == 1 and planes.share(0) == 1
    assert np.array_equal(planes[0], grey / 255)
    planes.write([planes[0]], back)
    assert np.array_equal(back, np.stack([grey] * 3))
    # Where all channels are one, the differences are in the middle.
    nearly = np.stack([grey] * 3)
    nearly[0, 0, 0] += 1
    assert np.allclose(np.stack([Planes(nearly)[i] for i in (1, 2)])[:, 1:], 0.5, atol=1e-15)


def test_the_noise_of_each_is_what_it_says():
    planes = Planes(0.5 + 0.01 * np.random.default_rng(3).standard_normal((3, 200, 200)))
    for i, plane in enumerate(planes):
        assert plane.std() == pytest.approx(0.01 * planes.share(i), rel=0.02)


@pytest.mark.parametrize("kind", [np.asarray, torch.from_numpy])
def test_a_pixel_is_clipped_where_a_channel_is(kind):
    rgb = np.full((3, 2, 2), 100, np.uint8)
    rgb[0, 0, 0], rgb[2, 1, 1] = 255, 0
    assert np.array_equal(Planes(kind(rgb)).unclipped(), [[False, True], [True, False]])


def test_a_few_white_pixels_are_saturated_and_a_white_ground_is_not():
    rgb = np.full((20, 20, 3), 100, np.uint8)
    assert Planes(np.moveaxis(rgb, 2, 0)).saturated() is None
    rgb[3, 4] = (100, 254, 100)
    found = Planes(np.moveaxis(rgb, 2, 0)).saturated()
    assert found.sum() == 1 and found[3, 4]
    rgb[:2] = 255
    assert Planes(np.moveaxis(rgb, 2, 0)).saturated() is None


def test_the_differences_have_twice_their_contrast_where_the_noise_stays_one_of_the_training():
    assert contrast(0, 0.01, 0.1) == 1
    assert contrast(1, 0.05, 0.1) == contrast(2, 0.01, 0.1) == 2
    assert contrast(1, 0.051, 0.1) == 1
