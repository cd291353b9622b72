"""What certificates mean, and conversion of non-finite numbers, for JSON."""

from math import isfinite
from typing import Any

MEANING = (
    "A certificate speaks of the iteration: whether it converges as the theorems say. It says nothing of the picture."
)


def finite(value: Any) -> Any:
    """Return a copy of ``value`` in which every number that JSON cannot represent is None."""
    if isinstance(value, dict):
        return {name: finite(part) for name, part in value.items()}
    if isinstance(value, list):
        return [finite(part) for part in value]
    return None if isinstance(value, float) and not isfinite(value) else value
