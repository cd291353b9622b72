"""Student versions: the same notebook, dots in the place of the solutions, the sources untouched."""

import nbformat
import pytest

from padnet.errors import InputError
from padnet.notebook import student
from padnet.notebook.student import student_version, write
from padnet.project import console

CODE = """def twice(x):
    # BEGIN SOLUTION
    y = x + x
    return y
    # END SOLUTION


check("1", twice)"""


def book(code):
    cell = nbformat.v4.new_code_cell(code, outputs=[nbformat.v4.new_output("stream", text="4")], execution_count=3)
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# BEGIN SOLUTION"), cell])


def test_the_solution_becomes_dots_and_the_check_stays():
    source = book(CODE)
    made = student_version(source, "toy")
    assert made.cells[1].source == 'def twice(x):\n    ...  # your answer\n\n\ncheck("1", twice)'
    assert made.cells[0] == source.cells[0] and not made.cells[1].outputs
    assert "y = x + x" in source.cells[1].source and source.cells[1].outputs
    exec(made.cells[1].source, {"check": lambda name, twice: None})


def exercises():
    """A notebook with one exercise of two stars."""
    task = nbformat.v4.new_markdown_cell("### Exercise 99.1 ★★\n\nDouble it.", metadata={"tags": ["exercise"]})
    code = CODE.replace('check("1", twice)', 'check("99.1", twice);')
    return nbformat.v4.new_notebook(cells=[task, nbformat.v4.new_code_cell(code, metadata={"tags": ["solution"]})])


def test_nbgrader_knows_the_answer_and_the_points_of_its_check():
    made = student_version(exercises(), "toy")
    _, answer, test, _, last = made.cells
    assert answer.source == "def twice(x):\n    ...  # your answer"
    assert answer.metadata["nbgrader"] == {
        "schema_version": 3, "grade_id": "answer-99-1", "solution": True, "grade": False, "locked": False, "task": False
    }  # fmt: skip
    assert test.source == 'from padnet.exercises import points\n\npoints("99.1", twice)'
    assert test.metadata["nbgrader"] == {
        "schema_version": 3, "grade_id": "points-99-1", "solution": False, "grade": True, "locked": True, "task": False,
        "points": 2,
    }  # fmt: skip
    assert last.source.endswith('score("scores-99.json");')
    nbformat.validate(made)


def test_an_open_project_is_graded_by_hand():
    cell = nbformat.v4.new_markdown_cell("## An open project", metadata={"tags": ["project"]})
    made = student_version(nbformat.v4.new_notebook(cells=[cell]), "toy")
    known = made.cells[0].metadata["nbgrader"]
    assert known["task"] and not known["grade"] and not known["solution"] and known["points"] == 12


def test_the_key_has_every_solution_and_students_do_not_find_it(toy, capsys):
    nbformat.write(exercises(), toy / "notebooks/a.ipynb")
    assert console.run(student.main, ["--out", "class", "--key", "key.md"]) == 0
    text = (toy / "key.md").read_text()
    assert text.startswith("# Solutions\n\n## a\n\n### Exercise 99.1") and "y = x + x" in text
    assert console.run(student.main, ["--out", "class", "--key", "class/key.md"]) == 1
    assert "where students find it" in capsys.readouterr().err
    assert console.run(student.main, ["--out", "class", "--key", "nowhere/key.md"]) == 1
    assert console.run(student.main, ["--out", "class", "--key", "params.yaml"]) == 1
    assert "is no key" in capsys.readouterr().err


def test_every_grade_id_of_the_real_notebooks_is_used_once(root, tmp_path):
    made = [nbformat.read(path, 4) for path in write(tmp_path / "class", root)]
    for book in made:
        ids = [cell.metadata["nbgrader"]["grade_id"] for cell in book.cells if "nbgrader" in cell.metadata]
        assert len(ids) == len(set(ids)) and len([label for label in ids if label != "project"]) % 2 == 0
        assert not any("check(" in cell.source for cell in book.cells if "nbgrader" in cell.metadata)


@pytest.mark.parametrize(
    "code", ["# BEGIN SOLUTION\nx = 1", "x = 1\n# END SOLUTION", "# BEGIN SOLUTION\n# BEGIN SOLUTION\n# END SOLUTION"]
)
def test_marks_that_do_not_pair_are_refused(code):
    with pytest.raises(InputError, match="cell 1 of toy"):
        student_version(book(code), "toy")


def test_all_notebooks_are_written_and_the_sources_stay(toy, capsys):
    for name in ("a", "b"):
        nbformat.write(book(CODE), toy / "notebooks" / f"{name}.ipynb")
    before = (toy / "notebooks/a.ipynb").read_bytes()
    assert console.run(student.main, ["--out", "class"]) == 0
    said = capsys.readouterr()
    assert "class: 2 notebooks without solutions" in said.out and not said.err
    assert "y = x + x" not in (toy / "class/b.ipynb").read_text()
    assert (toy / "notebooks/a.ipynb").read_bytes() == before


def test_the_sources_are_never_replaced_and_a_file_is_no_folder(toy):
    nbformat.write(book(CODE), toy / "notebooks/a.ipynb")
    before = (toy / "notebooks/a.ipynb").read_bytes()
    with pytest.raises(InputError, match="would replace the sources"):
        write(toy / "notebooks", toy)
    with pytest.raises(InputError, match="is a file"):
        write(toy / "params.yaml", toy)
    assert (toy / "notebooks/a.ipynb").read_bytes() == before


def test_answers_are_replaced_only_when_asked(toy, capsys):
    for name in ("a", "b"):
        nbformat.write(book(CODE), toy / "notebooks" / f"{name}.ipynb")
    assert console.run(student.main, ["--out", "class"]) == 0
    assert console.run(student.main, ["--out", "class"]) == 0  # nothing would change
    answered = (toy / "class/b.ipynb").read_text().replace("# your answer", "return 2 * x")
    (toy / "class/b.ipynb").write_text(answered)
    (toy / "class/a.ipynb").unlink()
    assert console.run(student.main, ["--out", "class"]) == 1
    said = capsys.readouterr().err
    assert "class holds b.ipynb, perhaps with answers" in said and said.count("\n") == 1
    assert (toy / "class/b.ipynb").read_text() == answered and not (toy / "class/a.ipynb").exists()
    assert console.run(student.main, ["--out", "class", "--overwrite"]) == 0
    assert (toy / "class/b.ipynb").read_text() != answered and (toy / "class/a.ipynb").exists()


@pytest.mark.parametrize("profile", ["quick", "paper"])
def test_executed_notebooks_are_never_replaced(toy, profile):
    nbformat.write(book(CODE), toy / "notebooks/a.ipynb")
    folder = toy / "results" / profile / "notebooks"
    folder.mkdir(parents=True)
    (folder / "a.ipynb").write_text("executed")
    with pytest.raises(InputError, match=f"would replace the {profile} results in results/{profile}/notebooks/"):
        write(folder / ".." / "notebooks", toy)
    assert (folder / "a.ipynb").read_text() == "executed"


def test_a_folder_outside_the_project_gets_a_warning(toy, tmp_path_factory, capsys):
    nbformat.write(book(CODE), toy / "notebooks/a.ipynb")
    outside = tmp_path_factory.mktemp("outside")
    assert console.run(student.main, ["--out", str(outside)]) == 0
    said = capsys.readouterr().err
    assert "is outside the project, where notebooks 04 to 07 do not find" in said and said.count("\n") == 1
    assert (outside / "a.ipynb").is_file()


def test_the_notebooks_that_need_the_project_are_those_that_are_named(root):
    needing = [
        p.name.partition("_")[0] for p in sorted((root / "notebooks").glob("*.ipynb")) if "find_root()" in p.read_text()
    ]
    assert needing == ["04", "05", "06", "07"]


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b'{"cells": 3}'])
def test_an_unreadable_notebook_is_one_sentence(toy, capsys, content):
    nbformat.write(book(CODE), toy / "notebooks/a.ipynb")
    (toy / "notebooks/b.ipynb").write_bytes(content)
    assert console.run(student.main, ["--out", "class"]) == 1
    said = capsys.readouterr().err
    assert "padnet: b.ipynb cannot be read as a notebook" in said and said.count("\n") == 1
    assert not (toy / "class").exists()


def test_one_broken_notebook_leaves_the_folder_as_it_was(toy):
    nbformat.write(book(CODE), toy / "notebooks/a.ipynb")
    nbformat.write(book("# END SOLUTION"), toy / "notebooks/b.ipynb")
    with pytest.raises(InputError, match="b.ipynb"):
        write(toy / "class", toy)
    assert not (toy / "class").exists()


def test_the_real_notebooks_have_student_versions(root, tmp_path):
    made = write(tmp_path / "class", root)
    assert len(made) == len(list((root / "notebooks").glob("*.ipynb")))
    text = "".join(path.read_text() for path in made)
    assert "BEGIN SOLUTION" not in text and "END SOLUTION" not in text
