"""IDD-BM3D: both players' moves are best, the game settles, and the image gains on its start."""

import pytest
import torch
from facades import blurred, facade, psnr
from toys import normal

from padnet.baselines.deblurring.blocks import Grouping
from padnet.baselines.deblurring.iddbm3d import NashIteration, iddbm3d
from padnet.core.operators import Blur
from padnet.errors import InputError

SMALL = Grouping(step=4, members=8, reach=8)
GAMMA, THRESHOLD = 4.5e-4, 0.031
X = facade()
Y, K = blurred(X)
NOISE = torch.tensor([0.01])
QUICK = {"iterations": 3, "grouping": SMALL}


def game(dtype=torch.float32):
    return NashIteration(Y.to(dtype), K.to(dtype), NOISE[0].to(dtype), GAMMA, THRESHOLD, SMALL)


def test_it_gains_six_decibel_on_the_blurred_picture_and_more_than_its_start():
    x = iddbm3d(Y, K, NOISE, iterations=20, grouping=SMALL)
    assert x.shape == Y.shape
    assert x.dtype == Y.dtype
    assert psnr(x, X) >= psnr(Y, X) + 6
    assert psnr(x, X) >= psnr(game().x, X) + 0.3


def test_the_image_is_the_minimiser_of_its_objective():
    g = game(torch.float64)
    omega = torch.nn.functional.hardshrink(g.frame.analysis(g.x), THRESHOLD)
    z = g.frame.synthesis(omega)
    x = g.step().requires_grad_()
    objective = (Blur(K.double(), Y.shape[-2:])(x) - Y).square().sum() / (2 * 0.01**2)
    objective = objective + (x - z).square().sum() / (2 * GAMMA)
    (slope,) = torch.autograd.grad(objective, x)
    assert slope.abs().max() <= 1e-6 / GAMMA


def test_the_coefficients_are_the_minimiser_of_theirs():
    g = game(torch.float64)
    phi = g.frame.analysis(g.x)

    def objective(omega):
        return THRESHOLD**2 / 2 * (omega != 0) + (omega - phi).square() / 2

    best = objective(torch.nn.functional.hardshrink(phi, THRESHOLD))
    for rival in (torch.zeros_like(phi), phi, phi + 0.01 * normal(*phi.shape), 0.9 * phi):
        assert (best <= objective(rival) + 1e-12).all()


def test_gamma_is_what_is_given_at_one_per_cent_and_grows_with_the_noise():
    weight = [float(NashIteration(Y, K, torch.tensor(noise), GAMMA, THRESHOLD, SMALL).weight) for noise in (0.01, 0.02)]
    assert weight[0] == pytest.approx(0.01**2 / GAMMA)
    assert weight[1] == pytest.approx(0.02**2 / (2**0.3 * GAMMA))


def test_the_game_settles():
    g, moves = game(), []
    for _ in range(40):
        before = g.x
        moves.append(float((g.step() - before).norm()))
    assert moves[-1] <= 0.05 * moves[0]


def test_the_batch_does_not_matter():
    y2, _ = blurred(facade(seed=1), 0.03, seed=2)
    k2 = K.transpose(-1, -2)
    both = iddbm3d(torch.cat([Y, y2]), torch.cat([K, k2]), torch.tensor([0.01, 0.03]), **QUICK)
    torch.testing.assert_close(both[:1], iddbm3d(Y, K, NOISE, **QUICK), rtol=0, atol=1e-6)
    torch.testing.assert_close(both[1:], iddbm3d(y2, k2, torch.tensor([0.03]), **QUICK), rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    "change",
    [
        {"gamma": 1e-3},
        {"threshold": 0.06},
        {"iterations": 6},
        {"grouping": Grouping(step=4, members=4, reach=8)},
        {"noise": torch.tensor([0.02])},
    ],
)
def test_every_option_changes_the_result(change):
    plain = {"noise": NOISE, **QUICK}
    assert (iddbm3d(Y, K, **plain | change) - iddbm3d(Y, K, **plain)).abs().max() > 1e-3


def test_a_second_pass_refreshes_what_was_not_seen():
    seen = torch.ones_like(Y, dtype=torch.bool)
    seen[..., :16, :] = False
    y, beside = torch.where(seen, Y, torch.tensor(0.9)), (..., slice(16, 24), slice(None))
    once, twice = (iddbm3d(y, K, NOISE, seen, passes, iterations=5, grouping=SMALL) for passes in (1, 2))
    assert psnr(twice[beside], X[beside]) >= psnr(once[beside], X[beside]) + 0.1
    assert torch.equal(iddbm3d(Y, K, NOISE, None, 2, **QUICK), iddbm3d(Y, K, NOISE, None, 1, **QUICK))


@pytest.mark.parametrize("level", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("noise", [1e-30, 0.01, 1.0])
def test_a_flat_picture_stays_flat(level, noise):
    x = iddbm3d(torch.full_like(Y, level), K, torch.tensor([noise]), **QUICK)
    assert (x - level).abs().max() <= 1e-3


def test_watch_sees_every_iteration():
    images = []
    x = iddbm3d(Y, K, NOISE, watch=images.append, **QUICK)
    assert len(images) == 3
    assert torch.equal(images[-1], x)
    assert (images[0] - images[1]).abs().max() > 0


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"gamma": 0}, "gamma must be positive and finite"),
        ({"threshold": float("nan")}, "threshold must be positive and finite"),
        ({"iterations": 0}, "iterations must be a whole number of at least 1"),
        ({"passes": 0}, "passes must be at least 1"),
        ({"noise": torch.tensor([0.0])}, "noise must be positive and finite"),
        ({"noise": torch.tensor([0.01, 0.01])}, "one standard deviation per observation"),
        ({"y": Y[..., :12]}, "smaller than the search"),
        ({"y": Y.expand(1, 3, -1, -1)}, "one channel"),
        ({"k": K.expand(3, -1, -1, -1)}, "3 kernels do not fit 1 observations"),
        ({"k": torch.ones(1, 1, 200, 3)}, "larger than the image"),
        ({"seen": torch.ones(1, 1, 5, 5, dtype=torch.bool)}, "seen must be bool"),
    ],
)
def test_bad_inputs(change, sentence):
    with pytest.raises(InputError, match=sentence):
        iddbm3d(**{"y": Y, "k": K, "noise": NOISE, **QUICK, **change})
