"""Exercises of the notebooks: `check(name, answer)` tests an answer against a mathematical property."""

from padnet.exercises.checking import EXERCISES, Unanswered, WrongAnswer, check, exercise, points
from padnet.exercises.scores import LEVELS, score

__all__ = ["EXERCISES", "LEVELS", "Unanswered", "WrongAnswer", "check", "exercise", "points", "score"]
