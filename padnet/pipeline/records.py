"""Numbers as records and certificates keep them."""


def short(value: float) -> float:
    """Ten digits: what float64 sums agree on between processors, and enough for any table."""
    return float(f"{value:.10g}")


def plain(value):
    """Certificate rows with short numbers; JSON has no infinity, so it becomes None."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, float):
        return short(value) if abs(value) < float("inf") else None
    return value
