"""The fault tests in a short form; `make faults` runs them in full, and docs/faults.md states what came of that."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from figures import NO_DISK, PAGE, table, total

from padnet.project.markers import between

PARTS = ("kills", "space", "flips", "races", "inputs")


@pytest.fixture(name="short", scope="module")
def _short(root, tmp_path_factory):
    """The figures of all parts, from a process of their own: it forks, which one that has run PyTorch's threads must not."""
    out = tmp_path_factory.mktemp("short") / "f.json"
    command = [sys.executable, Path(__file__).with_name("full.py"), "--short", "--out", out]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(out.read_text())


@pytest.mark.parametrize(
    "part, key",
    [("kills", "kills"), ("space", "refused"), ("flips", "flipped"), ("races", "races"), ("inputs", "tried")],
)
def test_in_short(short, part, key):
    figures = short[part]
    if {one.get("disk") for one in figures.values()} == {NO_DISK}:
        pytest.skip(NO_DISK)
    assert all(total({"one": one}, key) > 0 for one in figures.values())


@pytest.fixture(name="figures", scope="module")
def _figures(root):
    return json.loads((root / "reference/faults.json").read_text())


def test_the_full_run_was_as_long_as_it_should_be_and_found_nothing_wrong(figures):
    assert total(figures["kills"], "kills") >= 200 and total(figures["space"], "refused") > 0
    assert total(figures["flips"], "flipped") >= 50_000 and total(figures["inputs"], "tried") >= 20_000
    assert figures["inputs"]["files"]["tried"] >= 5_000
    assert total(figures["flips"], "missed") == 0
    assert not [
        total(figures[part], "without_a_sentence") for part in PARTS if total(figures[part], "without_a_sentence")
    ]
    assert not [text for part in PARTS for one in figures[part].values() for text in one.get("wrong", [])]


def test_the_page_states_the_figures_of_the_full_run(figures, root):
    page = (root / PAGE).read_text(encoding="utf-8")
    assert between(page, table(figures), "faults") == page


def test_other_figures_give_another_table(figures):
    for part, key in (
        ("kills", "kills"),
        ("space", "refused"),
        ("flips", "missed"),
        ("races", "races"),
        ("inputs", "tried"),
    ):
        other = json.loads(json.dumps(figures))
        next(iter(other[part].values()))[key] += 1
        assert table(other) != table(figures)
