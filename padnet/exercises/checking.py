"""How an answer is checked: by a law, never by a stored value, and with a counter-example when it is wrong."""

import importlib
import importlib.util
import re
from collections.abc import Callable

import numpy as np
import torch

from padnet.errors import InputError

__all__ = ["EXERCISES", "Unanswered", "WrongAnswer", "check", "exercise"]

# name -> the law: called with the answer, it returns a sentence that says what held, or raises WrongAnswer.
EXERCISES: dict[str, Callable[[object], str]] = {}


class WrongAnswer(Exception):
    """The answer breaks the law. The message is a sentence with a counter-example."""

    def _render_traceback_(self):
        """What Jupyter shows in the traceback's place: the sentence alone."""
        return [f"Not yet. {self}"]


class Unanswered(Exception):
    """There is no answer: the dots still stand there, or the function returns nothing."""


def exercise(name: str):
    """Decorator: the function is the law of the exercise `name`, "NN.K" with the notebook's number.

    Raises InputError for a name that is taken.
    """

    def register(law):
        if name in EXERCISES:
            raise InputError(f"there are two exercises {name}: number them on.")
        EXERCISES[name] = law
        return law

    return register


def check(name: str, answer) -> bool:
    """Test the answer to an exercise, and say in a sentence what held. True when it is right.

    answer: as the exercise asks, mostly a function. An answer that is still `...`, or a function that returns it or
    nothing, prints "no answer yet" and gives False, so that the rest of a notebook runs.
    Raises WrongAnswer, which Jupyter shows as one sentence; InputError for an unknown exercise.
    """
    _load(name)
    if name not in EXERCISES:
        raise InputError(f"there is no exercise {name!r}: the notebook names it above its cell.")
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
    """The function, which gives None or `...` as long as nothing has been written into it.

    It works on copies: the law compares with the same tensors afterwards, and an answer may change its own in place.
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
    """`given` with a copy of every tensor and array in it, in lists, tuples and dicts too."""
    if isinstance(given, torch.Tensor):
        return given.clone()
    if isinstance(given, np.ndarray):
        return given.copy()
    if isinstance(given, dict):
        return {key: _copies(value) for key, value in given.items()}
    return type(given)(map(_copies, given)) if type(given) in (list, tuple) else given


def _load(name):
    """Import the module that registers the exercise, that of its notebook alone, if there is one.

    So a broken module stops its own notebook and no other; the pipeline watches that one, too.
    """
    module = f"padnet.exercises.notebook_{str(name)[:2]}"
    if re.fullmatch(r"\d\d\.\d+", str(name)) and importlib.util.find_spec(module):
        importlib.import_module(module)
