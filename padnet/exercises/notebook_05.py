"""Checks for notebook 05: the linear layer of (16), the gradient of f_ex / 2, PSNR, and a paired comparison."""

import numpy as np
import torch

from padnet.core.image_fidelity import D, ImageFidelity
from padnet.core.operators import Blur
from padnet.exercises.checking import WrongAnswer, exercise
from padnet.exercises.laws import TOLERANCE, equal, gradient, near, number, rng, several, tensor
from padnet.imaging import metrics


def _toy(beta):
    """A field, an observation, and f_ex / 2 for a blur with an asymmetric kernel."""
    draw = rng(8)
    blur = Blur(torch.tensor([[0.5, 0.3, 0.1], [0.1, 0.0, 0.0]], dtype=torch.float64), (6, 7))
    y = torch.rand(1, 1, 6, 7, generator=draw, dtype=torch.float64)
    g = torch.randn(1, 2, 6, 7, generator=draw, dtype=torch.float64)
    return g, y, ImageFidelity(blur, y, beta)


@exercise("05.1", level=3)
def layer(answer):
    """x(g) of (16): answer(g, y, blur, beta) -> an image like y."""
    for beta in (0.1, 3.0):
        g, y, f = _toy(beta)
        x = tensor(answer(g, y, f.blur, beta), y, "x(g)")
        data, field = f.blur.adjoint(f.blur(x) - y), D.adjoint(D(x) - g)
        slope = (2 * (data + beta * field)).norm().item()
        size = (f.blur.adjoint(y).norm() + beta * D.adjoint(g).norm()).item()  # of the terms that cancel
        if slope > TOLERANCE * max(1.0, size):
            hints = {
                "D's transpose acts on g, D.adjoint(g), with the sign that it has.": (1.0, -1.0, True),
                "beta stands twice: before the field and beside |D|^2.": (1.0 / beta, 1.0, True),
                "The blur's transpose acts on y: take the conjugate of its transfer function.": (1.0, 1.0, False),
            }
            hint = "Set the derivative in x to zero: K^T (K x - y) + beta D^T (D x - g) = 0."
            for told, (share, sign, conjugate) in hints.items():
                if near(x, _variant(g, y, f, share * beta, sign, conjugate)):
                    hint = told
            raise WrongAnswer(
                f"With beta = {beta:g} the derivative of (16) in x has the norm {slope:.3g} at your x(g), not 0. {hint}"
            )
    return "The derivative in x vanishes at your x(g), for two values of beta."


def _variant(g, y, f, weight, sign, conjugate):
    """x(g) with a mistake in its numerator: the weight or the sign of g, or a missing conjugate."""
    otf = f.blur.otf.conj() if conjugate else f.blur.otf
    top = otf * f.blur.fft(y) + sign * weight * f.blur.fft(D.adjoint(g))
    return f.blur.ifft(top * f._inverse)


@exercise("05.2", level=2)
def slope(answer):
    """The gradient of f_ex / 2 with respect to g: answer(g, f) -> a field like g."""
    g, _, f = _toy(0.7)
    found = tensor(answer(g, f), g, "the gradient")
    hint = "x(g) minimises (16), so the derivative through x(g) is zero: only the g that is written there counts."
    for told, factor in {
        "The half of (15) takes the factor 2 of the square.": 2.0,
        "It points downhill: the gradient is minus that.": -1.0,
        "The term has the weight beta.": 1 / f.beta,
    }.items():
        if near(found, factor * f.grad(g)):
            hint = told
    gradient(f.value, found, g, "The gradient of f_ex / 2", hint)
    return "Along random directions f_ex / 2 rises as your gradient says."


@exercise("05.3", level=1)
def psnr(answer):
    """answer(x, truth, border, white) -> dB."""
    truth = np.random.default_rng(3).random((9, 11))
    found = number(answer(truth + 0.1, truth, 0, 1.0), "the PSNR")
    if not near(found, 20):
        hint = (
            "Squares are averaged over the pixels; the logarithm is that to the base 10, times 10 for a ratio of "
            "squares."
        )
        raise WrongAnswer(f"An error of 0.1 at every pixel, with white at 1, is 20 dB, and you say {found:.4g}. {hint}")
    found = number(answer(255 * (truth + 0.1), 255 * truth, 0, 255.0), "the PSNR")
    if not near(found, 20):
        raise WrongAnswer(
            f"The same pictures from 0 to 255 have the same PSNR, 20 dB, and you say {found:.4g}. White enters as a "
            "square, like the error."
        )
    spoilt = truth + 0.1
    spoilt[:2], spoilt[-2:], spoilt[:, :2], spoilt[:, -2:] = 9, 9, 9, 9
    found = number(answer(spoilt, truth, 2, 1.0), "the PSNR")
    if not near(found, 20):
        raise WrongAnswer(
            "With a spoilt border of 2 pixels on every side and border = 2 it is 20 dB still, and you say "
            f"{found:.4g}. Cut `border` pixels at the top, the bottom, the left and the right of both pictures."
        )
    other = np.random.default_rng(4).random((9, 11))
    for border in (0, 3):
        equal(
            answer(other, truth, border, 1.0),
            metrics.psnr(other, truth, data_range=1, border=border, quantise=False),
            f"your PSNR = the library's with border {border}",
            "A border of 0 leaves the whole picture: x[0:-0] is empty.",
        )
    return "A constant error, another scale, a spoilt border and random pictures all give the right decibels."


@exercise("05.4", level=1)
def paired(answer):
    """Method a against method b on the same pairs: answer(a, b) -> (mean difference, its standard error)."""
    draw = np.random.default_rng(5)
    pictures = 5 * draw.standard_normal(32)  # the effect of the image, ten times that of the methods
    a, b = (30 + pictures + 0.5 * draw.standard_normal(32) + more for more in (0.3, 0.0))
    gap = a - b
    found = several(answer(a, b), 2, "Return two numbers, the mean gap and its standard error.")
    mean, error = (number(part) for part in found)
    equal(mean, gap.mean(), "mean gap = mean of a - b", "A positive gap means that a is better.")
    hints = {
        gap.std() / 32**0.5: "Divide the squares by n - 1, for the mean comes from the same numbers: ddof=1.",
        gap.std(ddof=1): "That is the spread of one gap; the mean of n gaps has a sqrt(n)-th of it.",
        gap.std(ddof=1) / 32: "The mean of n gaps has a sqrt(n)-th of the spread of one, not an n-th.",
        ((a.var(ddof=1) + b.var(ddof=1)) / 32)
        ** 0.5: "Take the spread of the gaps: both methods see the same pairs, and what a hard "
        "picture does to both must cancel.",
    }
    near = min(hints, key=lambda value: abs(value - error))
    equal(error, gap.std(ddof=1) / 32**0.5, "standard error of the mean gap", hints[near])
    return "The gap and its standard error do not see how hard a picture is, only what the methods do."
