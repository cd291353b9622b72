"""Tables, metrics and the tables in README.md, computed again from the records and compared to the last digit."""

import tempfile
from pathlib import Path

from padnet.errors import PadnetError
from padnet.pipeline import report, spread
from padnet.pipeline.files import write_csv, write_json
from padnet.pipeline.paths import results
from padnet.pipeline.readme import between, readme_block
from padnet.pipeline.table1 import COLUMNS
from padnet.pipeline.tables import numbers, rows
from padnet.verify.outcome import Outcome, first_difference


def check(root, profile="paper"):
    """Make the report of a profile again, in a folder of its own; README.md shows that of the paper profile."""
    root = Path(root)
    folder, findings, cells = results(profile, root).relative_to(root), [], 0
    try:
        found = {number: rows(number, profile, root) for number in numbers(profile, root)}
        seeds = spread.rows(profile, root) if [*(results(profile, root) / "records").glob("*/seeds-*.csv")] else []
    except PadnetError as error:
        return Outcome("tables", "", [f"{folder}/records: {str(error).replace(f'{root}/', '')}"])
    with tempfile.TemporaryDirectory() as made:
        made = Path(made)
        for number, table in found.items():
            cells += len(table)
            write_csv(made / "tables" / f"table{number}.csv", table, COLUMNS)
        write_json(made / "metrics.json", report.headlines(found))
        paths = [*(f"tables/table{number}.csv" for number in found), "metrics.json"]
        if seeds:
            cells += len(seeds)
            write_csv(made / "tables/seeds.csv", seeds, spread.COLUMNS)
            paths.append("tables/seeds.csv")
        for path in paths:
            findings += _compared(f"{folder}/{path}", root, (made / path).read_text(encoding="utf-8"))
    shown = _readme(root, found, seeds, findings) if profile == "paper" else 0
    held = f"{len(found) + bool(seeds)} tables ({cells} cells) and metrics.json follow from the records"
    return Outcome("tables", held + (f", {shown} tables in README.md too" if shown else ""), findings)


def _compared(path, root, expected):
    if not (root / path).is_file():
        return [f"{path}: it is missing"]
    return _difference(path, (root / path).read_text(encoding="utf-8"), expected)


def _difference(path, old, expected):
    if difference := first_difference(old, expected):
        line, was, should = difference
        return [f"{path}: line {line} reads {was.strip()!r}, the records give {should.strip()!r}"]
    return []


def _readme(root, found, seeds, findings):
    path = root / "README.md"
    old = path.read_text(encoding="utf-8") if path.is_file() else ""
    blocks = {f"table{number}": readme_block(root, number) for number in found}
    blocks |= {"seeds": spread.block(seeds)} if seeds else {}
    for name, block in blocks.items():
        try:
            findings += _difference("README.md", old, between(old, block, name))
        except PadnetError as error:
            findings.append(f"README.md: {error}")
    return len(blocks)
