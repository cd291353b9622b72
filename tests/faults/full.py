"""Every fault test in full, with its figures as JSON; the exit status tells whether all went well.

    python tests/faults/full.py --out reference/faults.json

About 12 minutes on two CPU cores. What is tried is a function of the seed; when a kill hits is not, quite.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from beside import ROOT
from contracts import CONTRACTS
from experiments import killed_experiments
from figures import PAGE, table
from flips import flip_all
from fuzz import hunt
from jobs import JOBS
from kills import kill_runs
from repro import two_repros
from space import full_disk
from twice import race

from padnet.project.atomic_files import write_json
from padnet.project.markers import rewrite

EXPERIMENT = "dvc exp run"
# How much of each: kills of a stage, stages on a full disk, bits of a file, races of a stage, random arguments of a function.
FULL = {
    "kills": {"train": 46, "benchmark": 36, "fetch": 80, "notebook": 26, EXPERIMENT: 20},
    "space": tuple(JOBS),
    "bits": 10_400,  # two kinds of files have 2400 at most
    "races": {"train": 4, "benchmark": 3, "fetch": 16, "notebook": 2},
    "inputs": 2000,
}
SHORT = {
    "kills": {"train": 1, "benchmark": 0, "fetch": 8, "notebook": 0, EXPERIMENT: 1},
    "space": ("train", "fetch"),
    "bits": 100,
    "races": {"train": 1, "benchmark": 0, "fetch": 4, "notebook": 0},
    "inputs": 40,
}
DEAR = {"deconvolve": 4, "dehaze": 2, "folder": 40}  # a call takes so many times as long as another
CHEAP = {"files": 3}
PARTS = ("kills", "space", "flips", "races", "inputs")


def run(part, much, seed, scratch):
    """The figures of one part, by stage, kind of file or function."""
    if part == "kills":
        kills = dict(much["kills"])
        found = {EXPERIMENT: killed_experiments(kills.pop(EXPERIMENT), seed, ROOT, scratch)}
        return {name: kill_runs(name, count, seed, scratch) for name, count in kills.items() if count} | found
    if part == "space":
        return {name: full_disk(name, scratch) for name in much["space"]}
    if part == "flips":
        return flip_all(much["bits"], seed, scratch / "flips")
    if part == "races":
        found = {name: race(name, count, seed, scratch) for name, count in much["races"].items() if count}
        return found | {"dvc repro": two_repros(scratch)}
    return {name: hunt(name, CHEAP.get(name, 1) * much["inputs"] // DEAR.get(name, 1)) for name in CONTRACTS}


def wrong(figures):
    """The sentences on what went wrong in the figures of a part."""
    found = [text for one in figures.values() for text in one.get("wrong", [])]
    found += [
        f"{one['missed']} flipped bits in {name} went unnoticed" for name, one in figures.items() if one.get("missed")
    ]
    return found + [
        f"{name} ended {one['without_a_sentence']} times in a traceback"
        for name, one in figures.items()
        if one.get("without_a_sentence")
    ]


def main():
    """Run the parts that the command line names, print a line for each, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="write the figures here, JSON")
    parser.add_argument("--short", action="store_true", help="a small share of each, about a minute")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", choices=PARTS, action="append", help="this part only; may be given again")
    parser.add_argument("--page", action="store_true", help=f"write their table into {PAGE}")
    args = parser.parse_args()
    if args.page and args.part:
        parser.error(f"the table in {PAGE} needs all parts")
    much, figures, faults = SHORT if args.short else FULL, {"seed": args.seed}, []
    for part in args.part or PARTS:
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="padnet-faults-") as scratch:
            figures[part] = run(part, much, args.seed, Path(scratch))
        found = wrong(figures[part])
        print(f"{part}: {len(found)} faults, {time.monotonic() - begun:.0f} s", flush=True)
        faults += found
    if args.out:
        write_json(args.out, figures)
    if args.page:
        rewrite(ROOT, PAGE, table(figures), "faults")
    for fault in faults:
        print(f"padnet: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
