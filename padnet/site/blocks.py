"""The building blocks of slides: pieces of HTML with an estimated height."""

import html
import math
from dataclasses import dataclass, replace

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

HEIGHT = 600  # pixels below the heading of a slide
LINE = {"text": 36, "row": 31, "code": 25}  # pixels; slides.css sets the same sizes
WIDE = 96  # characters per line of prose
ROWS, LINES = 16, 20  # maximum rows of a table, and lines of code or output, per slide
FIGURE = '<img style="--height: {}px" '  # start of the tag of a figure; HEIGHT until it is known
WIDTH, LEAST = 1160, 340  # pixels: maximum width of a figure; minimum height when it is shrunk to fit


@dataclass(frozen=True)
class Block:
    """A piece of a slide.

    Attributes:
        html: the content.
        height: its approximate height in pixels.
        least: the minimum height, for a figure.
        level: of a heading 1 to 6, else 0.
        text: of a heading, its HTML without the enclosing tags.
    """

    html: str
    height: float
    level: int = 0
    text: str = ""
    least: float = math.inf

    def within(self, height):
        """The same block, reduced to at most `height` pixels if possible."""
        height = min(height, self.height)
        html = self.html.replace(FIGURE.format("HEIGHT"), FIGURE.format(f"{height - 20:.0f}"))
        return replace(self, html=html, height=height)


def _math(content, options):
    text = html.escape(content.strip())
    return f"\\[{text}\\]" if options["display_mode"] else f"\\({text}\\)"


MARKDOWN = (
    MarkdownIt("commonmark", {"html": True})
    .enable("table")
    .use(dollarmath_plugin, allow_labels=False, double_inline=True, renderer=_math)
)


def prose(text):
    """The blocks of Markdown text; a table with many rows is split, and the header is repeated."""
    tokens, blocks, start, depth = MARKDOWN.parse(text), [], 0, 0
    for end, token in enumerate(tokens, 1):
        depth += token.nesting
        if depth == 0:
            blocks += _parts(tokens[start:end])
            start = end
    return blocks


def printed(text):
    """The blocks of printed output."""
    return [Block(f"<pre>{html.escape(part)}</pre>", height) for part, height in _slices(text)]


def picture(shown):
    """The block of a Figure, as wide as the slide unless that is too high."""
    width, height = shown.size or (WIDTH, HEIGHT)
    height = min(height * WIDTH / width, HEIGHT - 20) + 20
    tag = shown.tag("../_static/figures").replace("<img ", FIGURE.format("HEIGHT"), 1)
    return [Block(f'<p class="figure">{tag}</p>', height, least=min(height, LEAST))]


def _slices(text):
    lines = text.strip("\n").splitlines()
    for first, last in _even(len(lines), LINES):
        part = lines[first:last]
        yield "\n".join(part), LINE["code"] * sum(1 + len(line) // 110 for line in part) + 30


def _parts(tokens):
    """The blocks for the tokens of one paragraph, list, heading, table, ..."""
    first = tokens[0]
    if first.type == "table_open":
        return list(_table(tokens))
    inner = [token for token in tokens if token.type == "inline"]
    if first.type == "heading_open":
        return [Block(_html(tokens), 60, int(first.tag[1]), _html(inner))]
    if first.type == "math_block":
        lines = 1 + first.content.count("\\\\") + first.content.count("underbrace")
        return [Block(f"<p>{_html(tokens)}</p>", 50 + 44 * lines)]
    if first.type in ("fence", "code_block"):
        return printed(first.content)
    lines = sum(math.ceil(max(1, len(token.content)) / WIDE) for token in inner)
    return [Block(_html(tokens), LINE["text"] * lines + 22)] if lines else [Block(_html(tokens), 0)]


def _table(tokens):
    body = next((i for i, token in enumerate(tokens) if token.type == "tbody_open"), None)
    starts = [i for i, token in enumerate(tokens) if token.type == "tr_open" and body is not None and i > body]
    if not starts:
        yield Block(_html(tokens), LINE["row"] + 30)
        return
    head, foot = tokens[: body + 1], tokens[-2:]
    ends = [*starts[1:], len(tokens) - 2]
    for first, last in _even(len(starts), ROWS):
        part = [*head, *tokens[starts[first] : ends[last - 1]], *foot]
        longest = max(len(token.content) for token in part if token.type == "inline")
        lines = (last - first + 1) * (1 + longest // 60)
        yield Block(_html(part), LINE["row"] * lines + 30)


def _even(total, most):
    """(first, end) of parts of nearly equal length, each of at most `most`."""
    parts = -(-total // most)
    return [(total * i // parts, total * (i + 1) // parts) for i in range(parts)]


def _html(tokens):
    return MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
