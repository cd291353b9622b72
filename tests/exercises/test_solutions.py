"""The notebooks' own solutions pass their checks, and every exercise stands in its notebook."""

import copy
import itertools
import re

import nbformat
import pytest
import torch

from padnet.exercises import EXERCISES, LEVELS, checking
from padnet.notebook.student import solutions, student_version

LEAST = {"01": 4, "02": 4, "03": 3, "03b": 4, "04": 4, "05": 2, "06": 2, "07": 2}
NUMBERS = [*LEAST, "08"]


def book_of(root, number):
    (path,) = (root / "notebooks").glob(f"{number}_*.ipynb")
    return nbformat.read(path, as_version=4)


def checked(code, monkeypatch, root):
    """Run code cells in the project folder; {exercise: True or False} of its checks.

    What is right must be so rounded to float32, too, and by a function that overwrites what it was given.
    """
    found, check = {}, checking.check
    monkeypatch.chdir(root)

    def every(name, answer):
        found[name] = check(name, answer)
        if found[name]:
            assert check(name, rounded(answer)) and check(name, overwriting(answer))

    monkeypatch.setattr("padnet.exercises.check", every)
    monkeypatch.setattr("padnet.exercises.points", every)  # of the student versions
    scope = {"profile": "quick"}
    with torch.enable_grad():  # a notebook may switch it off; the tests that follow need it
        for cell in code:
            exec(compile(cell, "cell", "exec"), scope)
    return found


def rounded(answer):
    """The answer in float32, and a list where it returns a tuple."""

    def single(found):
        if isinstance(found, tuple | list):
            return [single(part) for part in found]
        if isinstance(found, torch.Tensor):
            return found.float() if found.dtype == torch.float64 else found
        return torch.tensor(found) if isinstance(found, float) else found

    return lambda *args: single(answer(*args))


def overwriting(answer):
    """The answer, from a function that works in place on all tensors that it is given."""

    def asked(*args):
        found = copy.deepcopy(answer(*args))
        for arg in args:
            for part in arg if isinstance(arg, list) else [arg]:
                if isinstance(part, torch.Tensor):
                    part.fill_(torch.nan)
        return found

    return asked


@pytest.mark.parametrize("number", NUMBERS)
def test_every_solution_passes_its_check_and_every_gap_is_no_answer(root, number, monkeypatch):
    book = book_of(root, number)
    checking._load(f"{number}.1")
    names = {name for name in EXERCISES if name.startswith(f"{number}.")}
    assert len(names) >= LEAST.get(number, 1)
    assert checked(solutions(book), monkeypatch, root) == dict.fromkeys(names, True)
    assert checked(solutions(student_version(book, number)), monkeypatch, root) == dict.fromkeys(names, False)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_task_stands_above_each_solution(root, number):
    cells = book_of(root, number).cells
    for before, cell in itertools.pairwise(cells):
        if "solution" in cell.metadata.get("tags", []):
            (name,) = re.findall(r'check\("([\w.]+)"', cell.source)
            checking._load(name)
            title = f"### Exercise {name} {'★' * LEVELS[name]}\n"
            assert "exercise" in before.metadata.get("tags", []) and before.source.startswith(title)
            assert cell.source.count("# BEGIN SOLUTION") == cell.source.count("# END SOLUTION") >= 1
