"""Numbers that JSON has no form for."""

from math import isfinite
from typing import Any


def finite(value: Any) -> Any:
    """The same, None in place of every number that JSON has no form for."""
    if isinstance(value, dict):
        return {name: finite(part) for name, part in value.items()}
    if isinstance(value, list):
        return [finite(part) for part in value]
    return None if isinstance(value, float) and not isfinite(value) else value
