"""The guidance t~ of Meng et al.: by hand for a pixel, a lower bound, and its closing."""

import pytest
import torch

from padnet.errors import InputError
from padnet.haze.boundary_constraint import boundary_transmission
from padnet.haze.filters import local_maximum
from padnet.haze.model import hazy, radiance

A = torch.tensor([[0.8, 0.9, 1.0]], dtype=torch.float64)


def scene(h=20, w=24):
    generator = torch.Generator().manual_seed(3)
    J = 20 / 255 + (1 - 20 / 255) * torch.rand(1, 3, h, w, generator=generator, dtype=torch.float64)
    t = torch.linspace(0.2, 0.9, w, dtype=torch.float64).expand(1, 1, h, w)
    return J, t


def test_one_pixel_by_hand():
    I = torch.tensor([0.5, 0.7, 0.9], dtype=torch.float64).reshape(1, 3, 1, 1)
    dark, bright = 20 / 255, 300 / 255
    expected = max(0.3 / (0.8 - dark), 0.2 / (0.9 - dark), 0.1 / (1 - dark))
    assert boundary_transmission(I, A).item() == pytest.approx(expected, rel=1e-12)
    I = torch.tensor([0.9, 0.9, 1.0], dtype=torch.float64).reshape(1, 3, 1, 1)  # brighter than the airlight
    assert boundary_transmission(I, A).item() == pytest.approx(0.1 / (bright - 0.8), rel=1e-12)


def test_the_bound_is_below_the_truth_and_keeps_the_radiance_between_its_bounds():
    J, t = scene()
    I = hazy(J, t, A)
    bound = boundary_transmission(I, A, size=1)
    assert (bound <= t + 1e-12).all()
    recovered = radiance(I, bound, A, least=1e-6)
    assert recovered.min() > 20 / 255 - 1e-9 and recovered.max() < 300 / 255 + 1e-9
    touched = (recovered - 20 / 255).abs().amin(dim=1) < 1e-9
    assert touched.double().mean() > 0.9  # it is the least such t: a channel lies on its bound


def test_the_closing_raises_the_bound_up_to_the_window_s_greatest():
    J, t = scene()
    I = hazy(J, t, A)
    bound, closed = boundary_transmission(I, A, size=1), boundary_transmission(I, A, size=5)
    assert (closed >= bound).all() and (closed <= local_maximum(bound, 5)).all() and closed.max() <= 1
    assert (closed - t).abs().mean() < (bound - t).abs().mean()


def test_a_picture_darker_than_the_bound_is_free_of_haze():
    assert torch.equal(boundary_transmission(torch.zeros(1, 3, 4, 4).double(), A), torch.ones(1, 1, 4, 4).double())


def test_every_option_counts():
    J, t = scene()
    I = hazy(J, t, A)
    I[..., :4, :4] = 1  # brighter than the airlight: there C1 decides
    results = [
        boundary_transmission(I, A, C0, C1, size)
        for C0, C1, size in (
            (20 / 255, 300 / 255, 15),
            (0.0, 300 / 255, 15),
            (20 / 255, 1.1, 15),
            (20 / 255, 300 / 255, 3),
        )
    ]
    assert all((a - b).abs().max() > 1e-3 for i, a in enumerate(results) for b in results[:i])


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda I: boundary_transmission(I, 0.05 * A), "must lie between the bounds of the radiance, C0 = 0.0784"),
        (lambda I: boundary_transmission(I, A, C1=0.95), "C1 = 0.95: give a brighter airlight or wider bounds"),
        (lambda I: boundary_transmission(I, A, size=4), "odd number"),
        (lambda I: boundary_transmission(I[:, :1], A), "must be in colour"),
        (lambda I: boundary_transmission(I, A[0]), "float tensor"),
    ],
)
def test_what_does_not_fit_is_refused(call, words):
    with pytest.raises(InputError, match=words):
        call(scene()[0])
