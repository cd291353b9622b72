"""Checks for the exercises of 03_learning_with_convergence_guarantee."""

import math

import torch

from padnet.core.fidelity import norm, per_sample
from padnet.exercises.checking import WrongAnswer, exercise
from padnet.exercises.laws import TOLERANCE, equal, near, number, numbers, rng, several, tensor

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


@exercise("03.4", level=2)
def residual(answer) -> str:
    """Check that ||result - v|| <= radius on the ray from v through w, and that points inside the ball are kept."""
    draw, radius = rng(34), 2.0
    v = torch.randn(3, 2, 4, 4, generator=draw, dtype=torch.float64)
    way = torch.randn(v.shape, generator=draw, dtype=torch.float64)
    way = way / per_sample(norm(way), way)
    w = v + per_sample(torch.tensor([0.5, 2.0, 7.0]), way) * way
    found = tensor(answer(v, w, radius), v)
    lengths = norm(found - v).tolist()
    for i, (length, true) in enumerate(zip(lengths, (0.5, 2.0, 2.0), strict=True)):
        if length > radius * (1 + TOLERANCE):
            raise WrongAnswer(
                f"||w - v|| = {norm(w - v)[i].item():.3g} was left at {length:.4g}, over the radius {radius:g}: "
                "it is the residual w - v whose length counts, over the whole sample."
            )
        if not near(length, true):
            raise WrongAnswer(
                f"||w - v|| = {norm(w - v)[i].item():.3g} became {length:.4g}, and {true:g} is right: inside the "
                "radius nothing changes, outside the result lies on the sphere; every sample has its own length."
            )
    equal(
        found - v,
        per_sample(torch.tensor([0.5, 2.0, 2.0]), way) * way,
        "result - v = its length times the direction of w - v",
        "Scale the whole residual by one number; cutting number by number turns it.",
    )
    equal(
        answer(v, v.clone(), radius),
        v,
        "a network that changes nothing is left alone",
        "Do not divide by a length of zero.",
    )
    return (
        "Inside the radius nothing changes, outside the direction stays and the length is the radius: Condition 2 "
        "holds."
    )


@exercise("03.5", level=2)
def growth(answer) -> str:
    """Check that the series, summed term by term, reaches the total, and exceeds it for a smaller gamma."""
    for rho0, total in ((0.25, 40.0), (0.05, 10.0), (4.0, 0.8), (1.0, 3.0)):
        gamma = number(answer(rho0, total))
        if not gamma > 1:
            raise WrongAnswer(
                f"For rho0 = {rho0}, total = {total} your gamma is {gamma:.4g}: under gamma > 1 alone the sum is "
                "finite."
            )
        found, k = 0.0, 0
        while (term := math.sqrt(1 / (gamma**k * rho0))) > 1e-14 * total and found < 2 * total and k < 10**5:
            found, k = found + term, k + 1
        if abs(found - total) > 1e-6 * total:
            alpha0, hint = math.sqrt(1 / rho0), "The sum is alpha^0 / (1 - 1/sqrt(gamma))."
            if near(gamma, 1 / (1 - alpha0 / total)):
                hint = "You have taken 1/gamma for the factor of the series; it is 1/sqrt(gamma)."
            elif near(gamma, (1 - 1 / (rho0 * total)) ** -2):
                hint = "You have begun with 1/rho0; alpha^0 is its square root."
            over = f"{found:.4g}" if found < 2 * total else f"more than {2 * total:g}"
            raise WrongAnswer(
                f"For rho0 = {rho0} and total = {total} your gamma = {gamma:.4g} gives the sum {over}. {hint}"
            )
    return "The sum, term by term, is the total: a smaller gamma would exceed it."


@exercise("03.6", level=1)
def reading(answer) -> str:
    """Test the answer on certificates with known violations."""

    def row(k, error=0.1, decrease=0.5, own=True, restarted=False):
        return {
            "k": k,
            "error": error,
            "error_bound": 0.2,
            "decrease": decrease,
            "own": own,
            "restarted": restarted,
            "inner": 0,
        }

    good = [row(k) for k in range(4)]
    cases = [
        ("every condition holds", good, -1, 1.0),
        ("the error is over its bound at k = 2", [*good[:2], row(2, error=0.3), row(3, error=0.4)], 2, 1.0),
        (
            "(21) fails at k = 1 and Condition 1 at k = 3",
            [row(0), row(1, decrease=-0.1), row(2), row(3, error=0.3)],
            1,
            1.0,
        ),
        ("the error is NaN at k = 1", [row(0), row(1, error=NAN), row(2), row(3)], 1, 1.0),
        ("the decrease is NaN at k = 0", [row(0, decrease=NAN), *good[1:]], 0, 1.0),
        (
            "one step was corrected, one restarted",
            [row(0), row(1, own=False), row(2, own=False, restarted=True), row(3)],
            -1,
            0.5,
        ),
        ("no step is the network's own", [row(k, own=0.0) for k in range(2)], -1, 0.0),
    ]
    for what, rows, first, share in cases:
        found = several(answer(rows), 2, "Return two numbers, the first k and the share.")
        k, own = number(found[0], "the first k"), number(found[1], "the share")
        if k != first:
            raise WrongAnswer(
                f"Where {what}, the first k is {first}, and you say {k:g}. Both conditions count, and NaN fails both."
            )
        if not near(own, share):
            raise WrongAnswer(
                f"Where {what}, the share of own steps is {share:g}, and you say {own:g}: a corrected step is not the "
                "network's own."
            )
    return f"{len(cases)} certificates are read as they should be."


@exercise("03.7", level=3)
def refused_step(answer) -> str:
    """Check that H1 and H2 hold for F = <w, x>, and that the angle between dx and -w exceeds arcsin(C_E / mu)."""
    constants = [(0.3, 0.147, 0.00297, 1.3), (0.1, 0.047, 0.05, 0.101), (1.0, 0.01, 0.5, 1.001), (4.0, 1.9, 0.1, 30.0)]
    for mu, C_E, a, b in constants:
        found = several(answer(mu, C_E, a, b), 2, "Return the pair (dx, w).")
        dx, w = (numbers(part, 2, name) for part, name in zip(found, ("dx", "w"), strict=True))
        moved, slope, fall = dx.norm().item(), w.norm().item(), -(w @ dx).item()
        where = f"mu = {mu}, C_E = {C_E}, a = {a}, b = {b}"
        if not moved > 0:
            raise WrongAnswer(f"{where}: your step does not move, and then w = 0 is all that H2 allows.")
        if fall < a * moved**2 - TOLERANCE * mu * moved**2:
            hint = " With w in the place of -w it falls: mind the sign." if -fall >= a * moved**2 else ""
            raise WrongAnswer(f"{where}: F falls by {fall:.4g}, and H1 asks for a |dx|^2 = {a * moved**2:.4g}.{hint}")
        if slope > b * moved * (1 + TOLERANCE):
            raise WrongAnswer(f"{where}: |w| = {slope:.4g}, and H2 allows b |dx| = {b * moved:.4g}.")
        # |t w + mu dx| is minimal if t w is the projection of -mu dx on the ray of w.
        least = (dx + fall / slope**2 * w).norm().item() * mu
        if not least > C_E * moved * (1 + TOLERANCE):
            angle = math.degrees(math.acos(min(1.0, fall / (slope * moved))))
            limit = math.degrees(math.asin(C_E / mu))
            raise WrongAnswer(
                f"{where}: the angle between dx and -w is {angle:.1f} degrees, and the cone of Condition 1 has "
                f"{limit:.1f}. Give w a part across dx."
            )
    return (
        f"Condition 1 forbids the direction, and the two inequalities hold, for {len(constants)} choices of the "
        "constants."
    )
