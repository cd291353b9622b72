"""Checks for the exercises of notebook 01: energies, proximal operators, proximal gradient steps."""

import torch

from padnet.core.fidelity import LeastSquares
from padnet.core.operators import Blur
from padnet.core.priors import LpNorm
from padnet.exercises.checking import WrongAnswer, exercise
from padnet.exercises.laws import (
    TOLERANCE,
    adjoint,
    descends,
    equal,
    gradient,
    minimises,
    near,
    number,
    rng,
    several,
    tensor,
)

CASES = (((3, 3), (7, 8)), ((2, 3), (8, 7)), ((4, 5), (6, 9)))  # sizes of kernel and image, odd and even


def _normal(shape, seed):
    return torch.randn(shape, generator=rng(seed), dtype=torch.float64)


def _blurs():
    for i, (size, shape) in enumerate(CASES):
        k = torch.rand(size, generator=rng(20 + i), dtype=torch.float64)
        yield k / k.sum(), Blur(k, shape), _normal((1, 1, *shape), 30 + i), _normal((1, 1, *shape), 40 + i)


def _alike(a, b):
    return a.shape == b.shape and near(a, b)


def _sharpening():
    """A well-posed problem whose Lipschitz constant is not 1: (x, f)."""
    blur = Blur(torch.tensor([[-0.2, 1.4, -0.2]], dtype=torch.float64), (1, 16))
    return _normal((1, 1, 1, 16), 1), LeastSquares(blur, _normal((1, 1, 1, 16), 2))


@exercise("01.1", level=2)
def blur_adjoint(answer):
    for k, blur, x, y in _blurs():
        found = tensor(answer(y.clone(), k.clone()), y)
        if _alike(found, blur(y)):
            raise WrongAnswer(
                "This is the blur itself, whose kernel is no mirror image of itself: a pixel must be sent back "
                "to where its light came from, so roll the other way."
            )
        hint = (
            "K moves by (a - m // 2, b - n // 2); the transpose moves by as much the other way, with the same weight."
        )
        adjoint(blur, lambda _, found=found: found, x, y, f"kernel of {k.shape[0]}x{k.shape[1]}", hint)
    return f"<K x, y> = <x, K^T y> for {len(CASES)} random kernels of odd and even sizes."


@exercise("01.2", level=1)
def fidelity_gradient(answer):
    for _, blur, x, y in _blurs():
        residual = blur(x) - y
        found, true = tensor(answer(x.clone(), y.clone(), blur), x), blur.adjoint(residual)
        hint = "It is K^T (K x - y)."
        for wrong, words in (
            (-true, "The sign is turned round: the residual is K x - y."),
            (2 * true, "This is twice the gradient: f carries a factor 1/2."),
            (residual, "This is the residual K x - y; the chain rule multiplies it by K^T."),
            (blur(residual), "The outer factor is the transpose of K, blur.adjoint, not K itself."),
        ):
            hint = words if _alike(found, wrong) else hint
        gradient(LeastSquares(blur, y).value, found, x, "the gradient of f", hint)
    return "It agrees with differences of f along random directions."


@exercise("01.3", level=1)
def soft_threshold(answer):
    z = torch.cat([torch.linspace(-3, 3, 13, dtype=torch.float64), _normal((12,), 3)])
    for w in (0.3, 1.2):
        found = tensor(answer(z.clone(), w), z)
        hint = "What is nearer to zero than w becomes zero; the rest moves towards zero by w and keeps its sign."
        if _alike(found, torch.where(z.abs() > w, z, torch.zeros_like(z))):
            hint = "What stays must still move towards zero by w: the slope of w |x| is w everywhere."
        for zi, xi in zip(z, found, strict=True):
            what = f"z = {zi.item():.3g}, w = {w}, your x = {xi.item():.3g}"
            minimises(lambda x, zi=zi, w=w: w * x.abs() + 0.5 * (x - zi) ** 2, xi, what, hint)
    return "No rival has less energy, for 25 numbers and two weights."


@exercise("01.4", level=3)
def jump_of_the_prox(answer):
    for p in (0.0, 0.3, 0.5, 0.8):
        for w in (0.1, 1.0, 2.0):
            found = several(answer(p, w), 2, "Return two numbers, the least nonzero |x| and the threshold.")
            x0, tau = number(found[0], "the least |x|"), number(found[1], "the threshold")
            if not (x0 > 0 and tau > 0):
                raise WrongAnswer(f"p = {p}, w = {w}: both numbers are positive, and yours are {x0:.4g} and {tau:.4g}.")
            hint = "Solve both equations of the task together: x0^(2-p) = 2 w (1 - p)."
            if p and near(x0, tau):
                hint = "For p > 0 the prox also shrinks what it keeps: x0 is less than the threshold by w p x0^(p-1)."
            where = f"p = {p}, w = {w}, x0 = {x0:.4g}, threshold {tau:.4g}"
            slope, tie = x0 - tau + w * p * x0 ** (p - 1), 0.5 * (x0 - tau) ** 2 + w * x0**p
            equal(tie, 0.5 * tau**2, f"{where}: energy at x0 = energy at 0", hint)
            equal(slope, 0.0, f"{where}: derivative at x0 = 0", hint)
            for factor, kept in ((1 - 1e-6, False), (1 + 1e-6, True)):
                z = torch.full((1, 1, 1, 1), factor * tau, dtype=torch.float64)
                x = LpNorm(p, w).prox(z, 1).item()
                if (x != 0) != kept:
                    raise WrongAnswer(f"{where}: at z = {z.item():.7g} the exact prox is {x:.4g}. {hint}")
    return "Both points tie at the threshold, and the library's prox jumps there."


@exercise("01.5", level=2)
def proximal_gradient_step(answer):
    x0, f = _sharpening()
    for p in (1, 0.8):
        r, x = LpNorm(p, 0.05), x0
        energies = [(f.value(x) + r.value(x)).item()]
        for _ in range(120):
            x = tensor(answer(x.clone(), f, r), x0)
            energies.append((f.value(x) + r.value(x)).item())
            hint = (
                "Go down: subtract the gradient, with a step s of at most 1 / f.lipschitz, which is not 1 here, "
                "and weight the prox by the same s."
            )
            descends(energies[-2:], f"p = {p}, L = {f.lipschitz.item():.3g}", hint)
        if _alike(x, x0):
            raise WrongAnswer("Your step does not move at all, though it starts far from the minimum.")
        begun, rest = (r.subgradient_distance(at, f.grad(at)).item() for at in (x0, x))
        if not rest < begun / 2:
            raise WrongAnswer(
                f"p = {p}: after 120 steps 0 is still {rest:.3g} away from the subdifferential of F, and was "
                f"{begun:.3g} away at first. Move every entry, and choose s not far below 1 / f.lipschitz."
            )
        stays = _critical_point(x0, f, r)
        x = stays
        for _ in range(40):
            x = tensor(answer(x.clone(), f, r), x0)
        moved = (x - stays).abs().max().item()
        # Steps in float32 converge up to several rounding errors.
        if not moved < 10 * TOLERANCE:
            raise WrongAnswer(
                f"p = {p}: at a critical point, where 0 lies in the subdifferential of F, your steps move by "
                f"{moved:.3g}. Weight the prox by the same s as the gradient: r.prox(z, s)."
            )
    return "F never rises in 120 steps, and a critical point stays where it is, for p = 1 and p = 0.8."


def _critical_point(x, f, r):
    """The limit of steps of size 1 / L; it is also a fixed point of steps of any smaller size."""
    s = 1 / f.lipschitz.item()
    for _ in range(400):
        x = r.prox(x - s * f.grad(x), s)
    return x


@exercise("01.6", level=2)
def error_of_a_step(answer):
    x, f = _sharpening()
    for p in (1, 0.8):
        for s in (0.3, 0.1):
            r, here = LpNorm(p, 0.05), f.grad(x)
            new = r.prox(x - s * here, s)
            found = tensor(answer(x.clone(), new.clone(), f, s), x)
            true = (x - new) / s - here + f.grad(new)
            hint = "Take (x - x_new) / s - grad f(x), which lies in the subdifferential of r, and add grad f(x_new)."
            for wrong, words in (
                (-true, "The sign is turned round: the prox's own condition gives (x - x_new) / s, not its negative."),
                ((x - new) / s, "grad f has moved from x to x_new: both gradients are needed."),
                (x - new - here + f.grad(new), "The displacement is divided by the step size s."),
                ((x - new) / s - here, "This lies in the subdifferential of r; for that of F add grad f(x_new)."),
            ):
                hint = words if _alike(found, wrong) else hint
            gap = r.subgradient_distance(new, f.grad(new) - found).item()
            if not gap < TOLERANCE * max(1.0, true.norm().item() / s):
                raise WrongAnswer(
                    f"p = {p}, s = {s}: e - grad f(x_new) is {gap:.3g} away from the subdifferential of r. {hint}"
                )
            equal(found, true, f"p = {p}, s = {s}: e = the subgradient that the step itself gives", hint, size=1 / s)
    return "e lies in the subdifferential of F at the new point, and is 0 where the step does not move."
