"""What a JPEG lost, from its tables: of the size of the error that is there."""

import io

import numpy as np
import pytest
from PIL import Image

from padnet.data.sample_pictures import photograph
from padnet.imaging.jpeg_noise import compression_noise


@pytest.mark.parametrize("quality", [60, 75, 90])
def test_it_is_of_the_size_of_the_error_of_a_photograph(quality):
    y, file = photograph("brick.png")[:256, :256], io.BytesIO()
    Image.fromarray(y).save(file, "JPEG", quality=quality)
    with Image.open(file) as again:
        told = compression_noise(again.quantization)
        error = np.std(np.asarray(again) / 255 - y / 255)
    assert told[0] == told[1] and 0.4 * error < told[0] < 2.5 * error


def test_tables_of_one_step_and_none():
    fine, coarse = [1] * 64, [10] * 64
    one = 1 / 12**0.5 / 255
    assert compression_noise({0: fine, 1: coarse}) == pytest.approx((one, 10 * one))
    assert compression_noise({0: coarse}) == pytest.approx((10 * one, 10 * one))
    assert compression_noise({}) == compression_noise({0: [1, 2]}) == (0, 0)
