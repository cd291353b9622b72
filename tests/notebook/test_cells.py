"""Code cells of the lessons fit on a page: a reader takes in twenty lines, and none of them runs out of the window."""

import ast
import re

import nbformat
import pytest

from padnet import notebook as front

MOST_LINES, MOST_COLUMNS = 20, 89


@pytest.fixture(params=["00", "01", "02", "03", "03b", "04", "05", "06", "07", "08"])
def cells(request, root):
    """The sources of a notebook's code cells, without IPython's magics."""
    (path,) = (root / "notebooks").glob(f"{request.param}_*.ipynb")
    found = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    return [re.sub(r"(?m)^(\s*)[%!].*", r"\1pass", source) for source in found]


def imports(source):
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import | ast.ImportFrom)]


def names_of_front(source):
    for node in imports(source):
        if getattr(node, "module", "") == "padnet.notebook":
            yield from (alias.name for alias in node.names)


def test_code_cells_are_short(cells):
    for source in cells:
        listed = sum(node.end_lineno - node.lineno + 1 for node in imports(source))  # a list of names is not read
        assert len(source.splitlines()) - listed <= MOST_LINES, source
        assert [line for line in source.splitlines() if len(line) > MOST_COLUMNS] == []


def test_padnet_is_imported_from_its_fronts_alone(cells):
    lines = [line for line in "\n".join(cells).splitlines() if line.startswith(("from padnet", "import padnet"))]
    assert {line.split()[1] for line in lines} <= {"padnet", "padnet.exercises", "padnet.notebook"} and len(lines) <= 6


def test_the_front_of_the_lessons_has_what_they_import_and_nothing_else(root):
    used = set()
    for path in (root / "notebooks").glob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                used.update(names_of_front(re.sub(r"(?m)^(\s*)[%!].*", r"\1pass", cell.source)))
    assert used == {*front.HOMES} and {*front.ORIGINAL} <= used
    for name in front.HOMES:
        assert getattr(front, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'none'"):
        _ = front.none
