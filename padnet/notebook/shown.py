"""A figure as JupyterLab shows it with its alternative text: an <img> element, for its own pictures carry none."""

import base64
import html
import re
from dataclasses import dataclass

KINDS = {"png": "image/png", "svg": "image/svg+xml"}
IMAGE = re.compile(
    r'<img src="data:(?P<kind>image/(?:png|svg\+xml));base64,(?P<data>[^"]*)" alt="(?P<alt>[^"]*)"'
    r'(?: width="(?P<width>\d+)")?>'
)


@dataclass(frozen=True, repr=False)
class Shown:
    """A figure to display.

    Attributes:
        data: the bytes of the file.
        format: "png" or "svg".
        alt: the alternative text.
        width: on the page, in pixels.
    """

    data: bytes
    format: str
    alt: str
    width: int

    def _repr_html_(self):
        address = f"data:{KINDS[self.format]};base64,{base64.b64encode(self.data).decode()}"
        return f'<img src="{address}" alt="{html.escape(self.alt)}" width="{self.width}">'

    def __repr__(self):
        return f"Figure: {self.alt}"


def embedded(markup: str) -> Shown | None:
    """The figure that an output of text/html is; None for any other HTML."""
    found = IMAGE.fullmatch(markup.strip())
    if not found:
        return None
    ending = next(ending for ending, kind in KINDS.items() if kind == found["kind"])
    return Shown(base64.b64decode(found["data"]), ending, html.unescape(found["alt"]), int(found["width"] or 0))


def without_images(markup: str) -> str:
    """HTML in which each figure is its alternative text: what can be compared and searched as text."""
    return IMAGE.sub(lambda found: f"Figure: {html.unescape(found['alt'])}", markup)
