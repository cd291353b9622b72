"""Numbered equations: anchors where they are written out, and the cells that name them."""

import nbformat
import pytest
from executed import code, text

from padnet.notebook.executed import Book
from padnet.site import equations

TWO = "$$a = b \\tag{3}$$\n\ntext\n\n$$\n\\begin{aligned} c &= d \\\\ e &= f \\end{aligned}\n\\tag{4}\n$$"


def book(*cells, name="04_fourth"):
    return Book(name, "Four", [nbformat.from_dict(cell) for cell in cells])


def test_every_number_gets_one_anchor_before_its_equation():
    seen = set()
    marked = equations.anchored(TWO, seen)
    assert marked.index('id="eq-3"') < marked.index("a = b") < marked.index('id="eq-4"') < marked.index("aligned")
    assert equations.anchored(TWO, seen) == TWO and seen == {"3", "4"}


def test_an_equation_that_is_a_line_of_code_leads_there():
    marked = equations.anchored(TWO, set(), coded={4})
    assert '<div id="eq-4" class="anchor"><a href="equations.html#code-4">' in marked and "#code-3" not in marked


@pytest.mark.parametrize("source", ["$$a = b$$", "no formula", "`\\tag{3}`", "$a$ and (3)"])
def test_nothing_else_is_touched(source):
    assert equations.anchored(source, set()) == source


def test_what_is_written_out_comes_without_its_tag():
    found = equations.written([book(text(TWO))])
    assert list(found) == [3, 4] and found[3][0][1] == "a = b" and "\\tag" not in found[4][0][1]


def test_numbers_are_found_in_prose_and_comments_alone():
    cells = [
        text("by (7) and (12), f(3), $g(4)$, `(5)`, (2018), [link](6)"),
        code("f(1)\nx = (2)  # (8)"),
        code("y = 1  # (9)", tags=["imports"]),
    ]
    found = equations.named([book(*cells)])
    assert {n: [number for _, number in places] for n, places in found.items()} == {7: [0], 8: [1], 12: [0]}


def test_the_page_links_to_each_place():
    page = equations.page([book(text("# Four\n\n" + TWO), text("by (3)")), book(text("and (3)"), name="05_fifth")])
    assert "04_fourth.html#eq-3" in page and "04_fourth.html#cell-1" in page and "05_fifth.html#cell-0" in page
    assert page.index("* - (3)") < page.index("* - (4)")


def test_numbered_environments_become_those_that_a_table_can_hold():
    page = equations.page([book(text("$$\\begin{align}\na &= b \\tag{3} \\\\ c &= d \\tag{4}\n\\end{align}$$"))])
    assert page.count(r"$\displaystyle \begin{aligned} a &= b \\ c &= d \end{aligned}$") == 2


def test_numbers_in_prose_lead_to_their_equation_and_nothing_else_changes():
    goals = {3: "#eq-3", 4: "05_fifth.html#eq-4"}
    source = "# Title (3)\n\nby (3), (4) and (5), f(3), `(3)`, $(3)$, [(3)](a.md), <b title='(3)'>\n\n```\n(3)\n```"
    found = equations.linked(source, goals)
    assert 'by <a href="#eq-3">(3)</a>, <a href="05_fifth.html#eq-4">(4)</a> and (5), f(3), `(3)`' in found
    assert found.count("<a ") == 2 and found.startswith("# Title (3)\n")
