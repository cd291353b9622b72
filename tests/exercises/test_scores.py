"""Scores of a session: what counts, what is written, and where."""

import json

import pytest

from padnet.errors import InputError
from padnet.exercises import EXERCISES, LEVELS, WrongAnswer, check, exercise, points, score, scores


@pytest.fixture(autouse=True)
def _session(monkeypatch):
    """A session in which nothing was answered, and two exercises of a notebook 99."""
    monkeypatch.setattr(scores, "_RECORD", {})
    for name, level in (("99.1", 2), ("99.2", 3)):
        monkeypatch.setitem(EXERCISES, name, _double)
        monkeypatch.setitem(LEVELS, name, level)


def _double(answer):
    if answer(2) != 4:
        raise WrongAnswer("Twice 2 is 4.")
    return "Twice 2 is 4."


def test_points_are_those_of_the_level_and_the_last_answer_counts(capsys):
    with pytest.raises(WrongAnswer):
        points("99.1", lambda x: x)
    assert points("99.1", lambda x: 2 * x) == 2 and points("99.2", lambda x: None) == 0
    told = score()
    assert (told["right"], told["of"], told["points"], told["of_points"]) == (1, 2, 2, 5)
    assert told["exercises"]["99.1"] == {"level": 2, "tries": 2, "right": True}
    with pytest.raises(WrongAnswer):
        check("99.1", lambda x: x)
    assert score()["points"] == 0
    assert capsys.readouterr().out.endswith("0 of 2 exercises, 0 of 5 points.\n")


def test_the_scores_are_written_as_json(tmp_path):
    points("99.1", lambda x: 2 * x)
    told = score(tmp_path / "mine.json")
    assert json.loads((tmp_path / "mine.json").read_text()) == told


def test_without_an_answer_there_is_no_exercise():
    assert score()["of"] == 0


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path):
    for place in (tmp_path, tmp_path / "missing" / "mine.json"):
        with pytest.raises(InputError, match="name a file in a folder that exists"):
            score(place)


def test_a_level_is_one_to_three_stars():
    with pytest.raises(InputError, match="give it 1, 2 or 3"):
        exercise("99.3", level=4)
