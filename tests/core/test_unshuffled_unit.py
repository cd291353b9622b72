"""The unit on the phases of a picture: the ConvUnit that it says it is, periodic, and measured in the noise it is told."""

import pytest
import torch
import torch.nn.functional as F
from toys import normal

from padnet.core import tiling as strips
from padnet.core.networks import Network
from padnet.core.unshuffled_unit import UnshuffledUnit
from padnet.errors import InputError

LEVEL = torch.tensor([0.5, -1.0], dtype=torch.float64)


def unit(factor=2, step=4.0, features=5):
    """A float64 unit with random weights and batch statistics."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(2)
        made = UnshuffledUnit(factor, features, [1, 2, 1], 0.5, step).double()
        for weight in made.parameters():
            torch.nn.init.normal_(weight, std=0.3)
    return made.eval()


def test_a_new_unit_leaves_its_input_as_it_is():
    v = normal(2, 1, 12, 14)
    assert torch.equal(Network([UnshuffledUnit(2, 4, [1, 1], 0.5, 1.0).double()])(v, 3.0, LEVEL), v)


@pytest.mark.parametrize("factor", [1, 2, 3])
def test_it_is_a_convolutional_unit_on_the_phases(factor):
    made, v = unit(factor), normal(2, 1, 24, 30)
    phases = torch.stack([v[:, 0, i::factor, j::factor] for i in range(factor) for j in range(factor)], dim=1)
    z = made.unit(phases, LEVEL + 2)  # log2 of the step
    out = made(v, LEVEL)
    for i in range(factor):
        for j in range(factor):
            expected = 2 ** LEVEL[:, None, None] * z[:, factor * i + j]
            torch.testing.assert_close(out[:, 0, i::factor, j::factor], expected)


def test_stages_of_other_steps_see_noise_of_one_level_alike():
    """Twice the step and half the level factor are the same noise: N moves v by the same amount."""
    v = normal(2, 1, 12, 14)
    a, b = (Network([unit(step=step)])(v, step, level) for step, level in ((4.0, LEVEL), (8.0, LEVEL - 1)))
    torch.testing.assert_close(a, b)


def test_the_frame_is_periodic_by_whole_phases():
    made, v = unit(), normal(2, 1, 12, 14)
    torch.testing.assert_close(made(v.roll((4, -6), (2, 3)), LEVEL), made(v, LEVEL).roll((4, -6), (2, 3)))


def test_odd_sizes_are_wrapped_around():
    made, v = unit(), normal(2, 1, 11, 13)
    even = F.pad(v, (0, 1, 0, 1), mode="circular")
    assert torch.equal(made(v, LEVEL), made(even, LEVEL)[..., :11, :13])


def test_a_pixel_depends_on_halo_pixels_a_side():
    made, v = unit(), normal(1, 1, 32, 32).requires_grad_()
    assert made.halo == 8
    (grad,) = torch.autograd.grad(made(v, LEVEL[:1])[0, 0, 16, 16], v)
    rows = grad[0, 0].abs().sum(1).nonzero().flatten()
    assert 16 - 8 <= rows.min() and rows.max() <= 17 + 8


def test_strips_and_folding_change_nothing(monkeypatch):
    made, v = unit(), normal(2, 1, 40, 14)
    with torch.no_grad():
        whole = made(v, LEVEL)
        torch.testing.assert_close(made.fold()(v, LEVEL), whole)
        monkeypatch.setattr(strips, "STRIP", 60)
        torch.testing.assert_close(made(v, LEVEL), whole)


@pytest.mark.parametrize("factor, step", [(0, 1.0), (2, 0.0), (2, float("nan"))])
def test_bad_numbers_are_refused(factor, step):
    with pytest.raises(InputError, match="a factor of at least 1 and a positive step"):
        UnshuffledUnit(factor, 4, [1, 1], 1.0, step)
