"""Wrong answers to the exercises of notebook 02: each is refused with a sentence that helps."""

import math

import pytest
import torch

from padnet.exercises import WrongAnswer, check


def pulls(f, x, w, mu, rho):
    return f.prox((mu * x + rho * w) / (mu + rho), mu + rho)


def one_round(f, r, x, v, lam, mu, rho, w=None, step=None, seen=None, dual=None):
    """admm_round with one thing changed."""
    u = pulls(f, x, v - lam if w is None else w, mu, rho)
    v_new = r.prox(u + lam if seen is None else seen(u), step or 1 / rho)
    return u, v_new, lam + (u - v_new) if dual is None else dual(u, v_new)


def side_by_side(units, v, alpha):
    return v - alpha * sum((G(v) for G in units), torch.zeros_like(v))


def in_turn(units, v, alpha, sign=1):
    for G in units:
        v = v - sign * alpha * G(v)
    return v


def averaged(units, v, alpha):
    return in_turn(units, v, alpha / max(1, len(units)))


def grown(rho0, gamma, eps):
    return max(0, math.ceil(math.log(1 / (eps**2 * rho0)) / math.log(gamma)))


def stages(f, networks, schedule, x0, dual=1, w=1, z=1, moves=True, rho=None, alpha=None):
    """implicit with one thing changed."""
    x, v, lam = x0, x0, torch.zeros_like(x0)
    for k, network in enumerate(networks):
        penalty = schedule.rho(k) if rho is None else rho(schedule, k)
        u = pulls(f, x, v - w * lam, schedule.mu, penalty)
        v = network(u + z * lam, schedule.alpha(k) if alpha is None else alpha(schedule, k))
        lam = lam + dual * (u - v)
        x = v if moves else x
    return v


def in_place(units, v, alpha):
    for G in units:
        v -= alpha * G(v)
    return v


def round_in_place(f, r, x, v, lam, mu, rho):
    u = pulls(f, x, v - lam, mu, rho)
    v.copy_(r.prox(u + lam, 1 / rho))
    lam += u - v
    return [u, v, lam]


def in_float32(f, r, x, v, lam, mu, rho):
    return tuple(part.float() for part in one_round(f, r, x, v, lam, mu, rho))


def scaled_prox(r, z, rho, alpha, theta, factor):
    return theta * (z - factor * r.prox(z, 1 / rho)) / alpha


RIGHT = [
    ("02.1", lambda x, w, mu, rho: [x + rho / (mu + rho) * (w - x), torch.tensor(mu + rho)]),
    ("02.1", lambda x, w, mu, rho: (((mu * x + rho * w) / (mu + rho)).float(), mu + rho)),
    ("02.2", round_in_place),
    ("02.2", in_float32),
    ("02.3", in_place),
    ("02.3", lambda units, v, alpha: in_turn(units, v, alpha).float()),
    ("02.4", lambda r, z, rho, alpha, theta: (theta * (z - r.prox(z, 1 / rho)) / alpha).float()),
    ("02.4", lambda r, z, rho, alpha, theta: z.clone().sub_(r.prox(z, 1 / rho)).mul_(theta / alpha)),
    ("02.5", lambda f, r, x, v, mu, s: r.prox((1 - s * mu) * v + s * mu * x - s * f.grad(v), s)),
    ("02.5", lambda f, r, x, v, mu, s: r.prox(v.sub_(s * (f.grad(v) + mu * (v - x))), s).float()),
    (
        "02.6",
        lambda rho0, gamma, eps: torch.tensor(next(k for k in range(99) if gamma**k * rho0 > 1 / eps**2 * (1 + 1e-12))),
    ),
    ("02.7", lambda f, n, s, x: stages(f, n, s, x).float()),
]
WRONG = [
    ("02.1", lambda x, w, mu, rho: ((mu * x + rho * w) / (mu + rho), 1.0001 * (mu + rho)), "with the weight mu"),
    ("02.3", lambda units, v, alpha: in_turn(units, v.to(torch.complex128), alpha), "take the real part"),
    ("02.4", lambda r, z, rho, alpha, theta: theta * (z - r.prox(z, 1.1 / rho)) / alpha, "must minimise"),
    ("02.4", lambda r, z, rho, alpha, theta: theta * (z - r.prox(z, 0.9 / rho)) / alpha, "must minimise"),
    ("02.4", lambda r, z, rho, alpha, theta: scaled_prox(r, z, rho, alpha, theta, 1.1), "must minimise"),
    (
        "02.4",
        lambda r, z, rho, alpha, theta: theta * (z - r.prox(z, (1.3 if r.p == 0 else 1) / rho)) / alpha,
        "one entry",
    ),
    ("02.6", lambda rho0, gamma, eps: 10**6, "before k = 100"),
    ("02.6", lambda rho0, gamma, eps: 10**400, "one number"),
    ("02.1", lambda x, w, mu, rho: ((x + w) / 2, mu + rho), "weight is right; the mean"),
    ("02.1", lambda x, w, mu, rho: ((rho * x + mu * w) / (mu + rho), mu + rho), "to x by mu and to w by rho"),
    ("02.1", lambda x, w, mu, rho: (mu * x + rho * w, mu + rho), "divide by both"),
    ("02.1", lambda x, w, mu, rho: ((mu * x + rho * w) / (mu + rho), (mu + rho) / 2), "with the weight mu"),
    ("02.1", lambda x, w, mu, rho: (mu * x + rho * w) / (mu + rho), "must return 2 values"),
    ("02.2", lambda f, r, x, v, lam, mu, rho: one_round(f, r, x, v, lam, mu, rho, w=v + lam), "with a minus"),
    ("02.2", lambda f, r, x, v, lam, mu, rho: one_round(f, r, x, v, lam, mu, rho, w=v), "Its mean is"),
    ("02.2", lambda f, r, x, v, lam, mu, rho: one_round(f, r, x, v, lam, mu, rho, step=rho), "where it takes the step"),
    ("02.2", lambda f, r, x, v, lam, mu, rho: one_round(f, r, x, v, lam, mu, rho, seen=lambda u: u), "forget lam"),
    ("02.2", lambda f, r, x, v, lam, mu, rho: one_round(f, r, x, v, lam, mu, rho, dual=lambda u, v: u - v), "old lam"),
    (
        "02.2",
        lambda f, r, x, v, lam, mu, rho: one_round(f, r, x, v, lam, mu, rho, dual=lambda u, v: lam - u + v),
        "sign",
    ),
    ("02.3", side_by_side, "must see v_t"),
    ("02.3", lambda units, v, alpha: in_turn(units, v, alpha, -1), "mind the sign"),
    ("02.3", lambda units, v, alpha: in_turn(units, v, 1), "after 1 units"),
    ("02.3", averaged, "after 3 units"),
    ("02.3", lambda units, v, alpha: in_turn(units[::-1], v, alpha), "order of the list"),
    ("02.4", lambda r, z, rho, alpha, theta: (z - r.prox(z, 1 / rho)) / alpha, "all the way"),
    ("02.4", lambda r, z, rho, alpha, theta: theta * (r.prox(z, 1 / rho) - z) / alpha, "takes it away"),
    ("02.4", lambda r, z, rho, alpha, theta: theta * (z - r.prox(z, 1 / rho)), "multiplies G by alpha"),
    ("02.4", lambda r, z, rho, alpha, theta: theta * (z - r.prox(z, rho)) / alpha, "takes the step 1 / rho"),
    ("02.5", lambda f, r, x, v, mu, s: r.prox(v - s * f.grad(v), s), "pull towards x"),
    ("02.5", lambda f, r, x, v, mu, s: r.prox(v - f.grad(v) - mu * (v - x), s), "multiplied by s"),
    ("02.5", lambda f, r, x, v, mu, s: r.prox(v - s * (f.grad(v) + mu * (v - x)), 1), "prox must have the step s"),
    ("02.5", lambda f, r, x, v, mu, s: r.prox(v - s * (f.grad(v) + mu * (x - v)), s), "mind its sign"),
    ("02.5", lambda f, r, x, v, mu, s: r.prox(v - s * (f.grad(x) + mu * (v - x)), s), "taken at v"),
    ("02.5", lambda f, r, x, v, mu, s: r.prox(v + s * (f.grad(v) + mu * (v - x)), s), "against the gradient"),
    ("02.6", lambda rho0, gamma, eps: grown(rho0, gamma, eps), "equal is not below"),
    ("02.6", lambda rho0, gamma, eps: grown(rho0, gamma, math.sqrt(eps)), "a square root"),
    ("02.6", lambda rho0, gamma, eps: grown(rho0, gamma, eps) + 1, "not the smallest"),
    ("02.6", lambda rho0, gamma, eps: math.log(1 / (eps**2 * rho0)) / math.log(gamma), "whole number"),
    ("02.7", lambda f, n, s, x: stages(f, n, s, x, dual=0), "look at lambda"),
    ("02.7", lambda f, n, s, x: stages(f, n, s, x, dual=-1), "after 2 stages"),
    ("02.7", lambda f, n, s, x: stages(f, n, s, x, w=-1), "signs in"),
    ("02.7", lambda f, n, s, x: stages(f, n, s, x, z=0), "after 2 stages"),
    ("02.7", lambda f, n, s, x: stages(f, n, s, x, moves=False), "at x.k"),
    ("02.7", lambda f, n, s, x: stages(f, n, s, x, rho=lambda s, k: s.rho0), "which grows"),
    ("02.7", lambda f, n, s, x: stages(f, n, s, x, alpha=lambda s, k: 1.0), "no lambda yet"),
]


@pytest.mark.parametrize("name, answer, words", WRONG)
def test_a_wrong_answer_is_refused_with_words_that_help(name, answer, words):
    with pytest.raises(WrongAnswer, match=words):
        check(name, answer)


@pytest.mark.parametrize("name, answer", RIGHT)
def test_another_way_to_the_right_answer_passes(name, answer):
    assert check(name, answer)


def test_dots_are_no_answer(capsys):
    assert not check("02.5", lambda *args: None)
    assert "no answer yet" in capsys.readouterr().out
