"""Tables of the notebooks, as Markdown."""

from IPython.display import Markdown, display

__all__ = ["table"]


def table(head, rows) -> None:
    """Display a table; columns of numbers stand to the right.

    head: titles of the columns. rows: lists of cells, as many as the head has; numbers already as text, or empty.
    """
    columns = [[cell for cell in column if cell != ""] for column in zip(*rows, strict=True)]
    right = [all(not isinstance(cell, str) or cell.lstrip("+-−")[:1].isdigit() for cell in column) for column in columns]
    rule = ["---:" if flag else "---" for flag in right]
    display(Markdown("\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in [head, rule, *rows])))


def _cell(value):
    """The text of a cell; a bar, as in |x|, is no border."""
    return str(value).replace("|", r"\|")
