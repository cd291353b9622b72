"""Compare the paper's numbers with ours, with a verdict for each: results/PROFILE/compare.csv and compare.md.

The rules are data: reference/compare.yaml.
"""

import argparse
import sys
from pathlib import Path

from padnet.errors import InputError, PadnetError
from padnet.evaluation.records import read_rows
from padnet.project import console
from padnet.project.atomic_files import write_csv, write_text
from padnet.project.params import read_yaml
from padnet.project.paths import PROFILES, find_root, results
from padnet.reporting import comparison
from padnet.reporting.other_publications import others
from padnet.reporting.table1 import COLUMNS
from padnet.reporting.verdicts import CELL, RULES, cells, read_rules

SECONDS = ["method", "size", "seconds", "pictures", "device", "threads", "torch"]
NEEDED = ("protocol", "method", "variant", "metric", "value")
TIMING = "timing"  # the name of the run times of Table 3 in reference/compare.yaml


def our_rows(profile, root):
    """The rows of all tables of a profile with the key table, and the run times of haze removal as rows of Table 3.

    Raises PadnetError for a table that is missing or cannot be read.
    """
    folder, rows = results(profile, root) / "tables", []
    # Table 3 exists if haze removal was run.
    for table in ["table1", "table2", *["table3"] * (folder / "table3.csv").is_file()]:
        try:
            read = read_rows(folder / f"{table}.csv", COLUMNS, {"value": float, "paper": float}, NEEDED)
        except PadnetError as error:
            raise InputError(
                f"{folder / table}.csv is not there or cannot be read: run padnet report --profile {profile}"
            ) from error
        rows += [row | {"table": table, "prior": row["prior"] or ""} for row in read]
    return rows + seconds(root / "reference/seconds_haze.csv")


def seconds(path):
    """The measured run times as rows of Table 3, protocol "timing"; none if nothing was measured."""
    if not path.is_file():
        return []
    return [
        {
            "table": "table3",
            "protocol": TIMING,
            "prior": "",
            "method": row["method"],
            "variant": f"{row['size']}, {row['threads']} threads",
            "metric": "time",
            "value": row["seconds"],
        }
        for row in read_rows(path, SECONDS, {"seconds": float}, ("method", "seconds"))
    ]


def compare(profile, root=None):
    """Write compare.csv and compare.md of `profile`, and return (cells, rules).

    profile: "quick" or "paper".
    root: the project folder, by default the one that contains the working directory.
    Raises PadnetError if a table is missing or cannot be read, InputError for invalid rules.
    """
    root = Path(root) if root else find_root()
    ours, rules = our_rows(profile, root), read_rules(root / RULES)
    found = cells(ours, read_yaml(root / "reference/tables.yaml"), rules)
    published = read_yaml(root / "reference/published.yaml")
    elsewhere = others(ours, published, rules["published"]["same"])
    page = comparison.page(profile, found, elsewhere, ours, rules, published)
    write_csv(results(profile, root) / "compare.csv", found, CELL)
    write_text(results(profile, root) / "compare.md", page)
    return found, rules


def add_arguments(parser):
    """Add this command's options to an argparse parser."""
    parser.add_argument(
        "--profile", choices=PROFILES, default="paper", help="profile of the tables (default: %(default)s)"
    )


def main(argv=None):
    """Write the comparison of a profile and print the number of cells per verdict."""
    parser = argparse.ArgumentParser(prog="padnet compare", description=__doc__.splitlines()[0])
    add_arguments(parser)
    print(comparison.summary(*compare(parser.parse_args(argv).profile)))


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
