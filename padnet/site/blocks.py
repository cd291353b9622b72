"""What stands on slides: pieces of HTML, each with the height that it will take."""

import html
import math
from dataclasses import dataclass

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

HEIGHT = 560  # pixels under the heading of a slide
LINE = {"text": 36, "row": 29, "code": 25}  # pixels; slides.css sets the same sizes
WIDE = 96  # characters of prose in a line
ROWS, LINES = 14, 20  # of a table and of code or printed text on one slide
FIGURE = 470  # pixels that a figure may be high


@dataclass(frozen=True)
class Block:
    """A piece of a slide.

    Attributes:
        html: what is shown.
        height: about how many pixels that takes.
        level: of a heading 1 to 6, else 0.
        text: of a heading, its HTML without the tags around it.
    """

    html: str
    height: float
    level: int = 0
    text: str = ""


def _math(content, options):
    text = html.escape(content.strip())
    return f"\\[{text}\\]" if options["display_mode"] else f"\\({text}\\)"


MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table").use(
    dollarmath_plugin, allow_labels=False, double_inline=True, renderer=_math
)  # fmt: skip


def prose(text):
    """The blocks of Markdown; a table of many rows becomes several, each with the head of the first."""
    tokens, blocks, start, depth = MARKDOWN.parse(text), [], 0, 0
    for end, token in enumerate(tokens, 1):
        depth += token.nesting
        if depth == 0:
            blocks += _parts(tokens[start:end])
            start = end
    return blocks


def printed(text):
    """The blocks of printed text."""
    return [
        Block(f"<pre>{html.escape(part)}</pre>", height) for part, height in _slices(text)
    ]  # fmt: skip


def code(text):
    """The blocks of Python code, coloured."""
    return [Block(highlight(part, PythonLexer(), HtmlFormatter()), height) for part, height in _slices(text)]


def picture(shown):
    """The block of a Figure."""
    width, height = shown.size or (shown.width or 900, FIGURE)
    scale = min(1, 1160 / width, FIGURE / height) if not shown.width else min(shown.width * 1.25, 1160) / width
    return [Block(f'<p class="figure">{shown.tag("../_static/figures")}</p>', min(height * scale, FIGURE) + 20)]


def raw(text):
    """The block of an HTML output, of which nobody knows the height."""
    return [Block(f"<div>{text}</div>", HEIGHT / 2)]


def _slices(text):
    lines = text.strip("\n").splitlines()
    for first in range(0, len(lines), LINES):
        part = lines[first : first + LINES]
        yield "\n".join(part), LINE["code"] * sum(1 + len(line) // 110 for line in part) + 30


def _parts(tokens):
    """The blocks of the tokens of one paragraph, list, heading, table, ..."""
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
    for place in range(0, len(starts), ROWS):
        last = min(place + ROWS, len(starts)) - 1
        part = [*head, *tokens[starts[place] : ends[last]], *foot]
        longest = max(len(token.content) for token in part if token.type == "inline")
        lines = (last - place + 2) * (1 + longest // 60)
        yield Block(_html(part), LINE["row"] * lines + 30)


def _html(tokens):
    return MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
