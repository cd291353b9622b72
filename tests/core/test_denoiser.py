"""Denoisers of numpy and torch as networks."""

import numpy as np
import pytest
import torch
from skimage.restoration import denoise_nl_means
from toys import normal, pictures

from padnet import Denoiser, InputError, norm
from padnet.testing import check_network


def nlm(picture, sigma):
    return denoise_nl_means(picture, h=0.8 * sigma, sigma=sigma, patch_size=3, patch_distance=4, fast_mode=True)


def blurred(picture, sigma):
    return picture + 10 * sigma * (np.roll(picture, 1, 0) - picture)


class Mean(torch.nn.Module):
    """A denoiser in single precision, with a sigma or without."""

    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Conv2d(1, 1, 3, padding=1)
        self.seen = []

    def forward(self, x, *sigma):
        self.seen.append((x.dtype, sigma))
        return self.layer(x)


@pytest.mark.parametrize(
    "network",
    [Denoiser(nlm, noise=0.1), Denoiser(nlm, 0.1, bound=0.003), Denoiser(blurred, bound=0.02), Denoiser(Mean(), None)],
)
def test_the_laws_of_networks_hold(network):
    check_network(network, pictures(2, 12) + 0.05 * normal(2, 1, 12, 12))


def test_non_local_means_take_noise_away_and_are_told_how_much():
    truth, told = pictures(1, 16), []
    noisy = truth + 0.05 * normal(1, 1, 16, 16)
    network = Denoiser(lambda x, sigma: (told.append(sigma), nlm(x, sigma))[1], noise=0.1)
    assert norm(network(noisy, 0.5) - truth) < 0.7 * norm(noisy - truth)
    assert told == [0.05]


def test_colour_is_the_last_axis_and_an_in_place_function_changes_no_iterate():
    v = normal(2, 3, 4, 5)

    def last(picture, sigma):
        assert picture.shape == (4, 5, 3)
        picture *= np.arange(3)
        return picture

    before = v.clone()
    found = Denoiser(last)(v, 1.0)
    assert torch.equal(v, before) and torch.equal(found, v * torch.arange(3.0).reshape(3, 1, 1))


def test_a_module_works_in_its_own_precision_and_without_derivatives():
    module = Mean()
    out = Denoiser(module, noise=None)(normal(1, 1, 6, 6), 1.0)
    assert module.seen == [(torch.float32, ())] and out.dtype == torch.float64 and not out.requires_grad
    assert Denoiser(lambda x, s: x / 2, takes="torch")(normal(1, 1, 6, 6).float(), 1.0).dtype == torch.float32


def test_a_bound_leaves_short_residuals_alone_and_none_where_there_is_no_number():
    v = normal(2, 1, 6, 6)
    free, bounded = Denoiser(blurred, 0.01), Denoiser(blurred, 0.01, bound=10.0)
    assert torch.allclose(free(v, 1.0), bounded(v, 1.0), rtol=0, atol=1e-15)
    assert torch.equal(Denoiser(lambda x, s: x * np.nan, bound=1.0)(v, 1.0), v)


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: Denoiser("nlm"), "got str"),
        (lambda: Denoiser(nlm, noise=0), "noise must be positive"),
        (lambda: Denoiser(nlm, bound=-1), "bound must be positive"),
        (lambda: Denoiser(nlm, takes="jax"), "takes is one of"),
        (lambda: Denoiser(nlm).C_N(normal(1, 1, 4, 4)), "has no bound"),
        (
            lambda: Denoiser(lambda x, s: x[1:])(normal(1, 1, 4, 5), 1.0),
            r"picture \(4, 5\) and returned float64 \(3, 5\)",
        ),
        (lambda: Denoiser(lambda x, s: None)(normal(1, 1, 4, 4), 1.0), "returned NoneType"),
        (lambda: Denoiser(lambda x, s: x * 1j)(normal(1, 1, 4, 4), 1.0), "real numbers"),
        (lambda: Denoiser(lambda x, s: x[0], takes="torch")(normal(1, 1, 4, 4), 1.0), "same shape"),
    ],
)
def test_a_mistake_is_one_sentence(make, words):
    with pytest.raises(InputError, match=words):
        make()
