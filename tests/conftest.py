"""Fixtures shared by the tests: the project folder, and a toy project to run commands in."""

import os
from pathlib import Path

import pytest

from padnet.pipeline import switches
from padnet.pipeline.package import Package

# What the processes that run the tests, and those that tests start, find at their start. `make test` gives the same to
# this process; without it, and without xdist's processes, what must have the switches refuses.
_pinned = switches.pinned(os.environ)
os.environ.clear()
os.environ.update(_pinned)

# The project's own place: tests that read committed files use it, none write in it.
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root():
    """The project folder."""
    return ROOT


@pytest.fixture(scope="session")
def modules(root):
    """The project's own modules, each parsed once for all tests of a process."""
    return Package(root)


@pytest.fixture(autouse=True)
def _no_mirror(monkeypatch):
    """No test may reach a mirror that the user has set."""
    monkeypatch.delenv("PADNET_MIRROR", raising=False)


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """A folder that is a project (params.yaml, dvc.yaml, padnet, matplotlibrc), and the working directory."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "dvc.yaml").write_text("stages: {}\n")
    (tmp_path / "params.yaml").write_text("seed: 1\nquick: {gradient: {steps: 2}}\npaper: {gradient: {steps: 3}}\n")
    for name in ("padnet", "matplotlibrc", "reference"):
        os.symlink(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path
