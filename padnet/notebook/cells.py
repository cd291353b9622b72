"""Averages, and numbers as text, for the tables of the lessons."""

import math

__all__ = ["mean", "number"]


def mean(values) -> float:
    """The arithmetic mean of some numbers, of a generator too."""
    values = list(values)
    return sum(values) / len(values)


def number(value, form: str = ".4f") -> str:
    """A number for a table; a run that left all bounds, so that its number is missing or huge, is called so."""
    return format(value, form) if value is not None and math.isfinite(value) and abs(value) < 1e4 else "diverged"
