"""Write the student version of each notebook, without the solutions of its exercises.

    padnet student --out FOLDER

FOLDER should be inside the project: notebooks 04 to 07 search their parent folders for its results and networks.
The lines between `# BEGIN SOLUTION` and `# END SOLUTION` of a cell are replaced by an ellipsis; the checks remain.
"""

import argparse
import sys
from pathlib import Path

import nbformat

from padnet.errors import InputError
from padnet.notebook.executed import read_notebook
from padnet.project import console
from padnet.project.atomic_files import write_text
from padnet.project.paths import PROFILES, find_root

__all__ = ["solutions", "student_version"]

BEGIN, END, TAG = "# BEGIN SOLUTION", "# END SOLUTION", "solution"
DOTS = "...  # your answer"


def student_version(book: nbformat.NotebookNode, name: str) -> nbformat.NotebookNode:
    """A notebook without its solutions, as a new NotebookNode. Raises InputError for marks that do not pair."""
    copy = nbformat.from_dict(book)
    for number, cell in enumerate(copy.cells):
        if cell.cell_type == "code":
            cell.source = _emptied(cell.source, f"cell {number} of {name}")
            cell.outputs, cell.execution_count = [], None
    return copy


def solutions(book: nbformat.NotebookNode) -> list[str]:
    """The code of the cells that hold a solution, those tagged `imports` first."""
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    tagged = {tag: [c.source for c in code if tag in c.metadata.get("tags", [])] for tag in ("imports", TAG)}
    return [*tagged["imports"], *tagged[TAG]]


def _emptied(source, where):
    """The code with dots in the place of each solution, at its indentation."""
    kept, inside = [], None
    for line in source.splitlines():
        mark = line.strip()
        if mark == BEGIN and inside is None:
            inside = line[: len(line) - len(line.lstrip())]
            kept.append(inside + DOTS)
        elif mark == END and inside is not None:
            inside = None
        elif mark in (BEGIN, END):
            raise InputError(f"{where} has a {mark!r} without its partner: a solution begins and ends once.")
        elif inside is None:
            kept.append(line)
    if inside is not None:
        raise InputError(f"{where} begins a solution and does not end it: write {END!r} below it.")
    return "\n".join(kept)


def write(out: Path, root: Path, overwrite: bool = False) -> list[Path]:
    """Write the student version of every notebook to OUT/NAME.ipynb; the paths written.

    overwrite: notebooks in OUT, which may hold answers, may be replaced.
    Raises InputError when OUT is the folder of the sources or of executed notebooks, which would be lost, and when it
    holds other notebooks of these names; PadnetError for a notebook that cannot be read.
    """
    sources = sorted((root / "notebooks").glob("*.ipynb"))
    for what, name in ({"sources": "notebooks"} | {f"{p} results": f"results/{p}/notebooks" for p in PROFILES}).items():
        if out.resolve() == (root / name).resolve():
            told = f"the student versions would replace the {what} in {name}/"
            raise InputError(f"{told}: choose another folder with --out.")
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file: choose a folder with --out.")
    # All notebooks are read before the first is written.
    made = [(path.name, student_version(read_notebook(path), path.name)) for path in sources]
    texts = [(out / name, nbformat.writes(book) + "\n") for name, book in made]
    changed = [path.name for path, text in texts if path.exists() and path.read_bytes() != text.encode()]
    if changed and not overwrite:
        raise InputError(
            f"{out} holds {', '.join(changed)}, perhaps with answers: choose another folder, or say --overwrite"
        )
    for path, text in texts:
        write_text(path, text)
    return [out / name for name, _ in made]


def add_arguments(parser):
    """Add this command's options to an argparse parser."""
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="for the notebooks without solutions; inside the project, whose results 04 to 07 read",
    )
    parser.add_argument("--overwrite", action="store_true", help="replace notebooks in FOLDER, answers and all")


def main(argv=None):
    """Write the student versions and say where they are."""
    parser = argparse.ArgumentParser(prog="padnet student", description=__doc__.splitlines()[0])
    add_arguments(parser)
    options, root = parser.parse_args(argv), find_root()
    out = options.out
    print(f"{out}: {len(write(out, root, options.overwrite))} notebooks without solutions")
    if not out.resolve().is_relative_to(root.resolve()):
        told = f"warning: {out} is outside the project, where notebooks 04 to 07 do not find what they read"
        print(told, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(console.run(main))
