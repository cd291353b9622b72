"""A notebook run again: the same bytes, numbers within the tolerance, or a finding."""

import math

import nbformat
import pytest

from padnet.cli import main as cli
from padnet.notebook import run as notebook
from padnet.project.atomic_files import write_text
from padnet.project.paths import results
from padnet.verify import main as verify, notebooks

NAME = "90_tiny"


@pytest.fixture
def project(toy, monkeypatch):
    """A toy project with an executed notebook, as the whole of what is verified."""
    (toy / "params.yaml").write_text("seed: 1\nquick: {notebooks: {}}\npaper: {notebooks: {}}\n")
    first = nbformat.v4.new_code_cell('profile = "quick"', metadata={"tags": ["parameters"]})
    second = nbformat.v4.new_code_cell('print(f"psnr {30.1234:.4f} dB of {profile}, 7 steps")')
    book = nbformat.v4.new_notebook(cells=[first, second])
    book.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    nbformat.write(book, toy / "notebooks" / f"{NAME}.ipynb")
    for profile in ("quick", "paper"):
        notebook.run(profile, NAME, toy)
    (toy / "failed").rmdir()
    monkeypatch.setattr(
        verify,
        "outcomes",
        lambda root, options: [
            notebooks.judged(notebooks.run_again(root, options.profile, options.notebook), options.tolerance)
        ],
    )
    return toy


def test_the_same_bytes_other_numbers_other_text(project, capsys, monkeypatch):
    path = project / "results/paper/notebooks" / f"{NAME}.ipynb"
    text = path.read_text()
    assert cli.main(["verify", "--notebook", NAME]) == 0
    assert capsys.readouterr().out == f"notebook: {NAME}, run again, gives the same bytes\n"
    assert path.read_text() == text and not (project / "failed").exists()

    def again(profile, name, root):
        """The same run without its seconds."""
        out = results(profile, root) / "notebooks" / f"{name}.ipynb"
        write_text(out, text)
        return out

    monkeypatch.setattr(notebook, "run", again)
    # another processor: a number that is near
    told = "psnr 30.1234 dB of paper, 7 steps"
    assert text.count(told) == 1
    path.write_text(text.replace(told, told.replace("30.1234", "30.1333")))
    assert cli.main(["verify", "--notebook", NAME]) == 0
    assert capsys.readouterr().out == (
        f"notebook: {NAME}, run again, gives not the same bytes; its text agrees, its numbers to 3.3e-04 relative\n"
    )
    assert cli.main(["verify", "--notebook", NAME, "--tolerance", "1e-4"]) == 1
    said = capsys.readouterr().out
    assert said.startswith(
        f"notebook: FAILS results/paper/notebooks/{NAME}.ipynb: run again, cell 2 prints 30.1234 instead of"
    )
    # on a processor that gives the committed bits that is a finding, however near
    assert notebooks.judged(notebooks.run_again(project, "paper", NAME), 1e-3, True).findings == [
        f"results/paper/notebooks/{NAME}.ipynb: run again, it gives other bytes on a processor that gives the committed bits: "
        "cell 2 prints 30.1234 instead of 30.1333"
    ]
    path.write_text(text.replace(told, told.replace("7", "8")))
    assert cli.main(["verify", "--notebook", NAME]) == 1
    assert "cell 2 prints 7 instead of 8" in capsys.readouterr().out
    path.write_text(text.replace(told, told.replace("psnr", "PSNR")))
    assert cli.main(["verify", "--notebook", NAME]) == 1
    assert "prints other text now" in capsys.readouterr().out
    path.write_text(text.replace("dB of {profile}", "dB of  {profile}"))
    assert cli.main(["verify", "--notebook", NAME]) == 1
    assert "cell 2 has another source now" in capsys.readouterr().out
    path.write_text(text[:200])
    assert cli.main(["verify", "--notebook", NAME]) == 1
    assert "cannot be read as an executed notebook" in capsys.readouterr().out
    # the other profile is another file
    text = (project / "results/quick/notebooks" / f"{NAME}.ipynb").read_text()
    assert cli.main(["verify", "--notebook", NAME, "--profile", "quick"]) == 0


def test_a_notebook_that_fails_is_a_finding(project, capsys):
    source = project / "notebooks" / f"{NAME}.ipynb"
    source.write_text(source.read_text().replace("30.1234", "1 / 0"))
    assert cli.main(["verify", "--notebook", NAME]) == 1
    assert f"{NAME}.ipynb: it cannot be run again: notebook {NAME} failed in cell" in capsys.readouterr().out


@pytest.mark.parametrize(
    "a, b, expected",
    [
        ("1.00", "1.01", 0),
        ("1.00", "1.02", 0.02 / 1.02),
        ("1e-14", "-3.2e-15", 0),
        ("1.2e-3", "1.3e-3", 0),
        ("1.2e-3", "1.4e-3", 1 / 7),
        ("7", "8", 1 / 8),
        ("0.000", "0.001", 0),
        ("-1.5", "1.5", 2),
        ("12", "12", 0),
    ],
)
def test_how_far_two_printed_numbers_lie_apart(a, b, expected):
    assert notebooks.distance(a, b) == pytest.approx(expected)
    assert notebooks.distance(b, a) == pytest.approx(expected)


def test_comparison_reads_tables_and_leaves_pictures_out(tmp_path):
    def write(name, markdown, picture):
        outputs = [
            nbformat.v4.new_output("display_data", {"text/markdown": markdown, "text/plain": name}),
            nbformat.v4.new_output("display_data", {"image/png": picture}),
        ]
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", outputs=outputs)])
        nbformat.write(book, tmp_path / name)
        return tmp_path / name

    old = write("old", "| a | 1.50 |", "AAAA")
    assert notebooks.compare(old, write("new", "| a | 1.50 |", "BBBB"))[0] == 0
    assert notebooks.compare(old, write("new", "| a | 3.00 |", "AAAA")) == (0.5, "cell 0 prints 3.00 instead of 1.50")
    far, where = notebooks.compare(old, write("new", "| b | 1.50 |", "AAAA"))
    assert math.isinf(far) and where == "cell 0 prints other text now"
