"""Write the student version of each notebook, without the solutions of its exercises.

    padnet student --out FOLDER --key KEY.md

FOLDER should be inside the project: notebooks 04 to 07 search their parent folders for its results and networks.
The lines between `# BEGIN SOLUTION` and `# END SOLUTION` of a cell are replaced by an ellipsis. The check becomes a
cell of its own that gives points, and both carry the metadata by which nbgrader knows them (its schema 3): the answer
as a solution, the check as a locked test with the points of the exercise's level. A last cell writes the scores.
"""

import argparse
import re
import sys
from pathlib import Path

import nbformat

from padnet.errors import InputError
from padnet.notebook.executed import read_notebook
from padnet.project import console
from padnet.project.atomic_files import write_text
from padnet.project.paths import PROFILES, find_root

__all__ = ["key", "solutions", "student_version"]

BEGIN, END, TAG, TASK = "# BEGIN SOLUTION", "# END SOLUTION", "solution", "exercise"
PROJECT, RUBRIC = "project", 12  # the points of the four questions in docs/teaching.md
DOTS = "...  # your answer"
CHECK = re.compile(r"\n*^check\(\"(?P<name>\d\d[a-z]?\.\d+)\", (?P<answer>\w+)\);$", re.MULTILINE)
STARS = re.compile(r"### Exercise (?P<name>\d\d[a-z]?\.\d+) (?P<stars>★+)$", re.MULTILINE)


def student_version(book: nbformat.NotebookNode, name: str) -> nbformat.NotebookNode:
    """A notebook without its solutions, as a new NotebookNode. Raises InputError for marks that do not pair.

    The points of an exercise are the stars of its title. A notebook with exercises ends with a cell for the scores.
    """
    copy, levels, cells = nbformat.from_dict(book), _levels(book), []
    for number, cell in enumerate(copy.cells):
        cells.append(cell)
        if PROJECT in cell.metadata.get("tags", []):
            cell.metadata["nbgrader"] = _graded("project", points=RUBRIC) | {"grade": False, "task": True}
        if cell.cell_type != "code":
            continue
        cell.source = _emptied(cell.source, f"cell {number} of {name}")
        cell.outputs, cell.execution_count = [], None
        found = CHECK.search(cell.source) if TAG in cell.metadata.get("tags", []) else None
        if found:
            label, call = found["name"], f'points("{found["name"]}", {found["answer"]})'
            cell.source = cell.source[: found.start()]
            cell.metadata["nbgrader"] = _graded(f"answer-{label}", solution=True)
            test = nbformat.v4.new_code_cell(f"from padnet.exercises import points\n\n{call}", id=f"{cell.id}-points")
            test.metadata["tags"] = [TAG]
            test.metadata["nbgrader"] = _graded(f"points-{label}", points=levels.get(label, 1))
            cells.append(test)
    if levels:
        book_number = min(levels).partition(".")[0]
        call = f'from padnet.exercises import score\n\nscore("scores-{book_number}.json");'
        words = "## Your scores\n\nRun this after the exercises: it writes the points that you have to a file."
        cells += [nbformat.v4.new_markdown_cell(words, id="scores-text"), nbformat.v4.new_code_cell(call, id="scores")]
    copy.cells = cells
    return copy


def _levels(book):
    """{exercise: its stars} of a notebook."""
    text = "\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")
    return {found["name"]: len(found["stars"]) for found in STARS.finditer(text)}


def _graded(label, solution=False, points=None):
    """The metadata of nbgrader for a cell: an answer, or a locked test with points."""
    known = {"schema_version": 3, "grade_id": label.replace(".", "-"), "solution": solution, "grade": not solution}
    return known | {"locked": not solution, "task": False} | ({} if points is None else {"points": points})


def key(books: dict[str, nbformat.NotebookNode]) -> str:
    """The tasks and solutions of all notebooks as a Markdown page, for teachers. books: {title: notebook}."""
    lines = ["# Solutions"]
    for title, book in books.items():
        tagged = [(cell, cell.metadata.get("tags", [])) for cell in book.cells]
        parts = [
            cell.source if TASK in tags else f"```python\n{cell.source}\n```"
            for cell, tags in tagged
            if TASK in tags or (TAG in tags and cell.cell_type == "code")
        ]
        lines += [f"## {title}", *parts] if parts else []
    return "\n\n".join(lines) + "\n"


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


def write(out: Path, root: Path, overwrite: bool = False, key_file: Path | None = None) -> list[Path]:
    """Write the student version of every notebook to OUT/NAME.ipynb, and the solutions to `key_file`; the paths in OUT.

    overwrite: notebooks in OUT, which may hold answers, may be replaced.
    Raises InputError when OUT is the folder of the sources or of executed notebooks, which would be lost, when it
    holds other notebooks of these names, and when the key would lie in OUT or replace another file; PadnetError for a
    notebook that cannot be read.
    """
    sources = sorted((root / "notebooks").glob("*.ipynb"))
    for what, name in ({"sources": "notebooks"} | {f"{p} results": f"results/{p}/notebooks" for p in PROFILES}).items():
        if out.resolve() == (root / name).resolve():
            told = f"the student versions would replace the {what} in {name}/"
            raise InputError(f"{told}: choose another folder with --out.")
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file: choose a folder with --out.")
    if key_file is not None:
        _check_key(key_file, out, overwrite)
    # All notebooks are read before the first is written.
    books = {path.name: read_notebook(path) for path in sources}
    made = [(name, student_version(book, name)) for name, book in books.items()]
    texts = [(out / name, nbformat.writes(book) + "\n") for name, book in made]
    changed = [path.name for path, text in texts if path.exists() and path.read_bytes() != text.encode()]
    if changed and not overwrite:
        raise InputError(
            f"{out} holds {', '.join(changed)}, perhaps with answers: choose another folder, or say --overwrite"
        )
    for path, text in texts:
        write_text(path, text)
    if key_file is not None:
        write_text(key_file, key({Path(name).stem: book for name, book in books.items()}))
    return [out / name for name, _ in made]


def _check_key(key_file, out, overwrite):
    """Raise InputError for a place where students would find the key, or that holds another file."""
    if key_file.resolve().is_relative_to(out.resolve()):
        raise InputError(f"the key {key_file} would lie in {out}, where students find it: choose another place")
    if key_file.is_dir() or not key_file.absolute().parent.is_dir():
        raise InputError(f"{key_file} cannot be written: name a file in a folder that exists")
    if key_file.exists() and not key_file.read_bytes().startswith(b"# Solutions\n") and not overwrite:
        raise InputError(f"{key_file} exists and is no key: choose another place, or say --overwrite")


def add_arguments(parser):
    """Add this command's options to an argparse parser."""
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="for the notebooks without solutions; inside the project, whose results 04 to 07 read",
    )
    parser.add_argument("--key", type=Path, metavar="FILE", help="a Markdown file for all solutions, for teachers")
    parser.add_argument("--overwrite", action="store_true", help="replace notebooks in FOLDER, answers and all")


def main(argv=None):
    """Write the student versions and say where they are."""
    parser = argparse.ArgumentParser(prog="padnet student", description=__doc__.splitlines()[0])
    add_arguments(parser)
    options, root = parser.parse_args(argv), find_root()
    out = options.out
    print(f"{out}: {len(write(out, root, options.overwrite, options.key))} notebooks without solutions")
    if not out.resolve().is_relative_to(root.resolve()):
        told = f"warning: {out} is outside the project, where notebooks 04 to 07 do not find what they read"
        print(told, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(console.run(main))
