"""Fixtures shared by the tests: the project folder, and a toy project to run commands in."""

import os
import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest
from scipy.ndimage import shift
from scipy.signal import correlate2d
from standin import SHIFT, texture, write_picture

from padnet.imaging.kernels import camera_shake
from padnet.project import switches
from padnet.project.modules import Package

# What the processes that run the tests, and those that tests start, find at their start. `make test` gives the same to
# this process; without it, and without xdist's processes, what must have the switches refuses.
_pinned = switches.pinned(os.environ)
os.environ.clear()
os.environ.update(_pinned)

# The project's own place: tests that read committed files use it, none write in it.
ROOT = Path(__file__).resolve().parents[1]


# Files that take minutes each. They start first, so that no process is left with one at the end.
LONG = ("tests/faults/", "tests/project/test_dvc.py", "tests/verify/", "tests/core/test_safeguard.py")


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))  # stable: the rest keeps its order


@pytest.fixture(scope="session")
def root():
    """The project folder."""
    return ROOT


@pytest.fixture(scope="session")
def modules(root):
    """The project's own modules, each parsed once for all tests of a process."""
    return Package(root)


@pytest.fixture(scope="session", autouse=True)
def _parsed_once():
    """A process of tests parses a text once: its tree is a function of the text, and nothing changes a tree."""
    known, parsed = {}, Package.nodes

    def nodes(self, code, where):
        if code not in known:
            known[code] = parsed(self, code, where)
        return known[code]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Package, "nodes", nodes)
        yield


@pytest.fixture(autouse=True)
def _no_mirror(monkeypatch):
    """No test may reach a mirror that the user has set."""
    monkeypatch.delenv("PADNET_MIRROR", raising=False)


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """A folder that is a project (params.yaml, dvc.yaml, padnet), and the working directory."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "dvc.yaml").write_text("stages: {}\n")
    (tmp_path / "params.yaml").write_text("seed: 1\nquick: {gradient: {steps: 2}}\npaper: {gradient: {steps: 3}}\n")
    for name in ("padnet", "reference"):
        os.symlink(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def stored_kernels():
    """The eight stand-ins for Levin's f: correlation kernels."""
    return [camera_shake(size, np.random.default_rng([7, size])) for size in (13, 11, 9, 17, 9, 15, 19, 21)]


@pytest.fixture(scope="session")
def levin(tmp_path_factory, stored_kernels):
    """A data folder with levin09, levin09-kernels and train400; captures are correlations with f, shifted."""
    root = tmp_path_factory.mktemp("paper")
    for i in range(1, 5):
        x = np.round(255 * texture(i)) / 255
        write_picture(root / f"levin09/im{i}.png", x)
        for j, f in enumerate(stored_kernels, 1):
            y = shift(correlate2d(x, f, "same", "wrap"), SHIFT, order=3, mode="grid-wrap")
            write_picture(root / f"levin09/im{i}_kernel{j}_img.png", y)
    (root / "levin09-kernels").mkdir()
    with h5py.File(root / "levin09-kernels/Levin09.mat", "w") as file:
        cells = [file.create_dataset(f"#refs#/k{j}", data=f.T) for j, f in enumerate(stored_kernels)]
        references = file.create_dataset("kernels", (8, 1), dtype=h5py.ref_dtype)
        for j, cell in enumerate(cells):
            references[j, 0] = cell.ref
    for i in (2, 1, 3):
        write_picture(root / f"train400/test_{i:03d}.png", texture(10 + i, 40))
    return root


@pytest.fixture(scope="session")
def sun(tmp_path_factory, levin):
    """A data folder with sun13 and levin09-kernels: 80 small colour pictures of two sizes."""
    root = tmp_path_factory.mktemp("sun")
    shutil.copytree(levin / "levin09-kernels", root / "levin09-kernels")
    picture = np.stack([texture(20 + channel, 152) for channel in range(3)], axis=-1)
    for i in range(1, 81):
        write_picture(root / f"sun13/img_{i:03d}_SRF_8_HR.png", np.roll(picture, i, 0)[: 136 + 8 * (i % 2)])
    return root


@pytest.fixture(scope="session")
def quick(tmp_path_factory):
    """A data folder of the quick profile's layout: two test pictures, two kernels, one training picture."""
    root = tmp_path_factory.mktemp("quick")
    for name in ("b", "a"):
        write_picture(root / f"test/{name}.png", texture(ord(name)))
    write_picture(root / "train/c.png", texture(3, 40))
    (root / "kernels").mkdir()
    for j in (2, 1):
        np.save(root / f"kernels/k{j}.npy", camera_shake(9 + 2 * j, np.random.default_rng(j)))
    return root
