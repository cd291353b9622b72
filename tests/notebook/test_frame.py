"""What every notebook has around its lesson: its time, a summary, references with links, and its neighbours."""

import re

import nbformat
import pytest

NAMES = ["00", "01", "02", "03", "03b", "04", "05", "06", "07", "08"]
SUMMARIES = ("## What you have seen", "## What stands")


@pytest.fixture(params=NAMES)
def book(request, root):
    (path,) = (root / "notebooks").glob(f"{request.param}_*.ipynb")
    return request.param, nbformat.read(path, as_version=4)


def test_the_beginning_says_how_long_it_takes_and_what_is_learned(book):
    first = book[1].cells[0].source
    assert re.search(r"takes .* minute", first) and "Afterwards you will be able to" in first


def test_the_end_sums_up_and_names_its_sources(book):
    text = [cell.source for cell in book[1].cells if cell.cell_type == "markdown"]
    assert any(part.startswith(SUMMARIES) or f"\n{SUMMARIES[0]}" in part for part in text)
    last = text[-1]
    assert last.startswith("## References") and "https://arxiv.org/abs/1711.07653" in last
    entries = [line for line in last.splitlines() if line.startswith("- ")]
    assert len(entries) >= 3 and all("](https://" in entry for entry in entries)


def test_the_end_links_to_the_neighbours_and_to_the_symbols(book, root):
    number, last = book[0], book[1].cells[-1].source
    names = {path.name.partition("_")[0]: path.name for path in (root / "notebooks").glob("*.ipynb")}
    assert sorted(names) == NAMES
    place = NAMES.index(number)
    for word, others in (("Before", NAMES[:place][-1:]), ("Next", NAMES[place + 1 :][:1])):
        for other in others:
            assert re.search(rf"{word}: \[.*?\]\({names[other]}\)", last)
    for link in re.findall(r"\]\((?!https)([^)]+)\)", last):
        assert (root / "notebooks" / link).is_file()


def test_open_projects_stand_where_they_should(book):
    projects = [cell for cell in book[1].cells if "project" in cell.metadata.get("tags", [])]
    assert len(projects) == (0 if book[0] in ("01", "02") else 1)
