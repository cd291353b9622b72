"""Chen's method as a whole: what it improves, what its options change, and bad inputs. See tests/haze for its parts."""

import numpy as np
import pytest
import torch
from hazy import blocks

from padnet.baselines.dehazing.chen import chen
from padnet.errors import InputError
from padnet.haze.model import hazy, radiance

A = torch.tensor([[0.9, 0.85, 0.8]], dtype=torch.float64)


def scene(h=42, w=50, apart=5):
    """(J, t): blocks of five pixels with a dark pixel every `apart`, behind haze that thickens to the right."""
    J = torch.from_numpy(np.ascontiguousarray(np.moveaxis(blocks(h, w), 2, 0)))[None]
    J[:, :, ::apart, ::apart] = 0.05
    return J, torch.linspace(0.9, 0.4, w, dtype=torch.float64).expand(1, 1, h, w)


def test_it_clears_the_picture():
    J, t = scene()
    I = hazy(J, t, A)
    found, clean = chen(I, A)
    error = [(picture - J).square().mean() for picture in (I, clean)]
    assert error[1] < 0.4 * error[0] and found.shape == t.shape and 0 <= found.min() and found.max() <= 1


def test_noise_is_amplified_less_than_by_the_plain_recovery():
    t = torch.full((1, 1, 42, 50), 0.3, dtype=torch.float64)
    noise = 0.01 * torch.from_numpy(np.random.default_rng(0).standard_normal((1, 3, 42, 50)))
    clean = torch.full_like(noise, 0.2)
    I = hazy(clean, t, A) + noise
    found, J = chen(I, A, eta=0.05, lam=0.05)
    plain = radiance(I, found, A)
    assert J.std(dim=(-2, -1)).max() < 0.6 * plain.std(dim=(-2, -1)).min()


def test_a_picture_is_restored_by_itself_and_in_its_dtype():
    I = hazy(*scene(), A)
    both = chen(torch.cat([I, I.flip(-1)]), A.expand(2, -1))
    for batch, single in zip(both, chen(I, A), strict=True):
        torch.testing.assert_close(batch[:1], single, rtol=0, atol=1e-12)
    assert {x.dtype for x in chen(I.float(), A.float())} == {torch.float32}


def test_every_option_changes_the_result():
    I = hazy(*scene(apart=13), A)
    few = {"steps": 100, "residual_steps": 30}
    base = torch.cat(chen(I, A, **few), dim=1)
    changes = [
        {"omega": 0.7},
        {"size": 9},
        {"alpha1": 0.1},
        {"alpha0": 0.05},
        {"gamma": 1.0},
        {"power": 2.0},
        {"steps": 5},
        {"lam": 1e-4},
        {"eta": 0.1},
        {"residual_steps": 5},
        {"least": 0.9},
    ]
    for change in changes:
        assert not torch.allclose(torch.cat(chen(I, A, **few | change), dim=1), base, rtol=0, atol=1e-4), change


@pytest.mark.parametrize(
    "change, words",
    [
        ({"omega": 0.0}, "omega is the share"),
        ({"size": 4}, "odd"),
        ({"alpha1": 0.0}, "alpha1 must be positive"),
        ({"alpha0": -1.0}, "alpha0 must be"),
        ({"gamma": 0.0}, "gamma must be"),
        ({"power": 0.0}, "power must be"),
        ({"lam": 0.0}, "lam must be"),
        ({"eta": 0.0}, "eta must be"),
        ({"steps": 0}, "steps must be a whole number"),
        ({"residual_steps": 1.5}, "residual_steps must be"),
        ({"least": 0.0}, "least transmission"),
        ({"I": torch.zeros(1, 1, 9, 9)}, "must be in colour"),
        ({"A": 2 * A}, "must lie in"),
    ],
)
def test_unfit_arguments_are_refused(change, words):
    with pytest.raises(InputError, match=words):
        chen(**{"I": hazy(*scene(), A), "A": A} | change)
