"""`padnet site`: pages and slides that need nothing from elsewhere, and one sentence for what is missing."""

import json
import re
import shutil
from html.parser import HTMLParser

import pytest
from executed import FIRST, code, picture, project, text, write

from padnet.cli import main as cli
from padnet.errors import PadnetError
from padnet.reporting.tables import numbers
from padnet.site.main import site


@pytest.fixture(scope="module", autouse=True)
def small():
    """Sites without the reference's many pages, which tests/site/test_reference.py looks at: a third of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("padnet.site.main.NAMES", ())
        patch.setattr("padnet.site.main.ROOMS", ())
        yield


@pytest.fixture(scope="module")
def built(root, tmp_path_factory):
    """The site of the small project, built once."""
    toy = tmp_path_factory.mktemp("project")
    for name in ("padnet", "reference"):
        (toy / name).symlink_to(root / name)
    project(toy, root)
    ideas = {"Energy": [("What to lower.", "(14)"), ("What is seen.", "figure 1"), ("Chosen.", None)]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("padnet.site.slides.ideas", lambda: {"00_first": ideas})
        return site("paper", toy / "site", toy) and toy / "site"


class Elements(HTMLParser):
    """The attributes of all elements of a page, by their names."""

    def __init__(self, path):
        super().__init__()
        self.found = {}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        self.found.setdefault(tag, []).append(dict(attributes))


def pages(folder):
    return [path for name in ("", "slides/", "reference/", "_modules/") for path in folder.glob(f"{name}*.html")]


def test_there_is_a_page_for_every_notebook_and_for_what_is_gathered(built):
    names = {path.name for path in pages(built)}
    wanted = ("index", "00_first", "01_second", "tables", "certificates", "equations")
    assert {f"{name}.html" for name in wanted} <= names
    index = (built / "index.html").read_text()
    assert index.index("The first steps") < index.index("The second steps")
    assert "slides/00_first.html" in index and "What the error condition" in index


def test_nothing_is_loaded_from_elsewhere(built):
    for path in pages(built):
        found = Elements(path).found
        loaded = [e.get("src") for tag in ("script", "img", "iframe") for e in found.get(tag, [])]
        loaded += [e.get("href") for e in found.get("link", [])]
        for address in filter(None, loaded):
            assert not re.match(r"(https?:)?//", address), f"{path.name} loads {address}"
            local = path.parent / address.split("?")[0].split("#")[0]
            assert local.exists(), f"{path.name} loads {address}, which is not there"
    sheets = [path.read_text() for path in built.rglob("*.css")]
    assert sheets and not any(re.search(r"(@import|url\()\s*[\"'(]*\s*(https?:)?//", sheet) for sheet in sheets)


def test_every_figure_keeps_its_words_and_its_width(built):
    figures = [e for e in Elements(built / "00_first.html").found["img"] if "figures" in e["src"]]
    assert [(e["alt"], e["width"]) for e in figures] == [("A grey field.", "300")]
    assert (built / figures[0]["src"]).read_bytes().startswith(b"\x89PNG")
    assert Elements(built / "slides/00_first.html").found["img"][0]["alt"] == "A grey field."


def test_equations_have_anchors_that_the_table_leads_to(built):
    assert 'id="eq-14"' in (built / "00_first.html").read_text()
    table = (built / "equations.html").read_text()
    for goal in ("00_first.html#eq-14", "00_first.html#cell-0", "00_first.html#cell-4", "01_second.html#cell-0"):
        assert goal in table
        page, anchor = goal.split("#")
        assert f'id="{anchor}"' in (built / page).read_text()
    assert r"F(g) = f(g) + r(g)" in table and r"\tag" not in table


def test_the_search_index_holds_the_phrase(built):
    index = json.loads((built / "searchindex.js").read_text().removeprefix("Search.setIndex(").removesuffix(")"))
    pages_of = {word: index["terms"][word] for word in ("error", "condit")}  # stems
    both = set.intersection(*({found} if isinstance(found, int) else set(found) for found in pages_of.values()))
    assert index["docnames"].index("00_first") in both


def test_tables_stand_beside_the_papers_numbers(built, root):
    page = (built / "tables.html").read_text()
    assert "0.4291" in page and "33.41" in page
    assert all(f"Table {number}" in page for number in numbers("paper", root))


def test_links_to_notebooks_lead_to_pages_and_others_are_text(built):
    page = (built / "00_first.html").read_text()
    assert 'href="01_second.html"' in page and "a file" in page and "Makefile" not in page


def test_a_solution_is_folded_away(built):
    page = (built / "01_second.html").read_text()
    inside = page[page.index("<summary>Show the solution</summary>") : page.index("</details>")]
    assert "<strong>Why</strong>" in inside and "Because." in inside


def test_slides_show_ideas_and_results_and_hide_the_rest(built):
    page = (built / "slides/00_first.html").read_text()
    assert page.count("<h2>Energy</h2>") == 3 and "What to lower." in page and "Chosen." in page
    assert "a secret" not in page and "hidden" not in page and "draw" not in page and "profile" not in page
    assert r"\tag{14}" in page and "MathJax" not in page and "../_static/mathjax/tex-svg.js" in page


@pytest.mark.parametrize("alt", [None, "", "  "])
def test_a_figure_without_words_is_refused(toy, capsys, alt):
    write(toy, "00_first", text("# One"), code("draw()", picture(alt=alt)))
    assert cli.main(["site", "--out", str(toy / "out")]) == 1
    said = capsys.readouterr().err
    assert said.startswith("padnet: cell 1 of 00_first.ipynb shows a figure without alternative text")
    assert said.count("\n") == 1
    assert not (toy / "out").exists()


@pytest.mark.parametrize("markup", ["![](figure.png)", '<img src="figure.png">', "<img alt='' src='figure.png'>"])
def test_a_picture_in_the_text_without_words_is_refused(toy, markup):
    write(toy, "00_first", text(f"# One\n\n{markup}"))
    with pytest.raises(PadnetError, match="cell 0 of 00_first.ipynb holds a picture without alternative text"):
        site("paper", toy / "out", toy)


@pytest.mark.parametrize(
    "spoil, sentence",
    [
        (lambda path: path.unlink(), "results/paper/notebooks holds no executed notebook"),
        (lambda path: path.write_text("{"), "00_first.ipynb cannot be read as a notebook"),
        (lambda path: path.write_text('{"cells": 3}'), "00_first.ipynb cannot be read as a notebook"),
        (lambda path: path.write_bytes(b"\xff\xfe"), "00_first.ipynb cannot be read as a notebook"),
        (lambda path: path.write_text(path.read_text().replace("# One", "One")), "00_first.ipynb has no heading"),
    ],
)
def test_a_bad_notebook_is_one_sentence(toy, capsys, spoil, sentence):
    spoil(write(toy, "00_first", text("# One")))
    assert cli.main(["site", "--out", str(toy / "out")]) == 1
    said = capsys.readouterr().err
    assert sentence in said and said.count("\n") == 1


def test_missing_records_are_one_sentence_and_the_old_site_stays(toy, capsys):
    write(toy, "00_first", *FIRST)
    (toy / "site/_static/mathjax").mkdir(parents=True)
    (toy / "site" / "index.html").write_text("old")
    assert cli.main(["site"]) == 1
    assert "holds no records" in capsys.readouterr().err
    assert (toy / "site" / "index.html").read_text() == "old"
    assert not list(toy.glob(".site*"))


def files(folder):
    """What lies in a folder: {path: bytes, or None for a folder}."""
    return {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.mark.parametrize(
    "out, sentence",
    [
        (".", "holds the project"),
        ("..", "holds the project"),
        ("notebooks/..", "holds the project"),
        ("notebooks", "is no earlier site and holds mine.txt"),
        ("half", "is no earlier site and holds index.html"),
        ("kept", "holds .git beside a site"),
        ("link", "is a link"),
        ("params.yaml", "is a file"),
    ],
)
def test_no_folder_is_lost(tmp_path_factory, root, monkeypatch, capsys, out, sentence):
    above = tmp_path_factory.mktemp("above")
    toy = above / "project"
    for name in ("notebooks", "half", "kept/_static/mathjax", "kept/.git", "real"):
        (toy / name).mkdir(parents=True)
    for name in (
        "dvc.yaml",
        "params.yaml",
        "notebooks/mine.txt",
        "half/index.html",
        "kept/index.html",
        "../beside.txt",
    ):
        (toy / name).write_text("{}")
    (toy / "link").symlink_to(toy / "real")
    project(toy, root)
    monkeypatch.chdir(toy)
    before = files(above)
    assert cli.main(["site", "--out", out]) == 1
    said = capsys.readouterr().err
    assert sentence in said and said.count("\n") == 1
    assert files(above) == before


def test_an_earlier_site_is_replaced_and_the_help_says_so(built, capsys):
    toy = built.parent
    (built / "old.html").write_text("old")
    site("paper", built, toy)
    assert not (built / "old.html").exists() and (built / "index.html").is_file()
    with pytest.raises(SystemExit):
        cli.main(["site", "--help"])
    assert "an earlier site there is replaced" in " ".join(capsys.readouterr().out.split())


def test_the_profile_decides_what_is_read(toy, root, capsys):
    project(toy, root)
    assert cli.main(["site", "--profile", "quick"]) == 1
    assert "results/quick/notebooks holds no executed notebook: bring them with make repro" in capsys.readouterr().err
    write(toy, "00_first", text("# The quick steps\n\nSee (2)."), FIRST[3], profile="quick")
    assert cli.main(["site", "--profile", "quick"]) == 1
    assert "results/quick" in capsys.readouterr().err  # its records
    for folder in ("records", "certificates"):
        shutil.copytree(toy / "results/paper" / folder, toy / "results/quick" / folder)
    (toy / "out").mkdir()  # an empty folder holds nothing to lose
    assert cli.main(["site", "--profile", "quick", "--out", "out"]) == 0
    assert capsys.readouterr().out.startswith("1 notebooks with slides")
    assert "The quick steps" in (toy / "out/index.html").read_text() and not (toy / "out/01_second.html").exists()


def test_sphinx_warnings_are_errors(toy, root, capsys):
    project(toy, root)
    write(toy, "00_first", text("# One\n\n```{no-such-directive}\n```"))
    assert cli.main(["site"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("padnet: Sphinx warns about the site: 00_first.ipynb") and "no-such-directive" in said
    assert said.count("\n") == 1 and not (toy / "site").exists()


def test_the_committed_notebooks_become_a_site(root, tmp_path):
    books = site("paper", tmp_path / "site", root)
    committed = (root / "results/paper/notebooks").glob("*.ipynb")
    assert [book.name for book in books] == sorted(path.stem for path in committed)
    assert all((tmp_path / "site" / "slides" / f"{book.name}.html").is_file() for book in books)
    assert [path.name for path in tmp_path.iterdir()] == ["site"]  # and nothing beside it
