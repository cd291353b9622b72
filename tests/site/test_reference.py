"""The reference of the library: every name with its signature, every equation with its line of code, nothing remote."""

import inspect
import re
import sys
from html import unescape

import pytest
from executed import project
from pygments.styles import get_style_by_name
from pygments.token import Whitespace

import padnet
from padnet.cli import main as cli
from padnet.site import code_lines, conf
from padnet.site.docstrings import restructured
from padnet.site.main import site
from padnet.site.reference import ROOMS, modules


def make(root, folder):
    """The site of the small project, made in `folder`."""
    for name in ("padnet", "reference"):
        (folder / name).symlink_to(root / name)
    project(folder, root)
    return site("paper", folder / "site", folder) and folder / "site"


@pytest.fixture(scope="module")
def built(root, tmp_path_factory):
    """A site with the whole reference, built once: Sphinx warns of nothing, and no link is dead."""
    return make(root, tmp_path_factory.mktemp("project"))


def text(path):
    """The words of a page, without markup and with single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", path.read_text(encoding="utf-8"))).split())


@pytest.mark.parametrize("name", padnet.HOMES)
def test_every_name_of_the_front_door_has_a_page_with_its_signature(built, name):
    page, obj = built / "reference" / f"{name}.html", getattr(padnet, name)
    home = f"{padnet.HOMES[name]}.{name}"
    assert f'id="{home}"' in page.read_text() and f"from padnet import {name}" in text(page)
    shown = re.search(rf'id="{re.escape(home)}">(.*?)</dt>', page.read_text(), re.DOTALL)[1]
    # Users make no exceptions, certificates and interfaces, so that their pages have no signature.
    if not (
        inspect.isclass(obj)
        and (issubclass(obj, (Exception, padnet.Certificate)) or getattr(obj, "_is_protocol", False))
    ):
        for parameter in inspect.signature(obj).parameters:
            assert re.search(rf'class="n"><span class="pre">{parameter}<', shown), parameter
    module = padnet.HOMES[name].replace(".", "/")
    assert f'href="../_modules/{module}.html#{name}"' in shown


def test_every_module_of_the_rooms_has_a_page_that_the_front_page_leads_to(built):
    for room in ROOMS:
        assert f'href="padnet.{room}.html"' in (built / "reference/index.html").read_text()
        menu = (built / f"reference/padnet.{room}.html").read_text()
        for name in modules(room):
            assert f'href="{name}.html"' in menu and (built / f"reference/{name}.html").is_file()
    assert "check_prox" in text(built / "reference/padnet.testing.html")
    assert "class LinearOperator[source]" in text(built / "reference/padnet.core.protocols.html")
    assert "argmin_u f(u) + weight/2 ||u - z||^2" in text(built / "reference/Fidelity.html")
    assert 'href="reference/index.html"' in (built / "index.html").read_text()
    assert 'href="../index.html"' in (built / "reference/index.html").read_text()


def test_a_property_whose_docstring_has_a_colon_keeps_its_words(built):
    assert "The weight of x^k in (3): nu if given, else mu." in text(built / "reference/Schedule.html")


def test_every_comment_with_an_equation_leads_to_its_line_and_back(built, root):
    page = (built / "equations.html").read_text()
    found = [place for places in code_lines.places().values() for place in places]
    sources = [path for room in ROOMS for path in sorted((root / "padnet" / room).glob("*.py"))]
    said = [(path, line) for path in sources for line in path.read_text().splitlines() if "# Eq. (" in line]
    assert len(said) >= 12 and {(place.file, place.text) for place in found} >= {
        (str(path.relative_to(root)), line.strip()) for path, line in said
    }
    for place in found:
        assert f'href="{place.address}">{place.file}, line {place.line}</a>' in page
        assert f'id="code-{place.number}"' in page and f'id="eq-{place.number}"' in page
        shown, anchor = place.address.split("#")
        (line,) = [line for line in (built / shown).read_text().splitlines() if f'id="{anchor}"' in line]
        assert f'equations.html#code-{place.number}"' in line and place.text in unescape(re.sub("<[^>]*>", "", line))


def test_lines_know_their_function_and_other_publications_are_left_out():
    source = "class A:\n    def f(self):\n        return 1  # Eq. (3) and (4), here\n\nx = 2  # Eqs. (5), (6)\ny = 3  # He et al., Eq. (7)\nz = '# Eq. (8)'\n"
    assert [(p.number, p.line, p.function) for p in code_lines.in_source(source, "padnet.core.a")] == [
        (3, 3, "A.f"),
        (4, 3, "A.f"),
        (5, 5, ""),
        (6, 5, ""),
    ]


def test_the_pages_load_nothing_from_elsewhere(built):
    for path in [*built.glob("reference/*.html"), *built.glob("_modules/**/*.html")]:
        assert not re.search(r'<(script|img|iframe|link)[^>]* (src|href)="(https?:)?//', path.read_text()), path


def test_the_same_code_makes_the_same_bytes(root, tmp_path, monkeypatch):
    monkeypatch.setattr("padnet.site.main.NAMES", ("deconvolve",))
    monkeypatch.setattr("padnet.site.main.ROOMS", ("haze",))
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        folder = make(root, tmp_path / name)
        made.append({path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()})
    assert made[0] == made[1]


@pytest.mark.parametrize(
    "docstring, lines",
    [
        ("r(x) = |x|_p^p * 2*, a_ and 'b'", [r"r(x) = \|x\|_p^p \* 2\*, a\_ and \'b\'"]),
        ("``f(*x)`` or `g_`s", [r"``f(*x)`` or ``g_``\ s"]),
        ("(3) is\n    told.", [r"\ (3) is told."]),
        ("Said:\n\n    f(*x)\n\n    g(x)\n\nEnd.", ["Said:", "", ".. code-block:: python", "", "    f(*x)", "", "    g(x)", "", "End."]),
        ("x: the picture. k, n: others\nof it.\nReturns (x, k).", ["* **x** -- the picture.", "* **k, n** -- others of it.", "", "Returns (x, k)."]),
        ("One.\n\nArgs:\n    x: |x|\n        more.", ["One.", "", "Args:", r"    x: \|x\|", "        more."]),
    ],
)  # fmt: skip
def test_docstrings_are_plain_text(docstring, lines):
    assert restructured(docstring, {"x", "k", "n"}) == [*lines, ""]


@pytest.mark.parametrize("style", [conf.pygments_style, conf.pygments_dark_style])
def test_code_can_be_read_on_its_background(style):
    style = get_style_by_name(style)

    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for token, told in style:
        if token is Whitespace:
            continue
        on = told["bgcolor"] or style.background_color.lstrip("#")
        if told["color"]:
            dark, light = sorted((luminance(told["color"]), luminance(on)))
            assert (light + 0.05) / (dark + 0.05) >= 4.5, f"{token}: {told['color']} on {on}"


def test_without_sphinx_one_sentence_names_the_extra(toy, monkeypatch, capsys):
    for name in ("padnet.site.main", "padnet.site.build"):
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sphinx.application", None)
    assert cli.main(["site"]) == 1
    assert capsys.readouterr().err == (
        'padnet: padnet site needs sphinx, which is not installed: pip install "padnet[docs]"\n'
    )
