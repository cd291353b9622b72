"""The core: few requirements, enough for `padnet deconvolve` and `padnet dehaze`; the rest names the extra it needs."""

import os
import subprocess
import sys
import tomllib
from types import SimpleNamespace

import numpy as np
import pytest
from packaging.requirements import Requirement
from skimage.io import imread, imsave
from test_environment import BROUGHT as WITH, IMPORTED_AS, imported

from padnet.cli import main as cli
from padnet.cli.extras import CORE, EXTRAS, extra_of, hook, named
from padnet.project.import_graph import imports

BROUGHT = {"packaging"}  # of an extra, and what scikit-image needs too
LINUX = ("fcntl", "resource", "pwd", "grp")  # modules of Python that Windows has not
# What Python runs at its start, as sitecustomize.py: none of the packages in ABSENT can be imported.
BARE = """
import os, sys
absent = set(os.environ["ABSENT"].split())

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in absent:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
"""


def top(line):
    """The name that a requirement is imported by."""
    name = Requirement(line).name
    return IMPORTED_AS.get(name.replace(".", "-"), name)


@pytest.fixture(scope="module")
def project(root):
    """The table [project] of pyproject.toml."""
    return tomllib.loads((root / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def bare(project, root, tmp_path_factory):
    """A function that runs `python -m MODULE` with the core alone, by default `padnet`."""
    core = {top(line) for line in project["dependencies"]}
    extras = {top(line) for lines in project["optional-dependencies"].values() for line in lines} - {"padnet"} - BROUGHT
    assert not core & extras

    start = tmp_path_factory.mktemp("start")
    (start / "sitecustomize.py").write_text(BARE)

    def run(*arguments, absent=(), module="padnet"):
        command = [sys.executable, "-W", "ignore", "-m", module, *arguments]
        set_ = {"ABSENT": " ".join([*extras, *absent]), "PYTHONPATH": f"{start}{os.pathsep}{root}"}
        return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **set_})

    return run


def test_the_core_has_at_most_eight_direct_requirements(project):
    assert len(project["dependencies"]) <= 8
    assert {"pipeline", "students", "notebooks", "docs", "dev", "browser"} == set(project["optional-dependencies"])


def test_every_command_that_needs_an_extra_names_one_that_there_is(project):
    assert set(EXTRAS) | set(CORE) <= set(cli.COMMANDS)
    assert {extra_of(command) for command in cli.COMMANDS} - {None} <= set(project["optional-dependencies"])


@pytest.mark.parametrize("command", CORE)
def test_photographs_need_the_core_alone_and_no_module_of_linux(root, project, command):
    files = imports(f"import padnet.cli.main, padnet.{cli.COMMANDS[command][0]}", root)
    names = imported([(root / file).read_text(encoding="utf-8") for file in files])
    assert names - sys.stdlib_module_names - {"padnet", "h5py"} - set(WITH) <= {
        top(line) for line in project["dependencies"]
    }
    assert not names & {*LINUX} or command == "bench"


def test_photographs_are_restored_where_nothing_else_is_installed(bare, tmp_path):
    y, x = np.mgrid[:40, :48]
    waves = 128 + 80 * np.sin(x / 9) * np.cos(y / 7)
    photo = np.stack([waves, waves * 0.9, waves * 0.8 + 20], -1).astype(np.uint8)
    imsave(tmp_path / "photo.png", photo, check_contrast=False)
    imsave(tmp_path / "kernel.png", np.eye(5, dtype=np.uint8), check_contrast=False)
    for command in (
        ["deconvolve", tmp_path / "photo.png", tmp_path / "kernel.png"],
        ["dehaze", tmp_path / "photo.png"],
    ):
        out = tmp_path / f"{command[0]}.png"
        done = bare(*command, "-o", out, absent=LINUX)
        assert done.returncode == 0, done.stderr
        assert imread(out).shape == photo.shape and "all conditions hold" in done.stdout


@pytest.mark.parametrize(
    "command, extra",
    [
        (["verify"], "pipeline"),
        (["site"], "docs"),
        (["student", "--out", "there"], "notebooks"),
        (["selftest"], "pipeline"),
        (["fetch", "--out", "there"], "pipeline"),
        (["report", "--profile", "quick"], "pipeline"),
    ],
)
def test_a_command_without_its_packages_is_one_sentence_that_names_the_extra(bare, command, extra):
    done = bare(*command)
    assert done.returncode == 1 and not done.stdout
    assert done.stderr.startswith(f"padnet: padnet {command[0]} needs ") and done.stderr.count("\n") == 1
    assert done.stderr.endswith(f', which is not installed: pip install "padnet[{extra}]"\n')


@pytest.mark.parametrize(
    "module, extra",
    [
        ("reporting.report", "pipeline"),
        ("project.deps", "pipeline"),
        ("verify.operations", "pipeline"),
        ("site.main", "docs"),
    ],
)
def test_a_module_of_the_pipeline_says_it_too(bare, module, extra):
    done = bare("--help", module=f"padnet.{module}")
    assert done.returncode == 1 and not done.stdout
    assert done.stderr.startswith(f"padnet: python -m padnet.{module} needs ") and done.stderr.count("\n") == 1
    assert done.stderr.endswith(f', which is not installed: pip install "padnet[{extra}]"\n')


def test_another_error_keeps_its_traceback(monkeypatch, capsys):
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", SimpleNamespace(name="padnet.reporting.report"))
    for error in (ValueError("seven"), ModuleNotFoundError("ours", name="padnet.none")):
        hook(type(error), error, None)
        assert capsys.readouterr().err == f"{type(error).__name__}: {error}\n"


def test_help_needs_the_core_alone(bare):
    assert bare("--help").returncode == 0 and bare("dehaze", "--help").returncode == 0


def test_a_package_of_the_core_and_a_module_of_linux_are_told_too_and_our_own_is_a_defect(bare):
    assert bare("dehaze", "--help", absent=["PIL"]).stderr.endswith(
        'PIL, which is not installed: pip install "padnet"\n'
    )
    assert bare("bench", "--help", absent=["resource"]).stderr.endswith(
        "resource, which this system does not have: use Linux\n"
    )
    with pytest.raises(ModuleNotFoundError), named("verify"):
        raise ModuleNotFoundError("No module named 'padnet.none'", name="padnet.none")
