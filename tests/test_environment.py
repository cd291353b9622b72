"""The environment: pyproject.toml, requirements.lock, environment.yml and what is installed say the same."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from padnet.project.import_graph import notebook_code
from padnet.project.params import read_yaml

# Names of what is imported, where they are not the name of the package.
IMPORTED_AS = {
    "dvc-data": "dvc_data",
    "ipython": "IPython",
    "jupyter-client": "jupyter_client",
    "pillow": "PIL",
    "ruamel-yaml": "ruamel",
    "scikit-image": "skimage",
    "markdown-it-py": "markdown_it",
    "mdit-py-plugins": "mdit_py_plugins",
    "sphinx-revealjs": "sphinx_revealjs",
}
# Imported, and no requirement of ours: scikit-image, which is one, needs it for itself.
BROUGHT = {"docutils": "sphinx", "tifffile": "scikit-image"}
# Not imported: pytest-xdist shares the tests out, `make lab` starts jupyterlab, papermill starts a kernel of ipykernel,
# Sphinx loads furo and myst-nb by their names, the site copies MathJax out of sphinx-mathjax-offline, ipywidgets draws
# in the notebooks, and `make lint` starts mypy and ruff. The test of pylops' operators asks for it by its name.
STARTED = {
    "pytest-xdist",
    "jupyterlab",
    "ipykernel",
    "furo",
    "myst-nb",
    "sphinx-mathjax-offline",
    "ipywidgets",
    "mypy",
    "ruff",
    "pylops",
}


@pytest.fixture(scope="module")
def direct(root):
    """What a plain `pip install` takes: name -> range."""
    text = tomllib.loads((root / "pyproject.toml").read_text())["project"]["dependencies"]
    return {canonicalize_name(Requirement(line).name): Requirement(line).specifier for line in text}


@pytest.fixture(scope="module")
def optional(root):
    """What the extras add: name -> range."""
    groups = tomllib.loads((root / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    found = [Requirement(line) for lines in groups.values() for line in lines]
    return {canonicalize_name(one.name): one.specifier for one in found if one.name != "padnet"}


@pytest.fixture(scope="module")
def lock(root):
    """The locked versions: name -> version."""
    lines = (root / "requirements.lock").read_text().splitlines()
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line) for line in lines), (
        "plain name==version lines only"
    )
    return {canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}


def test_every_direct_dependency_is_locked_within_its_range(direct, optional, lock):
    for name, versions in (direct | optional).items():
        assert name in lock, f"{name} is not in requirements.lock"
        assert lock[name] in versions, f"{name} {lock[name]} is outside {versions}"


def test_the_installed_versions_are_the_locked_ones(lock):
    installed = {canonicalize_name(found.metadata["Name"]): found.version for found in metadata.distributions()}
    wrong = {
        name: installed.get(name)
        for name, version in lock.items()
        if name in installed and Version(installed[name]).public != version
    }
    assert not wrong, f"installed, not as locked: {wrong}; run make test"
    assert {"torch", "numpy", "dvc", "papermill"} <= set(installed)


def test_every_direct_dependency_is_used_and_every_import_is_one(root, direct, optional):
    code = [
        path.read_text(encoding="utf-8") for folder in ("padnet", "tests") for path in root.glob(f"{folder}/**/*.py")
    ]
    used = imported(code + [notebook_code(path) for path in root.glob("notebooks/*.ipynb")])
    direct = direct | optional
    for name in direct:
        assert name in STARTED or IMPORTED_AS.get(name, name) in used, f"{name} is imported nowhere"
    known = {IMPORTED_AS.get(name, name) for name in direct} | {
        "padnet",
        *(path.stem for path in root.glob("tests/**/*.py")),
    }
    third_party = {name for name in used if name not in sys.stdlib_module_names}
    for name, by in BROUGHT.items():
        needed = [Requirement(line) for line in metadata.requires(by)]
        assert name in {one.name for one in needed if not one.marker}, f"{by} does not bring {name} any more"
    known |= set(BROUGHT)
    assert third_party <= known, f"imported and not in pyproject.toml: {third_party - known}"


def imported(sources):
    """The top-level names that Python sources import."""
    names = set()
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                names.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    return names


def test_conda_takes_the_same_lock(root):
    environment = read_yaml(root / "environment.yml")
    python, pip, packages = environment["dependencies"]
    assert environment["channels"][0] == "conda-forge" and pip == "pip"
    assert packages == {"pip": ["-r requirements.lock", "-e ."]}
    minimum = tomllib.loads((root / "pyproject.toml").read_text())["project"]["requires-python"]
    assert python == f"python={minimum.removeprefix('>=')}"


def test_binder_takes_the_environment_of_students_with_the_locks_versions(root):
    binder = read_yaml(root / ".binder" / "environment.yml")
    conda = read_yaml(root / "environment.yml")
    assert binder["channels"] == conda["channels"] and binder["dependencies"][:2] == conda["dependencies"][:2]
    bound, itself = binder["dependencies"][2]["pip"]  # pip reads them in the folder of the file
    assert (root / ".binder" / bound.removeprefix("-c ")).resolve() == root / "requirements.lock"
    place, extra = re.fullmatch(r"-e (\S+)\[(\w+)\]", itself).groups()
    assert (root / ".binder" / place).resolve() == root
    assert extra in tomllib.loads((root / "pyproject.toml").read_text())["project"]["optional-dependencies"]


def test_make_runs_everything_with_the_switches_and_sets_none_itself(root):
    text = (root / "Makefile").read_text()
    assert {*re.findall(r"^export (\w+)", text, re.MULTILINE)} == {"PYTHONPATH", "PATH"}
    commands = re.findall(r"^\t@?(?:cd \w+ && )?(.*?\b(?:python|dvc|jupyter) .*)$", text, re.MULTILINE)
    for command in commands:
        free = (
            "dvc config" in command,
            command.startswith(("[", "echo")),
            "paper --check" in command,
            "VENV" in command,
        )
        assert command.startswith("$(PINNED) ") or any(free), command
    assert sum(command.startswith("$(PINNED) ") for command in commands) >= 10


def test_make_help_names_the_targets_and_changes_nothing(root, tmp_path):
    (tmp_path / "Makefile").write_text((root / "Makefile").read_text())
    said = subprocess.run(["make", "help"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert all(
        f"make {target} " in said for target in ("repro", "paper", "lab", "site", "browser", "lint", "test", "clean")
    )
    assert [path.name for path in tmp_path.iterdir()] == ["Makefile"]


@pytest.mark.parametrize(
    "python, named", [("./old", "is needed and ./old is 3.9"), ("./none", "is needed and ./none is not there")]
)
def test_an_old_or_missing_python_is_one_sentence(root, tmp_path, python, named):
    (tmp_path / "Makefile").write_text((root / "Makefile").read_text())
    old = tmp_path / "old"
    old.write_text('#!/bin/sh\ncase "$2" in *print*) echo 3.9;; *) exit 1;; esac\n')
    old.chmod(0o755)
    done = subprocess.run(
        ["make", "environment", f"PYTHON={python}"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (
        done.returncode
        and named in done.stderr.splitlines()[0]
        and done.stderr.startswith("padnet: Python 3.11 or newer")
    )
    assert not (tmp_path / ".venv").exists()


def test_make_leaves_a_finished_environment_alone_and_redoes_it_for_another_lock(root, tmp_path):
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_text((root / name).read_text())
    venv = tmp_path / ".venv"
    venv.mkdir()
    (venv / "made-from.lock").write_text((root / "requirements.lock").read_text())
    (venv / "made-from.toml").write_text((root / "pyproject.toml").read_text())
    command = ["make", "environment", "PYTHON=./none"]
    subprocess.run(command, cwd=tmp_path, check=True)
    (tmp_path / "requirements.lock").write_text("torch==1.0\n")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode


def test_make_removes_the_empty_list_of_locks_of_a_killed_dvc_and_no_other(root, tmp_path):
    for name, kept in (("requirements.lock", "made-from.lock"), ("pyproject.toml", "made-from.toml")):
        (tmp_path / name).write_text((root / name).read_text())
        (tmp_path / "venv").mkdir(exist_ok=True)
        (tmp_path / "venv" / kept).write_text((root / name).read_text())
    (tmp_path / "Makefile").write_text((root / "Makefile").read_text())
    (tmp_path / ".git").mkdir()
    locks = tmp_path / ".dvc" / "tmp" / "rwlock"
    command = ["make", "dvc", "VENV=venv"]
    subprocess.run(command, cwd=tmp_path, check=True)  # a fresh clone has no .dvc/tmp
    locks.parent.mkdir(parents=True)
    locks.write_text("")
    subprocess.run(command, cwd=tmp_path, check=True)
    assert not locks.exists()
    locks.write_text('{"read": {}, "write": {}}')
    subprocess.run(command, cwd=tmp_path, check=True)
    assert locks.read_text() == '{"read": {}, "write": {}}'


def test_make_lab_opens_the_quickstart_and_says_once_what_needs_make_repro(root, tmp_path):
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_text((root / name).read_text())
    program = tmp_path / ".venv" / "bin" / "jupyter"
    program.parent.mkdir(parents=True)
    (tmp_path / "padnet").symlink_to(root / "padnet")
    (program.parent / "python").symlink_to(sys.executable)
    program.write_text('#!/bin/sh\necho started "$@" in "${PWD##*/}"\n')
    program.chmod(0o755)
    for name, kept in (("requirements.lock", "made-from.lock"), ("pyproject.toml", "made-from.toml")):
        (tmp_path / ".venv" / kept).write_text((root / name).read_text())
    (tmp_path / "notebooks").mkdir()

    # What `make test` hands to the makes below it, such as to say where they are, is not for this one.
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "VENV")}

    def said():
        done = subprocess.run(
            ["make", "lab"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout.splitlines()

    line, started = said()
    assert "make repro" in line and started == "started lab in notebooks"
    (tmp_path / "notebooks" / "00_quickstart.ipynb").write_text("{}")
    (tmp_path / "results" / "quick").mkdir(parents=True)
    assert said() == ["started lab 00_quickstart.ipynb in notebooks"]


def test_package_data_is_declared(root):
    data = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    patterns = [f"{package.replace('.', '/')}/{name}" for package, names in data.items() for name in names]
    declared = {path.relative_to(root) for pattern in patterns for path in root.glob(pattern)}
    found = {
        path.relative_to(root)
        for path in root.glob("padnet/**/*")
        if path.is_file() and path.suffix not in (".py", ".pyc")
    }
    assert declared == found


def test_a_clone_has_the_same_bytes_where_git_changes_line_ends(root, tmp_path):
    ends = b"one\ntwo\n", b"one\r\ntwo\r\n", b"\x00\n\r\n"
    origin, clone = tmp_path / "origin", tmp_path / "clone"

    def git(*arguments):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *arguments], check=True)

    git("init", "-q", origin)
    (origin / ".gitattributes").write_bytes((root / ".gitattributes").read_bytes())
    for number, text in enumerate(ends):
        (origin / f"{number}.csv").write_bytes(text)
    git("-C", origin, "-c", "core.autocrlf=true", "add", ".")
    git("-C", origin, "commit", "-q", "-m", "ends")
    git("clone", "-q", "-c", "core.autocrlf=true", origin, clone)
    assert tuple((clone / f"{number}.csv").read_bytes() for number in range(len(ends))) == ends


def test_the_licence_the_version_and_the_paper_are_told_alike_everywhere(root):
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    citation = read_yaml(root / "CITATION.cff")
    assert citation["license"] == project["license"] == "BSD-3-Clause" and citation["version"] == project["version"]
    assert (root / "LICENSE").read_text().startswith("BSD 3-Clause License")
    authors = [one["family-names"] for one in citation["preferred-citation"]["authors"]]
    assert authors == ["Liu", "Fan", "Cheng", "Wang", "Luo"] and citation["preferred-citation"]["year"] == 2018
    assert citation["preferred-citation"]["url"] == project["urls"]["Paper"]


def test_the_workflow_does_nothing_but_ci_run(root):
    (job,) = read_yaml(root / ".github" / "workflows" / "ci.yml")["jobs"].values()
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    assert [step["uses"].split("@")[0] for step in job["steps"] if "uses" in step] == [
        "actions/checkout",
        "actions/setup-python",
    ]


def test_every_locked_package_accepts_the_oldest_python(root):
    """3.11.0: a lock that is made with a later 3.11 can hold packages that Debian's 3.11.2 must not have."""
    names = [line.split("==")[0] for line in (root / "requirements.lock").read_text().split()]
    installed = {
        canonicalize_name(found.name): found.metadata.get("Requires-Python") for found in metadata.distributions()
    }
    asked = {name: installed[canonicalize_name(name)] for name in names if canonicalize_name(name) in installed}
    assert len(asked) > 100
    assert [name for name, range in asked.items() if range and "3.11.0" not in SpecifierSet(range)] == []
