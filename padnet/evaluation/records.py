"""Records and certificates in the file formats of results/PROFILE."""

import csv
import hashlib
from pathlib import Path

from padnet.errors import PadnetError
from padnet.project.atomic_files import write_csv, write_json


def short(value: float) -> float:
    """Round to ten significant digits: float64 sums agree to these across processors, and all tables need fewer."""
    return float(f"{value:.10g}")


def plain(value):
    """Certificate rows with rounded numbers; JSON has no infinity, so it becomes None."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, float):
        return short(value) if abs(value) < float("inf") else None
    return value


def proof(one) -> dict:
    """A Certificate in file format; for an explicit run with its test and constants."""
    told = {"test": one.test, "constants": one.constants} if one.test else {}
    return {**told, "holds": one.holds, "verdict": one.verdict, "rows": [plain(row) for row in one.rows]}


def iterates_hash(run) -> str:
    """The SHA-256 (hexadecimal) of the bytes of a Run's iterates x^0 to x^K, which were kept, in float64."""
    found = hashlib.sha256()
    for x in run.iterates:
        found.update(x.double().contiguous().numpy().tobytes())
    return found.hexdigest()


def write_results(
    results: Path, name: str, stem: str, rows: list[dict], columns: list[str], proofs: list[dict]
) -> None:
    """Write records/NAME/STEM.csv and, if the method has certificates, certificates/NAME/STEM.json."""
    if proofs:
        write_json(results / "certificates" / name / f"{stem}.json", proofs)
    write_csv(results / "records" / name / f"{stem}.csv", rows, columns)


def read_rows(path, columns, kinds, needed):
    """The rows of a records file: dicts with the keys `columns`; empty cells are None.

    kinds: {column: float or int}; other columns are text. needed: columns that must not be empty.
    Raises PadnetError if the file is missing, has other columns or no rows, or a cell is invalid.
    """
    path = Path(path)
    if not path.is_file():
        raise PadnetError(f"the records {path} are missing: make them with make repro or make paper")
    try:
        with open(path, newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise PadnetError(f"{path} cannot be read ({error}): run its benchmark stage again") from error
    if reader.fieldnames != columns:
        raise PadnetError(
            f"{path} has the columns {', '.join(reader.fieldnames or ['none'])}, it needs {', '.join(columns)}: "
            "run its benchmark stage again"
        )
    if not rows:
        raise PadnetError(f"{path} has no rows: run its benchmark stage again")
    return [_read(row, path, columns, kinds, needed) for row in rows]


def _read(row, path, columns, kinds, needed):
    try:
        read = {key: None if row[key] == "" else kinds.get(key, str)(row[key]) for key in columns}
        if any(read[key] is None for key in needed):
            raise ValueError("an empty cell")
    except (TypeError, ValueError) as error:
        raise PadnetError(f"{path} has a row that cannot be read ({error}): run its benchmark stage again") from error
    return read
