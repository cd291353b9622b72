"""Write buttons that open the notebooks in Binder and Colab, for a repository that is published on GitHub.

Two are inserted into README.md below its title; docs/online.md gets links for every notebook.
"""

import argparse
import re
import sys
from pathlib import Path
from urllib.parse import quote

from padnet.errors import InputError, PadnetError
from padnet.notebook.executed import NAME, read_book
from padnet.project import console
from padnet.project.atomic_files import write_text
from padnet.project.paths import find_root

QUICKSTART = "00_quickstart"
BINDER = "https://mybinder.org/v2/gh/{repository}/{branch}?urlpath={place}"
COLAB = "https://colab.research.google.com/github/{repository}/blob/{branch}/notebooks/{name}.ipynb"
BADGES = {
    "Open in Binder": "https://mybinder.org/badge_logo.svg",
    "Open in Colab": "https://colab.research.google.com/assets/colab-badge.svg",
}
REPOSITORY = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9])*/(?!\.\.?$)[A-Za-z0-9._-]+")
BRANCH = re.compile(r"(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9._-]*")
PAGE = "docs/online.md"
TITLE = re.compile(r"\A(# .*\n\n)(?:\[!\[Open in Binder\].*\n\n)?")  # including the buttons of an earlier run
# The setup that Colab needs: the packages for students that it may not have. Binder reads environment.yml by itself.
FIRST_CELL = """    !git clone -q -b {branch} https://github.com/{repository}
    !pip install -q ./{folder} ruamel.yaml h5py pydantic
    %cd {folder}/notebooks"""


def links(repository, branch, name):
    """(the address in Binder, the address in Colab) of notebooks/NAME.ipynb."""
    place = quote(f"lab/tree/notebooks/{name}.ipynb", safe="")
    return (
        BINDER.format(repository=repository, branch=branch, place=place),
        COLAB.format(repository=repository, branch=branch, name=name),
    )


def buttons(repository, branch):
    """The line of two buttons that open the quickstart, Markdown."""
    addresses = links(repository, branch, QUICKSTART)
    return " ".join(
        f"[![{what}]({badge})]({address})" for (what, badge), address in zip(BADGES.items(), addresses, strict=True)
    )


def page(repository, branch, root):
    """The page with links for every notebook, Markdown.

    repository: OWNER/NAME. branch: the one that holds the notebooks. root: the project folder.
    Raises InputError for another form of either, PadnetError when the quickstart or a file of Binder's is missing.
    """
    if not REPOSITORY.fullmatch(repository):
        raise InputError(f"{repository!r} names no repository: write it as OWNER/NAME")
    if not BRANCH.fullmatch(branch):
        raise InputError(f"{branch!r} is no branch to link to: its name may hold letters, digits, single dots, - and _")
    for file in (f"notebooks/{QUICKSTART}.ipynb", "environment.yml", "requirements.lock"):
        if not (root / file).is_file():
            raise PadnetError(f"there is no {file}, which the buttons open or need: bring it back with git checkout")
    books = [read_book(path) for path in sorted((root / "notebooks").glob("*.ipynb")) if NAME.fullmatch(path.stem)]
    told = f"Written by `padnet buttons --repository {repository} --branch {branch}`."
    lines = ["# The notebooks in a browser", "", buttons(repository, branch), "", told, ""]
    lines += ["| notebook | | |", "| --- | --- | --- |"]
    for book in books:
        binder, colab = links(repository, branch, book.name)
        lines.append(f"| {book.title} | [Binder]({binder}) | [Colab]({colab}) |")
    reading = [book.number for book in books if _reads_results(book)]
    if reading:
        numbers = ", ".join(reading)
        lines += ["", f"{numbers} read the committed results; run `make repro` in a terminal for ones of your own."]
    cell = FIRST_CELL.format(repository=repository, branch=branch, folder=repository.split("/")[1])
    return "\n".join([*lines, "", "Colab installs nothing by itself: run this in a first cell.", "", cell, ""])


def _reads_results(book):
    """Whether a notebook looks for the project's folder, as those do that read results and trained networks there."""
    return any(cell.cell_type == "code" and "find_root()" in cell.source for cell in book.cells)


def with_buttons(readme, line):
    """The text `readme` with `line` below its title. Raises PadnetError when it does not begin with one."""
    if not TITLE.match(readme):
        raise PadnetError("README.md must begin with a title, `# …`, and an empty line: put them back")
    return TITLE.sub(lambda match: f"{match[1]}{line}\n\n", readme)


def add_arguments(parser):
    """Add this command's options to an argparse parser."""
    parser.add_argument("--repository", required=True, metavar="OWNER/NAME", help="where the project is published")
    parser.add_argument("--branch", default="main", help="default: main")


def main(argv=None):
    """Write the buttons and the page."""
    parser = argparse.ArgumentParser(prog="padnet buttons", description=__doc__.splitlines()[0])
    add_arguments(parser)
    args = parser.parse_args(argv)
    root = find_root()
    path = Path(root) / "README.md"
    old = path.read_text(encoding="utf-8") if path.is_file() else ""
    text = page(args.repository, args.branch, Path(root))  # first, because it raises an error for invalid input
    write_text(path, with_buttons(old, f"{buttons(args.repository, args.branch)} [all notebooks]({PAGE})"))
    (Path(root) / PAGE).parent.mkdir(exist_ok=True)
    write_text(Path(root) / PAGE, text)
    print(f"README.md and {PAGE} now link to {args.repository}, branch {args.branch}")


if __name__ == "__main__":
    sys.exit(console.run(main))
