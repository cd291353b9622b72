"""Means and number formatting for the tables of the lessons."""

import math

__all__ = ["mean", "number"]


def mean(values) -> float:
    """The arithmetic mean of an iterable of numbers."""
    values = list(values)
    return sum(values) / len(values)


def number(value, form: str = ".4f") -> str:
    """Format a number for a table; None, a number that is not finite, or one of at least 1e4 becomes "diverged"."""
    return format(value, form) if value is not None and math.isfinite(value) and abs(value) < 1e4 else "diverged"
