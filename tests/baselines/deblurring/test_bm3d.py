"""Collaborative filters: what they gain on noise, and on what the gain depends."""

import pytest
import torch
from facades import facade, noisy, psnr

from padnet.baselines.deblurring.blocks import Grouping
from padnet.baselines.deblurring.bm3d import bm3d, thresholded, wiener
from padnet.errors import InputError

NOISE = 25 / 255
SMALL = Grouping(step=4, members=8, reach=8)
X = facade()
Y = noisy(X, NOISE)


def test_it_gains_nine_decibel_on_a_house():
    assert psnr(bm3d(Y, NOISE), X) >= psnr(Y, X) + 9


def test_the_second_step_gains_on_the_first():
    spread = torch.tensor([NOISE])
    first = thresholded(Y, spread, 2.7, Y, SMALL)
    assert psnr(first, X) >= psnr(Y, X) + 6
    assert psnr(wiener(Y, first, spread, SMALL), X) >= psnr(first, X) + 0.2


def test_without_noise_next_to_nothing_changes():
    for noise in (1e-5, 1e-30):
        assert (bm3d(X, noise, grouping=SMALL) - X).abs().max() <= 1e-4


def test_the_batch_does_not_matter():
    batch = torch.cat([Y, noisy(facade(seed=1), 0.05)])
    both = bm3d(batch, torch.tensor([NOISE, 0.05]), grouping=SMALL)
    assert torch.equal(both[:1], bm3d(Y, NOISE, grouping=SMALL))
    assert torch.equal(both[1:], bm3d(batch[1:], [0.05], grouping=SMALL))


def test_float64_is_kept_and_agrees():
    double = bm3d(Y.double(), NOISE, grouping=SMALL)
    assert double.dtype == torch.float64
    assert abs(psnr(double, X) - psnr(bm3d(Y, NOISE, grouping=SMALL), X)) <= 0.05


@pytest.mark.parametrize("change", [{"hard": 2.0}, {"grouping": Grouping(step=4, members=4, reach=8)}, {"noise": 0.05}])
def test_every_option_changes_the_result(change):
    plain = {"noise": NOISE, "grouping": SMALL}
    assert (bm3d(Y, **plain | change) - bm3d(Y, **plain)).abs().max() > 1e-3


@pytest.mark.parametrize("noise", [0.0, -0.1, float("nan"), float("inf"), [0.1, 0.1], [[0.1]]])
def test_bad_noise(noise):
    with pytest.raises(InputError, match="one positive number, or one for each"):
        bm3d(Y, noise)


def test_bad_pictures_and_threshold():
    with pytest.raises(InputError, match="noisy picture must have 4 dimensions"):
        bm3d(Y[0], NOISE)
    with pytest.raises(InputError, match="smaller than the search"):
        bm3d(Y[..., :20], NOISE)
    with pytest.raises(InputError, match="one grey picture"):
        bm3d(Y.expand(1, 3, -1, -1), NOISE)
    with pytest.raises(InputError, match="hard, the threshold"):
        bm3d(Y, NOISE, hard=0)
