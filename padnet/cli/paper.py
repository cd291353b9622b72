"""`make paper`: run what is out of date of the paper profile, and nothing else.

The committed results need neither the benchmark files nor a GPU to be up to date: in a fresh clone
`data/paper` is absent, and DVC's allow_missing compares the committed hashes instead. Only when a
stage that reads those files has to run are they fetched. Between the trainings and what uses their networks these are
copied into the package (padnet.experiments.ship).
"""

import argparse
import contextlib
import io
import logging
import subprocess
import sys

from dvc.exceptions import DvcException
from dvc.repo import Repo

from padnet.errors import PadnetError
from padnet.experiments import ship
from padnet.project import console, deps
from padnet.project.paths import find_root

TARGETS = ("compare@paper", "deviations", "spread", "heldout-table", "colour", "ssim", "kept-runs")


def needed(root):
    """What DVC has to do for the paper profile: the options of `dvc repro`, or None when nothing is out of date.

    root: the project folder. ["--allow-missing"] where no stage to run reads an absent file, else [].
    Raises PadnetError for an output that no run has made: with allow_missing DVC takes it for one that is elsewhere.
    """
    log = logging.getLogger("dvc")
    before = log.level
    try:
        with Repo(str(root)) as repo, contextlib.redirect_stdout(io.StringIO()):
            log.setLevel(logging.WARNING)  # else it names every stage that need not run
            unmade = [stage.addressing.rpartition(":")[2] for stage in repo.index.stages if _unmade(stage)]
            stages = repo.reproduce([f"{root}/dvc.yaml:{name}" for name in TARGETS], dry=True, allow_missing=True)
    except DvcException as error:
        # DVC cannot hash an absent dependency of a stage that has to run.
        if isinstance(error.__cause__, FileNotFoundError):
            return []
        raise PadnetError(
            f"DVC cannot tell what is out of date ({error.__cause__ or error}): run dvc repro {' '.join(TARGETS)}"
        ) from error
    finally:
        log.setLevel(before)
    if unmade:
        raise PadnetError(f"{unmade[0]} has an output that no run has made: run dvc repro -s {unmade[0]} and commit")
    # The files of the stages are compared by themselves: an edit that changes none of them makes only their stage run.
    return ["--allow-missing"] if [stage for stage in stages if stage.addressing != deps.STAGE] else None


def _unmade(stage):
    """Whether a stage of dvc.yaml has an output that dvc.lock does not know."""
    return bool(stage.cmd) and any(not out.hash_info for out in stage.outs)


def add_arguments(parser):
    """Add this command's options to an argparse parser."""
    parser.add_argument("--check", action="store_true", help="run nothing; fail when something is out of date")


def main(argv=None):
    """Bring the paper profile up to date, or check that it is."""
    parser = argparse.ArgumentParser(prog="padnet paper", description=__doc__.splitlines()[0])
    add_arguments(parser)
    check = parser.parse_args(argv).check
    root = find_root()
    stale = deps.stale(root)
    if stale and not check:
        deps.write_lists(root / deps.FOLDER, root)
        stale = []
    options = needed(root)
    copies = ship.stale(root) if options is None else []  # while trainings are old, their networks are too
    if options is None and not stale and not copies:
        print("The paper profile is up to date: results/paper and weights/paper are as dvc.lock says.")
    elif check and options is None and copies:
        raise PadnetError(
            f"{copies[0][1].relative_to(root)} is not the network of weights/paper: run "
            "python -m padnet.experiments.ship and commit what changes"
        )
    elif check and options is None:
        # Whether a result is old too shows only once the files are new; stages of the quick profile have one as well.
        raise PadnetError(
            f"the files in {deps.FOLDER} are older than the code: run python -m padnet.project.deps --write and commit"
        )
    elif check:
        raise PadnetError(
            "the committed results of the paper profile are older than what they depend on: "
            "run make paper and commit what changes, or dvc commit for an edit that cannot change a result"
        )
    else:
        # A stage to run may need nothing but a shipped network that is missing or old.
        options = ["--allow-missing"] if options is None else options
        _repro(root, options, ship.STAGES)
        ship.ship(root)
        _repro(root, options, TARGETS)


def _repro(root, options, targets):
    """Run DVC. Raises PadnetError when it ends with an error."""
    if subprocess.run([sys.executable, "-m", "dvc", "repro", *options, *targets], cwd=root, check=False).returncode:
        raise PadnetError(
            "the paper profile is not complete; what went wrong stands above, and the same command goes on from there"
        )


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
