"""Each protocol makes the pairs that it describes, the same ones every time."""

import dataclasses
import shutil

import numpy as np
import pytest
from scipy.signal import convolve2d, correlate2d
from standin import SHIFT, texture

from padnet.benchmarks.kernels import camera_shake
from padnet.benchmarks.pictures import read_grey
from padnet.benchmarks.protocols import PROTOCOLS, observe, protocol
from padnet.benchmarks.registration import best_shift
from padnet.errors import InputError, PadnetError


@pytest.fixture(scope="module")
def one_percent(levin):
    return PROTOCOLS["levin-1pct"].pairs(levin)


@pytest.fixture(scope="module")
def real(levin):
    return PROTOCOLS["levin-real"].pairs(levin)


def observed(noise=0.01, quantise=True, seed=0, k=None):
    k = camera_shake(9, np.random.default_rng(1)) if k is None else k
    return observe(texture(0), k, noise, quantise, np.random.default_rng(seed))


def test_levin_has_32_pairs_in_the_order_of_the_tables(one_percent, real):
    names = [(f"im{i}", f"kernel{j}") for i in range(1, 5) for j in range(1, 9)]
    assert [(p.image, p.kernel) for p in one_percent] == [(p.image, p.kernel) for p in real] == names


def test_levin_1pct_is_the_valid_correlation_with_the_stored_f(one_percent, stored_kernels):
    for p, f in zip(one_percent, stored_kernels * 4):
        m = f.shape[0]
        assert p.crop == 30 and p.offset == ((m - 1) // 2, (m - 1) // 2) and abs(p.k.sum() - 1) < 1e-12
        residual = p.y - correlate2d(p.x, f, "valid")
        # Gaussian noise of 2.55/255 and rounding, nothing else; the flipped kernel is far off.
        assert abs(255 * residual.std() / np.sqrt(2.55 ** 2 + 1 / 12) - 1) < 0.05
        if m >= 13:
            assert (p.y - convolve2d(p.x, f, "valid")).std() > 1.3 * residual.std()


def test_the_offset_puts_the_observation_where_the_truth_is():
    point = np.zeros((31, 31))
    point[15, 12] = 1
    for m, n in ((5, 7), (4, 6), (5, 4)):
        k = np.zeros((m, n))
        k[m // 2, n // 2] = 1
        y = observe(point, k, 0, False, np.random.default_rng(0))
        row, column = np.unravel_index(y.argmax(), y.shape)
        assert (row + (m - 1) // 2, column + (n - 1) // 2) == (15, 12)


def test_levin_real_is_the_capture_with_the_truth_registered(real, levin):
    for p in real[::5]:
        assert np.array_equal(p.y, read_grey(levin / f"levin09/{p.image}_{p.kernel}_img.png"))
        assert p.offset == (0, 0) and p.crop == 15 and p.x.shape == p.y.shape
        assert np.array_equal(best_shift(p.x, p.y, p.k)[0], [0, 0])
        assert np.array_equal(best_shift(read_grey(levin / f"levin09/{p.image}.png"), p.y, p.k)[0], SHIFT)


def test_quick_pairs_are_sorted_and_cropped_by_20(quick):
    pairs = PROTOCOLS["quick"].pairs(quick)
    assert [(p.image, p.kernel) for p in pairs] == [("a", "k1"), ("a", "k2"), ("b", "k1"), ("b", "k2")]
    assert {p.crop for p in pairs} == {20}
    assert abs(255 * (pairs[0].y - convolve2d(pairs[0].x, pairs[0].k, "valid")).std() - 2.566) < 0.1


def test_the_noise_is_fixed_for_each_image_and_kernel(quick):
    first, again = PROTOCOLS["quick"].pairs(quick), PROTOCOLS["quick"].pairs(quick)
    assert all(np.array_equal(p.y, q.y) for p, q in zip(first, again))
    other = dataclasses.replace(PROTOCOLS["quick"], seed=1).pairs(quick)
    assert not any(np.array_equal(p.y, q.y) for p, q in zip(first, other))
    noise = [p.y - convolve2d(p.x, p.k, "valid") for p in first]
    assert abs(np.corrcoef(noise[0].ravel(), noise[2].ravel())[0, 1]) < 0.1


def test_every_field_of_a_protocol_changes_the_pairs_or_the_description(quick):
    base = PROTOCOLS["quick"]
    for change in ({"noise": 0.03}, {"quantise": False}, {"crop": 5}, {"seed": 3}):
        pair, changed = base.pairs(quick)[0], dataclasses.replace(base, **change).pairs(quick)[0]
        assert pair.crop != changed.crop or not np.array_equal(pair.y, changed.y)
    for change in ({"name": "x"}, {"source": "levin09"}, {"noise": 0.03}, {"quantise": False}, {"border": "captured"},
                   {"crop": 5}):
        assert dataclasses.replace(base, **change).describe() != base.describe()
    assert PROTOCOLS["levin-1pct"].describe() == (
        "levin-1pct: 4 pictures x 8 kernels of Levin et al. 2009; valid convolution, Gaussian noise of 2.55/255, "
        "rounded to 8 bits; 30 pixels a side are not scored.")


def test_noise_rounding_and_generator_change_the_observation():
    assert np.allclose(observed(0, False), convolve2d(texture(0), camera_shake(9, np.random.default_rng(1)), "valid"))
    assert abs(observed(0.05, False).std() ** 2 - observed(0, False).std() ** 2 - 0.05 ** 2) < 5e-4
    y = observed()
    assert np.abs(255 * y - np.round(255 * y)).max() < 1e-9 and y.min() >= 0 and y.max() <= 1
    assert np.array_equal(y, observed()) and not np.array_equal(y, observed(seed=1))
    noisy = observed(2.0, True)
    assert noisy.min() == 0 and noisy.max() == 1


@pytest.mark.parametrize("k, noise, words", [
    (np.ones((97, 3)) / 291, 0.01, "larger than the image"), (np.ones((3, 3)), 0.01, "sums to 9: divide it by its sum"),
    (np.full((3, 3), np.nan), 0.01, "NaN"), (np.zeros((3, 3)), 0.01, "positive sum"),
    (None, -1, "zero or more, not -1"), (None, np.nan, "zero or more, not nan")])
def test_an_unfit_kernel_or_noise_is_refused(k, noise, words):
    with pytest.raises(InputError, match=words):
        observed(noise, k=k)


def test_an_unfit_image_is_refused():
    with pytest.raises(InputError, match="scale it"):
        observe(255 * texture(0), np.ones((1, 1)), 0, False, np.random.default_rng(0))


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


def test_an_unknown_protocol_is_named_with_the_known_ones():
    assert protocol("quick") is PROTOCOLS["quick"]
    with pytest.raises(InputError, match="no protocol 'sun': choose from levin-1pct, levin-real, quick"):
        protocol("sun")
