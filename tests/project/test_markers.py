"""The part of a page that a command writes, between two lines."""

import pytest

from padnet.errors import PadnetError
from padnet.project.markers import between, rewrite

PAGE = "before\n<!-- part -->\nold\n<!-- /part -->\nafter\n"


def test_the_part_is_replaced_and_nothing_else(tmp_path):
    assert between(PAGE, "new \\1\n", "part") == PAGE.replace("old", "new \\1")
    (tmp_path / "page.md").write_text(PAGE)
    rewrite(tmp_path, "page.md", "new\n", "part")
    assert (tmp_path / "page.md").read_text() == PAGE.replace("old", "new")


@pytest.mark.parametrize("text", ["", PAGE * 2, PAGE.replace("/part", "/other"), "<!-- /part -->\n<!-- part -->\n"])
def test_lines_that_are_missing_or_stand_twice_are_told(tmp_path, text):
    (tmp_path / "page.md").write_text(text)
    with pytest.raises(PadnetError, match=r"page\.md needs the lines <!-- part --> and <!-- /part --> once each"):
        rewrite(tmp_path, "page.md", "new\n", "part")
    assert (tmp_path / "page.md").read_text() == text


def test_a_missing_page_is_told(tmp_path):
    with pytest.raises(PadnetError, match=r"page\.md needs the lines"):
        rewrite(tmp_path, "page.md", "new\n", "part")
