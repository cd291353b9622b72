"""Checks for the exercises of 03_learning_with_convergence_guarantee."""

import math

import torch

from padnet.exercises.checking import WrongAnswer, exercise
from padnet.exercises.laws import TOLERANCE, near, number, rng

NAN = math.nan


@exercise("03.1", level=2)
def allowed_gap(answer) -> str:
    """Check that no f of the class breaks Condition 1 at the answer, and that one does beyond it."""
    draw = rng(31)
    for mu, L, s, C_E, moved in ((0.3, 1.0, 0.7, 0.14, 2.0), (0.1, 2.0, 0.4, 0.04, 0.5), (1.0, 0.5, 0.66, 0.4, 1.0)):
        d = number(answer(mu, L, s, C_E, moved), "the distance")
        case = f"mu = {mu:g}, L = {L:g}, s = {s:g}, C_E = {C_E:g}, moved = {moved:g}"
        if d < 0:
            raise WrongAnswer(f"{case}: your distance {d:.4g} is negative.")
        curvatures = torch.cat([torch.tensor([0.0, L]), L * torch.rand(20, generator=draw)]).double()
        worst, at = ((mu - 1 / s + curvatures).abs() * d).max(dim=0)  # ||e|| by (12) for f of these curvatures
        if worst.item() > C_E * moved * (1 + TOLERANCE):
            hint = "Which curvature between 0 and L makes the bracket of (12) largest?"
            if near(d, C_E * moved / max(1e-9, abs(1 / s - mu - L))):
                hint = "That is the mildest f of all, of the curvature L; the worst one counts."
            raise WrongAnswer(
                f"{case}: for f of the curvature {curvatures[at].item():.3g} and ||x+ - v|| = {d:.4g} the error is "
                f"{worst.item():.4g}, and C_E ||dx|| = {C_E * moved:.4g}. {hint}"
            )
        if worst.item() < C_E * moved * (1 - 1e-5):
            hint = "The two terms of (12) have opposite signs and cannot both be large."
            raise WrongAnswer(f"{case}: your {d:.4g} is too careful, the error stays at {worst.item():.4g}. {hint}")
    return "No curvature between 0 and L breaks Condition 1 at that distance, and a flat f does just beyond it."


@exercise("03.2", level=2)
def acceptance(answer) -> str:
    """Check that both inequalities are tested, with one verdict per sample; NaN fails, and 0 <= 0 holds."""
    # error, moved, energy before, energy, whether the step is acceptable, description; C_E = 0.1 and m = 0.05
    cases = [
        (0.05, 1.0, 2.0, 1.9, True, "a good step"),
        (0.2, 1.0, 2.0, 1.9, False, "an error of 0.2 after a movement of 1"),
        (0.05, 1.0, 2.0, 2.1, False, "an energy that rises"),
        (0.05, 1.0, 2.0, 1.97, False, "a fall by 0.03 where m moved^2 = 0.05"),
        (0.05, 2.0, 2.0, 1.85, False, "a fall by 0.15 where m moved^2 = 0.2: the movement counts squared"),
        (0.04, 0.5, 2.0, 1.98, True, "a fall by 0.02 where m moved^2 = 0.0125: the movement counts squared"),
        (0.5, 5.0, 2.0, 0.5, True, "an error of 0.5 where C_E moved = 0.5: Condition 1 is <=, and equality keeps it"),
        (
            0.0,
            0.0,
            2.0,
            2.0,
            True,
            "a critical point, where nothing moves and nothing errs: 0 <= 0 holds; do not divide",
        ),
        (NAN, NAN, 2.0, NAN, False, "a step of NaN: ask what holds, not what fails"),
        (NAN, 1.0, 2.0, 1.9, False, "an error of NaN: ask what holds, not what fails"),
        (0.05, 1.0, 2.0, NAN, False, "an energy of NaN: ask what holds, not what fails"),
    ]
    columns = [torch.tensor(column, dtype=torch.float64) for column in list(zip(*cases, strict=True))[:4]]
    found = answer(*columns, 0.1, 0.05)
    if not isinstance(found, torch.Tensor) or found.dtype != torch.bool or found.shape != (len(cases),):
        raise WrongAnswer(f"Give a tensor of {len(cases)} booleans, a verdict for every sample, not one for the batch.")
    for mine, (*_, holds, what) in zip(found.tolist(), cases, strict=True):
        if mine != holds:
            raise WrongAnswer(f"Your test {'accepts' if mine else 'refuses'} {what}.")
    return f"{len(cases)} steps are judged as they should be, each for itself, and NaN never passes."


@exercise("03.3", level=1)
def admissible(answer) -> str:
    """Check that the margin at the answer is d, and smaller for a larger C_E."""
    for mu, d in ((0.3, 0.0), (0.3, 0.05), (1.0, 0.1), (4.0, 0.9)):
        C = number(answer(mu, d))
        if C < 0:
            raise WrongAnswer(f"For mu = {mu}, d = {d} your C_E is {C:.4g}: it cannot be negative.")
        margin = mu / 4 - C**2 / mu
        if abs(margin - d) > 1e-6:
            hint = "The root is missing" if near(C, mu * (mu / 4 - d)) else "Solve mu/4 - C_E^2/mu = d for C_E"
            if near(C, mu / 2 - d):
                hint = "You have solved mu/2 - C_E = d, which is not the margin of (21)"
            more = "less than d" if margin < d else "more than d, so a larger C_E would do"
            raise WrongAnswer(
                f"For mu = {mu}, d = {d} your C_E = {C:.4g} leaves the margin {margin:.4g}, {more}. {hint}."
            )
    return "The margin of (21) is d exactly; with d = 0 this is the border 2 C_E = mu."
