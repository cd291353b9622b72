"""The airlight is found where the haze is thickest; white objects, casts and noise mislead it less than one method."""

import pytest
import torch

from padnet.errors import InputError
from padnet.haze import airlight as module
from padnet.haze.airlight import agreed_airlight
from padnet.haze.dark_channel import dark_airlight
from padnet.haze.model import hazy
from padnet.haze.quad_tree import quad_tree_airlight

A = torch.tensor([[0.7, 0.8, 0.9], [0.95, 0.85, 0.75]], dtype=torch.float64)
SAND = torch.tensor([[0.95, 0.75, 0.45]], dtype=torch.float64)


def foggy(A=A, h=60, w=80):
    """Pictures of dark and bright speckle whose upper half is fog alone."""
    generator = torch.Generator().manual_seed(5)
    J = torch.rand(len(A), 3, h, w, generator=generator, dtype=torch.float64)
    t = torch.full((len(A), 1, h, w), 0.6, dtype=torch.float64)
    t[:, :, : h // 2] = 0
    return hazy(J, t, A)


def test_fog_gives_its_own_colour_and_each_picture_its_own():
    I = foggy()
    assert torch.allclose(agreed_airlight(I), A, rtol=0, atol=1e-12)
    assert torch.equal(agreed_airlight(I[1:]), agreed_airlight(I)[1:])


def test_a_white_object_in_a_sand_storm_misleads_it_less_than_the_dark_channel():
    I = foggy(SAND, 120, 160)
    I[:, :, 80:105, 20:50] = 0.98
    found, dark = ((method(I) - SAND).abs().max() for method in (agreed_airlight, dark_airlight))
    assert found < 0.02 and dark > 0.3
    assert torch.equal(agreed_airlight(I), quad_tree_airlight(I))


def test_where_the_hues_agree_it_is_the_dark_channels_and_between_a_mean(monkeypatch):
    grey = foggy(torch.full((1, 3), 0.8, dtype=torch.float64))
    grey = grey.mean(dim=1, keepdim=True).expand(-1, 3, -1, -1).contiguous()
    assert torch.equal(agreed_airlight(grey), dark_airlight(grey))
    I = foggy(SAND, 120, 160)
    I[:, :, 80:105, 20:50] = 0.98
    monkeypatch.setattr(module, "OTHER", 1.0)
    found, dark, quad = (method(I) for method in (agreed_airlight, dark_airlight, quad_tree_airlight))
    assert (found < torch.maximum(dark, quad) - 0.01).any() and (found > torch.minimum(dark, quad) + 0.01).any()
    monkeypatch.setattr(module, "SAME", 0.9)
    assert torch.equal(agreed_airlight(I), dark)


def test_pictures_are_reduced_to_the_given_side():
    I = foggy()
    noisy = (I + 0.05 * torch.randn(I.shape, generator=torch.Generator().manual_seed(1), dtype=I.dtype)).clamp(0, 1)
    assert not torch.equal(agreed_airlight(noisy, side=40), agreed_airlight(noisy))
    whole = agreed_airlight(I, side=1)  # one pixel, the mean
    assert torch.allclose(whole, I.mean(dim=(-2, -1)), rtol=0, atol=1e-12)


def test_a_black_picture_has_a_dark_airlight_still_usable():
    assert torch.equal(agreed_airlight(torch.zeros(1, 3, 4, 4)), torch.full((1, 3), 0.1))


def test_grey_pictures_and_bad_sides_are_refused():
    with pytest.raises(InputError, match="must be in colour"):
        agreed_airlight(torch.zeros(1, 1, 4, 4))
    for side in (0, 2.5, True):
        with pytest.raises(InputError, match="side is a whole number of pixels, at least 1"):
            agreed_airlight(torch.zeros(1, 3, 4, 4), side=side)
