"""Slides: one idea each with what it shows, and one clear error where the notebook does not have it."""

import nbformat
import pytest
from executed import code, picture, printed, shown, text

from padnet.errors import InputError
from padnet.notebook.executed import Book, read_books
from padnet.site import blocks, slides as module
from padnet.site.slides import LEFT_OUT, columns, ideas, sections, slides

TABLE = "| a | b |\n| --- | --- |\n| 1 | 2 |"


def book(*cells):
    return Book("00_first", "One", [nbformat.from_dict(cell) for cell in [text("# One\n\nA sentence."), *cells]])


@pytest.fixture
def told(monkeypatch):
    """Set the ideas on notebook 00."""
    return lambda **found: monkeypatch.setattr(
        module,
        "ideas",
        lambda: {"00_first": {title: [(*one, None)[:2] for one in each] for title, each in found.items()}},
    )


def test_a_slide_has_one_idea_and_what_it_shows(told, tmp_path):
    told(Two=[("First $x<y$.", "(7)"), ("Then.", "table 1"), ("Last.", "figure 1"), ("Said.",)])
    cells = text("## Two\n\nLong prose.\n\n$$a = b \\tag{7}$$"), code("f()", shown("text/markdown", TABLE), picture())
    title, two = columns(book(*cells), tmp_path)
    assert "<h1>One</h1>" in title and "A sentence." in title
    parts = two.split('<div class="slide">')[1:]
    assert "First" in parts[0] and "\\tag{7}" in parts[0] and "<h2>Two</h2>" in parts[0]
    assert "<td>1</td>" in parts[1] and "<img" in parts[2] and "Said." in parts[3]
    assert len(parts) == 4 and "Long prose" not in two and "f()" not in two and r"\(x&lt;y\)" in two


def test_the_end_sums_up(told, tmp_path):
    told()
    _, last = columns(book(text("## Two"), text("## What you have seen\n\n- A.\n- B.")), tmp_path)
    assert "What you have seen" in last and last.count("<li>") == 2


@pytest.mark.parametrize(
    "ideas_, words",
    [
        ({"Three": [("A.",)]}, "no section 'Three'"),
        ({"Two": [("A.", "figure 2")]}, "no figure 2"),
        ({"Two": [("A.", "(8)")]}, r"no \(8\)"),
        ({"Two": [("A.", "table 1")]}, "table 1 is too large"),
    ],
)
def test_what_is_not_there_or_does_not_fit_is_one_sentence(told, tmp_path, ideas_, words):
    told(**ideas_)
    long = TABLE + "\n| 1 | 2 |" * blocks.ROWS
    with pytest.raises(InputError, match=words):
        slides(book(text("## Two"), code("f()", shown("text/markdown", long), picture())), tmp_path)


@pytest.mark.parametrize("tag", sorted(LEFT_OUT))
def test_cells_with_these_tags_are_left_out(tmp_path, tag):
    cells = text("## Two"), code("f()", shown("text/markdown", TABLE), printed("secret"), tags=[tag])
    assert set(sections(book(*cells), tmp_path)["Two"]) == {"text"}


def test_a_figure_shrinks_to_stay_below_its_idea(told, tmp_path):
    told(Two=[("What it shows.", "figure 1")])
    page = slides(book(text("## Two"), code("f()", picture(size=(900, 800)))), tmp_path)
    (height,) = [int(part.split("px")[0]) for part in page.split("--height: ")[1:]]
    assert 380 < height < blocks.HEIGHT - 40 and "HEIGHT" not in page


def test_the_parts_of_a_table_are_of_one_length():
    rows = "\n".join(f"| {k} |" for k in range(blocks.ROWS + 1))
    found = blocks.prose(f"| a |\n| --- |\n{rows}")
    assert sorted(block.html.count("<td>") for block in found) == [(blocks.ROWS + 1) // 2, (blocks.ROWS + 2) // 2]


def test_every_committed_notebook_has_slides_with_what_they_show(root, tmp_path):
    books = read_books("paper", root)
    assert sorted(ideas()) == [book.name for book in books]
    for one in books:
        assert slides(one, tmp_path).count('<div class="slide">') >= 8
