"""How an answer is checked: by a law, never by a stored value, and with a counter-example when it is wrong."""

import importlib
import pkgutil
from collections.abc import Callable

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
    """There is no answer: the dots still stand there."""


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

    answer: as the exercise asks, mostly a function. An answer that is still `...` prints "no answer yet", and gives
    False, so that the rest of a notebook runs.
    Raises WrongAnswer, which Jupyter shows as one sentence; InputError for an unknown exercise.
    """
    _load()
    if name not in EXERCISES:
        raise InputError(f"there is no exercise {name!r}: the notebook names it above its cell.")
    try:
        if answer is ...:
            raise Unanswered
        held = EXERCISES[name](_answering(answer) if callable(answer) and not isinstance(answer, type) else answer)
    except Unanswered:
        print(f"Exercise {name}: no answer yet. Replace the dots and run the cell again.")
        return False
    print(f"Exercise {name}: right. {held}")
    return True


def _answering(answer):
    """The function, which gives None or `...` as long as nothing has been written into it."""

    def asked(*args, **kwargs):
        try:
            found = answer(*args, **kwargs)
        except (TypeError, ValueError, RuntimeError, IndexError, AttributeError, NameError) as error:
            raise WrongAnswer(f"Your function stops with {type(error).__name__}: {error}") from error
        if found is None or found is ...:
            raise Unanswered
        return found

    return asked


def _load():
    """Import the modules of all notebooks, which register their exercises."""
    package = importlib.import_module("padnet.exercises")
    for found in pkgutil.iter_modules(package.__path__):
        if found.name.startswith("notebook_"):
            importlib.import_module(f"padnet.exercises.{found.name}")
