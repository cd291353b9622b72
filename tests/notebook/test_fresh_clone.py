"""Cells of lessons 04 to 07 run in a fresh clone: all that read results, on the committed ones.

The cells that compute examples take minutes together, and are run with the notebooks; what they read is in these.
"""

import shutil

import nbformat
import pytest
import torch

# The number of a notebook, and the ids of its cells.
READING = {
    "04": "c201 c021 c022 controls c024 kinds c029 c215 c031 limit-figure limit-table limit-sentences survival c037",
    "05": "c201 c014 c015 gaps c103 c017 c023 c025",
    "06": "c201 c004 c008 c018 c021 c031 c033",
    "07": "c002-c c034",
}


@pytest.fixture
def clone(tmp_path, root, monkeypatch):
    """A folder with what is committed, and neither data nor anything of the quick profile; the working directory."""
    for name in ("results/paper", "weights/paper", "reference"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).symlink_to(root / name, target_is_directory=True)
    for name in ("params.yaml", "dvc.yaml"):
        shutil.copy(root / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(torch, "set_num_threads", lambda threads: None)
    yield tmp_path
    torch.set_grad_enabled(True)  # notebook 07 switches it off


@pytest.mark.parametrize("number", READING)
def test_what_reads_results_runs_on_the_committed_ones(clone, root, number, capsys):
    (path,) = (root / "notebooks").glob(f"{number}_*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    wanted, scope = READING[number].split(), {}
    before = sorted(clone.rglob("*"))
    for cell in cells:
        if cell.id in ("c001", "c002", *wanted):
            exec(compile(cell.source, cell.id, "exec"), scope)
    assert {cell.id for cell in cells} >= set(wanted)
    assert scope["here"].borrowed and capsys.readouterr().out.count("the committed ones of the paper profile") == 1
    assert sorted(clone.rglob("*")) == before  # nothing is written into the project
