"""Check the committed results on this machine: hashes, tables, certificates, and one re-executed notebook.

    padnet verify

Works offline and without benchmark files, and changes no file of the project. It prints one line with counts for each
kind of check that passes, and one line with the file name for each failure. The exit status is 0 if everything
passes. On a processor that does not reproduce the committed bits, as the first line reports, a notebook passes if its
numbers are within --tolerance (padnet.verify.notebooks).
"""

import argparse
import contextlib
import sys
from pathlib import Path

from padnet.errors import InputError, PadnetError
from padnet.project import console
from padnet.project.markers import rewrite
from padnet.project.paths import PROFILES, find_root, results
from padnet.verify import (
    benchmarks,
    bits,
    cards,
    certificates,
    hashes,
    iterates,
    kept,
    links,
    modules,
    notebooks,
    runs,
    tables,
    weights,
)
from padnet.verify.outcome import Outcome

PAGE = "docs/verify.md"


def outcomes(root, options):
    """The Outcome of every selected check, one after the other; the notebook runs meanwhile."""
    again = notebooks.in_background(root, options.profile, options.notebook, options.tolerance)
    with contextlib.nullcontext() if options.skip_notebook else again as judged:
        same = False
        if not options.skip_runs:
            outcome, same = bits.check(root)
            yield outcome
        for check in (hashes, weights, cards, tables, certificates, links, kept):
            yield check.check(root, options.profile)
        yield modules.check(root)
        if not options.skip_runs:
            yield runs.check(options.keep)
            yield benchmarks.check(root, options.profile, same)
        if judged:
            yield judged(same)


def saved(path):
    """The Outcome of one saved run."""
    told, wrong = iterates.faults(path)
    held = f"{path}: {len(told['rows'])} rows computed again from the iterates; {told['verdict']}"
    return Outcome("iterates", held, [f"{path}: {one}" for one in wrong])


def add_arguments(parser):
    """Add this command's options to an argparse parser."""
    parser.add_argument("--profile", choices=PROFILES, default="paper", help="profile to check; default: paper")
    parser.add_argument(
        "--notebook",
        default=notebooks.DEFAULT,
        metavar="NAME",
        help="notebook to execute, without .ipynb; 04 to 07 need data/; default: %(default)s",
    )
    parser.add_argument(
        "--tolerance",
        type=float,
        default=notebooks.TOLERANCE,
        help="relative tolerance for its numbers if the bytes differ; default: %(default)s",
    )
    parser.add_argument("--skip-notebook", action="store_true", help="do not execute a notebook")
    parser.add_argument("--skip-runs", action="store_true", help="skip the deblurring runs and the self-test")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="save the iterates of the small runs there")
    parser.add_argument("--iterates", type=Path, metavar="FILE", help="only check the certificate of this saved run")
    parser.add_argument("--page", action="store_true", help=f"write the output to {PAGE} if all checks pass")


def main(argv=None):
    """Run all checks, print a line for each, and raise PadnetError if anything fails."""
    parser = argparse.ArgumentParser(prog="padnet verify", description=__doc__.splitlines()[0])
    add_arguments(parser)
    options = parser.parse_args(argv)
    part = options.iterates or options.skip_runs or options.skip_notebook or options.profile != "paper"
    if options.page and part:
        raise InputError(f"{PAGE} shows the whole check of the paper profile: give --page without the other options")
    root = find_root() if options.iterates is None else None
    if root and not results(options.profile, root).is_dir():
        target = "repro" if options.profile == "quick" else "paper"
        raise InputError(f"there is no results/{options.profile}: make it with make {target}")
    said, wrong = [], 0
    for outcome in [saved(options.iterates)] if options.iterates else outcomes(root, options):
        said += outcome.lines()
        wrong += len(outcome.findings)
        print("\n".join(outcome.lines()), flush=True)
    if wrong:
        count = "1 thing does" if wrong == 1 else f"{wrong} things do"
        raise PadnetError(f"{count} not hold: each line with FAILS names a file")
    if options.page:
        rewrite(root, PAGE, "".join(f"    {line}\n" for line in ["$ padnet verify", *said]), "verify")


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
