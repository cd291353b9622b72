"""Slides of an executed notebook: one idea each, with an equation, a figure or a table of the notebook.

What they say is written in slides.yaml; what they show is taken from the notebook by its section.
"""

import html
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from string import Template

from padnet.errors import InputError
from padnet.notebook.executed import ASIDE
from padnet.project.params import read_yaml
from padnet.site import blocks
from padnet.site.figures import figure
from padnet.site.source import plain_links

IDEA = 1.4  # an idea is written larger than other text by about this factor
LEFT_OUT = ASIDE | {"interactive", "solution", "exercise", "project"}
SUMMARIES = ("What you have seen", "What stands and what does not")
TEMPLATE = Template((Path(__file__).parent / "slides.html").read_text(encoding="utf-8"))
EQUATION = re.compile(r"\$\$(?:(?!\$\$).)*?\\tag\{(\w+)\}\s*\$\$", re.DOTALL)
SECTION = re.compile(r"^(?=## )", re.MULTILINE)


@cache
def ideas():
    """{notebook: {section: [(sentence, what is shown or None)]}}, read from slides.yaml."""
    read = read_yaml(Path(__file__).parent / "slides.yaml")
    return {
        name: {title: [(*slide, None)[:2] for slide in found] for title, found in sections.items()}
        for name, sections in read.items()
    }


def slides(book, figures):
    """The page of a notebook's slides, HTML. figures: the folder of figures, which may already contain them.

    Raises InputError for an idea of slides.yaml that names a section, figure, table or equation that is not there,
    PadnetError for a figure without alternative text.
    """
    return TEMPLATE.substitute(
        title=html.escape(book.numbered), page=f"../{book.name}.html", slides="\n".join(columns(book, figures))
    )


def columns(book, figures):
    """The slides as HTML: one stack for the title, one for each section with ideas, one for the summary."""
    found = sections(book, figures)
    yield _stack([_slide(f"<h1>{html.escape(book.title)}</h1>", blocks.prose(plain_links(book.summary)))])
    for title, told in ideas().get(book.name, {}).items():
        if title not in found:
            raise InputError(f"slides.yaml, {book.name}: there is no section {title!r}")
        shown = []
        for sentence, what in told:
            head = blocks.prose(f"## {title}")[0]
            shown.append(_slide(f"<h2>{head.text}</h2>", _idea(sentence, what, found[title], f"{book.name}, {title}")))
        yield _stack(shown)
    for title, here in found.items():
        if title.startswith(SUMMARIES):
            yield _stack([_slide(f"<h2>{title}</h2>", here["text"])])


def sections(book, figures):
    """{section: {"figure 1": [Block], "table 1": [Block], "(7)": [Block], "text": [Block]}}: what can be shown."""
    found, here = {}, {}
    for number, cell in enumerate(book.cells):
        if book.tags(number) & LEFT_OUT:
            continue
        if cell.cell_type == "markdown":
            for part in SECTION.split(cell.source):
                if part.startswith("## "):
                    title, _, part = part[3:].partition("\n")
                    here = found.setdefault(title.strip(), {"text": blocks.prose(plain_links(part))})
                here |= {f"({one[1]})": blocks.prose(one[0]) for one in EQUATION.finditer(part)}
        for place, output in enumerate(cell.get("outputs", [])):
            told = output.get("data", {}).get("text/markdown", "")
            picture = figure(book, number, place, figures)
            if picture:
                here[f"figure {_next(here, 'figure')}"] = blocks.picture(picture)
            elif told.startswith("|"):
                here[f"table {_next(here, 'table')}"] = blocks.prose(plain_links(told))
    return found


def _next(here, kind):
    return 1 + sum(name.startswith(f"{kind} ") for name in here)


def _idea(sentence, what, here, where):
    """The blocks of a slide: its sentence, and what it shows, reduced to fit."""
    (told,) = blocks.prose(sentence)
    told = replace(told, html=told.html.replace("<p>", '<p class="idea">', 1), height=IDEA * told.height)
    if what is None:
        return [told]
    if what not in here:
        raise InputError(f"slides.yaml, {where}: there is no {what} in that section")
    left = blocks.HEIGHT - told.height
    if len(here[what]) > 1 or (here[what][0].height > left and here[what][0].least > left):
        raise InputError(f"slides.yaml, {where}: {what} is too large for one slide")
    return [told, here[what][0].within(left)]


def _slide(head, parts):
    body = "\n".join(block.html for block in parts)
    return f'<section><div class="slide">\n{head}\n<div class="body">\n{body}\n</div></div></section>'


def _stack(shown):
    return "<section>\n" + "\n".join(shown) + "\n</section>"
