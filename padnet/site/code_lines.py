"""The paper's equations in the code: the lines that a comment `# Eq. (n)` names, their list, and links both ways."""

import ast
import io
import re
import tokenize
from dataclasses import dataclass
from pathlib import Path

import padnet
from padnet.site.reference import ROOMS, modules

NAMED = re.compile(r"\bEqs?\. (?P<numbers>\(\d+\)(?:, \(\d+\)| and \(\d+\))*)")
NUMBER = re.compile(r"\((\d+)\)")
OTHERS = re.compile(r"\bet al\.")  # equations of another publication
LINE = re.compile(r'<span class="linenos">( *)(\d+)</span>')
COMMENT = re.compile(r'(<span class="c1">)(#[^<]*)(</span>)')


@dataclass(frozen=True)
class Place:
    """A line of code that is an equation.

    Attributes:
        number: of the equation.
        module: name, such as padnet.core.safeguard.
        line: number in its file.
        function: the innermost function or class around it, as it is called in the module; "" outside of all.
        text: the line without its indentation.
    """

    number: int
    module: str
    line: int
    function: str
    text: str

    @property
    def file(self):
        """Its file, seen from the project."""
        return f"{self.module.replace('.', '/')}.py"

    @property
    def address(self):
        """Where the highlighted source shows it, seen from the site's folder."""
        return f"_modules/{self.module.replace('.', '/')}.html#line-{self.line}"


def places(rooms=ROOMS):
    """{n: [Place]} of every equation that a comment in the rooms names, by n, module and line."""
    found = {}
    for name in (name for room in rooms for name in modules(room)):
        path = Path(padnet.__file__).parents[1] / f"{name.replace('.', '/')}.py"
        for place in in_source(path.read_text(encoding="utf-8"), name):
            found.setdefault(place.number, []).append(place)
    return dict(sorted(found.items()))


def in_source(source, module):
    """The Places in the text of a module, in the order of its lines."""
    lines, tree, found = source.splitlines(), ast.parse(source), []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and not OTHERS.search(token.string):
            line = token.start[0]
            for number in numbers(token.string):
                found.append(Place(number, module, line, _function(tree, line), lines[line - 1].strip()))
    return found


def numbers(comment):
    """The numbers of equations that a comment names."""
    return [int(n) for match in NAMED.finditer(comment) for n in NUMBER.findall(match["numbers"])]


def _function(node, line):
    """The dotted name of the innermost definition around a line."""
    for child in ast.iter_child_nodes(node):
        if getattr(child, "lineno", line + 1) <= line <= (getattr(child, "end_lineno", 0) or 0):
            inner = _function(child, line)
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                return f"{child.name}.{inner}" if inner else child.name
            return inner
    return ""


def section(places):
    """The section "In the code" of the page of equations, lines of MyST Markdown: none without places."""
    rows = []
    for n, lines in places.items():
        for place in lines:
            anchor = f'<span id="code-{n}" class="anchor"></span>' if place is lines[0] else ""
            where = f'<a href="{place.address}">{place.file}, line {place.line}</a>'
            rows += [
                f'* - {anchor}<a href="#eq-{n}">({n})</a>',
                f"  - `{place.text}`<br>{place.function or 'the module itself'}, {where}",
            ]
    introduction = (
        "What a comment names with `# Eq. (n)` is the line that computes equation (n), and leads back to this page. "
        "Numbers of other publications' equations are not among them."
    )
    head = ["```{list-table}", ":header-rows: 1", ":class: equations", "", "* - number", "  - code"]
    return ["(in-the-code)=", "## In the code", "", introduction, "", *head, *rows, "```", ""] if places else []


def number_lines(app, pagename, templatename, context, doctree):
    """Give every line of a page of source an anchor, and its equations links: a handler of html-page-context."""
    if not pagename.startswith("_modules/padnet"):
        return
    body = LINE.sub(
        r'<a class="line" id="line-\2" href="#line-\2"><span class="linenos">\1\2</span></a>', context["body"]
    )
    goal = context["pathto"]("equations")

    def led(match):
        if OTHERS.search(match[2]):
            return match[0]
        linked = NAMED.sub(lambda named: NUMBER.sub(rf'<a href="{goal}#code-\1">(\1)</a>', named[0]), match[2])
        return f"{match[1]}{linked}{match[3]}"

    context["body"] = COMMENT.sub(led, body)
