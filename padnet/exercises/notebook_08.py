"""Checks for the exercises of 08_your_own_model."""

import torch

from padnet.core.fidelity import norm
from padnet.exercises.checking import WrongAnswer, exercise
from padnet.exercises.laws import TOLERANCE, gradient, minimises, rng, several, tensor

SHAPE = (3, 2, 5, 6)


def _draw(seed, shape=SHAPE, least=-1.0, most=1.0):
    return least + (most - least) * torch.rand(shape, generator=rng(seed), dtype=torch.float64)


@exercise("08.1", level=1)
def _missing_prox(answer):
    y, z = _draw(1), _draw(2)
    seen = (_draw(3) > 0).double()
    weight = torch.tensor([0.2, 1.0, 7.0], dtype=torch.float64)
    u = tensor(answer(z, weight, y, seen), z, "missing_prox")
    apart = ((1 - seen) * (u - z)).abs().max().item()
    if apart > TOLERANCE:
        raise WrongAnswer(f"a missing pixel is {apart:.3g} away from z. There f is constant, so that u is z itself.")

    def energy(u):
        return 0.5 * norm(seen * (u - y)) ** 2 + weight / 2 * norm(u - z) ** 2

    for i in range(len(z)):  # one at a time, so that the counterexample names its weight
        one = lambda x, i=i: energy(torch.cat([u[:i], x, u[i + 1 :]]))[i]
        hint = "At a seen pixel the derivative is (u - y) + weight (u - z); each picture has its own weight."
        minimises(one, u[i : i + 1], f"the proximal operator with weight {weight[i].item():g}", hint)
    return "No rival has less energy, for three weights, and missing pixels are left where they were."


@exercise("08.2", level=2)
def _group_shrink(answer):
    z = _draw(4)
    z[:, :, 0, 0] = 0
    for w in (0.1, 0.6, 3.0):
        g = answer(z.clone(), w)
        if isinstance(g, torch.Tensor) and not g.isfinite().all():
            raise WrongAnswer("group_shrink returned NaN or infinity: where z is zero, its length divides by zero.")
        g = tensor(g, z, "group_shrink")
        # Two channels: the sine of the angle between g and z.
        turned = (g[:, 0] * z[:, 1] - g[:, 1] * z[:, 0]).abs().max().item()
        if turned > TOLERANCE:
            raise WrongAnswer(
                f"with w = {w:g} a vector was turned, its cross product with z is {turned:.3g}. All "
                "channels of a pixel are multiplied by one number."
            )
        if ((g * z).sum(dim=1) < -TOLERANCE).any():
            raise WrongAnswer(f"with w = {w:g} a vector points against z. A length does not fall below zero.")
        energy = lambda x, w=w: w * x.norm(dim=1).sum() + 0.5 * ((x - z) ** 2).sum()
        minimises(energy, g, f"the proximal operator with w = {w:g}", "The length of z falls by w, or to zero.")
    return "It turns no vector, and no rival has less energy, for three weights."


@exercise("08.3", level=3)
def _photons(answer):
    y, b = _draw(5, least=0.0, most=6.0), 0.5
    a, c = (_draw(seed, least=0.0, most=3.0) for seed in (6, 7))
    parts = "photons must return two things, the gradient and L."
    (grad, L), (other, _) = (several(answer(at, y, b), 2, parts) for at in (a, c))
    value = lambda x: (x + b - y * torch.log(x + b)).sum()
    gradient(value, tensor(grad, a, "the gradient"), a, "the gradient", "The derivative of log(x + b) is 1 / (x + b).")
    if not isinstance(L, torch.Tensor) or L.shape != (len(y),):
        raise WrongAnswer(f"L must have the shape ({len(y)},), one number for each picture.")
    L = tensor(L, y[:, 0, 0, 0], "L")
    if not (norm(grad - tensor(other, c, "the gradient")) <= L * norm(a - c) * (1 + TOLERANCE)).all():
        raise WrongAnswer("between two random pictures the gradient grows faster than your L allows.")
    # The steepest location is known: one pixel near zero, the one with most photons.
    near, grown = torch.zeros_like(y), []
    for i in range(len(y)):
        there = near.clone()
        there[i].view(-1)[y[i].argmax()] = 1e-7
        # Uses the gradient of this check, with which the answer agrees: in float32 the difference would be lost.
        grown.append((norm(y / (near + b) - y / (there + b)) / 1e-7)[i].item())
    for i, (most, yours) in enumerate(zip(grown, L.tolist(), strict=True)):
        if yours < most * (1 - 1e-5):
            raise WrongAnswer(
                f"near x = 0 the gradient of picture {i} grows {most:.4g} times as fast as x, and "
                f"your L is {yours:.4g}. The second derivative is y / (x + b)^2."
            )
        if yours > most * (1 + 1e-5):
            raise WrongAnswer(
                f"L of picture {i} is {yours:.4g}, and {most:.4g} is enough: steps would be shorter than "
                "they need be. The second derivative y / (x + b)^2 is largest at x = 0."
            )
    return "The gradient agrees with differences, and L is the smallest that no pair of points contradicts."
