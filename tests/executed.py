"""A small project with executed notebooks, records and certificates, to make a site of."""

import base64
import json
import shutil
import struct
import zlib

import nbformat


def png(width=4, height=3):
    """The bytes of a grey PNG."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\x80" * width for _ in range(height)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def text(source, *tags):
    """A Markdown cell."""
    return nbformat.v4.new_markdown_cell(source, metadata={"tags": list(tags)} if tags else {})


def code(source, *outputs, tags=()):
    """A code cell with outputs."""
    return nbformat.v4.new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)} if tags else {})


def picture(alt="A grey field.", width=None, size=(4, 3)):
    """The output of display(Image(…)); no alternative text with alt=None."""
    told = {key: value for key, value in (("alt", alt), ("width", width)) if value is not None}
    data = {"image/png": base64.b64encode(png(*size)).decode(), "text/plain": "<Image>"}
    return nbformat.v4.new_output("display_data", data, metadata={"image/png": told})


def shown(kind, value):
    """An output of one kind, such as text/markdown."""
    return nbformat.v4.new_output("display_data", {kind: value, "text/plain": "what"})


def printed(value):
    """What a cell has printed."""
    return nbformat.v4.new_output("stream", name="stdout", text=value)


def write(root, name, *cells, profile="paper"):
    """Write results/PROFILE/notebooks/NAME.ipynb and return its path."""
    book = nbformat.v4.new_notebook(cells=list(cells))
    book.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    path = root / "results" / profile / "notebooks" / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(book))
    return path


FIRST = (
    text("# The first steps\n\nWhat the error condition (2) asks for."),
    code('profile = "quick"', tags=["parameters"]),
    code('# Parameters\nprofile = "paper"', tags=["injected-parameters"]),
    text(
        "## Energy\n\nA sum:\n\n$$F(g) = f(g) + r(g) \\tag{14}$$\n\n"
        "and [the second](01_second.ipynb), [a file](../Makefile)."
    ),
    code("draw()  # (7)", picture(width=300), printed("one line\n")),
    code("hidden = 1", printed("a secret\n"), tags=["solution"]),
    code("chosen = 2"),
)
SECOND = (
    text("# The second steps\n\nIt goes on with (14)."),
    text("## Why\n\nBecause.", "solution"),
    code("table()", shown("text/markdown", "| a | b |\n| --- | ---: |\n| x | 1 |")),
)


def project(root, source):
    """Fill the toy project `root` with two notebooks and with records and certificates of the project `source`."""
    write(root, "00_first", *FIRST)
    write(root, "01_second", *SECOND)
    for folder in ("records", "certificates"):
        shutil.copytree(source / "results/paper" / folder, root / "results/paper" / folder)
    return root


def certificate(root, protocol, name, *verdicts):
    """Write a file of certificates with the given verdicts."""
    path = root / "results/paper/certificates" / protocol / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    row = {"k": 0, "(30)": {"left": 1.0, "right": 2.0}}
    same = {"variant": "bounded", "image": "a", "rows": [row]}
    found = [{"verdict": verdict, "holds": not verdict.startswith("violated")} | same for verdict in verdicts]
    path.write_text(json.dumps(found))
