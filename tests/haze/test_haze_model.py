"""The haze model (17): there and back, its bound, and what it refuses."""

import pytest
import torch

from padnet.errors import InputError
from padnet.haze.model import hazy, radiance, transmission


def scene(n=2, h=5, w=7):
    generator = torch.Generator().manual_seed(1)
    J, t, A = (
        torch.rand(*shape, generator=generator, dtype=torch.float64) for shape in ((n, 3, h, w), (n, 1, h, w), (n, 3))
    )
    return J, 0.1 + 0.9 * t, 0.6 + 0.4 * A


def test_haze_put_on_is_haze_taken_off():
    J, t, A = scene()
    I = hazy(J, t, A)
    assert torch.allclose(I[1, 2], t[1, 0] * J[1, 2] + (1 - t[1, 0]) * A[1, 2], rtol=0, atol=1e-15)
    assert torch.allclose(radiance(I, t, A), J, rtol=0, atol=1e-13)


def test_no_haze_and_nothing_but_haze():
    J, t, A = scene()
    assert torch.equal(hazy(J, torch.ones_like(t), A), J)
    assert torch.equal(hazy(J, torch.zeros_like(t), A), A[:, :, None, None].expand_as(J))


def test_the_least_transmission_bounds_the_gain_and_nothing_is_clipped():
    I, A = torch.full((1, 3, 2, 2), 0.5), torch.full((1, 3), 0.9)
    t = torch.full((1, 1, 2, 2), 0.01)
    assert torch.allclose(radiance(I, t, A), torch.tensor(0.9 - 0.4 / 0.05))
    assert torch.allclose(radiance(I, t, A, least=0.2), torch.tensor(0.9 - 0.4 / 0.2))


def test_the_transmission_falls_with_depth_and_coefficient():
    d = torch.tensor([[0.0, 1.0, 2.0]])
    assert torch.allclose(transmission(d, 0.6), torch.exp(torch.tensor([[0.0, -0.6, -1.2]])))
    assert torch.allclose(transmission(d, torch.tensor([[1.0], [2.0]]))[1], torch.exp(-2 * d[0]))


def test_pictures_of_a_batch_and_their_gradients_are_apart():
    J, t, A = scene()
    t.requires_grad_()
    single = radiance(J[:1], t[:1], A[:1])
    assert torch.equal(radiance(J, t, A)[:1], single)
    single.sum().backward()
    assert t.grad[0].abs().min() > 0 and t.grad[1].abs().max() == 0


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda J, t, A: (J[:, :1], t, A), "must be in colour, 3 channels, got 1"),
        (lambda J, t, A: (J[0], t, A), "must have 4 dimensions"),
        (lambda J, t, A: (J, t[:, :, 1:], A), r"transmission must be \(2, 1, 5, 7\) as the picture is"),
        (lambda J, t, A: (J, t.expand(-1, 3, -1, -1), A), "transmission must be"),
        (lambda J, t, A: (J, t, A[0]), r"float tensor \(pictures, 3\), here \(2, 3\), got shape \(3,\)"),
        (lambda J, t, A: (J, t, [0.9, 0.9, 0.9]), "got list"),
        (lambda J, t, A: (J, t, 255 * A), r"must lie in \(0, 1\] in every channel: divide 8-bit colours by 255"),
        (lambda J, t, A: (J, t, A * torch.nan), r"must lie in \(0, 1\]"),
        (lambda J, t, A: (J, t * torch.nan, A), "transmission holds NaN"),
    ],
)
def test_what_does_not_fit_is_refused_by_both(change, words):
    for call in (hazy, radiance):
        with pytest.raises(InputError, match=words):
            call(*change(*scene()))


def test_bad_bounds_depths_and_coefficients_are_refused():
    for least in (0, -1, 1.5, float("nan")):
        with pytest.raises(InputError, match=r"least transmission lies in \(0, 1\]"):
            radiance(*scene(), least=least)
    with pytest.raises(InputError, match="a depth is negative or NaN"):
        transmission(torch.tensor([1.0, -1.0]), 1.0)
    with pytest.raises(InputError, match="beta must not be negative or NaN, got -1"):
        transmission(torch.ones(2), -1)
