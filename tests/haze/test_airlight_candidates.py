"""Every candidate finds the airlight of a scene that obeys its assumption, in its range, and refuses grey pictures."""

import pytest
import torch

from padnet.errors import InputError
from padnet.haze.colour_lines import colour_lines_airlight
from padnet.haze.dark_channel import brightest_airlight, dark_airlight
from padnet.haze.haze_lines import haze_lines_airlight
from padnet.haze.model import hazy
from padnet.haze.patch_recurrence import recurrence_airlight
from padnet.haze.quad_tree import quad_tree_airlight

CANDIDATES = (
    dark_airlight,
    brightest_airlight,
    quad_tree_airlight,
    haze_lines_airlight,
    colour_lines_airlight,
    recurrence_airlight,
)
A = torch.tensor([[0.9, 0.8, 0.6]], dtype=torch.float64)


def draw(seed=3):
    return torch.Generator().manual_seed(seed)


def shaded(h=80, w=100, block=10):
    """Flat colours under smooth shading, in haze that thickens from one block to the next."""
    generator = draw()
    rows, columns = h // block, w // block
    colour = torch.rand(3, rows, columns, generator=generator, dtype=torch.float64) ** 2
    t = torch.linspace(0.9, 0.3, rows * columns, dtype=torch.float64).reshape(1, rows, columns)
    colour, t = (x.repeat_interleave(block, 1).repeat_interleave(block, 2) for x in (colour, t))
    shading = 0.5 + 0.5 * torch.rand(1, h, w, generator=generator, dtype=torch.float64)
    return hazy((colour * shading)[None], t[None], A)


def repeated(size=63):
    """One texture, seen through three amounts of haze; its side is a multiple of the step of the patches."""
    texture = torch.rand(1, 3, size, size, generator=draw(), dtype=torch.float64)
    texture = texture.repeat(1, 1, 1, 3)
    t = torch.tensor([0.9, 0.6, 0.4], dtype=torch.float64).repeat_interleave(size).expand(1, 1, size, -1)
    return hazy(texture, t, A)


def palette():
    """Twelve colours, each in all amounts of haze."""
    J = torch.rand(1, 3, 12, 1, generator=draw(), dtype=torch.float64).expand(1, 3, 12, 60) * 0.8
    t = torch.linspace(0.9, 0.15, 60, dtype=torch.float64).expand(1, 1, 12, 60)
    return hazy(J, t, A).repeat_interleave(4, 2)


@pytest.mark.parametrize("method", CANDIDATES)
def test_fog_alone_gives_its_own_colour_in_range(method):
    I = A[:, :, None, None].expand(1, 3, 40, 50).clone()
    found = method(I)
    if method is not haze_lines_airlight:  # its candidates lie on a grid, and one colour spans no line
        torch.testing.assert_close(found, A, rtol=0, atol=1e-9)
    assert found.shape == (1, 3) and found.min() >= 0.1 and found.max() <= 1
    noise = torch.rand(2, 3, 30, 41, generator=draw(), dtype=torch.float64)
    assert torch.equal(method(noise)[1:], method(noise[1:]))
    assert torch.equal(method(torch.zeros(1, 3, 4, 4)).amin(), torch.tensor(0.1)) or method is haze_lines_airlight


@pytest.mark.parametrize("method", CANDIDATES)
def test_a_grey_picture_is_refused(method):
    with pytest.raises(InputError, match="must be in colour"):
        method(torch.zeros(1, 1, 9, 9))


def test_colour_lines_meet_in_the_direction_of_the_airlight():
    found = colour_lines_airlight(shaded())
    assert (found / found.max() - A / A.max()).abs().max() < 0.06
    assert (dark_airlight(shaded()) / dark_airlight(shaded()).max() - A / A.max()).abs().max() > 0.01


def test_patches_that_recur_give_the_airlight():
    assert (recurrence_airlight(repeated()) - A).abs().max() < 0.02
    assert (dark_airlight(repeated()) - A).abs().max() > 0.04


def test_haze_lines_meet_in_the_airlight():
    found = haze_lines_airlight(palette())
    assert (found / found.max() - A / A.max()).abs().max() < 0.06 and (found - A).abs().max() < 0.15


def test_the_quad_tree_passes_by_a_small_white_object():
    I = torch.full((1, 3, 160, 160), 0.3, dtype=torch.float64)
    I[:, :, :80, :80] = A[:, :, None, None]
    I[:, :, 100:125, 100:125] = 1
    torch.testing.assert_close(quad_tree_airlight(I), A, rtol=0, atol=1e-9)
    assert dark_airlight(I).min() == 1 and brightest_airlight(I).min() == 1
    assert quad_tree_airlight(I, least=200).min() == 1  # never divided


def test_the_published_airlight_is_one_pixel_of_those_averaged():
    I = torch.rand(1, 3, 40, 40, generator=draw(), dtype=torch.float64)
    found = brightest_airlight(I, share=1.0)
    total = I.sum(dim=1).flatten()
    assert torch.equal(found[0], I.flatten(2)[0, :, total.argmax()].clamp(0.1, 1))
    assert found.sum() > dark_airlight(I, share=1.0).sum()
