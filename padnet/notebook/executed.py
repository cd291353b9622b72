"""The executed notebooks of a profile, in the order of the paper's sections."""

import re
from dataclasses import dataclass

import nbformat

from padnet.errors import PadnetError
from padnet.project.paths import results

NAME = re.compile(r"\d\d[a-z]?_\w+")
TITLE = re.compile(r"^# +(.+?)\s*$", re.MULTILINE)
# Tags of cells that are neither text nor results: collapsed on a page, omitted on slides.
ASIDE = {"parameters", "injected-parameters", "imports"}


@dataclass(frozen=True)
class Book:
    """An executed notebook.

    Attributes:
        name: the file name without .ipynb, NN_title or NNb_title.
        title: its first `# ` heading.
        cells: the NotebookNodes of the file.
    """

    name: str
    title: str
    cells: list

    @property
    def number(self):
        """What the name begins with, "03" or "03b"."""
        return self.name.partition("_")[0]

    @property
    def numbered(self):
        """The title after the number of the name."""
        return f"{self.number} {self.title}"

    @property
    def summary(self):
        """The first sentence after the title, as Markdown on one line; "" if there is none."""
        text = next(TITLE.split(cell.source, 1)[2] for cell in self.cells if _titled(cell))
        paragraph = " ".join(text.strip().split("\n\n")[0].split())
        return re.split(r"(?<=[.!?]) (?=[A-Z])", paragraph)[0] if paragraph[:1].isalpha() else ""

    def tags(self, number):
        """The tags of cell `number`, as a set."""
        return set(self.cells[number].metadata.get("tags", []))


def read_books(profile, root):
    """The executed notebooks results/PROFILE/notebooks/NN_title.ipynb, sorted: [Book].

    Raises PadnetError if there is none, one cannot be read, or one has no title.
    """
    folder = results(profile, root) / "notebooks"
    paths = sorted(path for path in folder.glob("*.ipynb") if NAME.fullmatch(path.stem))
    if not paths:
        way = "git checkout results/paper" if profile == "paper" else "make repro"
        raise PadnetError(f"{folder.relative_to(root)} holds no executed notebook: bring them with {way}")
    return [read_book(path) for path in paths]


def read_book(path):
    """The Book in the file `path`. Raises PadnetError if it cannot be read or has no title."""
    cells = read_notebook(path).cells
    for cell in cells:
        if _titled(cell):
            return Book(path.stem, _titled(cell)[1], cells)
    raise PadnetError(f"{path.name} has no heading `# Title`: its first Markdown cell needs one")


def read_notebook(path):
    """The NotebookNode in the file `path`. Raises PadnetError if it cannot be read."""
    try:
        book = nbformat.read(path, as_version=4)
        nbformat.validate(book)
        return book
    except (ValueError, nbformat.ValidationError, AttributeError, TypeError, KeyError) as error:
        # Invalid UTF-8 and invalid JSON raise ValueErrors.
        raise PadnetError(f"{path.name} cannot be read as a notebook: restore it with git checkout") from error


def _titled(cell):
    return TITLE.search(cell.source) if cell.cell_type == "markdown" else None
