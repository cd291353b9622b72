"""The sparse prior: its blur and adjoint, its energy, what its arguments change, and Levin's own sums."""

import csv

import numpy as np
import pytest
from scipy.signal import convolve2d

from padnet.baselines.deblurring.levin_sparse import (
    DERIVATIVES,
    _Blur,
    _conjugate_gradients,
    _derivative,
    _derivative_adjoint,
    sparse,
)
from padnet.errors import InputError
from padnet.imaging.degradation import observe
from padnet.imaging.kernels import camera_shake


def case(noise=0.01, size=48):
    """A picture of flat patches, its blurred observation, and the kernel."""
    rng = np.random.default_rng(5)
    x = np.kron(rng.random((size // 12, size // 12)), np.ones((12, 12)))
    k = camera_shake(9, rng)
    return x, observe(x, k, noise, False, rng), k


def gain(estimate, x, k):
    """Mean squared error against the truth in the frame of a valid observation."""
    r = k.shape[0] // 2
    return np.mean((estimate - x[r:-r, r:-r]) ** 2)


@pytest.mark.parametrize("m, n, h, w", [(5, 7, 20, 23), (4, 6, 21, 18), (1, 3, 8, 8)])
def test_the_blur_is_the_valid_convolution_and_its_adjoint_is_exact(m, n, h, w):
    rng = np.random.default_rng([m, n])
    k, x, y = rng.random((m, n)), rng.random((h + m - 1, w + n - 1)), rng.random((h, w))
    blur = _Blur(k, (h, w))
    assert np.allclose(blur(x), convolve2d(x, k, "valid"))
    assert np.sum(blur(x) * y) == pytest.approx(np.sum(x * blur.adjoint(y)), rel=1e-12)
    for axes, _ in DERIVATIVES:
        z = rng.random(_derivative(x, axes).shape)
        assert np.sum(_derivative(x, axes) * z) == pytest.approx(np.sum(x * _derivative_adjoint(z, axes)), abs=1e-10)


def test_conjugate_gradients_solve_in_as_many_steps_as_there_are_unknowns():
    B = np.random.default_rng(0).random((6, 6))
    A, b = B @ B.T + np.eye(6), np.arange(6.0)
    assert np.allclose(_conjugate_gradients(lambda v: A @ v, b, np.zeros(6), 6), np.linalg.solve(A, b))
    assert np.array_equal(_conjugate_gradients(lambda v: A @ v, 0 * b, np.zeros(6), 6), np.zeros(6))


def test_it_sharpens_and_the_flipped_kernel_does_not():
    x, y, k = case()
    assert sparse(y, k).shape == y.shape and sparse(y, k).dtype == np.float64
    assert gain(sparse(y, k), x, k) < 0.2 * gain(y, x, k)
    assert gain(sparse(y, k[::-1, ::-1]), x, k) > 2 * gain(sparse(y, k), x, k)


def test_the_reweighting_makes_edges_sharper_than_a_quadratic_prior(monkeypatch):
    x, y, k = case()
    error = gain(sparse(y, k), x, k)
    monkeypatch.setattr("padnet.baselines.deblurring.levin_sparse.REWEIGHTINGS", 0)
    assert gain(sparse(y, k), x, k) > 1.3 * error


def test_weight_and_iterations_change_the_result():
    x, y, k = case()
    base = sparse(y, k)
    assert np.array_equal(base, sparse(y, k))
    assert np.abs(np.diff(sparse(y, k, weight=0.1))).mean() < np.abs(np.diff(base)).mean()
    assert gain(sparse(y, k, iterations=2), x, k) > gain(base, x, k)


def test_a_kernel_of_one_pixel_leaves_a_clean_picture_nearly_alone():
    x, _, _ = case()
    assert np.abs(sparse(x, np.ones((1, 1)), weight=1e-8) - x).max() < 1e-3


@pytest.mark.parametrize(
    "change, words",
    [
        ({"y": np.full((20, 20), np.nan)}, "finite"),
        ({"y": np.zeros(20)}, "is \\(h, w\\)"),
        ({"k": np.ones((60, 3)) / 180}, "larger than the observation"),
        ({"k": np.zeros((3, 3))}, "positive sum"),
        ({"k": np.ones((3, 3))}, "sums to 9: divide it by its sum"),
        ({"weight": 0}, "positive number, not 0"),
        ({"weight": np.nan}, "positive number, not nan"),
        ({"iterations": 0}, "at least 1 iteration"),
    ],
)
def test_unfit_arguments_are_refused(change, words):
    _, y, k = case()
    with pytest.raises(InputError, match=words):
        sparse(**{"y": y, "k": k} | change)


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_committed_run_agrees_with_levin_s_own(root):
    """Loader, kernel orientation, boundary and score at once: the sums that Levin's own run printed."""
    printed = {(row["image"], row["kernel"]): float(row["ssd"]) for row in read(root / "reference/levin_sparse.csv")}
    records = read(root / "results/paper/records/levin-real/image-sparse.csv")
    found = {
        reach: {(row["image"], row["kernel"]): row for row in records if row["reach"] == reach} for reach in ("7", "5")
    }
    assert len(printed) == 32 and all(set(rows) == set(printed) for rows in found.values())

    def ssd(reach, key):
        return float(found[reach][key]["ssd"])

    for key, value in printed.items():
        if key[1] in ("kernel6", "kernel7", "kernel8"):
            assert abs(ssd("7", key) / value - 1) < 0.02, key
        assert 0.7 < ssd("7", key) / value < 1.02, key
    # Image 3 with kernel 6 lies beyond the published search of +-5 px.
    assert ssd("5", ("im3", "kernel6")) > 1.3 * printed["im3", "kernel6"]

    def mean(sums):
        return np.mean([10 * np.log10(225**2 / value) for value in sums])

    theirs = mean(printed.values())
    assert theirs == pytest.approx(32.733, abs=5e-4)
    # With the published search; that of +-7 px gains 0.04 dB more, all of it on image 3 with kernel 6.
    assert abs(mean(ssd("5", key) for key in printed) - theirs) < 0.3
    assert mean(ssd("7", key) for key in printed) - theirs < 0.31
    for row in records:
        assert float(row["psnr"]) == pytest.approx(10 * np.log10(225**2 / float(row["ssd"])), abs=1e-5)
