"""Checks for notebook 04: energy (14), what its prior charges, errors, two rules for lambda, a certificate."""

from itertools import pairwise

import torch

from padnet.core.fidelity import LeastSquares, norm
from padnet.core.operators import Blur, Gradient
from padnet.core.priors import LpNorm
from padnet.exercises.checking import WrongAnswer, exercise
from padnet.exercises.laws import equal, number, numbers, rng, several, tensor


def _toy(batch=1):
    """A blur with an asymmetric kernel, a blurred gradient field, and a field with zeros in it."""
    draw = rng(4)
    blur = Blur(torch.tensor([[0.6, 0.3, 0.1], [0.2, 0.0, 0.0]], dtype=torch.float64), (6, 8))
    x = torch.rand(batch, 1, 6, 8, generator=draw, dtype=torch.float64)
    g = torch.randn(batch, 2, 6, 8, generator=draw, dtype=torch.float64)
    return blur, Gradient()(x), torch.where(g.abs() < 0.5, 0.0, g)


@exercise("04.1", level=1)
def energy(answer):
    """Check F(g) for every sample: answer(g, observed, blur, lam, p) -> (batch,)."""
    blur, truth, g = _toy(batch=2)
    observed = blur(truth)
    for p in (1, 0.8, 0):
        found = tensor(answer(torch.zeros_like(g), observed, blur, 0.3, p), g[:, 0, 0, 0], "F at g = 0")
        equal(
            found,
            LeastSquares(blur, observed).value(0 * g),
            f"F(0) = ||D(y)||^2 / 2 with p = {p:g}",
            "At g = 0 the prior is nothing, and a pixel that is zero costs nothing at p = 0 too: 0 ** 0 is 1 in torch.",
        )
        equal(
            answer(truth, observed, blur, 0.3, p),
            LpNorm(p, 0.3).value(truth),
            f"F(truth) = lambda ||truth||_p^p with p = {p:g}",
            "Without noise f is zero there, so only the prior is left: the sum of |g|^p, with no root, times lambda.",
        )
        total = LeastSquares(blur, observed).value(g) + LpNorm(p, 0.3).value(g)
        equal(
            answer(g, observed, blur, 0.3, p),
            total,
            f"F = f + r at a random field with p = {p:g}",
            "Add the two parts.",
        )
    return "At zero, at the truth and at a random field, F is the sum of both parts, for p = 1, 0.8 and 0."


@exercise("04.2", level=2)
def charge(answer):
    """Check how many times as much the prior charges for an edge spread over m pixels: answer(m, p) -> a number."""
    for m in (1, 2, 5, 16):
        for p in (0, 0.5, 0.8, 1):
            sharp, blurred = (torch.zeros(1, 1, 1, 32, dtype=torch.float64) for _ in range(2))
            sharp[..., 8], blurred[..., 8 : 8 + m] = 1.5, 1.5 / m
            r = LpNorm(p, 0.3)
            hint = "The m differences are 1/m of the height each, and the prior sums their p-th powers."
            equal(
                number(answer(m, p), "the ratio"),
                (r.value(blurred) / r.value(sharp)).item(),
                f"m = {m}, p = {p:g}: your ratio = prior of the spread edge / prior of the sharp one",
                hint,
            )
    return "The library's priors charge so for an edge over 1 to 16 pixels: the same for p = 1, m times for p = 0."


@exercise("04.3", level=2)
def weight_for(answer):
    """Check the lambda for which (7) keeps just what exceeds tau: answer(tau, p, s) -> a number."""
    for p in (0, 0.3, 0.8, 1):
        for tau, s in ((0.05, 0.9), (0.2, 0.5), (1.0, 0.09)):
            lam = number(answer(tau, p, s), "lambda")
            case = f"tau = {tau:g}, p = {p:g}, s = {s:g}, your lambda = {lam:.4g}"
            if not lam > 0:
                raise WrongAnswer(f"{case}: it must be positive.")
            z = tau * torch.tensor([[[[0.999, 1.001]]]], dtype=torch.float64)
            below, above = (LpNorm(p, lam).prox(z, s) != 0).flatten().tolist()
            if below or not above:
                told = "small: it keeps a difference of 0.999 tau" if below else "large: it deletes one of 1.001 tau"
                raise WrongAnswer(
                    f"{case} is too {told}. The weight in the prox is w = lambda s. At the threshold x0 and 0 have the "
                    "same energy (Exercise 01.4); solve both equations for w."
                )
    return "Just below tau a difference is deleted, just above it is kept, for four p and three steps."


@exercise("04.4", level=1)
def errors(answer):
    """Check answer([g^0, ..., g^K], truth) -> (iteration errors, reconstruction errors), K numbers each."""
    draw = rng(6)
    truth = torch.randn(1, 2, 5, 5, generator=draw, dtype=torch.float64)
    path = [
        truth * c + 0.1 * torch.randn(truth.shape, generator=draw, dtype=torch.float64) for c in (3.0, 2.0, 1.0, 1.5)
    ]
    found = several(answer(path, truth), 2, "Return two things, the iteration errors and the reconstruction errors.")
    steps = list(pairwise(path))
    names = ("the iteration errors", "the reconstruction errors")
    moved, apart = (numbers(part, len(steps), name) for part, name in zip(found, names, strict=True))
    equal(
        moved,
        torch.cat([norm(b - a) / norm(a) for a, b in steps]),
        "iteration error = ||g^{k+1} - g^k|| / ||g^k||",
        "Divide by the norm of the field before the step, and square nothing.",
    )
    equal(
        apart,
        torch.cat([norm(b - truth) / norm(truth) for _, b in steps]),
        "reconstruction error = ||g^{k+1} - g_gt|| / ||g_gt||",
        "The first entry belongs to g^1; divide by the norm of the truth, so that a field of zeros has the error 1.",
    )
    return "Both errors are right at every step."


@exercise("04.5", level=1)
def choice(answer):
    """Check the lambda with the lowest mean error on training pairs: answer(lams, errors) -> one of lams."""
    nan, inf = float("nan"), float("inf")
    cases = {
        "one lucky pair": (
            [1.0, 2.0, 3.0],
            [[0.1, 0.9, 0.9], [0.5, 0.5, 0.5], [0.6, 0.4, 0.7]],
            2.0,
            "A rule that looks at the best pair alone picks what was lucky once.",
        ),
        "a diverged run": (
            [1.0, 2.0],
            [[0.1, nan, 0.1], [0.5, 0.5, 0.5]],
            2.0,
            "A lambda under which a run diverged, NaN or infinite, is out, however good its other runs are.",
        ),
        "an infinite error": (
            [1.0, 2.0],
            [[0.6, 0.7, 0.6], [0.1, inf, 0.1]],
            1.0,
            "An infinite error has an infinite mean.",
        ),
        "one bad pair": (
            [1.0, 2.0],
            [[0.2, 0.2, 0.9], [0.4, 0.4, 0.4]],
            2.0,
            "Table 1 averages, so the mean is to be small, not the median.",
        ),
        "a large lambda": (
            [0.5, 0.25, 4.0],
            [[0.9, 0.9, 0.9], [0.8, 0.8, 0.8], [0.2, 0.3, 0.2]],
            4.0,
            "The least error is asked, not the least lambda.",
        ),
    }
    for name, (lams, table, right, hint) in cases.items():
        found = number(answer(lams, torch.tensor(table, dtype=torch.float64)), "the lambda")
        if found != right:
            raise WrongAnswer(
                f"With {name} you choose {found:g} of {lams}, where the errors are {table} and {right:g} is right. "
                f"{hint}"
            )
    return "You chose by the mean over training pairs, and nothing that diverged."


@exercise("04.6", level=2)
def verdict(answer):
    """Check the first k at which Condition 1 or (21) fails, else -1: answer(rows, start, mu, C_E)."""
    mu, C_E, margin = 1.0, 0.25, 0.25 - 0.0625
    good = [
        (0.25, 1.0, 8.0),
        (0.1, 0.5, 7.0),
        (0.05, 0.25, 6.5),
    ]  # ||E||, ||dg||, F after the step; the first is a limiting case
    nan = float("nan")
    cases = {
        "every condition holds, one as an equality": (good, -1, "Condition 1 is <=, so equality keeps it."),
        "||E|| = 0.2 > C_E ||dg|| = 0.125 at k = 1": (
            [good[0], (0.2, 0.5, 7.0), good[2]],
            1,
            "Multiply ||dg|| by C_E, not by mu.",
        ),
        f"F falls by 0.1 at k = 0, less than the {margin:g} of (21)": (
            [(0.1, 1.0, 8.9), *good[1:]],
            0,
            "The decrease must be (mu/4 - C_E^2/mu) ||dg||^2 at least: that it is positive is not enough.",
        ),
        "F falls by 0.2 at k = 0, more than the asked 0.1875": (
            [(0.1, 1.0, 8.8), (0.1, 0.5, 7.0)],
            -1,
            "The margin of (21) is mu/4 - C_E^2/mu, times the square of ||dg||.",
        ),
        "||dg|| = 2 and F falls by 0.5 at k = 0, less than the 0.75 of (21)": (
            [(0.1, 2.0, 8.5), *good[1:]],
            0,
            "The margin of (21) is multiplied by the square of ||dg||.",
        ),
        "||dg|| = 0.5 and F falls by 0.0625 at k = 0, more than the asked 0.046875": (
            [(0.1, 0.5, 8.9375), *good[1:]],
            -1,
            "The margin of (21) is multiplied by the square of ||dg||.",
        ),
        "F is NaN at k = 1": (
            [good[0], (0.1, 0.5, nan), good[2]],
            1,
            "NaN compares as False: ask whether F falls enough, not whether it does not.",
        ),
        "||E|| is NaN at k = 2": (
            [*good[:2], (nan, 0.25, 6.5)],
            2,
            "NaN compares as False: ask whether the condition holds, not whether it fails.",
        ),
        "two conditions fail, at k = 0 and at k = 2": (
            [(0.9, 1.0, 8.0), good[1], (0.9, 0.25, 6.5)],
            0,
            "The first one is asked.",
        ),
    }
    for name, (rows, right, hint) in cases.items():
        made = [{"k": k, "error": e, "moved": m, "energy": F} for k, (e, m, F) in enumerate(rows)]
        found = number(answer(made, 9.0, mu, C_E), "k")
        if found != right:
            raise WrongAnswer(
                f"With mu = {mu:g}, C_E = {C_E:g}: {name}, so {right} is right, and you say {found:g}. {hint}"
            )
    return "You found the first violation of Condition 1 or (21) in each certificate, and none where there is none."
