"""The working size: reducing, mirrored frames, and the way back to full size along the picture's edges."""

import pytest
import torch
from toys import normal

from padnet.errors import InputError
from padnet.haze import resampling as working
from padnet.haze.filters import guided_filter
from padnet.haze.resampling import brought_up, factor_of, mirrored, reduced


@pytest.mark.parametrize(
    "size, factor", [((480, 640), 2), ((640, 480), 2), ((10, 10), 2), ((1280, 3), 2), ((1281, 3), 3), ((3000, 4000), 7)]
)
def test_the_factor_keeps_the_longer_side_within_the_limit(size, factor):
    assert factor_of(size, 2, 640) == factor


def test_reducing_takes_means_of_blocks_and_of_what_is_left():
    x = torch.arange(30.0).reshape(1, 1, 5, 6)
    small = reduced(x, 4)
    assert small.shape == (1, 1, 2, 2)
    assert small[0, 0, 0, 0] == x[..., :4, :4].mean() and small[0, 0, 1, 1] == x[..., 4:, 4:].mean()
    assert torch.equal(reduced(x, 1), x)


@pytest.mark.parametrize("margin, least", [(3, 1), (0, 1), (2, 31), (17, 1)])
def test_a_frame_holds_the_picture_and_its_mirror_images(margin, least):
    x = normal(2, 3, 5, 7)
    frame, place = mirrored(x, margin, least)
    assert torch.equal(place(frame), x)
    assert min(frame.shape[-2:]) >= least and frame.shape[-2] >= 5 + 2 * margin
    top, left = ((a - b) // 2 for a, b in zip(frame.shape[-2:], (5, 7), strict=True))
    for i in range(1, min(top, 5) + 1):
        assert torch.equal(frame[..., top - i, left : left + 7], x[..., i - 1, :])
    if left >= 14:  # and again
        assert torch.equal(frame[..., top : top + 5, left - 14 : left - 7], x)


def test_at_full_size_the_way_back_is_the_guided_filter():
    I, t = normal(1, 3, 20, 23).sigmoid(), normal(1, 1, 20, 23, seed=1).sigmoid()
    found = brought_up(t, I, I, 1, 2, 0.01)
    torch.testing.assert_close(found, guided_filter(t, I, 2, 0.01).clamp(0, 1), rtol=1e-8, atol=1e-8)


def step(h, w):
    """A picture of two colours and a transmission with the same edge, between two working pixels of 4."""
    I = torch.full((1, 3, h, w), 0.3, dtype=torch.float64)
    t = torch.full((1, 1, h, w), 0.8, dtype=torch.float64)
    I[..., 22:], t[..., 22:] = 0.7, 0.4
    return I, t


def test_an_edge_comes_back_where_the_picture_has_it():
    I, t = step(24, 43)
    small = reduced(I, 4)
    found = brought_up(reduced(t, 4), small, I, 4, 2, 1e-6)
    assert found.shape == t.shape
    assert (found - t).abs().max() < 0.01  # bilinear alone is wrong by 0.2 and more
    blurred = brought_up(reduced(t, 4), small, I, 4, 2, 1.0)
    assert (blurred - t).abs().max() > 0.1  # eps matters
    assert not torch.allclose(found, brought_up(reduced(t, 4), small, I + 0.1 * normal(1, 3, 24, 43), 4, 2, 1e-6))
    noisy = reduced(t, 4) + 0.1 * normal(1, 1, 6, 11)
    assert not torch.allclose(brought_up(noisy, small, I, 4, 1, 1e-6), brought_up(noisy, small, I, 4, 2, 1e-6))


def test_strips_give_what_the_whole_gives(monkeypatch):
    I, t = normal(1, 3, 26, 19).sigmoid(), normal(1, 1, 7, 5).sigmoid()
    whole = brought_up(t, reduced(I, 4), I, 4, 1, 0.01)
    for pixels in (1, 3 * 19, 10**6):
        monkeypatch.setattr(working, "STRIP", pixels)
        torch.testing.assert_close(brought_up(t, reduced(I, 4), I, 4, 1, 0.01), whole, rtol=0, atol=1e-14)


def test_interpolation_keeps_a_ramp():
    """Means of blocks lie at the middles of the blocks: half a pixel off would shift the ramp."""
    ramp = torch.arange(24.0, dtype=torch.float64).expand(1, 1, 24, 24)
    back = working._interpolated(reduced(ramp, 3), 3, 0, 24, 24)
    torch.testing.assert_close(back[..., 2:-2], ramp[..., 2:-2], rtol=0, atol=1e-12)


@pytest.mark.parametrize("radius, eps", [(0, 0.1), (1, 0.0), (1, float("nan"))])
def test_a_bad_radius_or_eps_is_refused(radius, eps):
    I, t = step(8, 43)
    with pytest.raises(InputError, match="the guided filter needs a radius of at least 1 and a positive eps, got"):
        brought_up(t, I, I, 1, radius, eps)
