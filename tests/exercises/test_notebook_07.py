"""The laws of notebook 07 refuse plausible wrong answers, each with a sentence that helps."""

from math import sqrt

import pytest
import torch

from padnet.exercises import WrongAnswer, check

WRONG = [
    ("07.1", lambda mu, C_E: (mu / 2 - C_E) * 0.9999, "not the largest"),
    ("07.4", lambda c, rho0, gamma, k: c / 0, "ZeroDivisionError"),
    ("07.1", lambda mu, C_E: mu / 4 - C_E**2 / mu, "eta = 2/mu"),  # (21) as printed
    ("07.1", lambda mu, C_E: mu / 2 + C_E, "worst E points along dx"),  # sign
    ("07.1", lambda mu, C_E: mu / 2, "worst E points along dx"),  # the error forgotten
    ("07.1", lambda mu, C_E: mu - C_E, "worst E points along dx"),  # the factor 1/2
    ("07.1", lambda mu, C_E: mu / 2 - 1.01 * C_E, "not the largest"),
    ("07.2", lambda gamma, C_N, rho0, k: 2 * C_N / sqrt(gamma**k * rho0), "printed bound"),
    (
        "07.2",
        lambda gamma, C_N, rho0, k: C_N * (1 + 1 / sqrt(gamma)) / sqrt(gamma**k * rho0),
        "stage k - 1",
    ),  # rho^{k+1}
    ("07.2", lambda gamma, C_N, rho0, k: 2 * sqrt(gamma) * C_N / sqrt(gamma**k * rho0), "not the least"),
    ("07.2", lambda gamma, C_N, rho0, k: C_N * (1 + gamma) / sqrt(gamma**k * rho0), "not the least"),  # no root
    (
        "07.2",
        lambda gamma, C_N, rho0, k: (1 + sqrt(gamma)) / sqrt(gamma**k * rho0),
        "gamma = 1.2, C_N",
    ),  # C_N forgotten
    ("07.3", lambda gamma, C_N, M, rho0: (3 + 2 * gamma) * C_N + M / rho0, "printed constant"),
    ("07.3", lambda gamma, C_N, M, rho0: (2 + 2 * sqrt(gamma) + gamma) * C_N + M / rho0, "Add up the three terms"),
    ("07.3", lambda gamma, C_N, M, rho0: (2 + 2 * sqrt(gamma) + gamma) * C_N, "Add up the three terms"),  # M forgotten
    ("07.3", lambda gamma, C_N, M, rho0: 5 * C_N + M / sqrt(rho0), "Add up the three terms"),  # gamma forgotten
    ("07.3", lambda gamma, C_N, M, rho0: (3 + 2 * gamma) * C_N + M / sqrt(rho0), "larger than"),
    ("07.4", lambda c, rho0, gamma, k: c / sqrt(gamma**k * rho0) / (1 - 1 / gamma), "root is missing"),
    ("07.4", lambda c, rho0, gamma, k: c / sqrt(gamma ** (k + 1) * rho0) / (1 - 1 / sqrt(gamma)), "begins with j = k"),
    ("07.4", lambda c, rho0, gamma, k: c / sqrt(gamma**k * rho0), "ratio 1 / sqrt"),  # the first term alone
    ("07.4", lambda c, rho0, gamma, k: c / sqrt(rho0) / (1 - 1 / sqrt(gamma)), "begins with j = k|ratio 1 / sqrt"),
    ("07.4", lambda c, rho0, gamma, k: "a sum", "one number"),
]


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_a_wrong_answer_is_refused_with_a_reason(name, answer, words):
    with pytest.raises(WrongAnswer, match=words):
        check(name, answer)


@pytest.mark.parametrize("name", ["07.1", "07.2", "07.3", "07.4"])
def test_dots_are_no_answer(name, capsys):
    assert check(name, lambda *args: ...) is False
    assert "no answer yet" in capsys.readouterr().out


def test_both_derivations_of_34_are_right():
    assert check("07.3", lambda gamma, C_N, M, rho0: (2 + 2 * sqrt(gamma) + gamma) * C_N + M / sqrt(rho0))
    assert check("07.3", lambda gamma, C_N, M, rho0: (2 * sqrt(gamma) + gamma) * C_N + M / sqrt(gamma * rho0))


def test_float32_is_right_too():
    def tail(c, rho0, gamma, k):
        gamma = torch.tensor(gamma)
        return c / (gamma**k * rho0).sqrt() / (1 - 1 / gamma.sqrt())

    assert check("07.1", lambda mu, C_E: torch.tensor(mu / 2 - C_E))
    assert check("07.1", lambda mu, C_E: torch.tensor(mu) / 2 - C_E)
    assert check("07.2", lambda gamma, C_N, rho0, k: torch.tensor(C_N * (1 + sqrt(gamma)) / sqrt(gamma**k * rho0)))
    assert check(
        "07.3", lambda gamma, C_N, M, rho0: torch.tensor((2 * sqrt(gamma) + gamma) * C_N + M / sqrt(gamma * rho0))
    )
    assert check("07.4", lambda c, rho0, gamma, k: torch.tensor(tail(c, rho0, gamma, k).item()))
