"""What `check` says of right, wrong, missing and broken answers."""

import pytest

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


@pytest.mark.parametrize("answer", [lambda: 1, lambda x: x.missing, lambda x: [][1], lambda x: nowhere])  # noqa: F821
def test_an_answer_that_stops_is_told_where(answer):
    with pytest.raises(WrongAnswer, match="Your function stops with (Type|Attribute|Index|Name)Error"):
        check("99.1", answer)


@pytest.mark.parametrize("found, words", [("two", "must be one number"), (float("nan"), "must be finite")])
def test_what_is_no_number_is_wrong(found, words):
    with pytest.raises(WrongAnswer, match=words):
        check("99.1", lambda x: found)


def test_unknown_and_double_names_are_refused():
    with pytest.raises(InputError, match="no exercise '98.7'"):
        check("98.7", None)
    with pytest.raises(InputError, match="two exercises 99.1"):
        exercise("99.1")(print)
