"""Plausible wrong answers to the exercises of 08_your_own_model, each with the words that should catch it."""

import pytest
import torch

from padnet.core.fidelity import per_sample
from padnet.exercises import WrongAnswer, check


def lengths(z):
    return z.norm(dim=1, keepdim=True)


def mixed(z, weight, y, seen):
    return (seen * y + weight.mean() * z) / (seen + weight.mean())


def missing_in_place(z, weight, y, seen):
    w = per_sample(weight, z)
    z[seen > 0] = ((y + w * z) / (1 + w))[seen > 0]
    return z


def shrunk_in_place(z, w):
    z *= (1 - w / lengths(z).clamp(min=1e-9)).clamp(min=0)
    return z


RIGHT = [
    ("08.1", missing_in_place),
    ("08.1", lambda z, w, y, s: ((s * y + per_sample(w, z) * z) / (s + per_sample(w, z))).float()),
    ("08.2", shrunk_in_place),
    ("08.2", lambda z, w: shrunk_in_place(z.float(), w)),
    ("08.3", lambda x, y, b: [(1 - y / (x + b)).float(), (y.flatten(1).amax(dim=1) / b**2).float()]),
    ("08.3", lambda x, y, b: [1 - y.div_(x.add_(b)), torch.tensor([row.max() for row in y * x]) / b**2]),
]
WRONG = {
    "a threshold 10 % too large": ("08.2", lambda z, w: shrunk_in_place(z, 1.1 * w), "falls by w"),
    "a threshold 10 % too small": ("08.2", lambda z, w: shrunk_in_place(z, 0.9 * w), "falls by w"),
    "10 % too long": ("08.2", lambda z, w: 1.1 * shrunk_in_place(z, w), "which is less"),
    "complex": ("08.2", lambda z, w: shrunk_in_place(z, w).to(torch.complex128), "take the real part"),
    "10 % more than the minimiser": (
        "08.1",
        lambda z, w, y, s: torch.where(s > 0, 1.1 * (y + per_sample(w, z) * z) / (1 + per_sample(w, z)), z),
        "which is less",
    ),
    "the mask forgotten": (
        "08.1",
        lambda z, w, y, s: (y + per_sample(w, z) * z) / (1 + per_sample(w, z)),
        "missing pixel",
    ),
    "missing pixels black": (
        "08.1",
        lambda z, w, y, s: s * (y + per_sample(w, z) * z) / (1 + per_sample(w, z)),
        "f is constant",
    ),
    "the weight at the wrong term": (
        "08.1",
        lambda z, w, y, s: torch.where(s > 0, (per_sample(w, z) * y + z) / (1 + per_sample(w, z)), z),
        "weight 0.2",
    ),
    "the data copied": ("08.1", lambda z, w, y, s: torch.where(s > 0, y, z), "which is less"),
    "one weight for all": ("08.1", mixed, "its own weight"),
    "channel by channel": ("08.2", lambda z, w: z.sign() * (z.abs() - w).clamp(min=0), "was turned"),
    "hard": ("08.2", lambda z, w: z * (lengths(z) > w), "which is less"),
    "not clamped": ("08.2", lambda z, w: z * (1 - w / lengths(z).clamp(min=1e-9)), "points against z"),
    "half the threshold": (
        "08.2",
        lambda z, w: z * (1 - w / 2 / lengths(z).clamp(min=1e-9)).clamp(min=0),
        "falls by w",
    ),
    "not a number at zero": ("08.2", lambda z, w: z / lengths(z) * (lengths(z) - w).clamp(min=0), "NaN"),
    "the sum over the picture": (
        "08.2",
        lambda z, w: z * (1 - w / z.flatten(1).norm(dim=1).reshape(-1, 1, 1, 1)).clamp(min=0),
        "which is less",
    ),
    "the sign of the gradient": (
        "08.3",
        lambda x, y, b: (y / (x + b) - 1, y.flatten(1).amax(dim=1) / b**2),
        "the gradient: along",
    ),
    "the background forgotten": ("08.3", lambda x, y, b: (1 - y / x, y.flatten(1).amax(dim=1) / b**2), "the gradient"),
    "b not squared": ("08.3", lambda x, y, b: (1 - y / (x + b), y.flatten(1).amax(dim=1) / b), r"\^2"),
    "the mean of y": ("08.3", lambda x, y, b: (1 - y / (x + b), y.flatten(1).mean(dim=1) / b**2), "near x = 0"),
    "too careful": ("08.3", lambda x, y, b: (1 - y / (x + b), 2 * y.flatten(1).amax(dim=1) / b**2), "is enough"),
    "one for the batch": ("08.3", lambda x, y, b: (1 - y / (x + b), y.max() / b**2), "for each picture"),
    "the gradient alone": ("08.3", lambda x, y, b: 1 - y / (x + b), "two things"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_plausible_mistake_is_caught_and_named(what):
    name, answer, words = WRONG[what]
    with pytest.raises(WrongAnswer, match=words):
        check(name, answer)


@pytest.mark.parametrize("name, answer", RIGHT)
def test_another_way_to_the_right_answer_passes(name, answer):
    assert check(name, answer)
