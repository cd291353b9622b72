"""The figures of the notebooks as files of the site, each with alternative text."""

import base64
import html
import io
import re
import struct
from dataclasses import dataclass

import nbformat
from PIL import Image

from padnet.errors import PadnetError
from padnet.notebook.shown import KINDS, embedded
from padnet.project.atomic_files import write_bytes

ENDINGS = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}
EMPTY = re.compile(r"!\[\s*\]\(")
TAG = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
ALT = re.compile(r"""\balt\s*=\s*("[^"]*[^"\s][^"]*"|'[^']*[^'\s][^']*')""", re.IGNORECASE)


@dataclass(frozen=True)
class Figure:
    """An image among the outputs of a cell.

    Attributes:
        file: its name in the site's folder of figures.
        alt: the alternative text.
        width: the width in the notebook, in pixels, or None.
        size: the intrinsic (width, height) in pixels, or None if unknown.
        still: the name of the file with the first frame of a moving one, which a reader can pause; else None.
    """

    file: str
    alt: str
    width: int | None
    size: tuple[int, int] | None
    still: str | None = None

    def tag(self, folder):
        """The <img> element, with a button if it moves; `folder`: the folder of the figures, relative to the page."""
        width = f' width="{self.width}"' if self.width else ""
        image = f'<img src="{folder}/{self.still or self.file}" alt="{html.escape(self.alt)}"{width}>'
        if not self.still:
            return image
        # It stands still without site.js.
        names = f'data-moving="{folder}/{self.file}" data-still="{folder}/{self.still}"'
        return f'<span class="moving" {names}>{image}<button type="button" hidden>Play</button></span>'


def figure(book, number, place, folder):
    """The Figure in output `place` of cell `number`, with its file written to `folder`; None if there is none.

    Raises PadnetError, with the notebook and the cell, for a figure without alternative text.
    """
    output = book.cells[number].outputs[place]
    given = embedded(output.get("data", {}).get("text/html", ""))
    if given:
        output = nbformat.v4.new_output("display_data", _as_image(given), metadata=_told(given))
    kind = next((kind for kind in ENDINGS if kind in output.get("data", {})), None)
    if kind is None:
        return None
    told = output.get("metadata", {}).get(kind, {})
    alt = told.get("alt") or ""
    if not alt.strip():
        raise PadnetError(
            f"cell {number} of {book.name}.ipynb shows a figure without alternative text: "
            "give it one with display(Image(…, alt=…))"
        )
    data = output.data[kind]
    data = data.encode() if kind == "image/svg+xml" else base64.b64decode(data)
    file = f"{book.name}-{number:03d}-{place}.{ENDINGS[kind]}"
    write_bytes(folder / file, data)
    width = told.get("width")
    still = _first_frame(data)
    if still:
        write_bytes(folder / f"still-{file}", still)
    return Figure(file, alt, int(width) if width else None, _size(data), f"still-{file}" if still else None)


def _as_image(shown):
    """The data of an output that is the picture itself, as notebooks of others have it."""
    kind = KINDS[shown.format]
    return {kind: shown.data.decode() if shown.format == "svg" else base64.b64encode(shown.data).decode()}


def _told(shown):
    return {KINDS[shown.format]: {"alt": shown.alt} | ({"width": shown.width} if shown.width else {})}


def check_markup(text, book, number):
    """Raise PadnetError if Markdown or HTML of cell `number` contains an image without alternative text."""
    if EMPTY.search(text) or any(not ALT.search(tag) for tag in TAG.findall(text)):
        raise PadnetError(
            f"cell {number} of {book.name}.ipynb holds a picture without alternative text: write it between the "
            'brackets of ![…](file), or as alt="…"'
        )


def _size(data):
    """(width, height) of a PNG in pixels, else None."""
    return struct.unpack(">II", data[16:24]) if data[:8] == b"\x89PNG\r\n\x1a\n" else None


def _first_frame(data):
    """The first frame of a PNG that moves, as a PNG; None for any other figure."""
    if data[:8] != b"\x89PNG\r\n\x1a\n" or b"acTL" not in data[:100]:
        return None
    out = io.BytesIO()
    with Image.open(io.BytesIO(data)) as picture:
        picture.convert("RGB").save(out, format="PNG")
    return out.getvalue()
