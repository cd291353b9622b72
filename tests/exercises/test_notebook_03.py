"""Wrong answers to the exercises of notebook 03, each with the words by which it is told so."""

import math

import pytest
import torch

from padnet.exercises import WrongAnswer, check


def length(w):
    return w.flatten(1).norm(dim=1).reshape(-1, 1, 1, 1)


def plane(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


def broken(rows, fails, share=lambda row: row["own"]):
    """The answer to 03b.3 for a notion of failure and one of own steps."""
    found = [k for k, row in enumerate(rows) if fails(row)]
    return (found[0] if found else -1), sum(bool(share(row)) for row in rows) / len(rows)


def fails(row):
    return not (row["error"] <= row["error_bound"] and row["decrease"] >= 0)


WRONG = [
    ("03.1", lambda mu, L, s, C, m: C * m / (1 / s - mu - L), "the mildest f of all"),
    ("03.1", lambda mu, L, s, C, m: C * m, "makes the bracket"),
    ("03.1", lambda mu, L, s, C, m: C * m / (1 / s - mu + L), "too careful"),
    ("03.1", lambda mu, L, s, C, m: -1, "is negative"),
    ("03.1", lambda mu, L, s, C, m: "far", "must be one number"),
    ("03.3", lambda mu, d: mu / d, "ZeroDivisionError"),
    ("03b.3", lambda rows: broken(rows, lambda row: row["eror"] > 0), "KeyError: 'eror'"),
    ("03.2", lambda e, d, F0, F1, C, m: ~(e > C * d) & ~(F1 + m * d**2 > F0), "accepts a step of NaN"),
    ("03.2", lambda e, d, F0, F1, C, m: (e <= C * d) & ~(F1 + m * d**2 > F0), "accepts an energy of NaN"),
    (
        "03.2",
        lambda e, d, F0, F1, C, m: (e / d <= C) & (F1 + m * d**2 <= F0),
        "refuses a critical point.*do not divide",
    ),
    ("03.2", lambda e, d, F0, F1, C, m: e <= C * d, "accepts an energy that rises"),
    ("03.2", lambda e, d, F0, F1, C, m: F1 + m * d**2 <= F0, "accepts an error of 0.2"),
    ("03.2", lambda e, d, F0, F1, C, m: (e <= C * d) & (F1 <= F0), "accepts a fall by 0.03"),
    ("03.2", lambda e, d, F0, F1, C, m: (e <= C * d) & (F1 + m * d <= F0), "movement counts squared"),
    ("03.2", lambda e, d, F0, F1, C, m: (d == 0) | (e < C * d) & (F1 + m * d**2 <= F0), "and equality keeps it"),
    (
        "03.2",
        lambda e, d, F0, F1, C, m: ((e <= C * d) & (F1 + m * d**2 <= F0)).all(),
        "for every sample, not one for the batch",
    ),
    ("03.2", lambda e, d, F0, F1, C, m: True, "for every sample, not one for the batch"),
    ("03.3", lambda mu, d: mu / 2 - d, "solved mu/2 - C_E = d"),
    ("03.3", lambda mu, d: mu * (mu / 4 - d), "root is missing"),
    ("03.3", lambda mu, d: math.sqrt(mu / 4 - d), "less than d.*Solve mu/4"),
    ("03.3", lambda mu, d: mu / 2, "less than d"),
    ("03.3", lambda mu, d: 0.9 * math.sqrt(mu * (mu / 4 - d)), "a larger C_E would do"),
    ("03.3", lambda mu, d: -math.sqrt(mu * (mu / 4 - d)), "cannot be negative"),
    ("03.3", lambda mu, d: "mu / 2", "must be one number"),
    ("03b.1", lambda v, w, q: v + q / length(w - v) * (w - v), "0.5 became 2.*inside the radius nothing changes"),
    ("03b.1", lambda v, w, q: w, "left at 7"),
    ("03b.1", lambda v, w, q: v + (w - v).clamp(-q, q), "whole sample|whole residual"),
    ("03b.1", lambda v, w, q: w * (q / length(w)).clamp(max=1), "residual w - v"),
    ("03b.1", lambda v, w, q: v + min(1, q / (w - v).norm().item()) * (w - v), "every sample has its own length"),
    ("03b.1", lambda v, w, q: v - (q / length(w - v)).clamp(max=1) * (w - v), "direction of w - v"),
    ("03b.2", lambda rho0, total: 1 / (1 - math.sqrt(1 / rho0) / total), "1/gamma for the factor"),
    ("03b.2", lambda rho0, total: (1 - 1 / (rho0 * total)) ** -2, "alpha.0 is its square root"),
    (
        "03b.2",
        lambda rho0, total: (1 - math.sqrt(1 / rho0) / total) ** -3,
        r"sum is alpha\^0 / \(1 - 1/sqrt\(gamma\)\)",
    ),
    ("03b.2", lambda rho0, total: 1.01, "gives the sum"),
    ("03b.2", lambda rho0, total: (1 - math.sqrt(1 / rho0) / total) ** 2, "gamma > 1 alone"),
    (
        "03b.3",
        lambda rows: broken(rows, lambda row: row["error"] > row["error_bound"] or row["decrease"] < 0),
        "NaN fails both",
    ),
    (
        "03b.3",
        lambda rows: broken(rows, lambda row: not row["error"] <= row["error_bound"]),
        "the first k is 1, and you say 3",
    ),
    ("03b.3", lambda rows: broken(rows, lambda row: not row["decrease"] >= 0), "over its bound at k = 2"),
    ("03b.3", lambda rows: broken(rows[::-1], fails), "the first k is"),
    (
        "03b.3",
        lambda rows: broken(rows, fails, lambda row: not row["restarted"]),
        "corrected step is not the network's own",
    ),
    ("03b.3", lambda rows: broken(rows, fails)[0], "two numbers"),
    (
        "03b.4",
        lambda mu, C_E, a, b: (plane(1, 0), plane(-mu, 0)),
        "angle between dx and -w is 0.0 degrees.*part across",
    ),
    ("03b.4", lambda mu, C_E, a, b: (plane(1, 0), plane(-mu, 0.1 * C_E)), "part across"),
    ("03b.4", lambda mu, C_E, a, b: (plane(1, 0), plane(mu / 2, 0.8 * mu)), "mind the sign"),
    ("03b.4", lambda mu, C_E, a, b: (plane(1, 0), plane(-a / 2, 0.8 * mu)), "H1 asks for"),
    ("03b.4", lambda mu, C_E, a, b: (plane(1, 0), plane(0, b)), "H1 asks for"),
    ("03b.4", lambda mu, C_E, a, b: (plane(1, 0), plane(-a, b)), "H2 allows"),
    ("03b.4", lambda mu, C_E, a, b: (plane(0, 0), plane(0, 0)), "does not move"),
    ("03b.4", lambda mu, C_E, a, b: plane(1, 0, 0), "pair"),
]


@pytest.mark.parametrize("name, answer, words", WRONG, ids=[f"{name}-{words[:24]}" for name, _, words in WRONG])
def test_a_wrong_answer_is_told_what_is_wrong(name, answer, words):
    with pytest.raises(WrongAnswer, match=words):
        check(name, answer)


@pytest.mark.parametrize("name", sorted({name for name, _, _ in WRONG}))
def test_dots_are_no_answer(name, capsys):
    assert check(name, lambda *args: ...) is False
    assert "no answer yet" in capsys.readouterr().out


def test_other_ways_to_the_right_answer_pass():
    assert check("03.1", lambda mu, L, s, C, m: torch.tensor(C * m * s / (1 - s * mu)))
    assert check(
        "03.2", lambda e, d, F0, F1, C, m: torch.stack([e <= C * d, F0 - F1 >= m * d**2]).all(dim=0) | (e + d == 0)
    )
    assert check("03.3", lambda mu, d: torch.tensor(mu**2 / 4 - mu * d).sqrt())
    assert check("03b.1", lambda v, w, q: torch.where(length(w - v) <= q, w, v + q * (w - v) / length(w - v)))
    assert check("03b.2", lambda rho0, total: (total / (total - rho0**-0.5)) ** 2)
    assert check("03b.3", lambda rows: list(broken(rows, fails)))
    assert check("03b.3", lambda rows: torch.tensor(broken(rows, fails), dtype=torch.float32))
    assert check("03b.1", lambda v, w, q: v + (w.sub_(v) * (q / length(w).clamp(min=1e-9)).clamp(max=1)).float())
    assert check("03b.4", lambda mu, C_E, a, b: (plane(0, 2), plane(math.sqrt(b**2 - a**2), -a) * 2))
    assert check("03b.4", lambda mu, C_E, a, b: ([3, 0], [-3 * a, 2.4 * mu]))
