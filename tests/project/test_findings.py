"""The scripts of findings/ and the page that lists them; what they show is checked by running them, not here."""

import re

import pytest

PAGE = "docs/findings.md"
# A requirement with its version, as pip is given it.
PINNED = re.compile(r"[\w.-]+==[\w.]+")


def scripts(root):
    return sorted((root / "findings").glob("*.sh"))


def test_the_page_lists_every_script(root):
    text = (root / PAGE).read_text()
    listed = re.findall(r"\[(\w+)\]\(\.\./findings/\1\.sh\)", text)
    assert listed == [path.stem for path in scripts(root)] and len(listed) >= 6


def test_every_script_stands_by_itself(root):
    for path in scripts(root):
        text = path.read_text()
        assert text.startswith("#!/usr/bin/env bash\n# ") and "# Seen with" in text and "set -euo pipefail" in text, (
            path
        )
        assert "mktemp -d" in text and "trap 'rm -rf" in text, path
        installed = re.findall(r"pip\" install (.*)", text)
        assert installed and "padnet" not in text.lower(), path
        named = [word for line in installed for word in line.split() if not word.startswith("-")]
        assert named and all(PINNED.fullmatch(word) for word in named), (path, named)


def test_an_unpinned_requirement_would_be_found():
    assert not PINNED.fullmatch("numpy") and PINNED.fullmatch("scikit-image==0.26.0")


@pytest.mark.parametrize("page", ["README.md", "docs/layout.md"])
def test_the_page_is_linked(root, page):
    assert "findings.md" in (root / page).read_text()
