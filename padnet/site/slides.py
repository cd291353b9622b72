"""Slides of an executed notebook, derived from its structure.

A heading # or ## starts a new slide to the right; overflow and headings ### continue below. Code is omitted unless
its cell has the tag `slide`; its outputs are shown.
"""

import html
from pathlib import Path
from string import Template

from padnet.notebook.executed import ASIDE
from padnet.site import blocks
from padnet.site.figures import figure
from padnet.site.source import WIDGET, plain_links

LEFT_OUT = ASIDE | {"interactive", "solution", "exercise"}
TEMPLATE = Template((Path(__file__).parent / "slides.html").read_text(encoding="utf-8"))


def slides(book, figures):
    """The page of a notebook's slides, HTML. figures: the folder of figures, which may already contain them.

    Raises PadnetError for a figure without alternative text.
    """
    columns = "\n".join(map(_column, columns_of(pieces(book, figures))))
    return TEMPLATE.substitute(title=html.escape(book.numbered), page=f"../{book.name}.html", slides=columns)


def pieces(book, figures):
    """The blocks of a notebook in order."""
    found = []
    for number, cell in enumerate(book.cells):
        tags = book.tags(number)
        if tags & LEFT_OUT:
            continue
        if cell.cell_type == "markdown":
            found += blocks.prose(plain_links(cell.source))
        elif cell.cell_type == "code":
            if "slide" in tags:
                found += blocks.code(cell.source)
            for place, output in enumerate(cell.outputs):
                found += _output(book, number, place, output, figures)
    return found


def _output(book, number, place, output, figures):
    data, shown = output.get("data", {}), figure(book, number, place, figures)
    if shown:
        return blocks.picture(shown)
    if output.output_type == "stream":
        return blocks.printed(output.text)
    if WIDGET in data:
        return []
    if "text/markdown" in data:
        return blocks.prose(plain_links(data["text/markdown"]))
    if "text/html" in data:
        return blocks.raw(data["text/html"])
    return blocks.printed(data["text/plain"]) if data.get("text/plain") else []


def columns_of(found):
    """Arrange blocks as slides: [column of vertically stacked slides], each slide being (heading or None, [block])."""
    columns, height = [], 0
    for block in found:
        if not columns or block.level in (1, 2):
            columns.append([(block, [])] if block.level else [(None, [block.within(blocks.HEIGHT)])])
            height = 0 if block.level else block.height
            continue
        title, shown = columns[-1][-1]
        if shown and (block.level == 3 or height + min(block.height, block.least) > blocks.HEIGHT):
            # Text that introduces the block moves with it, but a slide never loses all its content.
            moved = [shown.pop()] if len(shown) > 1 and not block.level and _introduces(shown[-1], block) else []
            height = sum(other.height for other in moved)
            shown = [*moved]
            columns[-1].append((title, shown))
        shown.append(block.within(blocks.HEIGHT - height))
        height += shown[-1].height
    return columns


def _introduces(before, block):
    fits = before.height + min(block.height, block.least) <= blocks.HEIGHT
    return before.level == 3 or (before.html.startswith("<p>") and fits)


def _column(column):
    shown = []
    for place, (title, parts) in enumerate(column):
        head = ""
        if title:
            level = min(title.level, 2)
            head = f"<h{level}>{title.text}</h{level}>" if not place else f'<p class="again">{title.text}</p>'
        body = "\n".join(block.html for block in parts)
        shown.append(f'<section><div class="slide">\n{head}\n<div class="body">\n{body}\n</div></div></section>')
    return "<section>\n" + "\n".join(shown) + "\n</section>"
