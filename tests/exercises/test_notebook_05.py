"""Exercises of notebook 05: plausible wrong answers are refused with a sentence that helps."""

import numpy as np
import pytest
import torch

from padnet.core.image_fidelity import D
from padnet.exercises import WrongAnswer, check


def layer(g, y, blur, beta, sign=1, weight=None, otf=None, adjoint=True):
    point = torch.zeros_like(y)
    point[..., 0, 0] = 1
    otf = blur.otf.conj() if otf is None else otf
    field = D.adjoint(g) if adjoint else g[:, :1]
    top = otf * blur.fft(y) + sign * (beta if weight is None else weight) * blur.fft(field)
    return blur.ifft(top / (blur.otf.abs() ** 2 + beta * blur.fft(D.adjoint(D(point))).real))


def cut(x, border):
    return x[border : x.shape[0] - border, border : x.shape[1] - border]


def gaps(a, b, error):
    return (a - b).mean(), error(a - b)


WRONG = [
    ("05.1", lambda g, y, blur, beta: torch.fft.ifft2(torch.fft.fft2(layer(g, y, blur, beta))), "take the real part"),
    ("05.1", lambda g, y, blur, beta: layer(g, y, blur, beta, sign=-1), "with the sign that it has"),
    ("05.1", lambda g, y, blur, beta: layer(g, y, blur, beta, weight=1), "beta stands twice"),
    ("05.1", lambda g, y, blur, beta: layer(g, y, blur, beta, otf=blur.otf), "conjugate"),
    ("05.1", lambda g, y, blur, beta: layer(g, y, blur, beta, adjoint=False), "derivative in x to zero"),
    ("05.1", lambda g, y, blur, beta: layer(g, y, blur, beta)[:, 0], "the shape"),
    ("05.2", lambda g, f: g - D(f.image(g)), "the weight beta"),
    ("05.2", lambda g, f: 2 * f.beta * (g - D(f.image(g))), "takes the factor 2"),
    ("05.2", lambda g, f: f.beta * (D(f.image(g)) - g), "downhill"),
    ("05.2", lambda g, f: f.beta * (g - D(f.y)), "only the g that is written"),
    (
        "05.3",
        lambda x, truth, border, white: 10 * np.log(white**2 / np.mean((cut(x, border) - cut(truth, border)) ** 2)),
        "base 10",
    ),
    (
        "05.3",
        lambda x, truth, border, white: 20 * np.log10(white**2 / np.mean((cut(x, border) - cut(truth, border)) ** 2)),
        "times 10",
    ),
    (
        "05.3",
        lambda x, truth, border, white: 10 * np.log10(white / np.mean((cut(x, border) - cut(truth, border)) ** 2)),
        "as a square",
    ),
    (
        "05.3",
        lambda x, truth, border, white: 10 * np.log10(white**2 / np.mean((x - truth)[border:, border:] ** 2)),
        "the bottom",
    ),
    ("05.3", lambda x, truth, border, white: 10 * np.log10(white**2 / np.mean((x - truth) ** 2)), "spoilt border"),
    (
        "05.3",
        lambda x, truth, border, white: 20 * np.log10(white / np.mean(np.abs(cut(x, border) - cut(truth, border)))),
        "library's",
    ),
    ("05.4", lambda a, b: gaps(b, a, lambda gap: gap.std(ddof=1) / len(gap) ** 0.5), "a is better"),
    ("05.4", lambda a, b: gaps(a, b, lambda gap: gap.std() / len(gap) ** 0.5), "ddof=1"),
    ("05.4", lambda a, b: gaps(a, b, lambda gap: gap.std(ddof=1)), "spread of one gap"),
    ("05.4", lambda a, b: gaps(a, b, lambda gap: gap.std(ddof=1) / len(gap)), "not an n-th"),
    ("05.4", lambda a, b: gaps(a, b, lambda gap: ((a.var(ddof=1) + b.var(ddof=1)) / len(a)) ** 0.5), "the same pairs"),
    ("05.4", lambda a, b: (a - b).mean(), "two numbers"),
]


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_a_wrong_answer_is_refused_with_a_reason(name, answer, words):
    with pytest.raises(WrongAnswer, match=words):
        check(name, answer)


RIGHT = [
    ("05.1", lambda g, y, blur, beta: layer(g, y, blur, beta).float()),
    ("05.2", lambda g, f: (f.beta * (g - D(f.image(g)))).float()),
    (
        "05.3",
        lambda x, truth, border, white: np.float32(
            10 * np.log10(white**2 / np.mean((cut(x, border) - cut(truth, border)) ** 2))
        ),
    ),
    ("05.4", lambda a, b: np.array(gaps(a, b, lambda gap: gap.std(ddof=1) / len(gap) ** 0.5))),
    ("05.4", lambda a, b: torch.tensor(gaps(a, b, lambda gap: gap.std(ddof=1) / len(gap) ** 0.5), dtype=torch.float32)),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_another_way_to_the_right_answer_passes(name, answer):
    assert check(name, answer)


def test_the_layer_as_it_should_be_is_right(capsys):
    assert check("05.1", layer) and "vanishes" in capsys.readouterr().out
