"""A notebook as input for Sphinx: figures as files, anchors for equations, no dead links."""

import re

import nbformat

from padnet.notebook.executed import ASIDE, TITLE
from padnet.site.equations import anchored, linked, named, written
from padnet.site.figures import check_markup, figure

LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?)[ #]*$", re.MULTILINE)
WIDGET = "application/vnd.jupyter.widget-view+json"
MOVE = '<p class="widget">Here stands a control that moves in JupyterLab: open the notebook to use it.</p>'
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "pygments_lexer": "ipython3"},
}


def source(book, books, figures, coded=()):
    """The notebook for Sphinx, JSON text.

    book: a Book. books: all that become pages. figures: the folder to which its figures are written.
    coded: the numbers of equations whose lines of code are listed on the page of equations.
    Raises PadnetError for a figure without alternative text.
    """
    pages, seen, cells, titled = {other.name for other in books}, set(), [], False
    goals = {n: f"{places[0][0].name}.html#eq-{n}" for n, places in written(books).items()}
    goals |= {n: f"#eq-{n}" for n in written([book])}
    mentioned = {number for places in named([book]).values() for _, number in places}
    for number, cell in enumerate(book.cells):
        tags = book.tags(number)
        if "injected-parameters" in tags:
            continue
        anchor = [_aside(f'<div id="cell-{number}" class="anchor"></div>')] if number in mentioned else []
        if cell.cell_type == "markdown" and TITLE.search(cell.source) and not titled:
            # The title of a page must come first.
            titled = True
            beside = (
                f'<p class="beside"><a href="slides/{book.name}.html">Slides of this section</a> · '
                f'<a href="notebooks/{book.name}.ipynb" download>The notebook as a file</a></p>'
            )
            numbered = TITLE.sub(lambda _: f"# {book.numbered}", cell.source, count=1)
            text = _markdown(linked(numbered, goals), book, number, pages, seen, coded)
            cells += [nbformat.v4.new_markdown_cell(text), *anchor, _aside(beside)]
            continue
        cells += anchor
        if cell.cell_type == "markdown":
            text = _markdown(linked(cell.source, goals), book, number, pages, seen, coded)
            cells.append(nbformat.v4.new_markdown_cell(_folded(text) if "solution" in tags else text))
        elif cell.cell_type == "code":
            cells.append(_code(book, number, pages, seen, coded, figures))
    for number, cell in enumerate(cells):
        cell.id = f"c{number:03d}"
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=METADATA))


def _code(book, number, pages, seen, coded, figures):
    """A code cell whose outputs only depend on files of this site."""
    cell, tags = book.cells[number], book.tags(number)
    aside = tags & ASIDE or cell.source.startswith(("import ", "from "))
    hidden = ["hide-cell"] if "solution" in tags else ["hide-input"] if aside else []
    outputs = []
    for place, output in enumerate(cell.outputs):
        data, shown = output.get("data", {}), figure(book, number, place, figures)
        if shown:
            outputs.append(_html(shown.tag("_static/figures")))
        elif WIDGET in data:
            outputs.append(_html(MOVE))
        elif "text/html" in data:
            check_markup(data["text/html"], book, number)
            outputs.append(_html(data["text/html"]))
        elif "text/markdown" in data:
            text = _markdown(data["text/markdown"], book, number, pages, seen, coded)
            outputs.append(nbformat.v4.new_output("display_data", {"text/markdown": text}))
        else:
            outputs.append(output)
    metadata = {"tags": hidden}
    if "solution" in tags:
        metadata["mystnb"] = {"code_prompt_show": "Show the solution", "code_prompt_hide": "Hide the solution"}
    return nbformat.v4.new_code_cell(cell.source, outputs=outputs, metadata=metadata)


def _aside(markup):
    return nbformat.v4.new_markdown_cell(markup)


def _html(text):
    return nbformat.v4.new_output("display_data", {"text/html": text})


def _markdown(text, book, number, pages, seen, coded):
    """Markdown with anchors; a link to another notebook points to its page, one to a project file is plain text."""
    check_markup(text, book, number)

    def link(match):
        target, _, anchor = match[2].partition("#")
        if "://" in target or target.startswith("mailto:"):
            return match[0]
        name = target.rsplit("/", 1)[-1].removesuffix(".ipynb")
        if name in pages or not target:
            anchor = f"#{anchor.lower()}" if anchor else ""
            return f'<a href="{f"{name}.html" if target else ""}{anchor}">{match[1]}</a>'
        return match[1]

    return anchored(LINK.sub(link, text), seen, coded)


def plain_links(text):
    """Markdown in which links to project files are replaced with their text."""
    return LINK.sub(lambda match: match[0] if "://" in match[2] else match[1], text)


def _folded(text):
    """Collapsible Markdown; its headings become bold text, because a section cannot be collapsed."""
    text = HEADING.sub(r"**\1**", text)
    return f"<details><summary>Show the solution</summary>\n\n{text}\n\n</details>"
