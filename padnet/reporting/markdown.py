"""Markdown tables and formatted numbers for the comparison page."""

import math

from padnet.reporting.verdicts import VERDICTS

NUMBERS = ("paper", "printed", "ours", "difference", "tolerance", *VERDICTS)  # right-aligned columns


def grid(head, lines, right=NUMBERS):
    """Rows of cells as a Markdown table. right: the right-aligned columns."""
    rule = ["---:" if name in right else "---" for name in head]
    # A bar would end the cell.
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in [head, rule, *lines]
    )


def number(value, digits, sign=""):
    """A formatted number: empty for None, "diverged" if it is not finite."""
    return "" if value is None else f"{value:{sign}.{digits}f}" if math.isfinite(value) else "diverged"


def as_printed(value, least):
    """A number with all its digits, at least `least` of them after the decimal point."""
    return f"{value:.{max(least, len(f'{value:g}'.partition('.')[2]))}f}"


def title(table):
    """The display name of a table."""
    return f"Table {table.removeprefix('table')}"


def sentence(text):
    """A reason as a full sentence."""
    return text[0].upper() + text[1:] + "."
