"""The first page, the pages made of documents, and what a page brings: description, icon, its notebook, text for search."""

import base64
import io
import json
import re

import nbformat
import pytest
from executed import code, picture, png, project, shown, text, write
from PIL import Image

from padnet.errors import PadnetError
from padnet.notebook.executed import Book, read_books
from padnet.site import documents, pages, texts
from padnet.site.figures import figure
from padnet.site.main import site
from padnet.site.source import source


@pytest.fixture(scope="module")
def built(root, tmp_path_factory):
    """The site of a small project with a picture and two documents."""
    toy = tmp_path_factory.mktemp("project")
    for name in ("padnet", "reference"):
        (toy / name).symlink_to(root / name)
    project(toy, root)
    (toy / "results/paper/figures").mkdir(parents=True)
    (toy / "results/paper/figures" / pages.PICTURE).write_bytes(png())
    (toy / "docs").mkdir()
    (toy / "docs/bits.md").write_text(
        "# Machines\n\n<!-- m -->\nSee [faults](faults.md), [the first](../notebooks/00_first.ipynb), "
        "[a file](../padnet/x.py) and [that](https://example.org).\n<!-- /m -->\n"
        "\n![A grey field](../results/paper/figures/deconvolution.png)\n"
    )
    (toy / "docs/faults.md").write_text("# Faults\n\nWhat was killed, and what came of it.\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("padnet.site.main.NAMES", ())
        patch.setattr("padnet.site.main.ROOMS", ())
        return site("paper", toy / "site", toy) and toy / "site"


def test_the_first_page_has_a_picture_and_a_way_for_each_reader(built):
    page = (built / "index.html").read_text()
    assert f'alt="{pages.SEEN}"' in page and (built / "_images" / pages.PICTURE).is_file()
    ways = page[page.index('<div class="ways">') : page.index("They follow")]
    assert ways.count("<h3>") == len(pages.WAYS) == 4
    assert 'href="00_first.html">Quickstart' in ways and 'href="tables.html"' in ways and "{" not in ways
    assert "One command" in ways and 'href="photographs.html"' not in ways  # which this project does not have


def test_pages_in_the_menu_have_their_numbers(built):
    page = (built / "tables.html").read_text()
    assert re.search(r'href="00_first.html">00 The first steps', page) and ">Machines<" in page.replace("\n", "")


def test_every_page_has_a_description_and_the_icon(built):
    for path in (*built.glob("*.html"), *built.glob("slides/*.html")):
        page = path.read_text()
        told = re.findall(r'<meta name="description" content="([^"]*)">', page)
        assert len(told) == 1 and 20 < len(told[0]) <= 202 and "<" not in told[0], path
        icon = re.search(r'rel="(?:shortcut )?icon" href="([^"?]*)', page)
        assert icon and (path.parent / icon[1]).is_file(), path


def test_a_page_leads_to_the_file_of_its_notebook(built):
    assert 'href="notebooks/00_first.ipynb"' in (built / "00_first.html").read_text()
    made = built.parent / "results/paper/notebooks/00_first.ipynb"
    assert (built / "notebooks/00_first.ipynb").read_bytes() == made.read_bytes()


def test_the_source_of_a_notebook_goes_before_its_run(toy):
    write(toy, "00_first", text("# One"))
    (book,) = read_books("paper", toy)
    (toy / "notebooks/00_first.ipynb").write_text("the source")
    assert pages.notebook(book, "paper", toy) == "the source"


def test_a_document_leads_to_pages_and_shows_its_pictures(built):
    page = (built / "machines.html").read_text()
    for link in ('href="faults.html">faults', 'href="00_first.html">the first', 'href="https://example.org"'):
        assert link in page
    assert "a file" in page and "x.py" not in page and 'alt="A grey field"' in page


def test_a_document_with_a_picture_that_is_not_there_is_one_sentence(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("![What](gone.png)")
    with pytest.raises(PadnetError, match=r"a.md shows gone.png, which is not there: bring it back"):
        documents.page(path, "paper", tmp_path, [], tmp_path / "figures")


def test_the_project_has_every_document(root):
    assert list(documents.there("paper", root)) == list(documents.PAGES)


def test_the_search_has_the_words_of_every_page(built):
    told = json.loads((built / texts.NAME).read_text().removeprefix("window.TEXTS = ").removesuffix(";\n"))
    assert "What the error condition (2) asks for." in told["00_first.html"] and "machines.html" in told
    assert "toctree" not in told["00_first.html"] and "¶" not in told["00_first.html"]
    assert texts.words("<p>another kind of page</p>") == ""


def test_a_solution_is_behind_its_button(tmp_path):
    book = nbformat.from_dict([text("# One"), code("x = 1", tags=["solution"]), code("y = 2")])
    cells = json.loads(source(Book("00_first", "One", book), [], tmp_path))["cells"]
    said = [cell["metadata"].get("mystnb", {}).get("code_prompt_show") for cell in cells if cell["cell_type"] == "code"]
    assert said == ["Show the solution", None]


def test_a_moving_figure_has_a_still_one_and_a_button(tmp_path):
    frames = [Image.new("RGB", (6, 4), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, format="PNG", save_all=True, append_images=frames[1:], duration=500, loop=0)
    output = picture()
    output.data["image/png"] = base64.b64encode(out.getvalue()).decode()
    cells = nbformat.from_dict([code("a()", output), code("b()", picture()), code("c()", shown("text/html", "x"))])
    moving, still, none = (figure(Book("00_first", "One", cells), number, 0, tmp_path) for number in range(3))
    tag = moving.tag("figures")
    assert '<button type="button" hidden>' in tag and f'src="figures/{moving.still}"' in tag and moving.file in tag
    with Image.open(tmp_path / moving.still) as first:
        assert first.getpixel((0, 0)) == (255, 0, 0) and not getattr(first, "is_animated", False)
    assert still.still is None and "button" not in still.tag("figures") and none is None
