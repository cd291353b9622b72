"""What a profile found: results/PROFILE/tables/table{1,2,3}.csv, metrics.json; of `paper`, the README's tables too."""

import argparse
import math
import sys
from pathlib import Path

from padnet.pipeline import console, layout
from padnet.pipeline.files import write_csv, write_json
from padnet.pipeline.paths import PROFILES, find_root, results
from padnet.pipeline.readme import update_readme
from padnet.pipeline.table1 import COLUMNS
from padnet.pipeline.tables import numbers, rows

PEERS = ("admm", "hqs")


def report(profile, root=None):
    """Write the tables and the metrics of `profile`, and return {number: rows of that table}.

    Table 3 and its metrics are there where haze removal was run.
    profile: "quick" or "paper". root: the project folder, by default the one around the working directory.
    Raises PadnetError when records are missing.
    """
    root = Path(root) if root else find_root()
    folder = results(profile, root)
    found = {number: rows(number, profile, root) for number in numbers(profile, root)}
    for number, table in found.items():
        write_csv(folder / "tables" / f"table{number}.csv", table, COLUMNS)
    told = {"gradient": metrics(found[1]), "image": image_metrics(found[2])}
    if 3 in found:
        told["haze"] = haze_metrics(found[3])
    write_json(folder / "metrics.json", told)
    if profile == "paper":
        for number in found:
            update_readme(root, number)
    return found


def metrics(table):
    """The headlines of Table 1, for `dvc metrics show`.

    They are {protocol: {"ipadnet": …, prior: {"epadnet": …, "best_peer": …}}}.

    epadnet is the guarded variant under the descent test, "epadnet condition1" under the other; best_peer is the least
    error of ADMM and HQS with any parameters.
    A value that is not finite becomes None.
    """
    found = {}
    for row in table:
        headlines = found.setdefault(row["protocol"], {})
        of_prior = headlines.setdefault(row["prior"], {})
        value = row["value"] if math.isfinite(row["value"]) else None
        if row["metric"] == "pairs":
            continue
        if row["method"] == "ipadnet":
            headlines.setdefault("ipadnet", {})[row["metric"]] = value
        elif row["method"] == "epadnet" and row["variant"] == "guarded":
            of_prior.setdefault("epadnet" if row["test"] == "descent" else f"epadnet {row['test']}", {})[
                row["metric"]
            ] = value
        elif row["method"] in PEERS and row["metric"] == "error" and value is not None:
            best = of_prior.setdefault("best_peer", {"error": value})
            best["error"] = min(best["error"], value)
    return found


def image_metrics(table):
    """The headlines of Table 2: {protocol: {METHOD: {VARIANT: {metric: value}}}}, and what the guard costs in dB."""
    found = {}
    for row in table:
        variants = found.setdefault(row["protocol"], {}).setdefault(row["method"], {})
        variants.setdefault(row["variant"], {})[row["metric"]] = row["value"]
    for methods in found.values():
        variants = methods.get("epadnet", {})
        if {"guarded", "unguarded"} <= set(variants):
            methods["epadnet"]["guard_costs_dB"] = variants["unguarded"]["psnr"] - variants["guarded"]["psnr"]
    return found


def haze_metrics(table):
    """The headlines of Table 3: {protocol: {METHOD: {AIRLIGHT: {metric: value}}}}, averaged over beta."""
    found = {}
    for row in table:
        if "@" not in row["metric"]:
            variants = found.setdefault(row["protocol"], {}).setdefault(row["method"], {})
            variants.setdefault(row["variant"], {})[row["metric"]] = row["value"]
    return found


def accept(profile, root=None):
    """Make this machine's numbers of `profile` the committed ones.

    Returns the paths, reference/PROFILE_table{1,2,3}.csv.
    """
    root = Path(root) if root else find_root()
    paths = []
    for number in numbers(profile, root):
        paths.append(root / "reference" / f"{profile}_table{number}.csv")
        write_csv(paths[-1], rows(number, profile, root), COLUMNS)
    return paths


def add_arguments(parser):
    """Add this command's options to an argparse parser."""
    parser.add_argument("--profile", choices=PROFILES, required=True)
    parser.add_argument("--quiet", action="store_true", help="do not print the tables")
    parser.add_argument(
        "--accept",
        action="store_true",
        help="also make these numbers the committed ones that later runs are compared with",
    )


def main(argv=None):
    """Write the report of a profile, and print its tables unless told not to."""
    parser = argparse.ArgumentParser(prog="padnet report", description=__doc__.splitlines()[0])
    add_arguments(parser)
    args = parser.parse_args(argv)
    found = report(args.profile)
    if not args.quiet:
        print("\n\n".join(layout.text(table, number) for number, table in found.items()))
    if args.accept:
        print("wrote " + ", ".join(str(path.relative_to(find_root())) for path in accept(args.profile)))


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
