"""Each protocol makes the pairs that it describes, the same ones every time."""

import dataclasses
import shutil

import numpy as np
import pytest
from scipy.ndimage import correlate
from scipy.signal import convolve2d, correlate2d
from standin import SHIFT

from padnet.data.protocols import PROTOCOLS, protocol
from padnet.data.readers import read_grey, read_luma
from padnet.errors import InputError, PadnetError
from padnet.imaging.registration import best_shift


@pytest.fixture(scope="module")
def one_percent(levin):
    return PROTOCOLS["levin-1pct"].pairs(levin)


@pytest.fixture(scope="module")
def real(levin):
    return PROTOCOLS["levin-real"].pairs(levin)


def test_levin_has_32_pairs_in_the_order_of_the_tables(one_percent, real):
    names = [(f"im{i}", f"kernel{j}") for i in range(1, 5) for j in range(1, 9)]
    assert [(p.image, p.kernel) for p in one_percent] == [(p.image, p.kernel) for p in real] == names


def test_levin_1pct_is_the_valid_correlation_with_the_stored_f(one_percent, stored_kernels):
    for p, f in zip(one_percent, stored_kernels * 4, strict=False):
        m = f.shape[0]
        assert p.crop == 30 and p.offset == ((m - 1) // 2, (m - 1) // 2) and abs(p.k.sum() - 1) < 1e-12
        residual = p.y - correlate2d(p.x, f, "valid")
        # Gaussian noise of 2.55/255 and rounding, nothing else; the flipped kernel is far off.
        assert abs(255 * residual.std() / np.sqrt(2.55**2 + 1 / 12) - 1) < 0.05
        if m >= 13:
            assert (p.y - convolve2d(p.x, f, "valid")).std() > 1.3 * residual.std()


def test_levin_real_is_the_capture_with_the_truth_registered(real, levin):
    for p in real[::5]:
        assert np.array_equal(p.y, read_grey(levin / f"levin09/{p.image}_{p.kernel}_img.png"))
        assert p.offset == (0, 0) and p.crop == 15 and p.x.shape == p.y.shape
        assert np.array_equal(p.original, read_grey(levin / f"levin09/{p.image}.png"))
        assert np.array_equal(best_shift(p.x, p.y, p.k)[0], [0, 0])
        assert np.array_equal(best_shift(read_grey(levin / f"levin09/{p.image}.png"), p.y, p.k)[0], SHIFT)


def test_sun_is_the_correlation_with_f_of_the_picture_whose_border_is_repeated(sun, stored_kernels):
    pairs = PROTOCOLS["sun"].pairs(sun)
    assert pairs.names == tuple((f"img_{i:03d}", f"kernel{j}") for i in range(1, 81) for j in range(1, 9))
    for index in (0, 101, 639):
        p, f = pairs[index], stored_kernels[index % 8]
        assert p.crop == 50 and p.offset == (0, 0) and p.x.shape == p.y.shape and p.original is None
        residual = p.y - correlate(p.x, f, mode="nearest")
        assert abs(255 * residual.std() / np.sqrt(2.55**2 + 1 / 12) - 1) < 0.05
        assert np.abs(255 * p.y - np.round(255 * p.y)).max() < 1e-9
        assert (p.y - correlate(p.x, f, mode="constant")).std() > 2 * residual.std()
    assert np.array_equal(p.x, read_luma(sun / "sun13/img_080_SRF_8_HR.png"))


def test_every_image_and_every_kernel_has_a_noise_of_its_own(sun, stored_kernels):
    pairs = PROTOCOLS["sun"].pairs(sun)
    noise = [
        pairs[index].y - correlate(pairs[index].x, stored_kernels[index % 8], mode="nearest") for index in (0, 1, 16)
    ]
    for other in noise[1:]:
        assert abs(np.corrcoef(noise[0].ravel(), other.ravel())[0, 1]) < 0.05


def test_the_small_versions_of_sun_are_parts_of_it(sun):
    whole, eighty, twenty = (PROTOCOLS[name].pairs(sun) for name in ("sun", "sun-80", "sun-20"))
    assert (len(whole), len(eighty), len(twenty)) == (640, 80, 20)
    assert set(twenty.names) < set(eighty.names) < set(whole.names)
    assert eighty.names[:9:8] == (("img_001", "kernel1"), ("img_009", "kernel1"))
    for part, index in ((eighty, 10), (twenty, 3)):
        p = part[index]
        assert np.array_equal(p.y, whole[whole.names.index((p.image, p.kernel))].y)


def test_quick_pairs_are_sorted_and_cropped_by_20(quick):
    pairs = PROTOCOLS["quick"].pairs(quick)
    assert [(p.image, p.kernel) for p in pairs] == [("a", "k1"), ("a", "k2"), ("b", "k1"), ("b", "k2")]
    assert {p.crop for p in pairs} == {20}
    assert abs(255 * (pairs[0].y - convolve2d(pairs[0].x, pairs[0].k, "valid")).std() - 2.566) < 0.1


def test_the_noise_is_fixed_for_each_image_and_kernel(quick):
    first, again = PROTOCOLS["quick"].pairs(quick), PROTOCOLS["quick"].pairs(quick)
    assert all(np.array_equal(p.y, q.y) for p, q in zip(first, again, strict=False))
    other = dataclasses.replace(PROTOCOLS["quick"], seed=1).pairs(quick)
    assert not any(np.array_equal(p.y, q.y) for p, q in zip(first, other, strict=False))
    noise = [p.y - convolve2d(p.x, p.k, "valid") for p in first]
    assert abs(np.corrcoef(noise[0].ravel(), noise[2].ravel())[0, 1]) < 0.1


def test_every_field_of_a_protocol_changes_the_pairs_or_the_description(quick):
    base = PROTOCOLS["quick"]
    for change in ({"noise": 0.03}, {"quantise": False}, {"crop": 5}, {"seed": 3}, {"border": "replicate"}):
        pair, changed = base.pairs(quick)[0], dataclasses.replace(base, **change).pairs(quick)[0]
        assert pair.crop != changed.crop or not np.array_equal(pair.y, changed.y)
    for change in (
        {"name": "x"},
        {"source": "levin09"},
        {"noise": 0.03},
        {"quantise": False},
        {"border": "captured"},
        {"crop": 5},
        {"border": "replicate"},
        {"selection": "80"},
        {"selection": "20"},
        {"reach": 7},
    ):
        assert dataclasses.replace(base, **change).describe() != base.describe()
    assert PROTOCOLS["levin-1pct"].describe() == (
        "levin-1pct: 4 pictures x 8 kernels of Levin et al. 2009; valid convolution, Gaussian noise of 2.55/255, "
        "rounded to 8 bits; 30 pixels a side are not scored. PSNR and SSIM are of the image clipped to [0, 1] and "
        "not rounded."
    )
    assert (
        PROTOCOLS["levin-real"]
        .describe()
        .endswith(
            "not rounded, after the shift of at most 7 px in steps of 0.25 px (bilinear) that brings it nearest to the "
            "truth as its file has it."
        )
    )
    assert "picture i with kernel i mod 8" in PROTOCOLS["sun-80"].describe()


def test_missing_and_broken_data_are_named(levin, tmp_path):
    for name in PROTOCOLS:
        with pytest.raises(PadnetError, match="nowhere is missing: `padnet fetch .*`padnet sample"):
            PROTOCOLS[name].pairs(tmp_path / "nowhere")
        with pytest.raises(PadnetError, match="is missing: `padnet fetch"):
            PROTOCOLS[name].pairs(tmp_path)
    shutil.copytree(levin, tmp_path / "paper")
    (tmp_path / "paper/levin09/im2_kernel3_img.png").unlink()
    with pytest.raises(PadnetError, match="im2_kernel3_img.png is missing"):
        PROTOCOLS["levin-real"].pairs(tmp_path / "paper")
    (tmp_path / "paper/levin09/im3.png").unlink()
    with pytest.raises(PadnetError, match="im3.png is missing"):
        PROTOCOLS["levin-1pct"].pairs(tmp_path / "paper")
    with pytest.raises(PadnetError, match="img_001_SRF_8_HR.png is missing: `padnet fetch"):
        PROTOCOLS["sun-20"].pairs(tmp_path / "paper")


def test_an_unknown_protocol_is_named_with_the_known_ones():
    assert protocol("quick") is PROTOCOLS["quick"]
    with pytest.raises(InputError, match="no protocol 'moon': choose from levin-1pct, levin-real, sun, sun-80, sun-20"):
        protocol("moon")
