"""Slides follow from the notebook: headings begin them, what is too long goes on below, tags leave cells out."""

import nbformat
import pytest
from executed import code, picture, printed, shown, text

from padnet.notebook.executed import Book
from padnet.site import blocks
from padnet.site.slides import LEFT_OUT, columns_of, pieces, slides


def book(*cells):
    return Book("00_first", "One", [nbformat.from_dict(cell) for cell in cells])


def columns(tmp_path, *cells):
    return columns_of(pieces(book(*cells), tmp_path))


def titles(found):
    return [[title.text if title else None for title, _ in column] for column in found]


def test_headings_of_the_first_two_levels_begin_slides(tmp_path):
    found = columns(tmp_path, text("# One\n\nA.\n\n## Two\n\nB.\n\n### Deep\n\nC.\n\n## Three"))
    assert titles(found) == [["One"], ["Two", "Two"], ["Three"]]


def test_a_heading_in_code_or_a_formula_begins_nothing(tmp_path):
    found = columns(tmp_path, text("# One\n\n```\n# not one\n## nor this\n```\n\n$$\na\n# b\n$$"))
    assert titles(found) == [["One"]]


def test_what_does_not_fit_goes_on_below_and_no_slide_is_too_high(tmp_path):
    long = "\n\n".join(f"{k} " + "word " * 80 for k in range(12))
    lines = "\n".join(f"{k}" for k in range(90))
    rows = "\n".join(f"| {k} | 1 |" for k in range(70))
    found = columns(
        tmp_path,
        text(f"# One\n\n{long}"),
        code("f()", printed(lines)),
        text(f"## Two\n\n| a | b |\n| --- | --- |\n{rows}"),
        code("g()", picture(size=(1000, 3000))),
    )
    assert len(found) == 2 and all(len(column) > 3 for column in found)
    for column in found:
        for _, shown_blocks in column:
            assert shown_blocks and sum(block.height for block in shown_blocks) <= blocks.HEIGHT
    page = "".join(block.html for column in found for _, parts in column for block in parts)
    assert all(f"<td>{k}</td>" in page for k in range(70)) and page.count("<th>a</th>") == page.count("<table>")
    assert page.count("word") == 12 * 80 and "HEIGHT" not in page


def test_the_parts_of_a_table_are_of_one_length(tmp_path):
    rows = "\n".join(f"| {k} |" for k in range(blocks.ROWS + 1))
    found = blocks.prose(f"| a |\n| --- |\n{rows}")
    assert sorted(block.html.count("<td>") for block in found) == [(blocks.ROWS + 1) // 2, (blocks.ROWS + 2) // 2]


def test_a_figure_shrinks_to_stay_beside_its_introduction(tmp_path):
    found = columns(tmp_path, text("# One\n\nWhat it shows."), code("f()", picture(size=(900, 800))))
    assert titles(found) == [["One"]]
    assert "--height: " in found[0][0][1][1].html


@pytest.mark.parametrize("tag", sorted(LEFT_OUT))
def test_cells_with_these_tags_are_left_out(tmp_path, tag):
    found = pieces(book(text("# One"), text("secret", tag), code("f()", printed("secret"), tags=[tag])), tmp_path)
    assert "secret" not in "".join(block.html for block in found)


def test_code_is_shown_when_its_cell_says_so(tmp_path):
    page = slides(book(text("# One"), code("hidden()"), code("seen()", tags=["slide"])), tmp_path)
    assert "seen" in page and "hidden" not in page


def test_outputs_are_shown_as_what_they_are(tmp_path):
    outputs = [
        printed("a < b\n"),
        shown("text/markdown", "**bold** $x<y$"),
        shown("text/html", "<b>own</b>"),
        nbformat.v4.new_output("execute_result", {"text/plain": "42"}, execution_count=1),
        shown("application/vnd.jupyter.widget-view+json", {"model_id": "a"}),
    ]
    page = "".join(block.html for block in pieces(book(text("# One"), code("f()", *outputs)), tmp_path))
    assert "a &lt; b" in page and "<strong>bold</strong>" in page and "<b>own</b>" in page and "42" in page
    assert r"\(x&lt;y\)" in page and "model_id" not in page and "what" not in page


def test_a_text_that_speaks_of_height_stays_as_it_is(tmp_path):
    said = "Set HEIGHT to 3; --height: HEIGHTpx stays."
    cells = [text(f"# One\n\n{said}"), code(f"x = 1  # {said}", printed(said), tags=["slide"])]
    page = slides(book(*cells, code("f()", picture(alt=said, size=(900, 800)))), tmp_path)
    assert page.count(said) == 4 and page.count("HEIGHT") == 8
    assert 'style="--height: ' in page
