"""What a profile found on images: results/PROFILE/tables/table2.csv and metrics-image.json; from `paper`, the README's table."""

import argparse
import sys
from pathlib import Path

from padnet.pipeline import console, layout
from padnet.pipeline.files import write_csv, write_json
from padnet.pipeline.paths import PROFILES, find_root, results
from padnet.pipeline.readme import update_readme
from padnet.pipeline.table1 import COLUMNS
from padnet.pipeline.table2 import table2


def report(profile, root=None):
    """Write the table and the metrics of `profile`, and return the rows of Table 2.

    profile: "quick" or "paper". root: the project folder, by default the one around the working directory.
    Raises PadnetError when records are missing.
    """
    root = Path(root) if root else find_root()
    folder = results(profile, root)
    rows = table2(folder / "records", root / "reference" / "tables.yaml")
    write_csv(folder / "tables" / "table2.csv", rows, COLUMNS)
    write_json(folder / "metrics-image.json", metrics(rows))
    if profile == "paper":
        update_readme(root, 2)
    return rows


def metrics(rows):
    """The headlines for `dvc metrics show`: {protocol: {"METHOD, VARIANT": {metric: value}}}, and what the guard costs in dB."""
    found = {}
    for row in rows:
        found.setdefault(row["protocol"], {}).setdefault(f"{row['method']}, {row['variant']}", {})[row["metric"]] = row["value"]
    for headlines in found.values():
        on, off = headlines["epadnet, guarded"], headlines["epadnet, unguarded"]
        on["guard_costs_dB"] = off["psnr"] - on["psnr"]
    return found


def add_arguments(parser):
    """Add this command's options to an argparse parser."""
    parser.add_argument("--profile", choices=PROFILES, required=True)
    parser.add_argument("--quiet", action="store_true", help="do not print the table")


def main(argv=None):
    """Write the report of a profile, and print its Table 2 unless told not to."""
    parser = argparse.ArgumentParser(prog="padnet report-image", description=__doc__.splitlines()[0])
    add_arguments(parser)
    args = parser.parse_args(argv)
    rows = report(args.profile)
    if not args.quiet:
        print(layout.text(rows, 2))


if __name__ == "__main__":
    sys.exit(console.run(main))
