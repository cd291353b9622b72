"""Exercises of notebook 04: plausible wrong answers are refused with a sentence that helps."""

import itertools

import pytest
import torch

from padnet.core.fidelity import norm
from padnet.exercises import WrongAnswer, check


def f(g, observed, blur):
    return (blur(g) - observed).square().sum(dim=(1, 2, 3)) / 2


def powers(g, p):
    return ((g != 0).double() if p == 0 else g.abs() ** p).sum(dim=(1, 2, 3))


def jump(p, w):
    return (2 * w * (1 - p)) ** (1 / (2 - p))


def ratios(over, path, truth):
    return torch.cat([norm(b - a) / norm(over(a, b)) for a, b in itertools.pairwise(path)])


def apart(path, truth):
    return torch.cat([norm(g - truth) / norm(truth) for g in path])


def first(holds, rows, start):
    before = [start, *(row["energy"] for row in rows)]
    return next((row["k"] for row, F in zip(rows, before, strict=False) if not holds(row, F)), -1)


def judged(falls, rows, start, mu, C_E):
    margin = mu / 4 - C_E**2 / mu
    return first(lambda r, F: r["error"] <= C_E * r["moved"] and falls(r, F, margin), rows, start)


def pieces(path, truth):
    """Both errors as generators of Python's own floats."""
    steps = list(itertools.pairwise(path))
    return (
        ((norm(b - a) / norm(a)).item() for a, b in steps),
        ((norm(b - truth) / norm(truth)).item() for _, b in steps),
    )


def inverted(tau, p, s):
    """weight_for() by bisection of the threshold of w |x|^p."""
    reach = lambda w: w if p == 1 else jump(p, w) + w * p * jump(p, w) ** (p - 1)
    low, high = 0.0, 10.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if reach(middle) > tau else (middle, high)
    return low / s


RIGHT = [
    ("04.1", lambda g, d, blur, lam, p: f(g, d, blur) + lam * powers(g, p)),
    ("04.1", lambda g, d, blur, lam, p: f(g, d, blur).float() + lam * powers(g, p).float()),
    (
        "04.1",
        lambda g, d, blur, lam, p: (
            f(g, d, blur) + lam * ((g != 0).float() if p == 0 else g.abs() ** p).sum(dim=(1, 2, 3))
        ),
    ),
    ("04.2", lambda m, p: torch.tensor(m / float(m) ** p)),
    ("04.3", inverted),
    ("04.4", lambda path, truth: [ratios(lambda a, b: a, path, truth).tolist(), list(apart(path[1:], truth))]),
    (
        "04.4",
        lambda path, truth: [
            [norm(b - a) / norm(a) for a, b in itertools.pairwise(path)],
            apart(path[1:], truth).numpy(),
        ],
    ),
    ("04.4", lambda path, truth: (ratios(lambda a, b: a, path, truth).float(), apart(path[1:], truth).float())),
    ("04.4", pieces),
    ("04.5", lambda lams, errors: torch.tensor(lams)[errors.float().nan_to_num(torch.inf).mean(dim=1).argmin()]),
    (
        "04.6",
        lambda rows, start, mu, C_E: torch.tensor(
            judged(lambda r, F, m: F - r["energy"] >= m * r["moved"] ** 2, rows, start, mu, C_E)
        ),
    ),
    (
        "04.6",
        lambda rows, start, mu, C_E: judged(
            lambda r, F, m: r["energy"] + m * r.pop("moved") ** 2 <= F, rows, start, mu, C_E
        ),
    ),
]
WRONG = [
    ("04.1", lambda g, d, blur, lam, p: 2 * f(g, d, blur) + lam * powers(g, p), r"F\(0\)"),
    ("04.1", lambda g, d, blur, lam, p: f(g, d, blur) + lam * (g.abs() ** p).sum(dim=(1, 2, 3)), r"0 \*\* 0 is 1"),
    ("04.1", lambda g, d, blur, lam, p: f(g, d, blur) + powers(g, p), "times lambda"),
    ("04.1", lambda g, d, blur, lam, p: f(g, d, blur).sum(), "shape"),
    ("04.1", lambda g, d, blur, lam, p: f(g, d, blur) + lam * powers(g, p) ** (1 / max(p, 0.1)), "no root"),
    ("04.2", lambda m, p: m**p, "1/m of the height each"),
    ("04.2", lambda m, p: 1.0, "the prior sums"),
    ("04.3", lambda tau, p, s: s * inverted(tau, p, s) * s, "w = lambda s"),
    ("04.3", lambda tau, p, s: tau / s, "is too (small|large)"),
    ("04.3", lambda tau, p, s: tau**2 / 2 / s, "is too (small|large)"),
    ("04.3", lambda tau, p, s: 0, "must be positive"),
    ("04.4", lambda path, truth: (ratios(lambda a, b: b, path, truth), apart(path[1:], truth)), "before the step"),
    ("04.4", lambda path, truth: (ratios(lambda a, b: a, path, truth) ** 2, apart(path[1:], truth)), "square nothing"),
    ("04.4", lambda path, truth: (ratios(lambda a, b: a, path, truth), apart(path[:-1], truth)), r"belongs to g\^1"),
    (
        "04.4",
        lambda path, truth: (ratios(lambda a, b: a, path, truth), apart(path[1:], truth) * norm(truth)),
        "norm of the truth",
    ),
    ("04.4", lambda path, truth: apart(path[1:], truth), "two things"),
    ("04.5", lambda lams, errors: lams[errors.nan_to_num(9).min(dim=1).values.argmin()], "lucky"),
    ("04.5", lambda lams, errors: lams[errors.nanmean(dim=1).argmin()], "diverged"),
    ("04.5", lambda lams, errors: lams[errors.nan_to_num(9).median(dim=1).values.argmin()], "infinite|median"),
    ("04.5", lambda lams, errors: errors.mean(dim=1).argmin().item(), "lucky"),
    ("04.5", lambda lams, errors: min(lams), "lucky"),
    (
        "04.6",
        lambda rows, start, mu, C_E: first(lambda r, F: r["error"] <= C_E * r["moved"], rows, start),
        "is not enough",
    ),
    ("04.6", lambda rows, start, mu, C_E: first(lambda r, F: r["error"] <= mu * r["moved"], rows, start), "not by mu"),
    (
        "04.6",
        lambda rows, start, mu, C_E: first(lambda r, F: r["error"] < C_E * r["moved"], rows, start),
        "equality keeps",
    ),
    (
        "04.6",
        lambda rows, start, mu, C_E: first(
            lambda r, F: (
                not r["error"] > C_E * r["moved"] and F - r["energy"] >= (mu / 4 - C_E**2 / mu) * r["moved"] ** 2
            ),
            rows,
            start,
        ),
        "NaN compares",
    ),
    (
        "04.6",
        lambda rows, start, mu, C_E: first(
            lambda r, F: r["error"] <= C_E * r["moved"] and F - r["energy"] >= (mu / 4 + C_E**2 / mu) * r["moved"] ** 2,
            rows,
            start,
        ),
        "margin of",
    ),
    (
        "04.6",
        lambda rows, start, mu, C_E: judged(lambda r, F, m: F - r["energy"] >= m * r["moved"], rows, start, mu, C_E),
        "by the square",
    ),
    (
        "04.6",
        lambda rows, start, mu, C_E: judged(lambda r, F, m: F - r["energy"] >= m, rows, start, mu, C_E),
        "by the square",
    ),
    (
        "04.6",
        lambda rows, start, mu, C_E: judged(
            lambda r, F, m: F - r["energy"] >= m * max(r["moved"], 1) ** 2, rows, start, mu, C_E
        ),
        "by the square",
    ),
    (
        "04.6",
        lambda rows, start, mu, C_E: judged(
            lambda r, F, m: not F - r["energy"] < m * r["moved"] ** 2, rows, start, mu, C_E
        ),
        "whether F falls",
    ),
    ("04.6", lambda rows, start, mu, C_E: next(row["k"] for row in rows if row["erorr"] > 0), "KeyError: 'erorr'"),
    ("04.4", lambda path, truth: ("moved", "apart"), "must be 3 numbers|one number"),
    ("04.4", lambda path, truth: ((norm(g[9]) for g in path), path), "IndexError"),
    ("04.1", lambda g, d, blur, lam, p: f(g, d, blur).to(torch.complex128), "take the real part"),
]


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_a_wrong_answer_is_refused_with_a_reason(name, answer, words):
    with pytest.raises(WrongAnswer, match=words):
        check(name, answer)


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_another_way_to_the_right_answer_passes(name, answer):
    assert check(name, answer)


def test_an_answer_that_is_not_there_yet_stops_nothing(capsys):
    for k in range(1, 7):
        assert check(f"04.{k}", lambda *_: None) is False
    assert capsys.readouterr().out.count("no answer yet") == 6
