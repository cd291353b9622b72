"""`padnet buttons`: links that are well formed, name notebooks that exist, and files that Binder needs."""

import re
import tomllib
from urllib.parse import parse_qs, urlsplit

import pytest
from executed import code, text, write

from padnet.cli import main as cli
from padnet.notebook.buttons import FIRST_CELL, PAGE, links, page

README = "# Title\n\nWhat it is.\n"


@pytest.fixture
def published(toy):
    """A toy project with two notebooks, a README and what Binder needs."""
    for name in ("00_quickstart", "01_introduction"):
        write(toy, name, text(f"# Title of {name}")).rename(toy / "notebooks" / f"{name}.ipynb")
    for name in ("environment.yml", "requirements.lock"):
        (toy / name).write_text("")
    (toy / "README.md").write_text(README)
    return toy


def test_buttons_are_written_below_the_title_and_take_the_place_of_earlier_ones(published, capsys):
    assert cli.main(["buttons", "--repository", "other/padnet", "--branch", "old"]) == 0
    assert cli.main(["buttons", "--repository", "some-one/padnet"]) == 0
    assert "some-one/padnet, branch main" in capsys.readouterr().out
    title, line, *rest = (published / "README.md").read_text().split("\n\n")
    assert (title, rest) == ("# Title", ["What it is.\n"])
    assert line.startswith("[![Open in Binder]") and line.endswith(f"[all notebooks]({PAGE})") and "other" not in line
    told = (published / PAGE).read_text()
    assert "Title of 01_introduction" in told and "other" not in told


def test_every_link_names_a_notebook_that_exists(published):
    found = re.findall(r"(?<!!)\[[^\]]*\]\((https://[^)]+)\)|\]\((https://[^)]+)\)", page("a/b", "main", published))
    addresses = [one or other for one, other in found]
    binder = [urlsplit(a) for a in addresses if "mybinder.org/v2" in a]
    colab = [urlsplit(a) for a in addresses if "research.google.com/github" in a]
    assert len(binder) == len(colab) == 3
    for address in binder:
        assert address.path == "/v2/gh/a/b/main"
        (place,) = parse_qs(address.query, strict_parsing=True)["urlpath"]
        assert (published / place.removeprefix("lab/tree/")).is_file()
    for address in colab:
        assert address.path.startswith("/github/a/b/blob/main/notebooks/")
        assert (published / address.path.removeprefix("/github/a/b/blob/main/")).is_file()


def test_the_branch_is_the_one_that_is_opened_and_cloned(published):
    assert cli.main(["buttons", "--repository", "a/..b", "--branch", "v1.0"]) == 0
    text = (published / "README.md").read_text() + (published / PAGE).read_text()
    assert (
        "!git clone -q -b v1.0 https://github.com/a/..b\n    !pip install -q ./..b ruamel.yaml h5py pydantic\n" in text
    )
    assert "/a/..b/v1.0?" in text and "/a/..b/blob/v1.0/" in text and "main" not in text


def test_colab_gets_what_students_get_and_it_lacks(root):
    extra = tomllib.loads((root / "pyproject.toml").read_text())["project"]["optional-dependencies"]["students"]
    there = {"ipykernel", "ipython", "ipywidgets", "jupyterlab", "matplotlib", "nbformat"}  # in Colab itself
    asked = re.search(r"pip install -q ./{folder} (.*)", FIRST_CELL)[1].split()
    assert sorted(asked) == sorted({re.split("[>=]", one)[0] for one in extra} - there)


def test_the_page_says_which_notebooks_read_results(published, root):
    assert "make repro" not in page("a/b", "main", published)
    path = write(published, "04_results", text("# Four"), code("root = find_root()"))
    path.rename(published / "notebooks/04_results.ipynb")
    assert "\n04 read the committed results" in page("a/b", "main", published)
    assert "\n04, 05, 06, 07 read the committed results" in page("a/b", "main", root)


def test_addresses_hold_no_character_that_breaks_markdown():
    assert all(re.fullmatch(r"[\w:/.?=%-]+", address) for address in links("a/b", "v1.0", "00_quickstart"))


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (["--repository", "padnet"], "'padnet' names no repository"),
        (["--repository", "https://host/a/b"], "names no repository"),
        (["--repository", "a/b c"], "names no repository"),
        (["--repository", "a/.."], "'a/..' names no repository"),
        (["--repository", "a/."], "'a/.' names no repository"),
        (["--repository", "a/b", "--branch", "x y"], "is no branch to link to"),
        (["--repository", "a/b", "--branch=-x"], "is no branch to link to"),
        (["--repository", "a/b", "--branch", "a..b"], "is no branch to link to"),
    ],
)
def test_bad_arguments_are_one_sentence(published, capsys, arguments, sentence):
    assert cli.main(["buttons", *arguments]) == 1
    said = capsys.readouterr().err
    assert sentence in said and said.count("\n") == 1
    assert (published / "README.md").read_text() == README and not (published / PAGE).exists()


@pytest.mark.parametrize("name", ["notebooks/00_quickstart.ipynb", "environment.yml", "requirements.lock", "README.md"])
def test_a_missing_file_is_one_sentence(published, capsys, name):
    (published / name).unlink()
    assert cli.main(["buttons", "--repository", "a/b"]) == 1
    said = capsys.readouterr().err
    assert name in said and said.count("\n") == 1


def test_the_project_has_what_binder_needs_and_the_readme_its_title(root):
    assert (root / "README.md").read_text().startswith("# PADNet\n\n")
    lines = (root / "environment.yml").read_text()
    assert "-r requirements.lock" in lines and "-e ." in lines and (root / "pyproject.toml").is_file()
