"""Exercises of the notebooks: `check(name, answer)` tests an answer against a mathematical property."""

from padnet.exercises.checking import EXERCISES, Unanswered, WrongAnswer, check, exercise

__all__ = ["EXERCISES", "Unanswered", "WrongAnswer", "check", "exercise"]
