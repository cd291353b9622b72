"""The window filters against brute force, at the border too, in batches and in float32."""

import numpy as np
import pytest
import torch
from scipy.ndimage import maximum_filter, minimum_filter

from padnet.errors import InputError
from padnet.haze.filters import box_mean, guided_filter, local_maximum, local_minimum


def numbers(*shape, seed=0):
    return torch.from_numpy(np.random.default_rng([seed, *shape]).random(shape))


def windows(h, w, radius):
    """(i, j, rows, columns) of every pixel and of its window inside the picture."""
    for i in range(h):
        for j in range(w):
            yield i, j, slice(max(0, i - radius), i + radius + 1), slice(max(0, j - radius), j + radius + 1)


@pytest.mark.parametrize("size", [1, 3, 5, 7, 15, 31])
def test_local_extremes_are_those_of_the_window(size):
    x = numbers(2, 3, 11, 8)
    window = (1, 1, size, size)
    assert np.array_equal(local_minimum(x, size), minimum_filter(x.numpy(), window, mode="constant", cval=np.inf))
    assert np.array_equal(local_maximum(x, size), maximum_filter(x.numpy(), window, mode="constant", cval=-np.inf))


@pytest.mark.parametrize("radius", [0, 1, 2, 3, 10])
def test_the_box_mean_is_over_the_pixels_inside(radius):
    x = numbers(2, 3, 9, 7)
    expected = torch.empty_like(x)
    for i, j, rows, columns in windows(9, 7, radius):
        expected[:, :, i, j] = x[:, :, rows, columns].mean(dim=(-2, -1))
    assert torch.allclose(box_mean(x, radius), expected, rtol=0, atol=1e-14)


def fitted(x, guide, radius, eps):
    """The guided filter by its definition: a ridge regression in every window, and the mean of the fits."""
    h, w = x.shape
    p = guide.reshape(len(guide), -1).T
    sums, counts = np.zeros((h, w)), np.zeros((h, w))
    index = np.arange(h * w).reshape(h, w)
    for _, _, rows, columns in windows(h, w, radius):
        inside = index[rows, columns].ravel()
        q, y = p[inside] - p[inside].mean(0), x.ravel()[inside]
        a = np.linalg.solve(q.T @ q / len(y) + eps * np.eye(len(guide)), q.T @ (y - y.mean()) / len(y))
        sums.ravel()[inside] += q @ a + y.mean()
        counts.ravel()[inside] += 1
    return sums / counts


@pytest.mark.parametrize("channels", [1, 2, 3])
@pytest.mark.parametrize("radius, eps", [(1, 1e-2), (2, 1e-4)])
def test_the_guided_filter_is_the_mean_of_the_ridge_fits(channels, radius, eps):
    x, guide = numbers(2, 2, 8, 9), numbers(2, channels, 8, 9, seed=1)
    found = guided_filter(x, guide, radius, eps)
    for i in range(2):
        for c in range(2):
            # The window of a border pixel counts its own pixels; the mean over windows does so as well.
            expected = fitted(x[i, c].numpy(), guide[i].numpy(), radius, eps)
            assert np.allclose(found[i, c], expected, rtol=0, atol=1e-11)


def test_the_guide_s_edges_stay_and_its_flat_parts_are_smoothed():
    guide = torch.zeros(1, 1, 24, 24, dtype=torch.float64)
    guide[..., 12:] = 1
    x = guide + 0.1 * (numbers(1, 1, 24, 24) - 0.5)
    out = guided_filter(x, guide, 4, 1e-4)
    assert (out - guide).abs().mean() < 0.25 * (x - guide).abs().mean()
    assert (out[..., 12] - out[..., 11]).min() > 0.9
    assert torch.allclose(guided_filter(x, torch.zeros_like(x), 2, 0.1), box_mean(box_mean(x, 2), 2))


def test_every_option_counts():
    x, grey, colour = numbers(1, 1, 16, 16), numbers(1, 1, 16, 16, seed=1), numbers(1, 3, 16, 16, seed=2)
    results = [
        guided_filter(x, guide, radius, eps) for guide in (grey, colour) for radius in (2, 3) for eps in (0.1, 0.01)
    ]
    assert all((a - b).abs().max() > 1e-3 for i, a in enumerate(results) for b in results[:i])


def test_float32_is_enough_for_a_nearly_flat_guide_and_a_batch_is_its_pictures():
    guide = 0.7 + 0.01 * numbers(2, 1, 40, 50, seed=3) + 1e-4 * numbers(2, 3, 40, 50, seed=4)
    x = numbers(2, 1, 40, 50)
    exact = guided_filter(x, guide, 10, 1e-6)
    assert (guided_filter(x.float(), guide.float(), 10, 1e-6) - exact).abs().max() < 2e-3
    assert torch.equal(guided_filter(x[1:], guide[1:], 10, 1e-6), exact[1:])
    assert (box_mean(x.float(), 15) - box_mean(x, 15)).abs().max() < 3e-7


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda x: local_minimum(x, 4), "odd number of pixels a side, not 4"),
        (lambda x: local_maximum(x, 0), "odd number of pixels a side, not 0"),
        (lambda x: local_minimum(x, 3.0), "not 3.0"),
        (lambda x: local_minimum(x[0], 3), "4 dimensions"),
        (lambda x: box_mean(x, -1), "whole number of pixels, at least 0, not -1"),
        (lambda x: guided_filter(x, x, 0, 0.1), "at least 1, not 0"),
        (lambda x: guided_filter(x, x, 2, 0), "eps of the guided filter must be positive, got 0"),
        (lambda x: guided_filter(x, x[..., 1:], 2, 0.1), "guide must have the picture's number, size and dtype"),
        (lambda x: guided_filter(x, x.float(), 2, 0.1), "guide must have the picture's number, size and dtype"),
        (lambda x: guided_filter(x, x * torch.nan, 2, 0.1), "guide holds NaN"),
    ],
)
def test_bad_windows_and_guides_are_refused(call, words):
    with pytest.raises(InputError, match=words):
        call(numbers(1, 1, 6, 6))
