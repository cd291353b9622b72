"""Print the summary of `make repro`: the tables, and a comparison of this run with the committed one."""

import argparse
import csv
import subprocess
import sys
from pathlib import Path

from padnet.errors import PadnetError
from padnet.project import console, run_card as card
from padnet.project.params import parse_yaml, read_yaml
from padnet.project.paths import PROFILES, find_root
from padnet.reporting import table_format as layout
from padnet.reporting.agreement import agreement, outputs, write_names
from padnet.reporting.table1 import COLUMNS
from padnet.reporting.tables import numbers, rows
from padnet.verify import selftest

BEFORE = card.BEFORE


def committed_lock(root):
    """The text of dvc.lock in the last commit; else the copy that `make` saved before this run; else None."""
    shown = subprocess.run(["git", "show", "HEAD:dvc.lock"], cwd=root, capture_output=True, text=True, check=False)
    if shown.returncode == 0:
        return shown.stdout
    before = Path(root) / BEFORE
    return before.read_text(encoding="utf-8") if before.is_file() else None


def comparison(profile, root):
    """Sentences: how many outputs are bitwise identical to the committed hashes, and where and by how much others
    differ.

    profile: "quick" or "paper". root: the project folder.
    If outputs of the quick profile differ, the self-test is run to find out whether this is expected.
    Raises PadnetError if nothing has been run, or if a stage of the quick profile has different outputs from the same
    inputs on a processor that reproduces the committed bits; the message starts with the same sentences.
    """
    root = Path(root)
    if not (root / "dvc.lock").is_file():
        raise PadnetError("there is no dvc.lock: run make repro first")
    now, text = read_yaml(root / "dvc.lock"), committed_lock(root)
    committed = parse_yaml(text, "the committed dvc.lock") if text else None
    if not outputs(committed, profile):
        return f"{profile}: {len(outputs(now, profile))} outputs; no committed hashes to compare them with."
    found = agreement(now, committed, profile)
    names = write_names(root, profile, found)
    sentence = (
        f"{profile}: {max(found.total - len(found.other), 0)} of {found.total} outputs equal the committed hashes to "
        "the bit."
    )
    if not found.other:
        return sentence
    sentence = (
        f"{sentence} The first that differ are of {found.first()}. There are {found.folders()}; {names} lists them. "
        f"{difference(profile, root)}"
    )
    if profile != "quick":
        return sentence  # trained on other machines, some of them without the environment variables
    answer = selftest.answer(root)
    if answer.same and found.unexplained:
        raise PadnetError(
            f"{sentence} But {answer.sentence()}{answer.others()}: run git checkout dvc.lock, then make repro"
        )
    return sentence if answer.same else f"{sentence} That is no failure: {answer.sentence()}."


def difference(profile, root):
    """A sentence per table: the difference from the committed reference/PROFILE_table{1,2,3}.csv."""
    return " ".join(_difference(number, profile, root) for number in numbers(profile, root))


def _difference(number, profile, root):
    reference = Path(root) / "reference" / f"{profile}_table{number}.csv"
    if not reference.is_file():
        return f"There is no {reference.name} in reference/ to measure the difference by."
    with open(reference, newline="", encoding="utf-8") as file:
        old = {_key(row): float(row["value"]) for row in csv.DictReader(file)}
    new = {_key(row): float(row["value"]) for row in rows(number, profile, root)}
    if set(old) != set(new):
        return f"Table {number} has other rows than reference/{reference.name} ({len(set(old) ^ set(new))} of them)."
    # repr: treats two runs that diverge to NaN as equal
    worst = max(((_distance(old[key], new[key]), key) for key in old), default=(0.0, ()))
    if worst[0] == 0:
        return f"Table {number} equals reference/{reference.name} in every number."
    where = " ".join(filter(None, worst[1]))
    return f"Table {number} differs from reference/{reference.name} by at most {worst[0]:.1e} relative ({where})."


def _key(row):
    return tuple(row.get(column, "") for column in COLUMNS[: COLUMNS.index("value")])


def _distance(old, new):
    if repr(old) == repr(new):
        return 0.0
    distance = abs(new - old) / max(abs(old), 1e-300)
    return distance if distance == distance else float("inf")


def add_arguments(parser):
    """Add this command's options to an argparse parser."""
    parser.add_argument("--profile", choices=PROFILES, required=True)


def main(argv=None):
    """Print the tables of a profile and the comparison with the committed run, and write the profile's card."""
    parser = argparse.ArgumentParser(prog="padnet closing", description=__doc__.splitlines()[0])
    add_arguments(parser)
    profile = parser.parse_args(argv).profile
    root = find_root()
    for number in numbers(profile, root):
        print(layout.text(rows(number, profile, root), number))
        print()
    card.write_card(profile, root, ran=True)
    print(comparison(profile, root))


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
