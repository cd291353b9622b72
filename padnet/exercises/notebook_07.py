"""Checks for notebook 07: constants in the proofs of Theorems 1 and 2."""

import math

import numpy as np

from padnet.exercises.checking import WrongAnswer, exercise
from padnet.exercises.laws import TOLERANCE, number

CASES = [(gamma, C_N, rho0) for gamma in (1.2, 2.0, 5.0) for C_N in (0.01, 1.5) for rho0 in (0.02, 3.0, 100.0)]


def _near(a, b, size=0.0):
    """Equal up to TOLERANCE, relative to the larger one or to `size`, the size of the terms whose difference they
    are.
    """
    return math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE * size)


@exercise("07.1", level=2)
def best_margin(margin) -> str:
    """mu/2 |dx|^2 - <dx, E> >= c |dx|^2 for all |E| <= C_E |dx|, with equality for one E."""
    draw = np.random.default_rng(0)
    for mu, C_E in ((0.5, 0.24), (1.0, 0.1), (0.3, 0.147), (4.0, 1.0)):
        c = number(margin(mu, C_E), "the constant")
        dx = draw.standard_normal(20)
        for part in (1.0, *draw.uniform(0, 1, 50)):
            other = draw.standard_normal(20)
            mixed = part * dx / np.linalg.norm(dx) + (1 - part) * other / np.linalg.norm(other)
            E = C_E * np.linalg.norm(dx) * mixed / np.linalg.norm(mixed)
            left, right = mu / 2 * dx @ dx - dx @ E, c * dx @ dx
            if left < right - TOLERANCE * mu * (dx @ dx):
                raise WrongAnswer(
                    f"mu = {mu}, C_E = {C_E}: an error E with |E| = C_E |dx| has a left side of {left:.5g}, your c "
                    f"asks for {right:.5g}. The worst E points along dx: then <dx, E> = C_E |dx|^2."
                )
        if _near(c, mu / 4 - C_E**2 / mu, mu):
            raise WrongAnswer(
                f"{c:.5g} for mu = {mu}, C_E = {C_E} is the constant of (21), with eta = 2/mu. Choose eta better."
            )
        worst = mu / 2 - C_E
        if not _near(c, worst, mu):
            raise WrongAnswer(
                f"mu = {mu}, C_E = {C_E}: your c = {c:.5g} is true, and not the largest; even E = C_E dx leaves "
                f"{worst:.5g} |dx|^2."
            )
    return "No error that Condition 1 allows breaks your constant, and E = C_E dx reaches it: eta = 1 / C_E."


@exercise("07.2", level=2)
def dual_step(bound) -> str:
    """|lambda^{k+1} - lambda^k| <= bound for everything that the first of (33) allows, with equality for one pair."""
    for gamma, C_N, rho0 in CASES:
        for k in (1, 2, 6):
            b = number(bound(gamma, C_N, rho0, k), "the bound")
            rho, before = gamma**k * rho0, gamma ** (k - 1) * rho0
            # lambda^{k+1} and lambda^k with the maximum norms of stages k and k - 1, in opposite directions
            longest = C_N / math.sqrt(rho) + C_N / math.sqrt(before)
            where = f"gamma = {gamma}, C_N = {C_N}, rho0 = {rho0}, k = {k}"
            if b < longest * (1 - TOLERANCE):
                hint = "lambda^k was made at stage k - 1, so its bound has rho^{k-1}."
                if _near(b, 2 * C_N / math.sqrt(rho)):
                    hint = "This is the printed bound: " + hint
                raise WrongAnswer(
                    f"{where}: two dual variables in opposite directions are {longest:.5g} apart, you allow {b:.5g}. "
                    f"{hint}"
                )
            if not _near(b, longest):
                raise WrongAnswer(
                    f"{where}: your {b:.5g} is true, and not the least; no two are more than {longest:.5g} apart."
                )
    return f"It holds and is reached in all {3 * len(CASES)} cases: the constant is 1 + sqrt(gamma), not 2."


@exercise("07.3", level=3)
def preliminary_step(constant) -> str:
    """|lambda^{k-1} - 2 lambda^k - grad / rho^k| <= c sqrt(1/rho^k), k >= 1, c at most the sum of three terms."""
    spare = []
    for gamma, C_N, rho0 in CASES:
        for M in (0.0, 1.0, 20.0):
            c = number(constant(gamma, C_N, M, rho0), "the constant")
            where = f"gamma = {gamma}, C_N = {C_N}, M = {M}, rho0 = {rho0}"
            for k in range(1, 12):
                alpha = [1 / math.sqrt(gamma**j * rho0) for j in range(k + 1)]
                # lambda^0 = 0; otherwise lambdas of maximum norm in opposite directions, and the gradient along them
                longest = (C_N * alpha[k - 2] if k > 1 else 0.0) + 2 * C_N * alpha[k - 1] + M * alpha[k] ** 2
                if c * alpha[k] < longest * (1 - TOLERANCE):
                    hint = "Add up the three terms with the corrected (33)."
                    if _near(c, (3 + 2 * gamma) * C_N + M / rho0):
                        hint = "This is the printed constant; (32) has M sqrt(1 / rho0), not M / rho0."
                    raise WrongAnswer(
                        f"{where}, k = {k}: u can move by {longest:.5g}, you allow {c * alpha[k]:.5g}. {hint}"
                    )
            most = (2 + 2 * math.sqrt(gamma) + gamma) * C_N + M / math.sqrt(rho0)
            if c > most * (1 + TOLERANCE):
                spare.append(f"{where}: your {c:.5g} is true, and larger than {most:.5g}, which the three terms give.")
    if spare:
        raise WrongAnswer(spare[0])
    return f"It holds in all {3 * len(CASES)} cases against the worst lambda and gradient, for k = 1 to 11."


@exercise("07.4", level=1)
def tail(answer) -> str:
    """Check that the closed form equals the sum of its terms."""
    for gamma, c, rho0 in CASES:
        for k in (0, 1, 7):
            found = number(answer(c, rho0, gamma, k), "the tail")
            terms = [c / math.sqrt(rho0) * gamma ** (-j / 2) for j in range(k, k + 800)]
            true = math.fsum(terms)
            if not _near(found, true):
                hint = "Two terms that follow each other have the ratio 1 / sqrt(gamma)."
                if _near(found, true - terms[0]) or _near(found, true + c / math.sqrt(rho0) * gamma ** (-(k - 1) / 2)):
                    hint = "It is off by one term: the sum begins with j = k."
                elif _near(found, terms[0] / (1 - 1 / gamma)):
                    hint = "The root is missing in the ratio: " + hint
                raise WrongAnswer(
                    f"c = {c}, rho0 = {rho0}, gamma = {gamma}, k = {k}: the terms add up to {true:.6g}, your tail is "
                    f"{found:.6g}. {hint}"
                )
    return f"It agrees with the sum of 800 terms in all {3 * len(CASES)} cases."
