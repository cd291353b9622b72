"""Tables of the notebooks, as Markdown."""

import re

import numpy as np
from IPython.display import Markdown, display

from padnet.errors import InputError

__all__ = ["table"]

NUMBER = re.compile(r"[+\-−]*\d")
WORD = re.compile(r"[^\W\d_]{2,}")


def table(head, rows) -> None:
    """Display a table; columns of numbers are right-aligned, text and empty columns left-aligned.

    head: titles of the columns. rows: lists of cells, of the same length as head; numbers already formatted, or empty.
    Raises InputError if there is no row, or a row has another length than head.
    """
    head, rows = list(head), [list(row) for row in rows]
    if not head or not rows:
        raise InputError(f"a table has one column and one row at least, not {len(head)} and {len(rows)}.")
    for number, row in enumerate(rows):
        if len(row) != len(head):
            told = f"row {number} of the table has {len(row)} cells and its head {len(head)}"
            raise InputError(f"{told}: give them as many.")
    columns = [[cell for cell in column if cell != ""] for column in zip(*rows, strict=True)]
    rule = ["---:" if column and all(map(_is_number, column)) else "---" for column in columns]
    display(Markdown("\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in [head, rule, *rows])))


def _is_number(cell):
    """Whether a cell is a number, possibly with a unit or as in "3 of 8"; two words make it text."""
    if isinstance(cell, str):
        return bool(NUMBER.match(cell)) and len(WORD.findall(cell)) < 2
    return not isinstance(cell, bool | np.bool_)


def _cell(value):
    """The text of a cell; a vertical bar, as in |x|, is escaped."""
    return str(value).replace("|", r"\|")
