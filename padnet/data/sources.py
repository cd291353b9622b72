"""The table of public files: their URLs and expected content."""

import csv
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from padnet.errors import InputError

PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")

BY_SCENE = ("middlebury",)  # sets with one folder per scene


@dataclass(frozen=True)
class Source:
    """One public file: its set, its URL, and the expected SHA-256 and size in bytes."""

    set: str
    url: str
    sha256: str
    bytes: int

    @property
    def key(self):
        """The path of the file below OUT: SET/FILE; for scenes, whose files have identical names, SET/SCENE_FILE."""
        parts = 2 if self.set in BY_SCENE else 1
        return f"{self.set}/{'_'.join(self.url.rsplit('/', parts)[1:])}"


def read_sources(path=None):
    """The table of public files as a list of Source; `path` defaults to the package's own table.

    Raises InputError if a set or file name is not a plain name (it could point outside OUT).
    """
    text = (Path(path) if path else files("padnet.data") / "sources.csv").read_text("utf-8")
    sources = [
        Source(row["set"], row["url"], row["sha256"], int(row["bytes"])) for row in csv.DictReader(text.splitlines())
    ]
    for source in sources:
        if not all(PLAIN_NAME.fullmatch(part) for part in source.key.split("/")):
            raise InputError(
                f"the table of sources names {source.key!r}: "
                "sets and files need plain names of letters, digits, '.', '_' and '-'"
            )
    return sources
