"""Checks for notebook 06: the haze model (17), boundary constraint, dark channel, and the effect of small t."""

import torch

from padnet.exercises.checking import WrongAnswer, exercise
from padnet.exercises.laws import TOLERANCE, equal, near, rng, tensor
from padnet.haze.boundary_constraint import boundary_transmission
from padnet.haze.model import hazy, radiance


def _scene():
    """Radiances J (2, 3, 5, 6), transmissions t from 0.1 to 1, and an airlight A for each image."""
    draw = rng(11)
    J = 0.1 + 0.8 * torch.rand(2, 3, 5, 6, generator=draw, dtype=torch.float64)
    t = 0.1 + 0.9 * torch.rand(2, 1, 5, 6, generator=draw, dtype=torch.float64)
    return J, t, torch.tensor([[0.9, 0.8, 0.85], [0.7, 0.75, 0.95]], dtype=torch.float64)


@exercise("06.1", level=1)
def through(answer):
    """t of homogeneous haze: answer(depth, beta) -> like depth."""
    d = torch.tensor([[0.0, 0.5, 1.0, 3.0]], dtype=torch.float64)
    for beta in (0.3, 1.5):
        t = tensor(answer(d, beta), d, "t")
        equal(t[0, 0], 1.0, "t at depth 0 = 1", "What is at the camera loses nothing to the haze.")
        if not (t[0, 1:] < t[0, :-1]).all():
            raise WrongAnswer(
                f"With beta = {beta:g} your t at the depths {d[0].tolist()} is {[round(v, 4) for v in t[0].tolist()]}: "
                "what is farther off must send less light, so the exponent is negative."
            )
        equal(
            answer(d + 2, beta),
            t * answer(0 * d + 2, beta),
            "t(d + 2) = t(d) t(2)",
            "Every layer takes its share of what the one before it let through.",
        )
        equal(
            answer(d, 2 * beta),
            t**2,
            f"t with beta = {2 * beta:g} is the square of t with {beta:g}",
            "beta and d enter as a product.",
        )
        equal(
            t[0, 2],
            torch.exp(torch.tensor(-beta, dtype=torch.float64)),
            f"t(1) = exp(-{beta:g})",
            "The share falls as e to the minus beta d.",
        )
    return "Nothing is lost at depth 0, layers multiply, and twice the haze is the square."


@exercise("06.2", level=1)
def clear(answer):
    """J from (17): answer(I, t, A, least) -> like I."""
    J, t, A = _scene()
    I = hazy(J, t, A)
    found = tensor(answer(I, t, A, 0.05), I, "J")
    hint = "Solve (17) for J: take the airlight's part off I, divide by t."
    if near(found, (I - A[:, :, None, None]) / t):
        hint = "Add A again: (I - A) / t is J - A."
    equal(t * found + (1 - t) * A[:, :, None, None], I, "t J + (1 - t) A = I", hint)
    low = t.clone()
    low[..., 0] = 0
    found = answer(I, low, A, 0.2)
    if isinstance(found, torch.Tensor) and not torch.isfinite(found).all():
        raise WrongAnswer("Where t is 0 your J is not finite: divide by no less than `least`.")
    equal(
        tensor(found, I, "J"),
        radiance(I, low, A, 0.2),
        "J with t under `least` = J with `least` in its place",
        "Bound t alone, and from below: the numerator stays as it is, and J is not clipped.",
    )
    return "The haze of your J gives I again, and a t under the bound is taken as the bound."


@exercise("06.3", level=2)
def boundary(answer):
    """The smallest t that keeps J in [C0, C1]: answer(I, A, C0, C1) -> (n, 1, h, w)."""
    J, t, A = _scene()
    I, C0, C1 = hazy(J, t, A), 0.08, 1.2
    I[0, :, 0, 0] = torch.tensor([0.95, 0.9, 0.93], dtype=torch.float64)  # brighter than the airlight
    found = tensor(answer(I, A, C0, C1), t, "the bound")
    if (found <= 0).any():
        raise WrongAnswer(
            f"Your bound is {found.min().item():.4g} at a pixel brighter than the airlight. There C1 bounds t: both "
            "bounds are needed."
        )
    J_at = radiance(I, found, A, 1e-6)
    low, high = J_at.min().item(), J_at.max().item()
    if low < C0 - TOLERANCE or high > C1 + TOLERANCE:
        raise WrongAnswer(
            f"With your t some channel of J is {low if low < C0 - TOLERANCE else high:.4g}, outside [{C0:g}, {C1:g}]: "
            "every channel asks for a t of its own, and the greatest of them serves all."
        )
    J_less = radiance(I, 0.99 * found, A, 1e-6)
    free = ((J_less > C0) & (J_less < C1)).all(dim=1, keepdim=True)
    if free.any():
        raise WrongAnswer(
            f"At {int(free.sum())} of {free.numel()} pixels a t 1 % smaller than yours keeps J between the bounds too: "
            "yours is a bound, but not the least."
        )
    equal(found, boundary_transmission(I, A, C0, C1, size=1), "your bound = the library's", "Each pixel by itself.")
    return "J stays between the bounds at your t, and leaves them at every pixel if t is a little smaller."


@exercise("06.4", level=2)
def dark(answer):
    """The dark channel: answer(I, size) -> (n, 1, h, w)."""
    I = _scene()[0]
    for size in (1, 3):
        found, half = tensor(answer(I, size), I[:, :1], "the dark channel"), size // 2
        for i in range(5):
            for j in range(6):
                window = I[:, :, max(0, i - half) : i + half + 1, max(0, j - half) : j + half + 1]
                least, yours = window.amin(dim=(1, 2, 3)), found[:, 0, i, j]
                if not near(yours, least):
                    hint = "It is the least of all three channels in the window."
                    if near(yours, torch.zeros_like(yours)):
                        hint = (
                            "At the border a window keeps only its pixels inside the picture: padding with zeros makes "
                            "every edge dark."
                        )
                    elif near(yours, I[:, :, i, j].amin(dim=1)):
                        hint = "You took the least channel of the pixel alone: look at its window too."
                    raise WrongAnswer(
                        f"In the window of {size} pixels a side about ({i}, {j}) the least value is "
                        f"{least[0].item():.4g}, and you say {yours[0].item():.4g}. {hint}"
                    )
    return "At every pixel it is the least value of its window, at the border too."


@exercise("06.5", level=2)
def amplified(answer):
    """J' - J if t + d is used instead of t: answer(J, t, A, d) -> like J."""
    J, t, A = _scene()
    for d in (0.05, -0.03):
        found = tensor(answer(J, t, A, d), J, "the error of J")
        true = radiance(hazy(J, t, A), t + d, A, 1e-6) - J
        hint = "Put I of (17) into (I - A) / (t + d) + A and take J off: all of it is a multiple of J - A."
        if near(found, -true):
            hint = "A t that is too large leaves haze, so J' lies between J and A: the sign is the other one."
        elif near(found, true * (t + d) / t):
            hint = "That is the slope at t times d, right for tiny d only: the exact quotient has t + d below."
        equal(found, true, f"your error = J' - J for t wrong by {d:+g}", hint)
    return "It is what the haze model gives, for a t too large and a t too small."
