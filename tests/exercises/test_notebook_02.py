"""Wrong answers to the exercises of notebook 02: each is refused with a sentence that helps."""

import math

import pytest
import torch

from padnet.exercises import WrongAnswer, check


def grown(rho0, gamma, eps):
    return max(0, math.ceil(math.log(1 / (eps**2 * rho0)) / math.log(gamma)))


def product(h, mu, rho0, gamma, stages=200):
    """left_over() from logarithms."""
    weights = [mu + gamma**k * rho0 for k in range(stages)]
    return math.exp(-sum(math.log1p(h**2 / w) for w in weights))


def worst(mu, G):
    """least_rho() by bisection."""
    low, high = 0.0, 1e3
    gain = lambda rho: max(h / (h * h + mu + rho) for h in (min(1.0, math.sqrt(mu + rho)), 1.0))
    if gain(0.0) <= G:
        return 0.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (low, middle) if gain(middle) <= G else (middle, high)
    return high


def scaled_prox(r, z, rho, alpha, theta, factor):
    return theta * (z - factor * r.prox(z, 1 / rho)) / alpha


RIGHT = [
    ("02.1", worst),
    ("02.1", lambda mu, G: torch.tensor(max(0, (0.25 / G**2 if G > 0.5 else 1 / G - 1) - mu))),
    ("02.2", lambda f, x, mu, rho: [x.clone(), (f.grad(x) / -rho).float()]),
    ("02.3", lambda c, T: torch.tensor(-math.expm1(-math.log(2) / T) / c)),
    ("02.4", lambda r, z, rho, alpha, theta: (theta * (z - r.prox(z, 1 / rho)) / alpha).float()),
    ("02.4", lambda r, z, rho, alpha, theta: z.clone().sub_(r.prox(z, 1 / rho)).mul_(theta / alpha)),
    ("02.5", lambda m, L, mu: torch.tensor([1 / ((m + L) / 2 + mu), 2 / (mu + L)])),
    (
        "02.6",
        lambda rho0, gamma, eps: torch.tensor(next(k for k in range(99) if gamma**k * rho0 > 1 / eps**2 * (1 + 1e-12))),
    ),
    ("02.7", lambda h, mu, rho0, gamma: torch.tensor(product(h, mu, rho0, gamma))),
]
WRONG = [
    ("02.4", lambda r, z, rho, alpha, theta: theta * (z - r.prox(z, 1.1 / rho)) / alpha, "must minimise"),
    ("02.4", lambda r, z, rho, alpha, theta: theta * (z - r.prox(z, 0.9 / rho)) / alpha, "must minimise"),
    ("02.4", lambda r, z, rho, alpha, theta: scaled_prox(r, z, rho, alpha, theta, 1.1), "must minimise"),
    ("02.6", lambda rho0, gamma, eps: 10**6, "before k = 100"),
    ("02.6", lambda rho0, gamma, eps: 10**400, "one number"),
    ("02.4", lambda r, z, rho, alpha, theta: (z - r.prox(z, 1 / rho)) / alpha, "all the way"),
    ("02.4", lambda r, z, rho, alpha, theta: theta * (r.prox(z, 1 / rho) - z) / alpha, "takes it away"),
    ("02.4", lambda r, z, rho, alpha, theta: theta * (z - r.prox(z, 1 / rho)), "multiplies G by alpha"),
    ("02.4", lambda r, z, rho, alpha, theta: theta * (z - r.prox(z, rho)) / alpha, "takes the step 1 / rho"),
    ("02.6", lambda rho0, gamma, eps: grown(rho0, gamma, eps), "equal is not below"),
    ("02.6", lambda rho0, gamma, eps: grown(rho0, gamma, math.sqrt(eps)), "a square root"),
    ("02.6", lambda rho0, gamma, eps: grown(rho0, gamma, eps) + 1, "not the smallest"),
    ("02.6", lambda rho0, gamma, eps: math.log(1 / (eps**2 * rho0)) / math.log(gamma), "whole number"),
    (
        "02.4",
        lambda r, z, rho, alpha, theta: theta * (z - r.prox(z, (1.3 if r.p == 0 else 1) / rho)) / alpha,
        "one entry",
    ),
    ("02.1", lambda mu, G: 1 / (4 * G**2) - mu, "cannot be negative"),
    ("02.1", lambda mu, G: max(0.0, 1 / G - 1 - mu), "is enlarged .* times. Which"),
    ("02.1", lambda mu, G: max(0.0, 1 / (4 * G**2)), "a smaller rho would do"),
    ("02.1", lambda mu, G: max(0.0, 1 / (4 * G**2) - mu), "a smaller rho would do"),
    ("02.2", lambda f, x, mu, rho: (x, f.grad(x) / rho), "sign of lam is turned round"),
    ("02.2", lambda f, x, mu, rho: (x, -f.grad(x)), "multiplied by rho"),
    ("02.2", lambda f, x, mu, rho: (x, 0 * x), "what must lam be"),
    ("02.2", lambda f, x, mu, rho: (0 * x, -f.grad(x) / rho), "only where u = v"),
    ("02.2", lambda f, x, mu, rho: x, "must return 2 values"),
    ("02.3", lambda c, T: 1 / (2 * c * T), "let every unit see v_0"),
    ("02.3", lambda c, T: 1 - 0.5 ** (1 / T), "multiplies what it gets"),
    ("02.3", lambda c, T: (1 + 0.5 ** (1 / T)) / c, "N_alpha.v. = v / 2|a smaller step"),
    ("02.5", lambda m, L, mu: (1 / (L + mu), 2 / (L + mu)), "it is not the fastest"),
    ("02.5", lambda m, L, mu: (2 / (m + L), 2 / (L + mu)), "may be slow for m"),
    ("02.5", lambda m, L, mu: (2 / (m + L + 2 * mu), 2 / L), "already run away"),
    ("02.5", lambda m, L, mu: (2 / (m + L + 2 * mu), 1 / (L + mu)), "still come nearer"),
    ("02.5", lambda m, L, mu: (-1, 1), "both steps are positive"),
    ("02.5", lambda m, L, mu: 1 / (L + mu), "must return 2 values"),
    ("02.7", lambda h, mu, rho0, gamma: 0.0, "It is not zero"),
    ("02.7", lambda h, mu, rho0, gamma: (mu + rho0) / (h**2 + mu + rho0), "the first stage leaves"),
    ("02.7", lambda h, mu, rho0, gamma: product(h**0.5, mu, rho0, gamma), "in one stage"),
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
