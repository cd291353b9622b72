"""Scores fall by decibels, not by hundredths, when orientation, position or border are broken on purpose."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.fft import irfft2, rfft2
from scipy.ndimage import shift as spline_shift

from padnet.data.protocols import PROTOCOLS
from padnet.errors import InputError
from padnet.imaging.boundary import frame_shape, place, to_frame
from padnet.imaging.metrics import psnr, ssim


def tikhonov(y, k):
    """argmin_x ||k * x - y||^2 + 0.01 ||Dx||^2 with a periodic border, (h, w)."""
    K = np.zeros(y.shape)
    K[: k.shape[0], : k.shape[1]] = k
    K = rfft2(np.roll(K, (-(k.shape[0] // 2), -(k.shape[1] // 2)), (0, 1)))
    rows, columns = (4 * np.sin(np.pi * np.arange(n) / n) ** 2 for n in y.shape)
    D = rows[:, None] + columns[: K.shape[1]]
    return irfft2(np.conj(K) * rfft2(y) / (np.abs(K) ** 2 + 0.01 * D), s=y.shape)


def restored(pair, k, framed=True):
    """An estimate in the frame of pair.x, its border treated or not."""
    h, w = pair.x.shape
    if not framed:
        bottom, right = h - pair.offset[0] - pair.y.shape[0], w - pair.offset[1] - pair.y.shape[1]
        return tikhonov(np.pad(pair.y, ((pair.offset[0], bottom), (pair.offset[1], right)), mode="edge"), k)
    shape = frame_shape(h, w, 16)
    top, left = place((h, w), shape)
    return tikhonov(to_frame(pair.y, pair.offset, (h, w), k, shape), k)[top : top + h, left : left + w]


@pytest.fixture(scope="module")
def pairs(levin, sun):
    """A pair of each kind, all under the stand-in for kernel 8: protocol -> pair."""
    return {
        name: PROTOCOLS[name].pairs(levin if name.startswith("levin") else sun)[7]
        for name in ("levin-1pct", "levin-real", "sun-80")
    }


def scored(name, pair, estimate, **change):
    return replace(PROTOCOLS[name], **change).score(pair, estimate)


def half_a_pixel_off(x):
    return spline_shift(x, (0.5, 0.5), mode="nearest")


@pytest.mark.parametrize("name, cost", [("levin-1pct", 10), ("levin-real", 8), ("sun-80", 8)])
def test_a_flipped_kernel_costs_decibels(pairs, name, cost):
    pair = pairs[name]
    right, flipped = (scored(name, pair, restored(pair, k)) for k in (pair.k, pair.k[::-1, ::-1]))
    assert right["psnr"] > 28 and right["psnr"] > flipped["psnr"] + cost
    assert right["ssim"] > 0.7 and right["ssim"] > flipped["ssim"] + 0.3


@pytest.mark.parametrize("name", ["levin-1pct", "sun-80"])
def test_half_a_pixel_costs_decibels_where_no_shift_is_searched(pairs, name):
    x = restored(pairs[name], pairs[name].k)
    assert scored(name, pairs[name], x)["psnr"] > scored(name, pairs[name], half_a_pixel_off(x))["psnr"] + 2


def test_the_search_of_captures_forgives_half_a_pixel_and_its_absence_does_not(pairs):
    pair = pairs["levin-real"]
    x = restored(pair, pair.k)
    on, off = (scored("levin-real", pair, image)["psnr"] for image in (x, half_a_pixel_off(x)))
    assert abs(on - off) < 1
    # The stand-in's captures lie (2.5, -3.25) px off.
    assert scored("levin-real", pair, x, reach=2)["psnr"] < scored("levin-real", pair, x, reach=4)["psnr"] - 1
    assert scored("levin-real", pair, x, reach=0)["psnr"] < on - 8
    assert scored("levin-real", pair, x, reach=5) == scored("levin-real", pair, x)


@pytest.mark.parametrize("name, cost, cropped", [("levin-1pct", 1.5, 1.2), ("sun-80", 2, 0.2)])
def test_an_untreated_border_costs_decibels_that_the_crop_hides(pairs, name, cost, cropped):
    pair = pairs[name]
    treated, untreated = (restored(pair, pair.k, framed) for framed in (True, False))

    def loss(crop):
        return scored(name, pair, treated, crop=crop)["psnr"] - scored(name, pair, untreated, crop=crop)["psnr"]

    assert loss(0) > cost and loss(PROTOCOLS[name].crop) < cropped


def test_a_score_is_the_metrics_of_the_clipped_unrounded_image_inside_the_crop(pairs):
    pair = pairs["levin-1pct"]
    x = 1.3 * restored(pair, pair.k) - 0.1
    assert x.min() < 0 and x.max() > 1
    choices = {"data_range": 1, "border": 30, "quantise": False}
    assert scored("levin-1pct", pair, x) == {
        "psnr": psnr(np.clip(x, 0, 1), pair.x, **choices),
        "ssim": ssim(np.clip(x, 0, 1), pair.x, **choices),
    }
    assert scored("levin-1pct", pair, x)["psnr"] != psnr(x, pair.x, **choices)
    spoilt = pair.x.copy()
    spoilt[:30] = spoilt[-30:] = spoilt[:, :30] = spoilt[:, -30:] = 0
    assert scored("levin-1pct", pair, spoilt)["psnr"] == float("inf")


def test_captures_are_scored_against_the_truth_as_its_file_has_it(pairs):
    pair = pairs["levin-real"]
    assert scored("levin-real", pair, pair.original) == {"psnr": float("inf"), "ssim": 1.0}
    # The registered truth went through a spline, the search is bilinear: the ceiling of this score.
    assert 25 < scored("levin-real", pair, pair.x)["psnr"] < 50


def test_an_estimate_that_cannot_be_scored_is_refused(pairs):
    pair = pairs["levin-1pct"]
    with pytest.raises(InputError, match=r"im1 under kernel8 has the shape of its truth, \(96, 96\), not \(76, 76\)"):
        scored("levin-1pct", pair, pair.y)
    with pytest.raises(InputError, match="NaN"):
        scored("levin-1pct", pair, pair.x * np.nan)
