"""Desks of a class: one shared copy that nobody writes, four kernels at once, and answers that stay."""

import asyncio
import tomllib

import nbformat
import pytest
from executed import code, text
from nbclient import NotebookClient

from padnet.errors import InputError
from padnet.notebook.desk import desk, main
from padnet.notebook.run import OwnKernel
from padnet.project import console

READS = """from matplotlib.figure import Figure
from padnet.notebook import find_root, save_figure
root = find_root()
said = (root / "results/paper/said.txt").read_text()
figure = Figure(figsize=(2, 1))
figure.subplots().plot([0, 1])
save_figure(figure, root / "results/paper", "mine", "a line that rises from the left to the right")
print(said, (root / "data/numbers.txt").read_text())"""


@pytest.fixture
def shared(toy):
    """A project with a notebook that reads results and data and writes a figure; no link is in it but those of toy."""
    for name, said in (("results/paper/said.txt", "a result"), ("data/numbers.txt", "1 2 3")):
        (toy / name).parent.mkdir(parents=True, exist_ok=True)
        (toy / name).write_text(said)
    for name in ("notebooks", "figures"):
        (toy / "results/paper" / name).mkdir()
    (toy / "results/paper/figures/mine.png").write_text("of the project")
    book = nbformat.v4.new_notebook(cells=[text("# One"), code(READS)])
    book.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    (toy / "notebooks/00_first.ipynb").write_text(nbformat.writes(book))
    return toy


def files(folder):
    """{path: bytes} of what lies in a folder itself, not behind its links."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and not path.is_symlink()}


def test_four_kernels_at_once_read_one_copy_and_write_none_of_it(shared, tmp_path_factory):
    before = files(shared)
    desks = [tmp_path_factory.mktemp("home") / "padnet" for _ in range(4)]
    books = [desk(shared, folder) and folder / "notebooks/00_first.ipynb" for folder in desks]

    async def run(path):
        client = NotebookClient(
            nbformat.read(path, as_version=4),
            timeout=120,
            kernel_manager_class=OwnKernel,
            resources={"metadata": {"path": str(path.parent)}},
        )
        return await client.async_execute()

    async def together():
        return await asyncio.gather(*map(run, books))

    for book in asyncio.run(together()):
        assert book.cells[1].outputs[-1].text == "a result 1 2 3\n"
    assert files(shared) == before
    for folder in desks:
        assert (folder / "results/paper/figures/mine.png").read_bytes().startswith(b"\x89PNG")
        assert (folder / "data").is_symlink() and not (folder / "notebooks").is_symlink()


def test_a_desk_that_is_there_keeps_its_answers(shared, tmp_path_factory, capsys):
    out = tmp_path_factory.mktemp("home") / "padnet"
    assert console.run(main, ["--project", str(shared), "--out", str(out)]) == 0
    assert "1 notebooks without solutions, and links" in capsys.readouterr().out
    answered = out / "notebooks/00_first.ipynb"
    desk(shared, out)  # nothing is in the way
    answered.write_text("an answer")
    assert console.run(main, ["--project", str(shared), "--out", str(out)]) == 1
    said = capsys.readouterr().err
    assert "perhaps with answers" in said and said.count("\n") == 1 and answered.read_text() == "an answer"
    assert console.run(main, ["--project", str(shared), "--out", str(out), "--overwrite"]) == 0
    assert answered.read_text() != "an answer"


@pytest.mark.parametrize(
    "where, sentence",
    [("in", "is inside the shared project"), ("file", "is a file"), ("other", "is there and does not lead to")],
)
def test_a_place_that_is_taken_is_one_sentence_and_stays(shared, tmp_path_factory, where, sentence):
    home = tmp_path_factory.mktemp("home")
    out = {"in": shared / "desks", "file": home / "file", "other": home / "other"}[where]
    (home / "file").write_text("mine")
    (home / "other").mkdir()
    (home / "other/params.yaml").write_text("mine")
    before = files(home)
    with pytest.raises(InputError, match=sentence):
        desk(shared, out)
    assert files(home) == before and not (shared / "desks").exists()


def test_students_need_neither_dvc_nor_sphinx(root):
    extras = tomllib.loads((root / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    names = {line.split(">")[0].split("[")[0] for line in extras["students"]}
    assert "jupyterlab" in names and "matplotlib" in names
    assert not names & {"padnet", "dvc", "dvc-data", "papermill", "sphinx", "furo", "myst-nb", "playwright"}
    everything = {line.split(">")[0] for line in extras["pipeline"] + extras["notebooks"]}
    assert names <= everything
