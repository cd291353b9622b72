"""The notebooks' own solutions pass their checks, and every exercise stands in its notebook."""

import re

import nbformat
import pytest
import torch

from padnet.exercises import EXERCISES, checking
from padnet.pipeline.student import solutions, student_version

LEAST = {"01": 4, "02": 4, "03": 4, "04": 4, "05": 2, "06": 2, "07": 2}
NUMBERS = [*LEAST, "08"]


def book_of(root, number):
    (path,) = (root / "notebooks").glob(f"{number}_*.ipynb")
    return nbformat.read(path, as_version=4)


def checked(code, monkeypatch, root):
    """Run code cells in the project folder; {exercise: True or False} of its checks."""
    found, check = {}, checking.check
    monkeypatch.chdir(root)
    monkeypatch.setattr("padnet.exercises.check", lambda name, answer: found.update({name: check(name, answer)}))
    scope = {"profile": "quick"}
    with torch.enable_grad():  # a notebook may switch it off; the tests that follow need it
        for cell in code:
            exec(compile(cell, "cell", "exec"), scope)
    return found


@pytest.mark.parametrize("number", NUMBERS)
def test_every_solution_passes_its_check_and_every_gap_is_no_answer(root, number, monkeypatch):
    book = book_of(root, number)
    checking._load()
    names = {name for name in EXERCISES if name.startswith(f"{number}.")}
    assert len(names) >= LEAST.get(number, 1)
    assert checked(solutions(book), monkeypatch, root) == dict.fromkeys(names, True)
    assert checked(solutions(student_version(book, number)), monkeypatch, root) == dict.fromkeys(names, False)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_task_stands_above_each_solution(root, number):
    cells = book_of(root, number).cells
    for before, cell in zip(cells, cells[1:], strict=False):
        if "solution" in cell.metadata.get("tags", []):
            (name,) = re.findall(r'check\("([\d.]+)"', cell.source)
            assert "exercise" in before.metadata.get("tags", []) and before.source.startswith(f"### Exercise {name}")
            assert cell.source.count("# BEGIN SOLUTION") == cell.source.count("# END SOLUTION") >= 1
