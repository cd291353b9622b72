"""Docstrings as reStructuredText: they are plain text, in which *, | and _ mean themselves, with ``code`` or `code`."""

import ast
import inspect
import re

# Sections that napoleon knows. All others are text.
SECTION = re.compile(r"(Args|Attributes|Raises|Returns|Yields):$")
CODE = re.compile(r"``(?P<two>.+?)``|`(?P<one>[^`\n]+)`")
# What reStructuredText takes for markup, and straight quotes, dashes and dots, which it would make typographic.
MARKUP = re.compile(r"[\\*|`\"']|_(?!\w)|(?<=-)-|(?<=\.)\.")
LIST = re.compile(r"(\(?(\w|\d+|[ivxlcdm]+)[.)]|[-+•]) ")  # at the beginning of a paragraph
SENTENCE = re.compile(r"(Returns|Raises|Yields) ")


def process(app, what, name, obj, options, lines):
    """Change the lines of a docstring in place, before napoleon sees them: a handler of autodoc-process-docstring."""
    # In the first line of these, napoleon takes what stands before a colon for a type: it gets an empty comment.
    first = ["..", ""] if what in ("attribute", "data", "property") else []
    lines[:] = first + restructured("\n".join(lines), parameters(obj))


def parameters(obj):
    """The names of what a function takes, or of what a class is made of: a set, empty for anything else."""
    try:
        names = set(inspect.signature(obj).parameters)
    except (TypeError, ValueError):
        names = set()
    return names | set(getattr(obj, "__annotations__", ())) if inspect.isclass(obj) else names


def plain(text):
    """Text in which nothing but code is markup."""
    kept, place = [], 0
    for match in CODE.finditer(text):
        after = "\\ " if text[match.end() :][:1].isalnum() else ""
        kept += [MARKUP.sub(r"\\\g<0>", text[place : match.start()]), f"``{match['two'] or match['one']}``{after}"]
        place = match.end()
    return "".join([*kept, MARKUP.sub(r"\\\g<0>", text[place:])])


def restructured(text, names=()):
    """The lines of a docstring without its indentation, as reStructuredText with sections for napoleon.

    names: of parameters. Where a paragraph tells of them as ``name: what it is`` they become items of a list.
    """
    out, kind = [], "text"
    for paragraph in re.split(r"\n[ \t]*\n", text.strip("\n")):
        lines = paragraph.split("\n")
        before = kind
        kind = _kind(lines, before)
        if kind == "section":
            # napoleon takes a deeper indentation inside an item for another block
            out += ["", *(plain(re.sub(r"^ {9,}", " " * 8, line)) for line in lines)]
        elif kind == "code":
            head = [] if before == "code" else ["", f".. code-block:: {_language(paragraph)}"]
            out += [*head, "", *lines]
        else:
            out += _prose(lines, names)
    return [*out[1:], ""]


def _kind(lines, before):
    if any(map(SECTION.match, lines)) or (before == "section" and lines[0].startswith(" ")):
        return "section"
    return "code" if all(line.startswith("    ") for line in lines) else "text"


def _language(paragraph):
    try:
        ast.parse(inspect.cleandoc(paragraph))
        return "python"
    except SyntaxError:
        return "text"


def _prose(lines, names):
    """A paragraph, or more where it goes over to parameters and to what is returned or raised."""
    parts = [[]]
    for line in lines:
        if SENTENCE.match(line) and parts[-1]:
            parts.append([])
        parts[-1].append(line.strip())
    out = []
    for part in parts:
        first, *items = _items(" ".join(part), names)
        if first:
            out += ["", ("\\ " if LIST.match(first) else "") + plain(first)]
        out += ["", *items] if items else []
    return out


def _items(text, names):
    """[text before the first "name: ", one item of a list for each], the names being parameters."""
    if not names:
        return [text]
    name = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    first, *rest = re.split(rf"(?:^|(?<=[.;]) +)((?:{name})(?:, (?:{name}))*): +", text)
    items = [f"* **{plain(which)}** -- {plain(what)}" for which, what in zip(rest[::2], rest[1::2], strict=True)]
    return [first, *items]


def signature(app, what, name, obj, options, arguments, returned):
    """The types as they are written, where Sphinx has put brackets: a handler of autodoc-process-signature.

    A protocol has no arguments: nothing is made of it.
    """
    if what == "class" and getattr(obj, "_is_protocol", False):
        return "", None
    return tuple(text and text.replace("Callable[[...], ", "Callable[..., ") for text in (arguments, returned))
