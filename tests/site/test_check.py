"""The last look at a built site."""

import pytest

from padnet.errors import PadnetError
from padnet.site.check import check_pages

GOOD = '<p id="a"><img src="a.png" alt="A"><a href="#a">a</a><a href="https://example.org">out</a></p>'


@pytest.fixture
def site(tmp_path):
    """A folder with a good page and a file of each kind; a file beside it that it must not need."""
    folder = tmp_path / "site"
    (folder / "slides").mkdir(parents=True)
    for name in ("a.png", "b c.png", "a.js", "slides/a.css", "../outside.txt", "../outside.png"):
        (folder / name).write_text("")
    (folder / "index.html").write_text(GOOD)
    (folder / "page two.html").write_text(GOOD.replace('id="a"', 'id="a" lang="en"'))
    return folder


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="page%20two.html">x</a>',
        '<a href="index.html?x=1#a">x</a>',
        '<a href="page%20two.html?x#a">x</a>',
        '<a href="MAILTO:a@example.org">x</a><a href="//example.org">x</a>',
        '<img src="b%20c.png?v=1" alt="A" srcset="a.png 1x, b%20c.png 2x">',
        '<img src="DATA:image/png;base64,AAAA" alt="A">',
        '<script src="a.js"></script><script>import("./a.js"); important = "https://example.org"</script>',
        "<style>p { background: url( 'a.png' ) } /* url(https://example.org) */</style>",
        '<link rel="stylesheet" href="slides/a.css"><p style="background: url(data:image/png;base64,AA)">x</p>',
        '<object data="a.png"></object><svg><image href="a.png"/><use href="#a"/></svg><video poster="a.png"></video>',
        "<p>@import, url(https://example.org) and import('https://example.org') in a text</p>",
    ],
)
def test_a_good_page_passes(site, markup):
    (site / "index.html").write_text(GOOD + markup)
    check_pages(site)


@pytest.mark.parametrize(
    "markup, sentence",
    [
        ('<script src="https://example.org/a.js"></script>', "loads https://example.org/a.js"),
        ('<link rel="stylesheet" href="//example.org/a.css">', "loads //example.org/a.css"),
        ('<img src="http://example.org/a.png" alt="A">', "loads http://example.org/a.png"),
        ('<img src="HTTPS://example.org/a.png" alt="A">', "loads HTTPS://example.org/a.png"),
        ('<img src="\\\\example.org/a.png" alt="A">', "it may only load files of the site"),
        (
            '<img src="a.png" srcset="a.png 1x, https://example.org/b.png 2x" alt="A">',
            "loads https://example.org/b.png",
        ),
        ('<picture><source srcset="https://example.org/b.png"></picture>', "loads https://example.org/b.png"),
        ('<link rel="preload" imagesrcset="//example.org/b.png 2x">', "loads //example.org/b.png"),
        ('<video poster="//example.org/b.png"></video>', "loads //example.org/b.png"),
        ('<object data="https://example.org/b.svg"></object>', "loads https://example.org/b.svg"),
        ('<embed src="https://example.org/b.svg">', "loads https://example.org/b.svg"),
        ('<svg><image href="https://example.org/b.png"/></svg>', "loads https://example.org/b.png"),
        ('<svg><image xlink:href="https://example.org/b.png"/></svg>', "loads https://example.org/b.png"),
        ('<base href="https://example.org/">', "holds <base>"),
        ('<meta http-equiv="Refresh" content="0; url=https://example.org">', "loads https://example.org"),
        (
            '<script type="module">const a = await import("https://example.org/a.js")</script>',
            "https://example.org/a.js",
        ),
        ("<script>import a from 'https://example.org/a.js'</script>", "loads https://example.org/a.js"),
        ('<style>@import "https://example.org/a.css";</style>', "loads https://example.org/a.css"),
        ("<style>@IMPORT url(https://example.org/a.css);</style>", "loads https://example.org/a.css"),
        ('<p style="background: url(&quot;//example.org/a.png&quot;)">x</p>', "loads //example.org/a.png"),
        ('<img src="none.png" alt="A">', "loads none.png, which is not in the site"),
        ('<script src="none.js"></script>', "loads none.js, which is not in the site"),
        ('<img src="../outside.png" alt="A">', "loads ../outside.png, which is not in the site"),
        ('<img src="slides" alt="A">', "loads slides, which is not in the site"),
        ('<img src="a.png">', "shows a.png without alternative text"),
        ('<a href="none.html">x</a>', "links to none.html, which is not there"),
        ('<a href="#none">x</a>', "links to #none, which is not there"),
        ('<a href="page%20two.html?x=1#none">x</a>', "links to page%20two.html?x=1#none, which is not there"),
        ('<a href="../outside.txt">x</a>', "links to ../outside.txt, which is not there"),
        ('<a href="/etc">x</a>', "links to /etc, which is not there"),
        ('<a href="file:///etc">x</a>', "links to file:///etc, which is not there"),
    ],
)
def test_a_bad_one_is_named(site, markup, sentence):
    (site / "index.html").write_text(GOOD + markup)
    with pytest.raises(PadnetError, match="the page index.html") as raised:
        check_pages(site)
    assert sentence in str(raised.value)


@pytest.mark.parametrize(
    "sheet, sentence",
    [
        ("@import url('https://example.org/a.css')", "loads https://example.org/a.css"),
        ("p { background: URL(//example.org/a.png) }", "loads //example.org/a.png"),
        ("p { background: url(a.png) }", "loads a.png, which is not in the site"),
    ],
)
def test_a_bad_style_sheet_is_named(site, sheet, sentence):
    (site / "slides/a.css").write_text("p { background: url(../a.png) }")
    check_pages(site)
    (site / "slides/a.css").write_text(sheet)
    with pytest.raises(PadnetError, match="the style sheet slides/a.css") as raised:
        check_pages(site)
    assert sentence in str(raised.value)
