r"""Locations of the paper's numbered equations in the notebooks: definitions with \tag{n}, or mentions as (n)."""

import re

from padnet.notebook.executed import ASIDE
from padnet.site.code_lines import section

# $$ ... \tag{n} ... $$ with the text before it on its line
DISPLAY = re.compile(r"^(?P<indent>[ \t]*)\$\$(?P<math>(?:(?!\$\$).)*?)\$\$", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"\\tag\{(\d+)\}")
MENTION = re.compile(r"(?<![\w\\)\]])\((\d{1,2})\)")
COMMENT = re.compile(r"#.*")
CODE = re.compile(r"```.*?```|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]*\$", re.DOTALL)

# Where no link can be inserted: code, formulas, other links, HTML, headings.
KEPT = re.compile(CODE.pattern + r"|!?\[[^\]]*\]\([^)]*\)|<[^>]*>|^#.*?$", re.DOTALL | re.MULTILINE)


def anchored(source, seen, coded=()):
    r"""Markdown with an anchor eq-n before every display equation that has a \tag{n}.

    seen: the set of numbers that already have an anchor on this page; updated. coded: those, as int, whose lines of
    code are listed on the page of equations.
    """

    def mark(match):
        anchors = []
        for number in NUMBER.findall(match["math"]):
            if number not in seen:
                seen.add(number)
                led = (
                    f'<a href="equations.html#code-{number}">({number}) in the code</a>' if int(number) in coded else ""
                )
                anchors.append(f'{match["indent"]}<div id="eq-{number}" class="anchor">{led}</div>')
        return "\n".join(["", *anchors, "", match[0]]) if anchors else match[0]

    return DISPLAY.sub(mark, source)


def linked(source, goals):
    """Markdown in which a number (n) links to equation n. goals: {n: address}; code, formulas and headings are
    unchanged.
    """

    def link(match):
        n = int(match[1])
        return f'<a href="{goals[n]}">({n})</a>' if n in goals else match[0]

    kept, place = [], 0
    for match in KEPT.finditer(source):
        kept += [MENTION.sub(link, source[place : match.start()]), match[0]]
        place = match.end()
    return "".join([*kept, MENTION.sub(link, source[place:])])


def written(books):
    """{n: [(Book, the equation's TeX without its tag)]} for every numbered equation, in the order of n."""
    found = {}
    for book in books:
        for cell in book.cells:
            if cell.cell_type == "markdown":
                for match in DISPLAY.finditer(cell.source):
                    for number in NUMBER.findall(match["math"]):
                        tex = NUMBER.sub("", match["math"]).strip()
                        found.setdefault(int(number), []).append((book, tex))
    return dict(sorted(found.items()))


def named(books):
    """{n: [(Book, cell)]}: the cells that mention equation (n) in their prose or in a code comment."""
    found = {}
    for book in books:
        for number, cell in enumerate(book.cells):
            if book.tags(number) & ASIDE:
                continue
            if cell.cell_type == "code":
                text = "\n".join(COMMENT.findall(cell.source))
            else:
                text = CODE.sub(" ", cell.source)
            for n in sorted({int(n) for n in MENTION.findall(text)}):
                found.setdefault(n, []).append((book, number))
    return dict(sorted(found.items()))


def page(books, places=None):
    """The page "Equations", MyST Markdown. places: {n: [Place]}, the lines of code that are equation (n)."""
    out, by_name, places = written(books), named(books), places or {}
    lines = [
        "# Equations",
        "",
        "The paper's numbered equations, where each is written out in the notebooks, and where its number is named "
        "in the text or beside the code that computes it."
        + (" A number that is a link leads to [the library's own lines](#in-the-code)." if places else ""),
        "",
        "```{list-table}",
        ":header-rows: 1",
        ":class: equations",
        "",
        "* - number",
        "  - equation",
        "  - written out",
        "  - named",
    ]
    for n in sorted({*out, *by_name, *places}):
        tex = _inline(out[n][0][1]) if n in out else ""
        pages = dict.fromkeys(book.name for book, _ in out.get(n, []))
        lines += [
            f'* - <a id="eq-{n}" class="anchor" href="#code-{n}">({n})</a>' if n in places else f"* - ({n})",
            f"  - $\\displaystyle {tex}$" if tex else "  -",
            f"  - {'; '.join(_link(name, f'eq-{n}', _short(name)) for name in pages)}".rstrip(),
            f"  - {'; '.join(_cells(by_name.get(n, [])))}".rstrip(),
        ]
    return "\n".join([*lines, "```", "", *section(places)])


def _inline(tex):
    """A display formula as inline math: numbered environments become unnumbered ones."""
    tex = re.sub(r"\\(begin|end)\{(align|gather)\*?\}", r"\\\1{\2ed}", tex)
    return " ".join(re.sub(r"\\(begin|end)\{equation\*?\}", "", tex).split())


def _cells(places):
    """For each notebook a text like "04: cells 3, 12" with one link per cell."""
    books = {}
    for book, number in places:
        books.setdefault(book.name, []).append(_link(book.name, f"cell-{number}", str(number)))
    for name, links in books.items():
        yield f"{_short(name)}: {'cell' if len(links) == 1 else 'cells'} {', '.join(links)}"


def _short(name):
    return f"notebook {name.partition('_')[0]}"


def _link(name, anchor, text):
    return f'<a href="{name}.html#{anchor}">{text}</a>'
