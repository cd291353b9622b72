"""ADMM and half-quadratic splitting: they solve what they say, and every number of theirs matters."""

import pytest
import torch
from toys import normal, prior, toy

from padnet.baselines.admm_hqs import admm, hqs
from padnet.core.fidelity import LeastSquares, norm
from padnet.core.operators import Blur
from padnet.core.priors import LpNorm
from padnet.core.schedule import Stop
from padnet.errors import InputError

ONE = torch.ones(1, 1, dtype=torch.float64)


def minimiser(f, r, x, steps=3000):
    """A convex minimiser by proximal gradient steps with Nesterov's momentum, restarted on increase."""
    v, t, s = x, 1.0, 1 / f.lipschitz
    for _ in range(steps):
        x_new = r.prox(v - s.reshape(-1, 1, 1, 1) * f.grad(v), s)
        if ((v - x_new) * (x_new - x)).sum() > 0:
            t = 1.0
        t_new = (1 + (1 + 4 * t * t) ** 0.5) / 2
        x, v, t = x_new, x_new + (t - 1) / t_new * (x_new - x), t_new
    return x


@pytest.mark.parametrize("rho", [0.1, 1.0, 10.0])
def test_admm_without_blur_is_soft_thresholding(rho):
    y = normal(2, 2, 6, 7)
    f = LeastSquares(Blur(ONE, (6, 7)), y)
    run = admm(f, LpNorm(1, 0.3), rho, torch.zeros_like(y), Stop(0, 400))
    torch.testing.assert_close(run.x, y.sign() * (y.abs() - 0.3).clamp(min=0), rtol=0, atol=1e-6)


def test_admm_reaches_the_minimiser_of_a_convex_case():
    t, r = toy(), prior(1)
    f = t.f
    x = minimiser(f, r, t.x0)
    run = admm(f, r, 0.3, t.x0, Stop(0, 600))
    assert norm(run.x - x).max() <= 1e-6
    energy = f.value(x) + r.value(x)
    assert ((run.columns["energy"][-1] - energy).abs() <= 1e-6 * energy).all()
    other = admm(f, r, 1.0, normal(2, 2, 16, 16), Stop(0, 600))
    assert norm(other.x - x).max() <= 1e-6


def test_hqs_with_a_growing_penalty_lowers_the_energy():
    t = toy()
    for p in (1, 0.8, 0):
        run = hqs(t.f, prior(p), 0.1, 1.5, t.x0, Stop(1e-8, 60))
        energy = run.columns["energy"][run.K - 1, torch.arange(2)]
        assert (energy < t.f.value(t.x0) + prior(p).value(t.x0)).all()
        assert run.settled.all()


def test_first_steps_by_hand():
    t, r = toy(), prior(0.8)
    f, x, lam = t.f, t.x0, torch.zeros_like(t.x0)
    for k in range(3):
        u = f.prox(x - lam, 0.3)
        x = r.prox(u + lam, 1 / 0.3)
        lam = lam + u - x
        torch.testing.assert_close(admm(f, r, 0.3, t.x0, Stop(0, k + 1)).x, x)
    x = t.x0
    for k in range(3):
        rho = 0.3 * 1.5**k
        x = r.prox(f.prox(x, rho), 1 / rho)
        torch.testing.assert_close(hqs(f, r, 0.3, 1.5, t.x0, Stop(0, k + 1)).x, x)


def test_every_number_changes_the_result():
    t, r, stop = toy(), prior(0.8), Stop(0, 4)

    def differ(a, b):
        return not torch.allclose(a.x, b.x)

    assert differ(admm(t.f, r, 0.3, t.x0, stop), admm(t.f, r, 0.6, t.x0, stop))
    assert differ(admm(t.f, r, 0.3, t.x0, stop), admm(t.f, prior(1), 0.3, t.x0, stop))
    assert differ(admm(t.f, r, 0.3, t.x0, stop), admm(t.f, r, 0.3, t.truth, stop))
    usual = hqs(t.f, r, 0.3, 1.5, t.x0, stop)
    assert differ(usual, hqs(t.f, r, 0.6, 1.5, t.x0, stop))
    assert differ(usual, hqs(t.f, r, 0.3, 2.0, t.x0, stop))
    assert differ(usual, hqs(t.f, prior(1), 0.3, 1.5, t.x0, stop))
    assert differ(usual, hqs(t.f, r, 0.3, 1.5, t.truth, stop))


METHODS = {
    "admm": lambda t, stop, monitor=None: admm(t.f, prior(1), 0.3, t.x0, stop, monitor),
    "hqs": lambda t, stop, monitor=None: hqs(t.f, prior(1), 0.3, 1.5, t.x0, stop, monitor),
}


@pytest.mark.parametrize("method", METHODS)
def test_same_stopping_rule_record_and_monitor_as_padnet(method):
    t = toy(3)
    run = METHODS[method](t, Stop(0.01, 100), lambda x, u, v: {"size": norm(x), "gap": norm(u - v)})
    last = run.columns["iteration_error"][run.K - 1, torch.arange(3)]
    assert run.settled.all()
    assert (last <= 0.01).all()
    assert (METHODS[method](t, Stop(0.1, 100)).K < run.K).any()
    assert METHODS[method](t, Stop(0, 2)).K.tolist() == [2, 2, 2]
    for i in range(3):
        alone = METHODS[method](t.only(i), Stop(0.01, 100))
        assert alone.K[0] == run.K[i]
        torch.testing.assert_close(alone.x[0], run.x[i], rtol=1e-10, atol=1e-12)
        torch.testing.assert_close(run.columns["size"][run.K[i] - 1, i], norm(run.x)[i])
    energy = t.f.value(run.x) + prior(1).value(run.x)
    torch.testing.assert_close(run.columns["energy"][run.K - 1, torch.arange(3)], energy)
    assert {"energy", "iteration_error", "size", "gap"} == set(run.columns)


@pytest.mark.parametrize("rho", [0, -1.0, float("nan")])
def test_a_penalty_that_is_not_positive_is_refused(rho):
    t = toy()
    with pytest.raises(InputError, match="rho, the penalty parameter, must be positive, got"):
        admm(t.f, prior(1), rho, t.x0, Stop(0, 1))
    with pytest.raises(InputError, match="rho, the penalty parameter, must be positive, got"):
        hqs(t.f, prior(1), rho, 1.5, t.x0, Stop(0, 1))


@pytest.mark.parametrize("gamma", [0.9, -1.0, float("nan")])
def test_a_shrinking_penalty_is_refused(gamma):
    t = toy()
    with pytest.raises(InputError, match="gamma, the growth of rho, must be at least 1, got"):
        hqs(t.f, prior(1), 0.3, gamma, t.x0, Stop(0, 1))


def test_a_bad_start_is_refused():
    t = toy()
    for x0, sentence in (
        (torch.full_like(t.x0, float("nan")), "starting point holds NaN"),
        (t.x0[0], "starting point must have 4 dimensions"),
        (t.x0[..., 1:], "made for images of 16x16 pixels, got 16x15"),
    ):
        with pytest.raises(InputError, match=sentence):
            admm(t.f, prior(1), 0.3, x0, Stop(0, 1))
        with pytest.raises(InputError, match=sentence):
            hqs(t.f, prior(1), 0.3, 1.5, x0, Stop(0, 1))
