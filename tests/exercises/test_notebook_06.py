"""Exercises of notebook 06: plausible wrong answers are refused with a sentence that helps."""

import pytest
import torch
import torch.nn.functional as F

from padnet.exercises import WrongAnswer, check


def wide(A):
    return A[:, :, None, None]


def bound(I, A, C0, C1, over=torch.amax):
    both = torch.maximum((wide(A) - I) / (wide(A) - C0), (wide(A) - I) / (wide(A) - C1))
    return over(both, dim=1, keepdim=True).clamp(max=1)


def pooled(x, size, value=1.0):
    half = size // 2
    return -F.max_pool2d(-F.pad(x, (half,) * 4, value=value), size, stride=1)


WRONG = [
    ("06.1", lambda d, beta: torch.exp(beta * d), "exponent is negative"),
    ("06.1", lambda d, beta: 1 - torch.exp(-beta * d), "depth 0"),
    ("06.1", lambda d, beta: torch.exp(-d / beta), "square of t"),
    ("06.1", lambda d, beta: 1 / (1 + beta * d), "Every layer"),
    ("06.1", lambda d, beta: 2.0 ** (-beta * d), "e to the minus"),
    ("06.2", lambda I, t, A, least: (I - wide(A)) / t.clamp(min=least), "Add A again"),
    ("06.2", lambda I, t, A, least: (I - wide(A)) / t + wide(A), "not finite"),
    ("06.2", lambda I, t, A, least: (I - (1 - t.clamp(min=least)) * wide(A)) / t.clamp(max=least), "Solve"),
    ("06.2", lambda I, t, A, least: (I - (1 - t) * wide(A)) / t.clamp(min=least), "Bound t alone"),
    ("06.2", lambda I, t, A, least: ((I - wide(A)) / t.clamp(min=least) + wide(A)).clamp(0, 1), "not clipped"),
    ("06.3", lambda I, A, C0, C1: bound(I, A, C0, C1, torch.amin), "both bounds|greatest of them"),
    ("06.3", lambda I, A, C0, C1: ((wide(A) - I) / (wide(A) - C0)).amax(dim=1, keepdim=True), "both bounds"),
    ("06.3", lambda I, A, C0, C1: torch.ones_like(I[:, :1]), "not the least"),
    ("06.3", lambda I, A, C0, C1: bound(I, A, C0, C1).sqrt(), "not the least"),
    (
        "06.3",
        lambda I, A, C0, C1: bound(I, A, C0, C1, lambda x, dim, keepdim: x.mean(dim, keepdim=keepdim)),
        "both bounds|greatest of them",
    ),
    ("06.4", lambda I, size: I.amin(dim=1, keepdim=True), "window too"),
    ("06.4", lambda I, size: pooled(I.amin(dim=1, keepdim=True), size, value=0.0), "makes every edge dark"),
    ("06.4", lambda I, size: pooled(I, size).mean(dim=1, keepdim=True), "all three channels"),
    ("06.4", lambda I, size: -pooled(-I.amin(dim=1, keepdim=True), size, value=-1.0), "least of all"),
    ("06.4", lambda I, size: pooled(I, size), "the shape"),
    ("06.5", lambda J, t, A, d: (J - wide(A)) * d / (t + d), "other one"),
    ("06.5", lambda J, t, A, d: -(J - wide(A)) * d / t, "tiny d only"),
    ("06.5", lambda J, t, A, d: -J * d / (t + d), "multiple of J - A"),
    ("06.5", lambda J, t, A, d: -(J - wide(A)) * d, "multiple of J - A"),
]


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_a_wrong_answer_is_refused_with_a_reason(name, answer, words):
    with pytest.raises(WrongAnswer, match=words):
        check(name, answer)


def clear_in_place(I, t, A, least):
    I -= wide(A)
    I /= t.clamp_(min=least)
    return I.add_(wide(A))


RIGHT = [
    ("06.1", lambda d, beta: torch.exp(-beta * d.float())),
    ("06.2", clear_in_place),
    ("06.2", lambda I, t, A, least: clear_in_place(I.float(), t, A, least)),
    ("06.3", lambda I, A, C0, C1: bound(I, A, C0, C1).float()),
    ("06.4", lambda I, size: pooled(I.amin(dim=1, keepdim=True), size).float()),
    ("06.5", lambda J, t, A, d: J.sub_(wide(A)).mul_(-d / (t + d)).float()),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_another_way_to_the_right_answer_passes(name, answer):
    assert check(name, answer)


def test_the_bound_and_the_dark_channel_as_they_should_be_are_right(capsys):
    assert check("06.3", bound)
    assert check("06.4", lambda I, size: pooled(I.amin(dim=1, keepdim=True), size))
