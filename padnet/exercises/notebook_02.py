"""Checks for the exercises of notebook 02, equations (2) to (7) and Algorithm 1."""

import torch

from padnet.core.fidelity import LeastSquares, norm
from padnet.core.networks import Network
from padnet.core.operators import Blur
from padnet.core.priors import LpNorm
from padnet.core.propagation import implicit_padnet
from padnet.core.schedule import Schedule, Stop
from padnet.exercises.checking import WrongAnswer, exercise
from padnet.exercises.laws import TOLERANCE, equal, minimises, near, number, rng, several, tensor


def _draw(seed, count, size=(1, 1, 4, 6)):
    draw = rng(seed)
    return [torch.randn(size, generator=draw, dtype=torch.float64) for _ in range(count)]


def _fidelity(seed):
    k = torch.rand(3, 3, generator=rng(seed), dtype=torch.float64)
    return LeastSquares(Blur(k, (4, 6)), _draw(seed, 1)[0])


def _several(found, count, names):
    return several(found, count, f"your function must return {count} values, ({names}).")


@exercise("02.1")
def combine(answer):
    for seed, (mu, rho) in enumerate([(0.5, 2.0), (3.0, 0.1), (1.0, 1.0)]):
        x, w, *points = _draw(seed, 6)
        mean, weight = _several(answer(x, w, mu, rho), 2, "mean, weight")
        mean, weight = tensor(mean, x, "the mean"), number(weight, "the weight")
        gaps, sizes = [], []
        for u in points:
            two = mu / 2 * (u - x).square().sum() + rho / 2 * (u - w).square().sum()
            sizes.append(two.item())
            gaps.append(two - weight / 2 * (u - mean).square().sum())
        hint = (
            "Terms with u^2 are right with the weight mu + rho."
            if not near(weight, mu + rho)
            else ("The weight is right; the mean must draw u to x by mu and to w by rho, and divide by both.")
        )
        equal(
            gaps[0],
            gaps[1],
            f"the two sides differ by the same number at two points u, with mu = {mu:g} and rho = {rho:g}",
            hint,
            size=max(sizes),
        )
        equal(gaps[2], gaps[3], "the two sides differ by the same number at two points u", hint, size=max(sizes))
    return (
        "One parabola of the weight mu + rho about the weighted mean: at twelve points it differs from the two by a "
        "number."
    )


@exercise("02.2")
def admm_round(answer):
    for seed, (mu, rho) in enumerate([(0.5, 2.0), (0.1, 0.3)]):
        f, r = _fidelity(seed), LpNorm(1, 0.2)
        x, v, lam = _draw(10 + seed, 3)
        u_new, v_new, lam_new = _several(answer(f, r, x, v, lam, mu, rho), 3, "u, v, lam")
        u_new, v_new, lam_new = (
            tensor(value, x, name) for name, value in (("u", u_new), ("v", v_new), ("lam", lam_new))
        )
        size = norm(f.grad(u_new)).item()  # of the terms that cancel
        slope = f.grad(u_new) + mu * (u_new - x) + rho * (u_new - v + lam)
        hint = (
            "(3) draws u to v - lam, with a minus."
            if near(slope, 2 * rho * lam, size)
            else ("Its mean is (mu x + rho (v - lam)) / (mu + rho), its weight mu + rho.")
        )
        equal(slope, 0 * slope, "(3): the derivative at your u is zero", hint, size)
        off = r.subgradient_distance(v_new, rho * (v_new - u_new - lam))
        equal(
            off,
            0 * off,
            "(4): zero is a slope of r(v) + rho/2 ||v - (u + lam)||^2 at your v",
            "Did you forget lam, or give prox the weight rho where it takes the step 1 / rho?",
            size,
        )
        equal(
            lam_new,
            lam + u_new - v_new,
            "(5): lam new = lam + (u - v)",
            "Mind the old lam, and the sign: u comes first.",
        )
        off = r.subgradient_distance(v_new, -rho * lam_new)
        equal(off, 0 * off, "rho lam new is a slope of r at v", "This follows from (4) and (5).", size)
    return "u and v satisfy the conditions of (3) and (4), and rho lam is a slope of r at v, as (5) makes it."


def _units(seed, count):
    """Functions that do not commute, so that the order matters."""
    draws = _draw(seed, count)
    return [lambda v, a=a, i=i: torch.tanh(v * (i + 1) + a.roll(i, -1)) for i, a in enumerate(draws)]


@exercise("02.3")
def propagate(answer):
    v, alpha = _draw(20, 1)[0], 0.3
    equal(tensor(answer([], v, alpha), v), v, "without a unit v_T = v_0")
    for count in (1, 3):
        units = _units(21, count)
        found, true, side = tensor(answer(units, v, alpha), v), v, v
        for G in units:
            true, side = true - alpha * G(true), side - alpha * G(v)
        if count > 1 and near(found, side):
            raise WrongAnswer("every unit of yours sees v_0: unit t must see v_t, what the units before it have left.")
        if near(found, 2 * v - true) and count == 1:
            raise WrongAnswer("your units add alpha G(v) where (6) takes it away: mind the sign.")
        equal(
            found,
            true,
            f"v_T after {count} units = v_0 taken through (6) unit by unit",
            "Take alpha G(v_t; W_t) away, in the order of the list.",
        )
    return "With none, one and three units it is N_alpha of (6)."


@exercise("02.4")
def relaxed(answer):
    for p, rho, alpha, theta in ((1, 2.0, 0.5, 0.5), (0.8, 0.5, 1.4, 0.25), (0, 3.0, 0.1, 1.0)):
        r, z = LpNorm(p, 0.3), _draw(30, 1)[0]
        v = z - alpha * tensor(answer(r, z, rho, alpha, theta), z)
        full = z + (v - z) / theta
        full = torch.where(
            full.abs() < 10 * TOLERANCE, 0.0, full
        )  # a zero of prox, up to rounding; this matters for p = 0
        if theta != 1 and near(v, r.prox(z, 1 / rho)):
            raise WrongAnswer(f"z - alpha G(z) goes all the way to prox, where theta = {theta:g} of it is asked.")
        minimises(
            lambda q, r=r, z=z, rho=rho: (r.value(q) + rho / 2 * norm(q - z) ** 2).item(),
            full,
            "z + (v_1 - z) / theta must minimise (4)",
            "prox takes the step 1 / rho, and (6) multiplies G by alpha and takes it away.",
        )
    return (
        "For p = 1, 0.8 and 0 the unit goes the fraction theta of the way to the minimiser of (4); at theta = 1 it is "
        "ADMM."
    )


@exercise("02.5")
def correct(answer):
    for seed, (p, mu, s) in enumerate([(1, 0.7, 0.4), (0.8, 0.2, 0.6), (0, 1.5, 0.3)]):
        f, r = _fidelity(40 + seed), LpNorm(p, 0.3)
        x, v = _draw(50 + seed, 2)
        found = tensor(answer(f, r, x, v, mu, s), x)
        plain = f.grad(v)
        hint = ""
        for text, wrong in {
            "The pull towards x, mu (v - x), is missing from the gradient.": r.prox(v - s * plain, s),
            "The gradient must be multiplied by s, too.": r.prox(v - plain - mu * (v - x), s),
            "prox must have the step s, too, not 1.": r.prox(v - s * (plain + mu * (v - x)), 1),
            "The pull is mu (v - x): mind its sign.": r.prox(v - s * (plain - mu * (v - x)), s),
            "The gradient is to be taken at v, not at x.": r.prox(v - s * (f.grad(x) + mu * (v - x)), s),
            "A step goes against the gradient, not with it.": r.prox(v + s * (plain + mu * (v - x)), s),
        }.items():
            if near(found, wrong):
                hint = text
        target = v - s * (plain + mu * (v - x))
        minimises(
            lambda q, r=r, t=target, s=s: (r.value(q) + norm(q - t) ** 2 / (2 * s)).item(),
            found,
            "your x must minimise r(x) + 1/(2 s) ||x - (v - s grad f^mu_x(v))||^2",
            hint,
        )
    return "For p = 1, 0.8 and 0 no other point has less of the function in (7)."


@exercise("02.6")
def first(answer):
    for rho0, gamma, eps in ((0.1, 2, 0.1), (4, 1.5, 0.5), (100, 3, 0.2), (1, 4, 0.25), (0.001, 4, 0.02)):
        k = number(answer(rho0, gamma, eps))
        if k != int(k) or k < 0:
            raise WrongAnswer(f"your k is {k:g}: it must be a whole number, zero or more.")
        if k > 1000:
            raise WrongAnswer(f"your k is {k:g}, and in each of these schedules alpha is below eps before k = 100.")
        schedule, case = Schedule(mu=1, rho0=rho0, gamma=gamma), f"rho0 = {rho0:g}, gamma = {gamma:g}, eps = {eps:g}"
        if not schedule.alpha(int(k)) < eps:
            raise WrongAnswer(
                f"with {case} your k = {k:g} has alpha = {schedule.alpha(int(k)):.4g}, which is not below eps: "
                "alpha is a square root, and equal is not below."
            )
        if k > 0 and schedule.alpha(int(k) - 1) < eps:
            raise WrongAnswer(
                f"with {case} your k = {k:g} is not the smallest: alpha at {k - 1:g} is "
                f"{schedule.alpha(int(k) - 1):.4g}."
            )
    return "alpha is below eps at your k and not one stage earlier, in five schedules."


@exercise("02.7")
def implicit(answer):
    schedule, K = Schedule(mu=0.3, rho0=0.2, gamma=2), 3
    for seed in (60, 61):
        f, x0 = _fidelity(seed), _draw(seed, 1)[0]
        networks = [Network([_Unit(G)], bound=100) for G in _units(seed, K)]
        for count in range(1, K + 1):
            run = implicit_padnet(f, networks[:count], schedule, x0, Stop(0, count))
            hint = (
                "The first stage has no lambda yet: look at (3) and at the step alpha^k."
                if count == 1
                else "The first stage was right: look at lambda, at its signs in (3) and (6), at x^k, and at rho^k, "
                "which grows."
            )
            equal(
                tensor(answer(f, networks[:count], schedule, x0), x0),
                run.x,
                f"your x after {count} stages = the library's",
                hint,
            )
    return "Equal to the library's implicit network after one, two and three stages."


class _Unit(torch.nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, v):
        return self.function(v)
