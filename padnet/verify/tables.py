"""Check the tables, their pages and the metrics: regenerate them from the records and compare every digit."""

import tempfile
from pathlib import Path

from padnet.errors import PadnetError
from padnet.project.atomic_files import write_csv, write_json, write_text
from padnet.project.paths import results
from padnet.reporting import heldout_table, report, seed_statistics as spread
from padnet.reporting.pages import table_page
from padnet.reporting.table1 import COLUMNS
from padnet.reporting.tables import numbers, rows
from padnet.verify.outcome import Outcome, first_difference


def check(root, profile="paper"):
    """Regenerate the report of a profile in a temporary folder."""
    root = Path(root)
    folder, findings, cells = results(profile, root).relative_to(root), [], 0
    try:
        found = {number: rows(number, profile, root) for number in numbers(profile, root)}
        heldout = heldout_table.rows(profile, root) if [*results(profile, root).glob("heldout/*.csv")] else []
        seeds = spread.rows(profile, root) if [*(results(profile, root) / "records").glob("*/seeds-*.csv")] else []
    except PadnetError as error:
        return Outcome("tables", "", [f"{folder}/records: {str(error).replace(f'{root}/', '')}"])
    with tempfile.TemporaryDirectory() as made:
        made = Path(made)
        for number, table in found.items():
            cells += len(table)
            write_csv(made / "tables" / f"table{number}.csv", table, COLUMNS)
            write_text(made / "tables" / f"table{number}.md", table_page(table, number, profile))
        write_json(made / "metrics.json", report.headlines(found))
        names = [*(f"table{number}" for number in found), *["seeds"] * bool(seeds), *["heldout"] * bool(heldout)]
        if seeds:
            cells += len(seeds)
            write_csv(made / "tables/seeds.csv", seeds, spread.COLUMNS)
            write_text(made / "tables/seeds.md", spread.seeds_page(seeds, profile))
        if heldout:
            cells += len(heldout)
            write_csv(made / "tables/heldout.csv", heldout, heldout_table.COLUMNS)
            write_text(made / "tables/heldout.md", heldout_table.heldout_page(heldout, profile))
        for path in ["metrics.json", *(f"tables/{name}.{ending}" for name in names for ending in ("csv", "md"))]:
            findings += _compared(f"{folder}/{path}", root, (made / path).read_text(encoding="utf-8"))
    held = f"{len(names)} tables ({cells} cells), their pages and metrics.json follow from the records"
    return Outcome("tables", held, findings)


def _compared(path, root, expected):
    if not (root / path).is_file():
        return [f"{path}: it is missing"]
    if difference := first_difference((root / path).read_text(encoding="utf-8"), expected):
        line, was, should = difference
        return [f"{path}: line {line} reads {was.strip()!r}, the records give {should.strip()!r}"]
    return []
