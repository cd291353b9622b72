"""Markdown tables and numbers for people, as the page of the comparison has them."""

import math

from padnet.reporting.verdicts import VERDICTS

NUMBERS = ("paper", "printed", "ours", "difference", "tolerance", *VERDICTS)  # columns that are set to the right


def grid(head, lines, right=NUMBERS):
    """Lines of cells as a Markdown table. right: the columns that are set to the right."""
    rule = ["---:" if name in right else "---" for name in head]
    # A bar would end the cell.
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in [head, rule, *lines]
    )


def number(value, digits, sign=""):
    """A number for people: nothing for None, "diverged" where it is not finite."""
    return "" if value is None else f"{value:{sign}.{digits}f}" if math.isfinite(value) else "diverged"


def as_printed(value, least):
    """A number with all its digits, at least `least` of them after the point."""
    return f"{value:.{max(least, len(f'{value:g}'.partition('.')[2]))}f}"


def title(table):
    """What people call a table."""
    return f"Table {table.removeprefix('table')}"


def sentence(text):
    """A reason as a sentence of its own."""
    return text[0].upper() + text[1:] + "."
