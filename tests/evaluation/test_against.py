"""`padnet bench --against`: this checkout and another in turns, each measurement a process of its own."""

import json

import pytest

from padnet.cli import main as cli
from padnet.errors import InputError, PadnetError
from padnet.evaluation import against


@pytest.fixture
def small(monkeypatch):
    """Pictures so small that a measurement takes as long as its imports."""
    monkeypatch.setattr(against, "SIDES", (48,))
    monkeypatch.setattr(against, "MEMORY_SIDE", 80)


def test_a_measurement_is_of_the_checkout_that_is_named(root, small):
    found = against.measured(root, 80, times=1)
    assert set(found) == {"clock", "processor", "memory"}
    assert 0 < found["processor"] and 0 < found["memory"] < 2**30


def test_here_and_there_take_turns(root, tmp_path, small, monkeypatch):
    (tmp_path / "padnet").mkdir()
    (tmp_path / "padnet/__init__.py").write_text("")
    asked = []

    def measured(folder, side, threads=1, times=2):
        asked.append((folder, side, threads))
        value = (2.0 if folder == tmp_path else 1.0) / threads
        return {"clock": value, "processor": value, "memory": 10 * value}

    monkeypatch.setattr(against, "measured", measured)
    rows = against.compare(root, tmp_path)
    assert [row["ratio"] for row in rows] == [0.5, 0.5, 0.5] and rows[1]["there"] == 20
    assert asked[:4] == [(root, 48, 1), (tmp_path, 48, 1)] * 2
    assert asked[8:] == [(root, 48, 2), (root, 48, 1)] * 2


def test_the_command_prints_and_writes(root, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(against, "measured", lambda folder, *a: {"clock": 1.0, "processor": 1.0, "memory": 2.0})
    assert cli.main(["bench", "--against", str(root), "--json", str(tmp_path / "a.json")]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "processor seconds, 255x255: 1 here, 1 there, ratio 1.00" and len(said) == 4
    assert [row["ratio"] for row in json.loads((tmp_path / "a.json").read_text())] == [1, 1, 1, 1]


def test_what_cannot_be_measured_is_one_sentence(tmp_path, capsys):
    with pytest.raises(InputError, match="is no checkout of padnet: make one with git worktree add"):
        against.compare(tmp_path, tmp_path)
    (tmp_path / "padnet").mkdir()
    (tmp_path / "padnet/__init__.py").write_text("")
    with pytest.raises(PadnetError, match="cannot be measured: AttributeError"):
        against.measured(tmp_path, 48)
