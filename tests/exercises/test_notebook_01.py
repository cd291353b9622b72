"""Plausible wrong answers to the exercises of notebook 01 are caught, each with a sentence that says why."""

import numpy as np
import pytest
import torch

from padnet.exercises import WrongAnswer, check


def rolled(y, k, sign, shift=0):
    m, n = k.shape
    return sum(
        k[a, b] * y.roll((sign * (a - m // 2) + shift, sign * (b - n // 2)), dims=(-2, -1))
        for a in range(m)
        for b in range(n)
    )


def soft(z, w):
    return z.sign() * (z.abs() - w).clamp(min=0)


def jump(p, w):
    x0 = (2 * w * (1 - p)) ** (1 / (2 - p))
    return x0, x0 + w * p * x0 ** (p - 1)


def step(x, f, r, s=None, way=1.0, weight=None):
    s = 1 / f.lipschitz.item() if s is None else s
    return r.prox(x - way * s * f.grad(x), s if weight is None else weight)


def error(x, new, f, s):
    return (x - new) / s - f.grad(x) + f.grad(new)


RIGHT = {
    "01.1": lambda y, k: rolled(y, k, -1),
    "01.2": lambda x, y, blur: blur.adjoint(blur(x) - y),
    "01.3": soft,
    "01.4": jump,
    "01.5": step,
    "01.6": error,
}
OTHER = [
    ("01.1", lambda y, k: rolled(y, k, -1).float()),
    ("01.2", lambda x, y, blur: blur.adjoint(blur(x).sub_(y)).float()),
    ("01.3", lambda z, w: soft(z.float(), w)),
    ("01.4", lambda p, w: list(jump(p, w))),
    ("01.4", lambda p, w: np.array(jump(p, w))),
    ("01.4", lambda p, w: torch.tensor(jump(p, w))),  # float32
    ("01.5", lambda x, f, r: step(x, f, r, s=0.3 / f.lipschitz.item())),
    ("01.5", lambda x, f, r: step(x, f, r, s=0.1 / f.lipschitz.item())),
    ("01.5", lambda x, f, r: step(x, f, r).float()),
    ("01.6", lambda x, new, f, s: error(x, new, f, s).float()),
]
WRONG = [
    ("01.1", lambda y, k: torch.fft.ifft2(torch.fft.fft2(rolled(y, k, -1))), "complex numbers: take the real part"),
    ("01.3", lambda z, w: z > w, "True and False"),
    ("01.4", lambda p, w: 1 / 0, "ZeroDivisionError"),
    ("01.5", lambda x, f, r: step(x, f, r, weight=1.1 / f.lipschitz.item()), "at a critical point.*by the same s"),
    (
        "01.5",
        lambda x, f, r: step(x, f, r, s=0.1 / f.lipschitz.item(), weight=0.11 / f.lipschitz.item()),
        "at a critical point.*by the same s",
    ),
    ("01.5", lambda x, f, r: step(x, f, r, s=0.1 / f.lipschitz.item(), weight=0.0), "energy rises|at a critical point"),
    ("01.5", lambda x, f, r: torch.where(torch.arange(16) == 3, step(x, f, r), x), "Move every entry"),
    ("01.5", lambda x, f, r: step(x, f, r, s=1e-4), "not far below 1 / f.lipschitz"),
    ("01.1", lambda y, k: rolled(y, k, 1), "blur itself"),
    ("01.1", lambda y, k: rolled(y, k, -1, shift=1), "moves by as much"),
    ("01.1", lambda y, k: 2 * rolled(y, k, -1), "same weight"),
    ("01.1", lambda y, k: y, "the other way"),
    ("01.1", lambda y, k: rolled(y, k, -1)[0], "shape"),
    ("01.2", lambda x, y, blur: blur.adjoint(y - blur(x)), "sign is turned"),
    ("01.2", lambda x, y, blur: 2 * blur.adjoint(blur(x) - y), "twice"),
    ("01.2", lambda x, y, blur: blur(x) - y, "chain rule"),
    ("01.2", lambda x, y, blur: blur(blur(x) - y), "transpose of K"),
    ("01.2", lambda x, y, blur: blur.adjoint(blur(x)), r"K\^T \(K x - y\)"),
    ("01.3", lambda z, w: (z.abs() - w).clamp(min=0), "keeps its sign"),
    ("01.3", lambda z, w: torch.where(z.abs() > w, z, torch.zeros_like(z)), "must still move"),
    ("01.3", lambda z, w: soft(z, w / 2), "moves towards zero by w"),
    ("01.3", lambda z, w: z - w * z.sign(), "becomes zero"),
    ("01.4", lambda p, w: ((2 * w) ** 0.5, (2 * w) ** 0.5), "also shrinks"),
    ("01.4", lambda p, w: jump(p, w)[::-1], "does not hold"),
    ("01.4", lambda p, w: (jump(p, w)[0], w), "Solve both"),
    ("01.4", lambda p, w: ((w * (1 - p)) ** (1 / (2 - p)), jump(p, w)[1]), "does not hold"),
    ("01.4", lambda p, w: jump(p, w)[1], "two numbers"),
    ("01.4", lambda p, w: (0.0, jump(p, w)[1]), "positive"),
    ("01.5", lambda x, f, r: step(x, f, r, s=1), "energy rises.*Go down"),
    ("01.5", lambda x, f, r: step(x, f, r, way=-1), "energy rises.*Go down"),
    ("01.5", lambda x, f, r: step(x, f, r, weight=0.1), "by the same s"),
    ("01.5", lambda x, f, r: step(x, f, r, weight=1), "by the same s"),
    ("01.5", lambda x, f, r: x, "does not move"),
    ("01.5", lambda x, f, r: x - f.grad(x) / f.lipschitz.item(), "energy rises|subdifferential"),
    ("01.6", lambda x, new, f, s: -error(x, new, f, s), "sign is turned"),
    ("01.6", lambda x, new, f, s: (x - new) / s, "both gradients"),
    ("01.6", lambda x, new, f, s: x - new - f.grad(x) + f.grad(new), "divided by the step"),
    ("01.6", lambda x, new, f, s: (x - new) / s - f.grad(x), "for that of F add"),
]


@pytest.mark.parametrize(("name", "wrong", "words"), WRONG)
def test_a_wrong_answer_is_caught_and_told_why(name, wrong, words):
    with pytest.raises(WrongAnswer, match=words):
        check(name, wrong)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_answer_passes(name):
    assert check(name, RIGHT[name])


@pytest.mark.parametrize(("name", "answer"), OTHER)
def test_another_way_to_the_right_answer_passes(name, answer):
    assert check(name, answer)
