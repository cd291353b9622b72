"""Metrics against hand-computed values; every choice changes the number, none has a default."""

import numpy as np
import pytest
import torch
from standin import texture

from padnet.errors import InputError
from padnet.imaging.metrics import psnr, relative_error, ssim

PLAIN = {"data_range": 1, "border": 0, "quantise": False}


def test_psnr_is_the_definition():
    x = texture(1, 32)
    assert psnr(x + 0.1, x, **PLAIN) == pytest.approx(20, abs=1e-9)
    assert psnr(255 * x + 25.5, 255 * x, **PLAIN | {"data_range": 255}) == pytest.approx(20, abs=1e-9)
    assert psnr(x, x, **PLAIN) == float("inf")


def test_ssim_is_one_for_equal_pictures_and_falls_with_noise():
    x = texture(1, 32)
    noise = np.random.default_rng(0).standard_normal(x.shape)
    values = [ssim(x + sigma * noise, x, **PLAIN) for sigma in (0, 0.05, 0.2)]
    assert values[0] == pytest.approx(1) and values[0] > values[1] > values[2] > 0


def test_ssim_of_constants_is_the_luminance_term():
    a, b, c = np.full((16, 16), 0.5), np.full((16, 16), 0.6), 0.01**2
    assert ssim(a, b, **PLAIN) == pytest.approx((2 * 0.5 * 0.6 + c) / (0.5**2 + 0.6**2 + c))


@pytest.mark.parametrize("metric", [psnr, ssim])
def test_every_choice_changes_the_number_and_must_be_made(metric):
    x = texture(1, 32)
    y = x + 0.02 * np.random.default_rng(0).standard_normal(x.shape)
    y[:4] += 0.3
    base = metric(y, x, **PLAIN)
    for change in ({"data_range": 2}, {"border": 4}, {"quantise": True}):
        assert metric(y, x, **PLAIN | change) != base
    for name in PLAIN:
        with pytest.raises(TypeError, match=name):
            metric(y, x, **{key: value for key, value in PLAIN.items() if key != name})


@pytest.mark.parametrize("metric", [psnr, ssim])
@pytest.mark.parametrize(
    "change, words",
    [({"data_range": 0}, "data_range"), ({"border": 16}, "leaves nothing"), ({"border": -1}, "leaves nothing")],
)
def test_unfit_choices_are_refused(metric, change, words):
    with pytest.raises(InputError, match=words):
        metric(texture(1, 32), texture(2, 32), **PLAIN | change)


@pytest.mark.parametrize("metric", [psnr, ssim])
def test_pictures_that_cannot_be_compared_are_refused(metric):
    x = texture(1, 32)
    with pytest.raises(InputError, match="of one shape"):
        metric(x[1:], x, **PLAIN)
    with pytest.raises(InputError, match="NaN"):
        metric(x * np.nan, x, **PLAIN)


def test_ssim_needs_its_window():
    with pytest.raises(InputError, match="needs 11 pixels a side"):
        ssim(texture(1, 32), texture(2, 32), **PLAIN | {"border": 11})


def test_relative_error_is_per_sample():
    g = torch.randn(3, 2, 8, 9, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    estimate = g * torch.tensor([1.0, 1.5, 0.0], dtype=torch.float64).view(3, 1, 1, 1)
    error = relative_error(estimate, g)
    torch.testing.assert_close(error, torch.tensor([0.0, 0.5, 1.0], dtype=torch.float64))
    torch.testing.assert_close(relative_error(estimate[1:2], g[1:2]), error[1:2], rtol=0, atol=0)


def test_relative_error_refuses_what_has_none():
    g = torch.ones(2, 2, 4, 4)
    for a, b, words in (
        (g[0], g[0], "of one shape"),
        (g, g[:1], "of one shape"),
        (g * torch.nan, g, "NaN"),
        (g, torch.stack([g[0], 0 * g[1]]), "all zeros"),
    ):
        with pytest.raises(InputError, match=words):
            relative_error(a, b)
