"""What a profile found: results/PROFILE/tables/table1.csv and metrics.json; from `paper`, the README's table too."""

import argparse
import math
import sys
from pathlib import Path

from padnet.pipeline import console, layout
from padnet.pipeline.files import write_csv, write_json
from padnet.pipeline.paths import PROFILES, find_root, results
from padnet.pipeline.readme import update_readme
from padnet.pipeline.table1 import COLUMNS, table1

PEERS = ("admm", "hqs")


def report(profile, root=None):
    """Write the table and the metrics of `profile`, and return the rows of Table 1.

    profile: "quick" or "paper". root: the project folder, by default the one around the working directory.
    Raises PadnetError when records are missing.
    """
    root = Path(root) if root else find_root()
    folder = results(profile, root)
    rows = table1(folder / "records", root / "reference" / "tables.yaml")
    write_csv(folder / "tables" / "table1.csv", rows, COLUMNS)
    write_json(folder / "metrics.json", metrics(rows))
    if profile == "paper":
        update_readme(root)
    return rows


def metrics(rows):
    """The headlines for `dvc metrics show`: {protocol: {"ipadnet": …, prior: {"epadnet": …, "best_peer": …}}}.

    epadnet is the guarded variant; best_peer is the least error of ADMM and HQS with any parameters.
    A value that is not finite becomes None.
    """
    found = {}
    for row in rows:
        headlines = found.setdefault(row["protocol"], {})
        of_prior = headlines.setdefault(row["prior"], {})
        value = row["value"] if math.isfinite(row["value"]) else None
        if row["metric"] == "pairs":
            continue
        if row["method"] == "ipadnet":
            headlines.setdefault("ipadnet", {})[row["metric"]] = value
        elif row["method"] == "epadnet" and row["variant"] == "guarded":
            of_prior.setdefault("epadnet", {})[row["metric"]] = value
        elif row["method"] in PEERS and row["metric"] == "error" and value is not None:
            best = of_prior.setdefault("best_peer", {"error": value})
            best["error"] = min(best["error"], value)
    return found


def accept(profile, root=None):
    """Make this machine's numbers of `profile` the committed ones, reference/PROFILE_table1.csv; return the path."""
    root = Path(root) if root else find_root()
    path = root / "reference" / f"{profile}_table1.csv"
    write_csv(path, table1(results(profile, root) / "records", root / "reference" / "tables.yaml"), COLUMNS)
    return path


def add_arguments(parser):
    """Add this command's options to an argparse parser."""
    parser.add_argument("--profile", choices=PROFILES, required=True)
    parser.add_argument("--quiet", action="store_true", help="do not print the table")
    parser.add_argument(
        "--accept",
        action="store_true",
        help="also make these numbers the committed ones that later runs are compared with",
    )


def main(argv=None):
    """Write the report of a profile, and print its Table 1 unless told not to."""
    parser = argparse.ArgumentParser(prog="padnet report", description=__doc__.splitlines()[0])
    add_arguments(parser)
    args = parser.parse_args(argv)
    rows = report(args.profile)
    if not args.quiet:
        print(layout.text(rows))
    if args.accept:
        print(f"wrote {accept(args.profile).relative_to(find_root())}")


if __name__ == "__main__":
    sys.exit(console.run(main))
