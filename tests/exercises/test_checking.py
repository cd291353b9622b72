"""What `check` says of right, wrong, missing and broken answers."""

import importlib
import math
import subprocess
import sys

import numpy as np
import pytest
import torch

from padnet.errors import InputError
from padnet.exercises import EXERCISES, WrongAnswer, check, exercise
from padnet.exercises.laws import number


@pytest.fixture(autouse=True)
def doubled(monkeypatch):
    """An exercise of the tests: double a number."""
    monkeypatch.setitem(EXERCISES, "99.1", lambda answer: _law(answer))


def _law(answer):
    for x in (0.0, 1.5):
        if number(answer(x)) != 2 * x:
            raise WrongAnswer(f"Twice {x:g} is {2 * x:g}, and your function gives {answer(x):g}.")
    return "Twice each number."


def test_a_right_answer_is_told_what_held(capsys):
    assert check("99.1", lambda x: 2 * x) is True
    assert capsys.readouterr().out == "Exercise 99.1: right. Twice each number.\n"


def test_a_wrong_answer_is_one_sentence_with_a_counter_example():
    with pytest.raises(WrongAnswer, match="Twice 1.5 is 3, and your function gives 1.5") as caught:
        check("99.1", lambda x: x)
    assert caught.value._render_traceback_() == ["Not yet. Twice 1.5 is 3, and your function gives 1.5."]


@pytest.mark.parametrize("answer", [..., lambda x: None, lambda x: ...])
def test_no_answer_lets_the_notebook_run_on(answer, capsys):
    assert check("99.1", answer) is False
    assert "no answer yet" in capsys.readouterr().out


def broken(x):
    raise StopIteration


STOPS = {
    "TypeError: ": lambda: 1,
    "AttributeError: 'float' object": lambda x: x.missing,
    "IndexError: list": lambda x: [][1],
    "NameError: name": lambda x: nowhere,  # noqa: F821
    "KeyError: 'y'$": lambda x: {"x": x}["y"],
    "ZeroDivisionError: ": lambda x: 1 / x,
    "OverflowError: ": lambda x: math.exp(1e9),
    "ModuleNotFoundError: ": lambda x: importlib.import_module("padnet.nowhere"),
    "StopIteration$": broken,
}


@pytest.mark.parametrize("words", STOPS)
def test_an_answer_that_stops_is_told_where(words):
    with pytest.raises(WrongAnswer, match=f"^Your function stops with {words}"):
        check("99.1", STOPS[words])


def test_a_function_that_returns_nothing_is_told_so(capsys):
    assert check("99.1", lambda x: None) is False
    assert "no answer yet, or your function returns nothing" in capsys.readouterr().out


def test_an_answer_works_on_copies(monkeypatch):
    given = [torch.ones(2), [torch.ones(2)], (np.ones(2),), {"x": torch.ones(2)}]

    def spoil(alone, several, pair, named):
        for part in (alone, several[0], pair[0], named["x"]):
            part *= 0
        return 1

    monkeypatch.setitem(EXERCISES, "99.2", lambda answer: str(answer(*given)))
    assert check("99.2", spoil)
    assert all(part.sum() == 2 for part in (given[0], given[1][0], given[2][0], given[3]["x"]))


def test_an_exercise_needs_the_laws_of_its_own_notebook_alone(root):
    code = """
import sys
sys.modules["padnet.exercises.notebook_05"] = None  # as if it could not be imported
from padnet.exercises import EXERCISES, check
check("01.3", ...)
print(sorted({name[:2] for name in EXERCISES}))
"""
    ran = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert ran.stdout.splitlines()[-1:] == ["['01']"], ran.stderr


@pytest.mark.parametrize("found, words", [("two", "must be one number"), (float("nan"), "must be finite")])
def test_what_is_no_number_is_wrong(found, words):
    with pytest.raises(WrongAnswer, match=words):
        check("99.1", lambda x: found)


def test_unknown_and_double_names_are_refused():
    for name in ("98.7", "01.99", "01", "checking.1"):
        with pytest.raises(InputError, match=f"no exercise '{name}'"):
            check(name, None)
    with pytest.raises(InputError, match="no exercise 1.3"):
        check(1.3, None)
    with pytest.raises(InputError, match="two exercises 99.1"):
        exercise("99.1", level=1)(print)


def test_a_value_where_a_function_is_asked_for_is_wrong():
    with pytest.raises(WrongAnswer, match="asks for a function, and got Tensor: give its name, without calling it"):
        check("99.1", torch.ones(3))
