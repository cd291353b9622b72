"""The frame keeps every observed pixel, is smooth across the periodic border, and helps."""

import numpy as np
import pytest
import torch
from standin import texture

from padnet.data.protocols import observe
from padnet.errors import InputError
from padnet.imaging import boundary as module
from padnet.imaging.boundary import crop_scored, frame_shape, place, to_frame
from padnet.imaging.kernels import camera_shake


def blurred(size=96, m=11):
    x, k = texture(5, size), camera_shake(m, np.random.default_rng(2))
    # A slope makes the picture as little periodic as a photograph.
    x = 0.5 * x + 0.5 * np.linspace(0, 1, size)[:, None] * np.ones(size)
    return x, k, observe(x, k, 0.01, True, np.random.default_rng(3)), ((m - 1) // 2,) * 2


def wiener(frame, k):
    """A rough periodic reconstruction."""
    K = module.transfer(k, frame.shape)
    smooth = np.conj(K) / (np.abs(K) ** 2 + 0.03 * module.gradient_energy(frame.shape))
    return np.fft.irfft2(smooth * np.fft.rfft2(frame), s=frame.shape)


@pytest.mark.parametrize("h, w, margin", [(255, 255, 32), (97, 180, 0), (1, 7, 3), (211, 199, 20)])
def test_the_frame_is_the_smallest_with_small_prime_factors(h, w, margin):
    def smooth(n):
        for factor in (2, 3, 5):
            while n % factor == 0:
                n //= factor
        return n == 1

    for n, size in zip((h, w), frame_shape(h, w, margin), strict=False):
        assert smooth(size) and size >= n + 2 * margin
        assert not any(smooth(between) for between in range(n + 2 * margin, size))


@pytest.mark.parametrize("shape", [(128, 128), (135, 125)])
def test_observed_pixels_are_not_altered_and_the_result_is_repeatable(shape):
    x, k, y, offset = blurred()
    before = y.copy()
    frame = to_frame(y, offset, x.shape, k, shape)
    top, left = np.add(place(x.shape, shape), offset)
    assert frame.shape == shape and frame.dtype == np.float64 and np.isfinite(frame).all()
    assert np.array_equal(frame[top : top + y.shape[0], left : left + y.shape[1]], y)
    assert np.array_equal(frame, to_frame(y, offset, x.shape, k, shape)) and np.array_equal(y, before)


def test_a_frame_without_padding_is_the_observation():
    _, k, y, _ = blurred()
    assert np.array_equal(to_frame(y, (0, 0), y.shape, k, y.shape), y)


def test_the_frame_is_smooth_across_the_periodic_border():
    x, k, y, offset = blurred()
    frame = to_frame(y, offset, x.shape, k, (128, 128))

    def steepest(a, axis):
        return np.abs(a - np.roll(a, 1, axis)).max()

    inner = np.abs(np.diff(y, axis=0)).max()
    assert steepest(frame, 0) <= 1.2 * inner and steepest(frame, 1) <= 1.2 * inner
    assert steepest(y, 0) > 2 * inner  # the observation by itself is not periodic


def test_the_offset_and_the_kernel_change_the_frame():
    x, k, y, offset = blurred()
    base = to_frame(y, offset, x.shape, k, (128, 128))
    assert np.allclose(np.roll(base, 1, 0), to_frame(y, (6, 5), x.shape, k, (128, 128)), atol=1e-12)
    assert not np.array_equal(base, to_frame(y, offset, x.shape, k[::-1, ::-1], (128, 128)))


def test_the_frame_gains_over_a_circular_border():
    x, k, y, offset = blurred()
    framed = crop_scored(wiener(to_frame(y, offset, x.shape, k, (128, 128)), k), x.shape, 12)
    circular = wiener(y, k)[7:-7, 7:-7]
    truth = crop_scored(x, x.shape, 12)
    assert circular.shape == truth.shape
    gain = 10 * np.log10(np.mean((circular - truth) ** 2) / np.mean((framed - truth) ** 2))
    assert gain > 2  # dB


def test_the_refreshes_gain_over_straight_lines(monkeypatch):
    x, k, y, offset = blurred()
    errors = []
    for refreshes in (0, 10):
        monkeypatch.setattr(module, "REFRESHES", refreshes)
        estimate = wiener(to_frame(y, offset, x.shape, k, (128, 128)), k)
        errors.append(np.mean((crop_scored(estimate, x.shape, 8) - crop_scored(x, x.shape, 8)) ** 2))
    assert errors[1] < errors[0]


def test_the_scored_part_is_that_of_the_truth():
    x = texture(1, 20)
    frame = np.zeros((2, 3, 27, 30))
    top, left = place((20, 20), (27, 30))
    assert (top, left) == (3, 5)
    frame[..., top : top + 20, left : left + 20] = x
    assert np.array_equal(crop_scored(frame, (20, 20), 4)[1, 2], crop_scored(x, (20, 20), 4))
    assert crop_scored(x, (20, 20), 0).shape == (20, 20)
    assert torch.equal(crop_scored(torch.from_numpy(frame), (20, 20), 4)[0, 0], torch.from_numpy(x[4:-4, 4:-4]))


def test_what_does_not_fit_is_refused():
    x, k, y, offset = blurred()
    for call, words in (
        (lambda: frame_shape(0, 5, 1), "positive size"),
        (lambda: frame_shape(5, 5, -1), "margin of zero or more"),
        (lambda: place((20, 20), (19, 30)), "does not fit a frame"),
        (lambda: crop_scored(x, x.shape, 48), "leaves nothing"),
        (lambda: crop_scored(x, x.shape, -1), "leaves nothing"),
        (lambda: to_frame(y, (20, 0), x.shape, k, x.shape), "leaves the frame"),
        (lambda: to_frame(y, (-9, 0), x.shape, k, x.shape), "leaves the frame"),
        (lambda: to_frame(y[0], offset, x.shape, k, x.shape), "observation is"),
        (lambda: to_frame(y * np.nan, offset, x.shape, k, x.shape), "finite"),
        (lambda: to_frame(y, offset, x.shape, k * np.nan, x.shape), "kernel holds NaN"),
        (lambda: to_frame(y, offset, x.shape, np.ones((99, 1)), x.shape), "larger than the frame"),
    ):
        with pytest.raises(InputError, match=words):
            call()


def told(noise):
    """The frame of the example, told the noise."""
    x, k, y, offset = blurred()
    frame = to_frame(y, offset, x.shape, k, (128, 128), noise)
    return frame, y, offset, x


@pytest.mark.parametrize("noise", [0.001, 0.01, 0.1])
def test_a_frame_that_is_told_the_noise_keeps_what_was_observed(noise):
    frame, y, offset, x = told(noise)
    top, left = np.add(place(x.shape, frame.shape), offset)
    assert np.array_equal(frame[top : top + y.shape[0], left : left + y.shape[1]], y) and np.isfinite(frame).all()
    assert not np.array_equal(frame, told(None)[0])


def test_the_padding_settles(monkeypatch):
    """After the last refresh another one moves it by little; after two it is still on its way."""
    x, k, y, offset = blurred()
    moved = []
    for most in (2, 80):
        monkeypatch.setattr(module, "MOST", most)
        frame = to_frame(y, offset, x.shape, k, (128, 128), 0.01)
        monkeypatch.setattr(module, "MOST", most + 1)
        moved.append(np.abs(to_frame(y, offset, x.shape, k, (128, 128), 0.01) - frame).max())
    assert moved[1] < moved[0] / 4


def test_the_observation_fits_a_frame_that_is_told_the_noise_better():
    x, k, y, offset = blurred()
    errors = []
    for noise in (None, 0.01):
        found = wiener(to_frame(y, offset, x.shape, k, (128, 128), noise), k)
        inside = crop_scored(found, x.shape, 6) - crop_scored(x, x.shape, 6)
        errors.append(np.sqrt(np.mean(inside**2)))
    assert errors[1] < errors[0]


@pytest.mark.parametrize("noise", [0, -0.1, float("nan"), float("inf")])
def test_noise_that_is_none_is_refused(noise):
    with pytest.raises(InputError, match="the noise of an observation is a positive standard deviation"):
        told(noise)


@pytest.mark.parametrize("noise", [None, 0.01])
def test_saturated_pixels_are_filled_and_nothing_changes_without_any(noise):
    x, k, y, offset = blurred()
    shape = (128, 128)
    inside = tuple(slice(a, a + n) for a, n in zip(np.add(place(x.shape, shape), offset), y.shape, strict=True))
    plain = to_frame(y, offset, x.shape, k, shape, noise)
    clipped = np.zeros(y.shape, dtype=bool)
    assert np.array_equal(to_frame(y, offset, x.shape, k, shape, noise, clipped), plain)
    clipped[30:35, 40:45] = True
    spoilt = np.where(clipped, 1.0, y)
    for floor in (False, True):
        found = to_frame(spoilt, offset, x.shape, k, shape, noise, clipped, floor)[inside]
        assert np.array_equal(found[~clipped], y[~clipped])
        filled = found[clipped]
        assert (filled >= 1).all() if floor else np.abs(filled - y[clipped]).max() < 0.5
