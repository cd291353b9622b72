"""Make a student's folder: notebooks without solutions, beside links to one copy of the project that a class shares.

    python -m padnet.notebook.desk --project /srv/padnet --out ~/padnet

The shared copy is read and never written: what the notebooks write, figures and failed runs, goes into the student's
folder. A desk that is there already keeps its answers.
"""

import argparse
import sys
from pathlib import Path

from padnet.errors import InputError
from padnet.notebook import student
from padnet.project import console
from padnet.project.paths import PROFILES, find_root, results

__all__ = ["desk"]

SHARED = ("padnet", "docs", "reference", "data", "weights", "params.yaml", "dvc.yaml")
OWN = ("notebooks", "figures")  # of a profile's results: made anew by each student


def desk(root: Path, out: Path, overwrite: bool = False) -> list[Path]:
    """Make the folder `out`, or complete it; the paths of its notebooks.

    root: the shared project, of which only links are made. overwrite: notebooks in `out` may be replaced.
    Raises InputError when `out` lies in the shared project or holds something else in the place of a link, or answers.
    """
    root, out = Path(root).resolve(), Path(out)
    if out.resolve().is_relative_to(root):
        raise InputError(f"{out} is inside the shared project {root}: choose a folder of the student with --out.")
    links = {out / name: root / name for name in SHARED if (root / name).exists()}
    for profile in PROFILES:
        there = results(profile, root)
        found = sorted(there.iterdir()) if there.is_dir() else []
        links |= {results(profile, out) / path.name: path for path in found if path.name not in OWN}
    for link, goal in links.items():
        if (link.exists() or link.is_symlink()) and link.resolve() != goal.resolve():
            raise InputError(f"{link} is there and does not lead to {goal}: choose another folder with --out.")
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file: choose a folder with --out.")
    made = student.write(out / "notebooks", root, overwrite)
    for link, goal in links.items():
        if not link.is_symlink():
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(goal)
    return made


def add_arguments(parser):
    """Add this command's options to an argparse parser."""
    parser.add_argument(
        "--project", type=Path, default=None, metavar="FOLDER", help="the shared copy; default: this one"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="the student's own folder")
    parser.add_argument("--overwrite", action="store_true", help="replace notebooks in FOLDER, answers and all")


def main(argv=None):
    """Make a desk and say where it is."""
    parser = argparse.ArgumentParser(prog="python -m padnet.notebook.desk", description=__doc__.splitlines()[0])
    add_arguments(parser)
    options = parser.parse_args(argv)
    made = desk(find_root(options.project), options.out, options.overwrite)
    print(f"{options.out}: {len(made)} notebooks without solutions, and links to what they read")


if __name__ == "__main__":
    sys.exit(console.run(main))
