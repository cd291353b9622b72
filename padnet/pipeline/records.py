"""Records and certificates as they lie in results/PROFILE."""

from pathlib import Path

from padnet.pipeline.files import write_csv, write_json


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


def write_results(results: Path, name: str, stem: str, rows: list[dict], columns: list[str], proofs: list[dict]) -> None:
    """Write records/NAME/STEM.csv and, where the method has any, certificates/NAME/STEM.json."""
    for folder in ("records", "certificates"):
        (results / folder / name).mkdir(parents=True, exist_ok=True)
    if proofs:
        write_json(results / "certificates" / name / f"{stem}.json", proofs)
    write_csv(results / "records" / name / f"{stem}.csv", rows, columns)
