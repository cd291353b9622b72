"""The last look at a built site."""

import pytest

from padnet.errors import PadnetError
from padnet.site.check import check_pages

GOOD = '<p id="a"><img src="a.png" alt="A"><a href="#a">a</a><a href="https://example.org">out</a></p>'


def test_a_good_page_passes(tmp_path):
    (tmp_path / "index.html").write_text(GOOD)
    check_pages(tmp_path)


@pytest.mark.parametrize(
    "markup, sentence",
    [
        ('<script src="https://example.org/a.js"></script>', "loads https://example.org/a.js"),
        ('<link rel="stylesheet" href="//example.org/a.css">', "loads //example.org/a.css"),
        ('<img src="http://example.org/a.png" alt="A">', "loads http://example.org/a.png"),
        ('<img src="b.png">', "shows b.png without alternative text"),
        ('<a href="none.html">x</a>', "links to none.html, which is not there"),
        ('<a href="#none">x</a>', "links to #none, which is not there"),
    ],
)
def test_a_bad_one_is_named(tmp_path, markup, sentence):
    (tmp_path / "index.html").write_text(GOOD + markup)
    with pytest.raises(PadnetError, match="the page index.html") as raised:
        check_pages(tmp_path)
    assert sentence in str(raised.value)
