"""Code cells of the lessons fit on a page: a reader takes in twenty lines, and none of them runs out of the window."""

import nbformat
import pytest

LESSONS = ("01", "02", "03", "07")
MOST_LINES, MOST_COLUMNS = 20, 88


@pytest.mark.parametrize("number", LESSONS)
def test_code_cells_are_short(root, number):
    (path,) = (root / "notebooks").glob(f"{number}_*.ipynb")
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            lines = cell.source.splitlines()
            assert len(lines) <= MOST_LINES, f"{cell.id}: {len(lines)} lines"
            wide = [line for line in lines if len(line) > MOST_COLUMNS]
            assert not wide, f"{cell.id}: {wide[0]}"


@pytest.mark.parametrize("number", LESSONS)
def test_padnet_is_imported_from_its_fronts_alone(root, number):
    (path,) = (root / "notebooks").glob(f"{number}_*.ipynb")
    code = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    lines = [line for line in "\n".join(code).splitlines() if line.startswith(("from padnet", "import padnet"))]
    assert {line.split()[1] for line in lines} <= {"padnet", "padnet.exercises", "padnet.notebook"} and len(lines) <= 6
