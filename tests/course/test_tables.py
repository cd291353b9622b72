"""Tables of the notebooks."""

import pytest

from padnet.course import tables


def test_numbers_stand_to_the_right_and_words_to_the_left(monkeypatch):
    shown = []
    monkeypatch.setattr(tables, "display", shown.append)
    tables.table(["name", "value", "gain"], [["x", 2, "+0.5"], ["y", "31.2 dB", "-1"], ["z", 3, ""]])
    assert shown[0].data.splitlines() == [
        "| name | value | gain |", "| --- | ---: | ---: |", "| x | 2 | +0.5 |", "| y | 31.2 dB | -1 |",
        "| z | 3 |  |",
    ]  # fmt: skip


def test_a_bar_in_a_cell_is_no_border(monkeypatch):
    shown = []
    monkeypatch.setattr(tables, "display", shown.append)
    tables.table(["|x|"], [["|1|"]])
    assert shown[0].data.splitlines()[::2] == [r"| \|x\| |", r"| \|1\| |"]


def test_rows_of_another_length_are_refused():
    with pytest.raises(ValueError, match="shorter|longer"):
        tables.table(["a", "b"], [["x", 1], ["y"]])
