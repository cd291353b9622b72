"""Checking of answers: by a property, never against a stored value, with a counterexample for a wrong answer."""

import importlib
import importlib.util
import re
from collections.abc import Callable

import numpy as np
import torch

from padnet.errors import InputError
from padnet.exercises.scores import LEVELS, recorded

__all__ = ["EXERCISES", "Unanswered", "WrongAnswer", "check", "exercise", "points"]

# name -> the check: called with the answer, it returns a sentence that states what holds, or raises WrongAnswer.
EXERCISES: dict[str, Callable[[object], str]] = {}


class WrongAnswer(Exception):
    """The answer violates the property. The message is a sentence with a counterexample."""

    def _render_traceback_(self):
        """What Jupyter shows instead of the traceback: the message only."""
        return [f"Not yet. {self}"]


class Unanswered(Exception):
    """The exercise is unanswered: the placeholder `...` is still there, or the function returns nothing."""


def exercise(name: str, level: int):
    """Decorator: register a function as the check of the exercise `name`, "NN.K" with the notebook's number.

    level: 1, 2 or 3, the stars in its title; also its points.
    Raises InputError for a duplicate name or another level.
    """
    if level not in (1, 2, 3):
        raise InputError(f"exercise {name} has the level {level}: give it 1, 2 or 3.")

    def register(law):
        if name in EXERCISES:
            raise InputError(f"there are two exercises {name}: number them on.")
        EXERCISES[name], LEVELS[name] = law, level
        return law

    return register


def check(name: str, answer) -> bool:
    """Test the answer to an exercise, and print a sentence that states what holds. True if it is right.

    answer: as the exercise asks, usually a function. If the answer is still `...`, or a function that returns `...` or
    None, prints "no answer yet" and returns False, so that the rest of the notebook runs.
    Raises WrongAnswer, which Jupyter shows as one sentence; InputError for an unknown exercise.
    """
    _load(name)
    if name not in EXERCISES:
        raise InputError(f"there is no exercise {name!r}: the notebook names it above its cell.")
    right = False
    try:
        right = _tested(name, answer)
    finally:
        recorded(name, right)
    return right


def points(name: str, answer) -> int:
    """The points of the answer, those of the exercise's level or 0; arguments, sentences and errors as for check()."""
    return LEVELS[name] if check(name, answer) else 0


def _tested(name, answer):
    """Whether the answer is right, or False where there is none yet; says so."""
    try:
        if answer is ...:
            raise Unanswered
        held = EXERCISES[name](_answering(answer) if callable(answer) and not isinstance(answer, type) else answer)
    except Unanswered:
        print(
            f"Exercise {name}: no answer yet, or your function returns nothing. Replace the dots and run the cell "
            "again."
        )
        return False
    except TypeError as error:
        if callable(answer) or "not callable" not in str(error):
            raise
        what = f"the exercise asks for a function, and got {type(answer).__name__}"
        raise WrongAnswer(f"{what}: give its name, without calling it.") from error
    print(f"Exercise {name}: right. {held}")
    return True


def _answering(answer):
    """Wrap the function, which returns None or `...` as long as it has not been implemented.

    It is called with copies: the check uses the same tensors afterwards, and an answer may modify its arguments in
    place.
    """

    def asked(*args, **kwargs):
        try:
            found = answer(*_copies(args), **_copies(kwargs))
        except (WrongAnswer, Unanswered):
            raise
        except Exception as error:
            raise WrongAnswer(f"Your function stops with {type(error).__name__}: {error}".removesuffix(": ")) from error
        if found is None or found is ...:
            raise Unanswered
        return found

    return asked


def _copies(given):
    """`given` with copies of all tensors and arrays in it, including those in lists, tuples and dicts."""
    if isinstance(given, torch.Tensor):
        return given.clone()
    if isinstance(given, np.ndarray):
        return given.copy()
    if isinstance(given, dict):
        return {key: _copies(value) for key, value in given.items()}
    return type(given)(map(_copies, given)) if type(given) in (list, tuple) else given


def _load(name):
    """Import the module that registers the exercise, that of its notebook only, if there is one.

    A broken module therefore only affects its own notebook, and the pipeline depends on that one only.
    """
    module = f"padnet.exercises.notebook_{str(name).partition('.')[0]}"
    if re.fullmatch(r"\d\d[a-z]?\.\d+", str(name)) and importlib.util.find_spec(module):
        importlib.import_module(module)
