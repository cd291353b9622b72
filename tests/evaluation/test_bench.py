"""`padnet bench`: what is measured is what its docstring says, on pictures so small that it takes a second."""

import json
import subprocess

import pytest
import torch
from trained import small_settings, write_weights

from padnet.cli import main as cli
from padnet.core.conv_unit import ConvUnit
from padnet.core.shrinkage_unit import ShrinkageUnit
from padnet.core.unshuffled_unit import UnshuffledUnit
from padnet.errors import PadnetError
from padnet.evaluation import bench
from padnet.tasks.pretrained import load


@pytest.fixture
def folder(root, tmp_path, monkeypatch):
    """A folder with small random networks; the pictures of the times have 40x40 pixels."""
    write_weights(tmp_path, small_settings(root))
    monkeypatch.setattr(bench, "SIZE", 40)
    monkeypatch.setattr(bench, "MATRIX", 256)
    return tmp_path


def test_bare_is_the_unit_s_convolutions_on_its_own_sizes():
    unit = ConvUnit(2, 3, [1, 2, 1], 0.1, conditioned=True)
    assert bench.bare(unit, 2, (10, 12), "cpu").shape == (2, 2, 10, 12)
    # 18x20 wide: 3 to 3 channels on 16x18, 3 to 3 on 12x14, 3 to 2 on 10x12
    wanted = 2 * 2 * 9 * (9 * 16 * 18 + 9 * 12 * 14 + 6 * 10 * 12)
    assert bench.operations(unit, 2, (10, 12)) == wanted
    shrinkage = ShrinkageUnit(1, 3, 9, 0.5, 1.0)
    assert bench.bare(shrinkage, 2, (10, 12), "cpu").shape == (2, 1, 10, 12)
    # 14x16 wide: 1 to 8 channels on 12x14, 8 to 1 on 10x12
    assert bench.operations(shrinkage, 2, (10, 12)) == 2 * 2 * 9 * 8 * (12 * 14 + 10 * 12)


def test_a_unit_on_phases_is_counted_at_its_own_size():
    unit = UnshuffledUnit(2, 3, [1, 2, 1], 0.1, step=1.0)
    assert bench.bare(unit, 2, (11, 12), "cpu").shape == (2, 4, 6, 6)
    # four phases of 6x6, 14x14 wide: 4 phases and the level to 3 channels on 12x12, 3 to 3 on 8x8, 3 to 4 on 6x6
    assert bench.operations(unit, 2, (11, 12)) == 2 * 2 * 9 * (15 * 12**2 + 9 * 8**2 + 12 * 6**2)


def test_whole_and_bare_count_the_same_stages(folder, monkeypatch):
    calls = []
    bare = bench.bare
    monkeypatch.setattr(bench, "bare", lambda unit, *a: calls.append(unit) or bare(unit, *a))
    stages = 8  # EPADNet has no networks of its own
    for method in ("ipadnet", "epadnet"):
        calls.clear()
        restorer = load(folder)
        row = bench.timing(restorer, method, 2, "cpu", repeats=3)
        assert row["units"] == stages and len(calls) == 4 * stages  # a warm-up and three repeats
        own = [unit for network in restorer.networks for unit in network.network.units]
        assert calls[:8] == own * 2
        assert row["ratio"] == row["whole_seconds"] / row["bare_seconds"] > 0 and row["share"] > 0


def test_the_command_prints_and_writes(folder, capsys):
    path = folder / "bench.json"
    arguments = [
        "bench",
        "--weights",
        str(folder),
        "--repeats",
        "1",
        "--batches",
        "1",
        "2",
        "--sides",
        "300",
        "--json",
        str(path),
    ]
    assert cli.main(arguments) == 0
    said, told = capsys.readouterr().out, json.loads(path.read_text())
    assert [row["batch"] for row in told["time"]] == [1, 2]
    assert told["machine"]["threads"] == torch.get_num_threads()
    assert told["memory"][0]["pixels"] == 90000
    assert 2**24 < told["memory"][0]["empty_bytes"] < told["memory"][0]["peak_bytes"]
    assert "ratio" in said and "bytes a pixel" in said


def test_options_change_what_is_measured(folder, capsys):
    base = ["bench", "--weights", str(folder), "--sides"]
    assert cli.main([*base, "--repeats", "1", "--batches", "3", "--method", "epadnet"]) == 0
    assert "epadnet, 3 of 40x40" in capsys.readouterr().out
    assert cli.main([*base, "--repeats", "1"]) == 0
    said = capsys.readouterr().out
    assert "ipadnet, 1 of" in said and "ipadnet, 8 of" in said and "bytes" not in said


@pytest.mark.parametrize(
    "arguments, says",
    [
        (["--repeats", "0"], "at least 1"),
        (["--batches", "0"], "at least 1"),
        (["--sides", "20"], "at least 21 pixels"),
        (["--weights", "nowhere"], "is missing"),
    ],
)
def test_a_mistake_is_one_line(arguments, says, folder, capsys):
    assert cli.main(["bench", "--weights", str(folder), *arguments]) == 1
    assert says in capsys.readouterr().err


def test_no_gpu_is_one_line(folder, capsys, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert cli.main(["bench", "--weights", str(folder), "--device", "cuda"]) == 1
    assert "no GPU" in capsys.readouterr().err


def test_a_child_that_fails_is_told(monkeypatch):
    for error, says in (("Traceback\npadnet: the weights are gone\n", "weights are gone"), ("", "killed")):
        done = subprocess.CompletedProcess([], 1, "", error)
        monkeypatch.setattr(bench.subprocess, "run", lambda *a, done=done, **k: done)
        with pytest.raises(PadnetError, match=f"the measurement of 30x30 pixels failed: .*{says}"):
            bench.peak(30, "ipadnet", None)
