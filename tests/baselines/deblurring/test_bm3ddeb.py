"""BM3D-DEB: the noise that an inverse colours, and what the estimate gains."""

import pytest
import torch
from facades import blurred, facade, psnr
from toys import normal

from padnet.baselines.deblurring.blocks import Grouping
from padnet.baselines.deblurring.bm3ddeb import bm3ddeb, spread_after
from padnet.baselines.deblurring.frames import dct
from padnet.core.operators import Blur
from padnet.errors import InputError

SMALL = Grouping(step=4, members=8, reach=8)
NOISE = torch.tensor(0.01)


def test_the_spread_is_that_of_filtered_noise():
    shape = (40, 45)
    transfer = torch.fft.rfft2(normal(1, 1, *shape)) / 10
    filtered = torch.fft.irfft2(transfer * torch.fft.rfft2(normal(60, 1, *shape)), s=shape)
    blocks = filtered.unfold(2, 8, 8).unfold(3, 8, 8).reshape(-1, 64)
    measured = (blocks @ dct(8, blocks).T).std(0)
    spread = spread_after(transfer, torch.tensor(1.0).double(), shape, 8)
    assert spread.shape == (64,)
    torch.testing.assert_close(spread, measured, rtol=0.1, atol=0)
    torch.testing.assert_close(spread_after(transfer, torch.tensor(0.1).double(), shape, 8), 0.1 * spread)


def test_white_noise_stays_white():
    flat = torch.ones(1, 1, 24, 13, dtype=torch.complex128)
    spread = spread_after(flat, torch.tensor(0.3).double(), (24, 24), 8)
    torch.testing.assert_close(spread, torch.full((64,), 0.3).double())


def test_it_gains_four_decibel_on_the_blurred_picture():
    x = facade()
    y, k = blurred(x)
    estimate = bm3ddeb(y, Blur(k, y.shape[-2:]), NOISE, SMALL)
    assert psnr(estimate, x) >= psnr(y, x) + 4


def test_noise_and_grouping_change_the_estimate():
    y, k = blurred(facade())
    blur = Blur(k, y.shape[-2:])
    plain = bm3ddeb(y, blur, NOISE, SMALL)
    assert (bm3ddeb(y, blur, 2 * NOISE, SMALL) - plain).abs().max() > 1e-3
    assert (bm3ddeb(y, blur, NOISE, Grouping(step=4, members=4, reach=8)) - plain).abs().max() > 1e-3


def test_a_picture_smaller_than_the_search():
    y, k = blurred(facade())
    y = y[..., :12]
    with pytest.raises(InputError, match="smaller than the search"):
        bm3ddeb(y, Blur(k, y.shape[-2:]), NOISE, SMALL)
