"""The value of white: what the image uses, or what is said."""

import numpy as np
import pytest
import torch

from padnet.errors import InputError
from padnet.imaging.value_range import restored_range, stretched, white_of


@pytest.mark.parametrize(
    "image, white",
    [
        (np.array([[0, 60]], np.uint8), 255),
        (np.array([[0, 4000]], np.uint16), 4095),
        (np.array([[0, 4095]], np.uint16), 4095),
        (np.array([[0, 4096]], np.uint16), 8191),
        (np.array([[0, 200]], np.uint16), 255),
        (np.array([[0, 40000]], np.uint16), 65535),
        (np.array([[0, 0]], np.uint16), 65535),
        (np.array([[0.0, 0.03]]), 0.0375),
        (np.array([[0.0, 0.6]]), 1),
        (torch.tensor([[0.0, 0.1]]), 0.125),
    ],
)
def test_white_is_what_the_image_uses(image, white):
    assert white_of(image) == pytest.approx(white)


def test_white_can_be_said_and_must_hold_the_image():
    image = np.array([[0, 1000]], np.uint16)
    assert white_of(image, 1500) == 1500
    for wrong in (999, 0, 70000, float("nan")):
        with pytest.raises(InputError, match="white is at least the largest value, 1000"):
            white_of(image, wrong)


@pytest.mark.parametrize("image", [np.array([[0, 7, 4095]], np.uint16), torch.tensor([[0.0, 0.01, 0.03]])])
def test_there_and_back_again(image):
    white = white_of(image)
    wide = stretched(image, white)
    assert float(wide.max()) <= 1 and (restored_range(wide, image, white) == image).all()
    assert restored_range(wide, image, white).dtype == image.dtype
