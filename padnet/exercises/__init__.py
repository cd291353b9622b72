"""Exercises of the notebooks: `check(name, answer)` tests an answer by the law that it must obey."""

from padnet.exercises.checking import EXERCISES, Unanswered, WrongAnswer, check, exercise

__all__ = ["EXERCISES", "Unanswered", "WrongAnswer", "check", "exercise"]
