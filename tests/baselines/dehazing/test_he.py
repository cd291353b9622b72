"""The dark channel prior: exact where its assumption holds, what its options change, and bad inputs."""

import numpy as np
import pytest
import torch
from hazy import blocks

from padnet.baselines.dehazing.he import he
from padnet.errors import InputError
from padnet.haze.model import hazy, radiance

A = torch.tensor([[0.9, 0.85, 0.8]], dtype=torch.float64)


def scene(dark=0.0):
    """(J, t): blocks of five pixels with a pixel of `dark` in each, behind haze that thickens to the right."""
    J = torch.from_numpy(np.ascontiguousarray(np.moveaxis(blocks(50, 60), 2, 0)))[None]
    J[:, :, ::5, ::5] = dark
    return J, torch.linspace(0.9, 0.4, 60, dtype=torch.float64).expand(1, 1, 50, 60)


def test_where_every_window_has_a_black_pixel_constant_haze_is_found_exactly():
    J = scene()[0]
    t = torch.full((1, 1, 50, 60), 0.6, dtype=torch.float64)
    found = he(hazy(J, t, A), A, omega=1.0)
    torch.testing.assert_close(found, t, rtol=0, atol=1e-9)


def test_it_clears_the_picture():
    J, t = scene(dark=0.05)
    I = hazy(J, t, A)
    found = he(I, A, size=15)
    error = [(picture - J).square().mean() for picture in (I, radiance(I, found, A))]
    assert error[1] < 0.2 * error[0] and found.shape == t.shape and 0 <= found.min() and found.max() <= 1


def test_a_picture_is_restored_by_itself():
    I = hazy(*scene(dark=0.05), A)
    both = he(torch.cat([I, I.flip(-1)]), A.expand(2, -1))
    torch.testing.assert_close(both[:1], he(I, A), rtol=0, atol=1e-12)


def test_every_option_changes_the_result():
    I = hazy(*scene(dark=0.05), A)[..., :30, :35]
    base, matted = he(I, A), he(I, A, matting=True)
    for change in ({"omega": 0.8}, {"size": 9}, {"radius": 5}, {"eps": 0.1}):
        assert not torch.allclose(he(I, A, **change), base, atol=1e-4), change
    assert not torch.allclose(he(I, 0.9 * A), base, atol=1e-4) and not torch.allclose(matted, base, atol=1e-4)
    assert not torch.allclose(he(I, A, matting=True, lam=0.01), matted, atol=1e-4)


@pytest.mark.parametrize(
    "change, words",
    [
        ({"omega": 0.0}, "omega is the share"),
        ({"omega": 1.2}, "omega is the share"),
        ({"size": 4}, "odd"),
        ({"radius": 0}, "radius"),
        ({"eps": 0.0}, "eps of the guided filter"),
        ({"I": torch.zeros(1, 1, 9, 9)}, "must be in colour"),
        ({"A": 2 * A}, "must lie in"),
        ({"A": A.expand(2, -1)}, "must be a float tensor"),
    ],
)
def test_unfit_arguments_are_refused(change, words):
    with pytest.raises(InputError, match=words):
        he(**{"I": hazy(*scene(), A), "A": A} | change)
