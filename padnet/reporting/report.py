"""Write the results of a profile: results/PROFILE/tables/table{1,2,3}.csv, each with a page .md, and metrics.json."""

import argparse
import math
import sys
from pathlib import Path

from padnet.project import console
from padnet.project.atomic_files import write_csv, write_json, write_text
from padnet.project.paths import PROFILES, find_root, results
from padnet.reporting import table_format as layout
from padnet.reporting.pages import table_page
from padnet.reporting.table1 import COLUMNS
from padnet.reporting.tables import numbers, rows

PEERS = ("admm", "hqs")


def report(profile, root=None):
    """Write the tables and the metrics of `profile`, and return {number: rows of that table}.

    Table 3 and its metrics exist if haze removal was run.
    profile: "quick" or "paper". root: the project folder, by default the one that contains the working directory.
    Raises PadnetError if records are missing.
    """
    root = Path(root) if root else find_root()
    folder = results(profile, root)
    found = {number: rows(number, profile, root) for number in numbers(profile, root)}
    for number, table in found.items():
        write_csv(folder / "tables" / f"table{number}.csv", table, COLUMNS)
        write_text(folder / "tables" / f"table{number}.md", table_page(table, number, profile))
    write_json(folder / "metrics.json", headlines(found))
    return found


def headlines(found):
    """The main numbers for `dvc metrics show`, from the first protocol of each table: {quantity: {method: value}}.

    found: {number: rows of that table}.
    gradient_error: of gradient fields, for IPADNet, for EPADNet with the safeguard (21) and (24) and each prior, and
    the minimum over ADMM and HQS with any prior and parameters. psnr: of images, in dB, for both PADNets and the best
    compared method. haze_psnr: for IPADNet, with the airlight known and estimated. certificates: fraction that holds,
    for guarded runs. Values that are not finite, or were not run, are None.
    """
    one, two, three = (_first(found.get(number, ())) for number in (1, 2, 3))
    guarded = {"method": "epadnet", "variant": "guarded", "test": "descent"}
    error = {"ipadnet": _mean(one, "error", method="ipadnet")}
    error |= {f"epadnet_{prior}": _mean(one, "error", prior=prior, **guarded) for prior in ("l0", "l0.8", "l1")}
    psnr = {"ipadnet": _mean(two, "psnr", method="ipadnet"), "epadnet": _mean(two, "psnr", **guarded)}
    peers = [_mean([row], "error") for row in one if row["method"] in PEERS and row["metric"] == "error"]
    compared = [_mean([row], "psnr") for row in two if "padnet" not in row["method"] and row["metric"] == "psnr"]
    return {
        # Not "error": DVC treats such a key as an error of its own, and warns.
        "gradient_error": error | {"best_peer": min((value for value in peers if value is not None), default=None)},
        "psnr": psnr | {"best_compared": max((value for value in compared if value is not None), default=None)},
        "haze_psnr": {name: _mean(three, "psnr", method="ipadnet", variant=name) for name in ("known", "estimated")},
        "certificates": {
            "gradient": _mean(one, "certificates", **guarded),
            "image": _mean(two, "certificates", **guarded),
        },
    }


def _first(table):
    """The rows of the first protocol of a table."""
    return [row for row in table if row["protocol"] == table[0]["protocol"]]


def _mean(table, metric, **wanted):
    """The mean of a metric over the rows with the given entries; None if there are none, or it is not finite."""
    values = [row["value"] for row in table if row["metric"] == metric and wanted.items() <= row.items()]
    mean = sum(values) / len(values) if values else math.nan
    return mean if math.isfinite(mean) else None


def accept(profile, root=None):
    """Accept the numbers of this machine for `profile` as the committed ones.

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
    parser.add_argument("--accept", action="store_true", help="also save these numbers as the reference for later runs")


def main(argv=None):
    """Write the report of a profile, and print its tables unless disabled."""
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
