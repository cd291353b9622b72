"""Tables of the notebooks."""

import numpy as np
import pytest

from padnet.errors import InputError
from padnet.notebook import tables


def test_numbers_stand_to_the_right_and_words_to_the_left(monkeypatch):
    shown = []
    monkeypatch.setattr(tables, "display", shown.append)
    tables.table(["name", "value", "gain"], [["x", 2, "+0.5"], ["y", "31.2 dB", "-1"], ["z", 3, ""]])
    assert shown[0].data.splitlines() == [
        "| name | value | gain |",
        "| --- | ---: | ---: |",
        "| x | 2 | +0.5 |",
        "| y | 31.2 dB | -1 |",
        "| z | 3 |  |",
    ]


def test_a_bar_in_a_cell_is_no_border(monkeypatch):
    shown = []
    monkeypatch.setattr(tables, "display", shown.append)
    tables.table(["|x|"], [["|1|"]])
    assert shown[0].data.splitlines()[::2] == [r"| \|x\| |", r"| \|1\| |"]


@pytest.mark.parametrize("head", [["a", "b"], ["a", "b", "c"], ["a"]])
def test_rows_of_another_length_are_refused(head):
    with pytest.raises(InputError, match="row . of the table has . cells and its head ."):
        tables.table(head, [["x", 1], ["y", 2] if len(head) != 2 else ["y"]])


@pytest.mark.parametrize("head, rows", [(["a"], []), ([], [[]])])
def test_a_table_of_nothing_is_refused(head, rows):
    with pytest.raises(InputError, match="one column and one row at least"):
        tables.table(head, rows)


@pytest.mark.parametrize(
    "cells, rule",
    [
        (["", ""], "---"),
        ([True, np.True_], "---"),
        (["2 stages that were kept", "1"], "---"),
        (["3 of 8", "0 of 8"], "---:"),
        (["-0.50 to 0.50", "1e-3"], "---:"),
        (["0.1, 0.2", np.float32(1)], "---:"),
    ],
)
def test_what_is_a_number_and_what_a_word(monkeypatch, cells, rule):
    shown = []
    monkeypatch.setattr(tables, "display", shown.append)
    tables.table(["x"], ([cell] for cell in cells))
    assert shown[0].data.splitlines()[1:] == [f"| {rule} |", *(f"| {cell} |" for cell in cells)]
