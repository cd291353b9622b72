"""Canonical form of an executed notebook: machine- and time-dependent content is removed or rejected."""

import re
import sys
from pathlib import Path

import nbformat

from padnet.errors import PadnetError
from padnet.notebook.shown import without_images

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
OUTPUT_METADATA = ("image/png", "image/svg+xml")  # display size of images; other metadata differ between runs
ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


def canonical(notebook):
    """The text of an executed notebook in canonical form: identical for identical code and results.

    Keeps the tags of cells and the display size of images; sets the metadata and the ids c000, c001, ...
    notebook: a NotebookNode, not modified. Returns a str that ends with a newline.
    Raises PadnetError if the result is not a valid notebook.
    """
    notebook = nbformat.from_dict(notebook)
    clean = nbformat.v4.new_notebook(metadata=METADATA)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"c{number:03d}"
        tags = cell.metadata.get("tags", [])
        cell.metadata = {"tags": list(tags)} if tags else {}
        for output in cell.get("outputs", []):
            output.pop("transient", None)
            if "metadata" in output:
                output.metadata = {key: output.metadata[key] for key in OUTPUT_METADATA if key in output.metadata}
        clean.cells.append(cell)
    try:
        nbformat.validate(clean)
    except nbformat.ValidationError as error:
        raise PadnetError(f"the executed notebook is not valid ({error.message}): correct the source") from error
    return nbformat.writes(clean) + "\n"


def refuse(notebook, root):
    """Raise PadnetError if an output contains anything not reproducible: stderr, a memory address, a local path.

    notebook: a NotebookNode, executed. root: the project folder.
    """
    places = (str(Path(root).resolve()), str(Path.home()), sys.prefix, sys.base_prefix)
    paths = re.compile("|".join(re.escape(place) + r"(?![\w.-])" for place in places if len(place) > 1))
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                raise PadnetError(
                    f"cell {number} wrote to stderr ({_first(output.text)}): remove the warning or the progress bar"
                )
            for text in _texts(output):
                for what, pattern in (("a memory address", ADDRESS), ("a path of this machine", paths)):
                    match = pattern.search(text)
                    if match:
                        raise PadnetError(
                            f"cell {number} prints {what} ({match[0].strip()}): print what every run repeats"
                        )


def _texts(output):
    """The visible text of an output; encoded images are omitted."""
    if output.output_type == "stream":
        return [output.text]
    return [
        without_images(text)
        for kind, text in output.get("data", {}).items()
        if isinstance(text, str) and kind not in ("image/png", "image/jpeg")
    ]


def _first(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0][:120] if lines else "an empty line"
