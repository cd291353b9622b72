"""Seed variance: mean and spread of the errors of Table 1 over trainings that only differ in their seed.

    python -m padnet.reporting.seed_statistics --profile paper

The inputs are the records seeds-METHOD-SEED.csv; the outputs are results/PROFILE/tables/seeds.csv and its page,
seeds.md.
"""

import argparse
import statistics
import sys
from pathlib import Path

from padnet.errors import PadnetError
from padnet.evaluation.records import short
from padnet.labels import METHODS, TESTS
from padnet.project import console
from padnet.project.atomic_files import write_csv, write_text
from padnet.project.paths import PROFILES, find_root, results
from padnet.reporting.markdown import grid
from padnet.reporting.pages import page
from padnet.reporting.table1 import PRIORS, holds, read_records

COLUMNS = [
    "protocol",
    "prior",
    "method",
    "variant",
    "test",
    "seeds",
    "pairs",
    "mean",
    "spread",
    "least",
    "most",
    "certificates",
    "table1",
]
NETS = ("ipadnet", "epadnet")
HEAD = ["prior", "method", "test", "trainings", "mean error", "spread", "least", "most", "Table 1", "certificates"]


def rows(profile, root=None):
    """The rows of tables/seeds.csv, dicts with the keys COLUMNS.

    mean, least and most: of the trainings' mean errors over the pairs. spread: their sample standard deviation (n -
    1). certificates: the fraction that holds. table1: the error of the networks of Table 1.
    root: the project folder, by default the one that contains the working directory.
    Raises PadnetError if records are missing, or there is only one seed.
    """
    folder, found = results(profile, Path(root) if root else find_root()) / "records", []
    for place in sorted({path.parent for path in folder.glob("*/seeds-*.csv")}):
        for method in NETS:
            paths = sorted(place.glob(f"seeds-{method}-*.csv"))
            if len(paths) < 2:
                raise PadnetError(
                    f"{place} has the records of {len(paths)} trainings of {method}: a spread needs two or more"
                )
            trainings = [_groups(path) for path in paths]
            table1 = _groups(place / f"gradient-{method}.csv")
            for key in sorted(
                trainings[0], key=lambda key: (PRIORS.index(key[0]) if key[0] else 0, key[1], key[2] == "condition1")
            ):
                found.append(_row(place.name, method, key, [groups[key] for groups in trainings], table1[key]))
    if not found:
        raise PadnetError(f"{folder} holds no records of several seeds: make them with make paper")
    return found


def _groups(path):
    """{(prior or "", variant, test or ""): its records} of a file."""
    groups = {}
    for record in read_records(path):
        groups.setdefault(
            ("" if record["p"] is None else f"l{record['p']:g}", record["variant"], record["test"] or ""), []
        ).append(record)
    return groups


def _error(group):
    return sum(record["error"] for record in group) / len(group)


def _row(protocol, method, key, trainings, table1):
    errors = [_error(group) for group in trainings]
    held = [holds(record["verdict"]) for group in trainings for record in group]
    values = (
        protocol,
        key[0],
        method,
        key[1],
        key[2],
        len(errors),
        len(trainings[0]),
        short(statistics.mean(errors)),
        short(statistics.stdev(errors)),
        short(min(errors)),
        short(max(errors)),
        sum(held) / len(held),
        short(_error(table1)),
    )
    return dict(zip(COLUMNS, values, strict=True))


def block(found):
    """The rows as Markdown, one table per protocol."""
    parts = []
    for protocol in sorted({row["protocol"] for row in found}):
        lines, here = [], [row for row in found if row["protocol"] == protocol]
        for row in here:
            count = row["seeds"] * row["pairs"]
            lines.append(
                [
                    row["prior"],
                    f"{METHODS[row['method']]}, {row['variant']}",
                    TESTS.get(row["test"], ""),
                    str(row["seeds"]),
                    *(f"{row[key]:.4f}" for key in ("mean", "spread", "least", "most", "table1")),
                    f"{round(row['certificates'] * count)} of {count} hold",
                ]
            )
        parts.append(
            f"`{protocol}`, mean over {here[0]['pairs']} pairs of image and kernel:\n\n{grid(HEAD, lines, HEAD[3:])}\n"
        )
    return "\n".join(parts)


def seeds_page(found, profile):
    """The rows as a page, Markdown."""
    return page("Several seeds", "seeds", f"padnet spread --profile {profile}", block(found))


def spread(profile, root=None):
    """Write tables/seeds.csv and seeds.md of `profile`, and return the rows; see rows."""
    root = Path(root) if root else find_root()
    found = rows(profile, root)
    write_csv(results(profile, root) / "tables/seeds.csv", found, COLUMNS)
    write_text(results(profile, root) / "tables/seeds.md", seeds_page(found, profile))
    return found


def add_arguments(parser):
    """Add this command's options to an argparse parser."""
    parser.add_argument(
        "--profile", choices=PROFILES, default="paper", help="profile of the records (default: %(default)s)"
    )


def main(argv=None):
    """Write the table of the seeds of a profile, and print it."""
    parser = argparse.ArgumentParser(prog="padnet spread", description=__doc__.splitlines()[0])
    add_arguments(parser)
    print(block(spread(parser.parse_args(argv).profile)), end="")


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
