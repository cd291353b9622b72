"""README.md: short, every link leads somewhere, and every block of code runs."""

import contextlib
import io
import re
import subprocess

import pytest

from padnet.project.params import read_yaml

LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def readme(root):
    return (root / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def fenced(readme):
    return dict(FENCED.findall(readme))


def test_it_is_short_and_no_command_keeps_a_part_of_it(readme):
    assert len(readme.splitlines()) <= 120 and "<!--" not in readme


@pytest.mark.parametrize(
    "page",
    ["README.md", "CONTRIBUTING.md", *(f"docs/{n}.md" for n in ("photographs", "notebooks", "tables", "verify"))],
)
def test_every_link_leads_to_a_file(root, page):
    found = LINK.findall((root / page).read_text(encoding="utf-8"))
    assert found and not [one for one in found if not ((root / page).parent / one).exists()]


def test_readme_links_to_every_page(root, readme):
    assert {path.name for path in (root / "docs").glob("*.md")} == {
        one.removeprefix("docs/") for one in LINK.findall(readme) if one.startswith("docs/")
    }


def test_the_example_makes_the_picture_better(fenced):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(fenced["python"], {})
    errors, verdict = said.getvalue().splitlines()
    before, after = map(float, re.fullmatch(r"(\S+) before, (\S+) after", errors).groups())
    assert after < before / 2 and "all conditions hold" in verdict


def test_the_commands_are_there(root, readme):
    """What takes minutes is not run here: .ci/run makes the environment and the quick profile, .ci/wheel installs."""
    lines = re.findall(r"^    (\S.*?)(?:\s+#.*)?$", re.sub(FENCED, "", readme), re.MULTILINE)
    assert lines == ["pip install .", "make repro", "make paper"]
    subprocess.run(["make", "-n", "repro", "paper"], cwd=root, check=True, capture_output=True)
    assert "pip install -qq" in (root / ".ci/wheel").read_text() and "make repro" in (root / ".ci/run").read_text()


def test_the_citations_are_those_of_the_file_for_machines(root, fenced):
    told = read_yaml(root / "CITATION.cff")
    paper, own = fenced["bibtex"].split("\n\n")
    cited = told["preferred-citation"]
    names = [f"{one['family-names']}, {one['given-names']}" for one in cited["authors"]]
    for wanted in (cited["title"], " and ".join(names), cited["collection-title"], str(cited["year"])):
        assert f"{{{wanted}}}" in paper
    assert told["title"] in own and told["version"] in own and told["authors"][0]["name"] in own


def test_the_example_of_a_model_of_ones_own_runs(root, capsys):
    (code,) = re.findall(r"^```python\n(.*?)^```$", (root / "docs/own_model.md").read_text(), re.M | re.S)
    exec(code, {})
    errors, verdict = capsys.readouterr().out.splitlines()
    before, after = (float(one) for one in re.findall(r"\d\.\d+", errors))
    assert after < before / 30 and "all conditions hold" in verdict
