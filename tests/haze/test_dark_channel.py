"""The dark channel, and the airlight where it is brightest, which one bright spot does not mislead."""

import pytest
import torch
from skimage import data

from padnet.errors import InputError
from padnet.haze.dark_channel import dark_airlight, dark_channel
from padnet.haze.model import hazy

A = torch.tensor([[0.7, 0.8, 0.9], [0.95, 0.85, 0.75]], dtype=torch.float64)


def foggy(h=60, w=80):
    """Two pictures of dark and bright speckle whose upper third is fog alone."""
    generator = torch.Generator().manual_seed(5)
    J = torch.rand(2, 3, h, w, generator=generator, dtype=torch.float64)
    t = torch.full((2, 1, h, w), 0.6, dtype=torch.float64)
    t[:, :, : h // 3] = 0
    return hazy(J, t, A)


def test_fog_gives_its_own_colour():
    assert torch.allclose(dark_airlight(foggy()), A, rtol=0, atol=1e-12)


def test_a_bright_object_smaller_than_the_window_is_no_airlight_a_larger_one_is():
    I = foggy()
    I[:, :, 40:48, 30:38] = 1
    assert torch.allclose(dark_airlight(I), A, rtol=0, atol=1e-12)
    assert torch.allclose(dark_airlight(I, size=5), torch.ones(2, 3).double())


def test_the_share_says_how_many_pixels_count():
    I = foggy()
    whole = I.mean(dim=(-2, -1))
    assert torch.allclose(dark_airlight(I, share=1.0), whole, rtol=0, atol=1e-12)
    assert (whole - A).abs().max() > 0.05


def test_the_dark_channel_is_the_least_of_channels_and_window():
    I = foggy()
    I[0, 2, 30, 40] = 0.0
    dark = dark_channel(I, 5)
    assert dark.shape == (2, 1, 60, 80) and (dark[0, 0, 28:33, 38:43] == 0).all() and dark[0, 0, 28, 37] > 0
    assert (dark_channel(I, 3) >= dark).all() and (dark <= I.amin(dim=1, keepdim=True)).all()


def test_the_dark_channel_of_an_outdoor_picture_without_haze_is_dark():
    """He et al.'s prior, on scikit-image's picture of a launch pad; under haze of t = 0.5 it holds nowhere."""
    J = torch.from_numpy(data.rocket() / 255).permute(2, 0, 1)[None]
    clear = dark_channel(J, 15)
    foggy_t = torch.full_like(J[:, :1], 0.5)
    under_haze = dark_channel(hazy(J, foggy_t, torch.full((1, 3), 0.9, dtype=J.dtype)), 15)
    assert (clear < 0.2).double().mean() > 0.8 and clear.median() < 0.5 * J.median()
    assert under_haze.min() >= 0.45 - 1e-12


def test_a_picture_is_estimated_by_itself_and_order_of_pixels_does_not_matter():
    I = foggy()
    assert torch.equal(dark_airlight(I[1:]), dark_airlight(I)[1:])
    assert torch.allclose(dark_airlight(I.flip(-1)), dark_airlight(I), rtol=0, atol=1e-12)


def test_a_black_picture_has_a_dark_airlight_still_usable():
    assert torch.equal(dark_airlight(torch.zeros(1, 3, 4, 4)), torch.full((1, 3), 0.1))


def test_grey_pictures_and_bad_shares_are_refused():
    with pytest.raises(InputError, match="must be in colour"):
        dark_airlight(torch.zeros(1, 1, 4, 4))
    for share in (0, 1.5, float("nan")):
        with pytest.raises(InputError, match=r"share of averaged pixels lies in \(0, 1\]"):
            dark_airlight(torch.zeros(1, 3, 4, 4), share=share)
