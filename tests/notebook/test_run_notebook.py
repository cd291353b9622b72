"""The notebook runner: checked parameters, canonical bytes, and no result but a good one."""

import json
import os
import sys

import nbformat
import pytest

from padnet.errors import InputError, PadnetError
from padnet.notebook import run as notebook
from padnet.notebook.normalise import canonical, refuse
from padnet.project import console
from padnet.project.import_graph import notebook_code

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
PARAMETERS = 'profile = "quick"'
FIGURE = """%matplotlib inline
%config InlineBackend.figure_formats = ["svg"]
import matplotlib.pyplot as plt
plt.plot([0, 1], [1, 0])
plt.show()"""


def write(toy, *cells, name="toy", tag="parameters", kernel=True):
    """Write notebooks/NAME.ipynb of code cells, the first one tagged."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in cells])
    book.cells[0].metadata["tags"] = [tag]
    book.metadata = {"kernelspec": KERNEL} if kernel else {}
    path = toy / "notebooks" / f"{name}.ipynb"
    path.write_text(nbformat.writes(book))
    return path


def give(toy, text):
    (toy / "params.yaml").write_text(f"seed: 1\nquick: {text}\npaper: {text}\n")


def outputs(path):
    return [output for cell in json.loads(path.read_text())["cells"] for output in cell.get("outputs", [])]


def test_two_runs_give_the_same_bytes_and_hold_no_trace_of_the_machine(toy):
    source = write(toy, PARAMETERS, 'print(profile)\nprint("second line")', FIGURE, "{1, 2}")
    before = source.read_bytes()
    first = notebook.run("quick", "toy").read_bytes()
    second = notebook.run("quick", "toy").read_bytes()
    assert first == second
    assert source.read_bytes() == before
    text = first.decode()
    assert '"text/html"' not in text and "papermill" not in text and str(toy) not in text
    assert [cell["id"] for cell in json.loads(text)["cells"]] == [f"c{i:03d}" for i in range(5)]
    assert "image/svg+xml" in text
    nbformat.validate(nbformat.reads(text, as_version=4))
    assert not list((toy / "failed").iterdir())


def test_the_profile_and_the_parameters_reach_the_notebook_with_their_types(toy):
    give(toy, "{notebooks: {toy: {rate: 1e-4, flag: false}}}")
    write(toy, PARAMETERS + "\nrate = 1.0\nflag = True", "print(profile, rate * 2, flag is False)")
    assert outputs(notebook.run("paper", "toy"))[0]["text"] == ["paper 0.0002 True\n"]
    assert (toy / "results/paper/notebooks/toy.ipynb").is_file()


@pytest.mark.parametrize(
    "params, code, named",
    [
        ("{notebooks: {toy: {rte: 1}}}", PARAMETERS, "does not declare the parameter rte"),
        ("{notebooks: {toy: {}}}", PARAMETERS + "\nrate = 1", "declares the parameter rate"),
        ("{}", "other = 1", "declares the parameter other"),
    ],
)
def test_unknown_and_missing_parameters_are_refused(toy, params, code, named):
    give(toy, params)
    write(toy, code)
    with pytest.raises(InputError, match=named):
        notebook.run("quick", "toy")
    assert not (toy / "results").exists()


@pytest.mark.parametrize(
    "code, names",
    [
        ("plan = dict(\n    steps=15,\n    rate=0.1,\n)", "plan"),
        ("a = b = None", "a b"),
        ("rate: float = 1e-4\nsteps: int", "rate steps"),
        ("# rate = 1\nrate = 2  # other = 3", "rate"),
        ("a, (b, *c) = 1, (2, 3)\n[d] = [4]", "a b c d"),
        ('text = """\nother = 1\n"""', "text"),
        ("plan = {}\nplan['x'] = 1\nplan.y = 2", "plan"),
        ("a = 1; b = \\\n  2", "a b"),
        ("if True:\n    a = 1\nelse:\n    b = 2", "a b"),
        ("import math as m\ndef f(x):\n    y = x\nclass A:\n    z = 1\na = [i for i in (1, 2)]\nprint(j := 3)", "a j"),
        ("%matplotlib inline\n!ls\na = 1", "a"),
        ("", ""),
    ],
)
def test_the_parameters_cell_is_read_as_python(code, names):
    assert notebook.assigned(code, "it") == set(names.split())


def test_parameters_that_papermill_misreads_reach_the_notebook(toy):
    give(toy, "{notebooks: {toy: {plan: {steps: 3}, a: 1, b: 2, rate: 0.5}}}")
    write(
        toy,
        PARAMETERS + "\nplan = dict(\n    steps=15,\n)\na = b = None\nrate: float = 1  # c = 1",
        "print(plan, a, b, rate)",
    )
    assert outputs(notebook.run("quick", "toy"))[0]["text"] == ["{'steps': 3} 1 2 0.5\n"]


@pytest.mark.parametrize(
    "code, line", [("rate = 1\nsteps = (", 2), ("a = 1\n  b = 2", 2), ("1 = a", 1), ("a = '\0'", 1)]
)
def test_a_parameters_cell_that_is_no_python_is_refused_by_one_sentence(toy, capsys, code, line):
    write(toy, code)
    assert console.run(notebook.main, ["--profile", "quick", "--name", "toy"]) == 1
    said = f"padnet: the parameters cell of toy.ipynb is not valid Python (line {line}): correct it\n"
    assert capsys.readouterr().err == said
    assert not (toy / "results").exists() and not (toy / "failed").exists()


def test_a_notebook_without_the_tag_is_refused(toy):
    write(toy, PARAMETERS, tag="other")
    with pytest.raises(InputError, match="no cell tagged parameters"):
        notebook.run("quick", "toy")


def test_a_notebook_without_a_kernel_is_refused(toy):
    write(toy, PARAMETERS, kernel=False)
    with pytest.raises(InputError, match="names no kernel"):
        notebook.run("quick", "toy")


@pytest.mark.parametrize("text", ["{", "{}", '{"cells": 1, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'])
def test_a_broken_source_is_refused(toy, text):
    (toy / "notebooks/toy.ipynb").write_text(text)
    with pytest.raises(InputError, match="cannot be read as a notebook"):
        notebook.run("quick", "toy")


def test_unknown_notebook_and_profile(toy):
    write(toy, PARAMETERS)
    with pytest.raises(InputError, match="no notebook 'tou' in notebooks/: it holds toy"):
        notebook.run("quick", "tou")
    with pytest.raises(InputError, match="no profile 'fast'"):
        notebook.run("fast", "toy")


def test_a_failing_cell_keeps_the_last_good_result(toy, capsys):
    write(toy, PARAMETERS, "print(1)")
    good = notebook.run("quick", "toy")
    before = good.read_bytes()
    write(toy, PARAMETERS, "raise ValueError('too small\\nby far')")
    assert console.run(notebook.main, ["--profile", "quick", "--name", "toy"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("padnet: notebook toy failed in cell") and "ValueError: too small" in error
    assert error.count("\n") == 1
    assert good.read_bytes() == before
    assert "too small" in (toy / "failed/quick-toy.ipynb").read_text()


@pytest.mark.parametrize(
    "code, named",
    [
        ("import sys; print('careful', file=sys.stderr)", r"stderr \(careful\)"),
        ("print(object())", "memory address"),
        ("object()", "memory address"),
        ("import os; print(os.getcwd() + '/results')", "path of this machine"),
    ],
)
def test_what_cannot_repeat_is_refused_and_kept_apart(toy, code, named):
    write(toy, PARAMETERS, code)
    with pytest.raises(PadnetError, match=named):
        notebook.run("quick", "toy")
    assert not (toy / "results").exists()
    assert (toy / "failed/quick-toy.ipynb").is_file()


def test_inputs_that_change_meanwhile_are_noticed(toy):
    write(toy, PARAMETERS, "open('params.yaml', 'a').write('# edited\\n');")
    with pytest.raises(PadnetError, match="params.yaml changed while toy ran"):
        notebook.run("quick", "toy")


def test_the_laws_of_its_exercises_are_inputs_of_a_notebook(toy, monkeypatch):
    watched = set()
    monkeypatch.setattr(notebook, "sha256", lambda path: watched.add(path.relative_to(toy).as_posix()))
    write(toy, PARAMETERS, "if False:\n    from padnet.exercises import check", name="03_toy")
    notebook.run("quick", "03_toy")
    assert "padnet/exercises/notebook_03.py" in watched and "padnet/core/fidelity.py" in watched
    assert "padnet/exercises/notebook_04.py" not in watched


@pytest.mark.parametrize(
    "name, code", [("03_toy", "import padnet.core"), ("99_toy", "from padnet.exercises import check")]
)
def test_no_laws_are_added_where_none_are_used_or_there_are_none(toy, name, code):
    assert notebook_code(write(toy, code, name=name)) == code


def test_the_kernel_is_of_this_python_whatever_is_registered(toy, tmp_path_factory, monkeypatch):
    home = tmp_path_factory.mktemp("home")
    spec = home / ".local/share/jupyter/kernels/python3/kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({"argv": ["/nowhere/python"], "display_name": "old", "language": "python"}))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("JUPYTER_PATH", str(spec.parents[2]))
    write(toy, PARAMETERS, f"import sys; print(sys.executable == {sys.executable!r})")
    assert outputs(notebook.run("quick", "toy"))[0]["text"] == ["True\n"]


def test_the_environment_of_the_caller_comes_back(toy):
    write(toy, PARAMETERS, "import os; print(os.environ['PYTHONHASHSEED'], os.environ['OMP_NUM_THREADS'])")
    before = dict(os.environ)
    assert outputs(notebook.run("quick", "toy"))[0]["text"] == ["0 2\n"]
    assert dict(os.environ) == before


def test_canonical_drops_clocks_and_ids_and_keeps_tags():
    def book(clock):
        cell = nbformat.v4.new_code_cell("1", metadata={"tags": ["exercise"], "papermill": {"start_time": clock}})
        cell.outputs = [nbformat.v4.new_output("display_data", {"text/plain": "x"}, metadata={"when": clock})]
        return nbformat.v4.new_notebook(
            cells=[cell], metadata={"papermill": clock, "language_info": {"name": "python", "version": clock}}
        )

    first, second = canonical(book("1")), canonical(book("2"))
    assert first == second and '"exercise"' in first and first.endswith("\n") and "papermill" not in first


def test_canonical_refuses_what_is_not_a_notebook():
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])
    book.cells[0].outputs = [nbformat.from_dict({"output_type": "nonsense"})]
    with pytest.raises(PadnetError, match="not valid"):
        canonical(book)


def test_a_longer_name_that_starts_like_a_path_is_no_path(tmp_path):
    cell = nbformat.v4.new_code_cell("1")
    cell.outputs = [nbformat.v4.new_output("stream", text=f"{tmp_path}-like")]
    refuse(nbformat.v4.new_notebook(cells=[cell]), tmp_path)
    cell.outputs[0].text = f"{tmp_path}/x"
    with pytest.raises(PadnetError, match="path of this machine"):
        refuse(nbformat.v4.new_notebook(cells=[cell]), tmp_path)


def test_the_sources_hold_no_outputs_and_can_be_given_parameters(root):
    sources = sorted((root / "notebooks").glob("*.ipynb"))
    assert sources
    for source in sources:
        book = nbformat.read(source, as_version=4)
        code = [cell for cell in book.cells if cell.cell_type == "code"]
        assert not any(cell.outputs or cell.execution_count for cell in code), f"clear the outputs of {source.name}"
        assert sum("parameters" in cell.metadata.get("tags", []) for cell in code) == 1, source.name
