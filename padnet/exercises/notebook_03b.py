"""Checks for the exercises of 03b_networks_that_keep_the_condition."""

import math

import torch

from padnet.core.fidelity import norm, per_sample
from padnet.exercises.checking import WrongAnswer, exercise
from padnet.exercises.laws import TOLERANCE, equal, near, number, numbers, rng, several, tensor

NAN = math.nan


@exercise("03b.1", level=2)
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


@exercise("03b.2", level=2)
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


@exercise("03b.3", level=1)
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


@exercise("03b.4", level=3)
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
