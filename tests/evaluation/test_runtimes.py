"""The measurement of seconds: every method, the file, and what is refused."""

import csv

import numpy as np
import pytest
import torch
from tiny import write_parameters, write_test_set

from padnet.errors import InputError
from padnet.evaluation import dehazing as benchmark_haze_method, runtimes as timing
from padnet.labels import COMPARED, DEHAZERS, IMAGE_NETWORKS
from padnet.project import console


@pytest.fixture
def project(toy, monkeypatch):
    """A tiny test set; two methods in place of all, which take their time elsewhere."""
    write_parameters(toy)
    write_test_set(toy)
    monkeypatch.setattr(timing, "works", lambda noise: {"tv": lambda pair: None, "csf": lambda pair: None})
    return toy


def test_a_row_for_every_method(project):
    assert console.run(timing.main, ["--set", "quick", "--pairs", "2", "--out", "seconds.csv"]) == 0
    with open(project / "seconds.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["method"] for row in rows] == ["tv", "csf"] and list(rows[0]) == timing.COLUMNS
    assert rows[0]["pairs"] == "2" and float(rows[0]["seconds"]) >= 0 and int(rows[0]["threads"]) >= 1


def test_the_median_leaves_out_the_first_run(monkeypatch):
    clock = iter([0, 5, 10, 11, 20, 22])
    monkeypatch.setattr(timing.time, "perf_counter", lambda: next(clock))
    calls = []
    assert timing.measure(calls.append, ["a", "b", "c"]) == 2
    assert calls == ["a", "a", "b", "c"]


def test_all_of_table_2_is_timed():
    assert set(timing.works(0.01)) == {*COMPARED, "ipadnet", "epadnet"}


def test_refusals(project):
    with pytest.raises(InputError, match="at least 1, not 0"):
        timing.timing("quick", 0, project)


def test_haze_removal_is_timed_apart(project, monkeypatch):
    seen, told = [], []
    monkeypatch.setattr(timing, "dehaze", seen.append)
    monkeypatch.setattr(
        benchmark_haze_method, "method_of", lambda name: lambda I, A: told.append((name, I, A)) or I[:, :1]
    )
    assert console.run(timing.main, ["--haze", "--pairs", "2", "--out", "haze.csv"]) == 0
    with open(project / "haze.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["method"] for row in rows] == [*DEHAZERS, "ipadnet"]
    for row in rows:
        assert list(row) == timing.HAZE_COLUMNS and (row["size"], row["pictures"]) == ("640x480", "2")
    assert [picture.shape for picture in seen] == [(480, 640, 3)] * 3 and seen[0].dtype == "uint8"
    assert [name for name, *_ in told] == [name for name in DEHAZERS for _ in range(3)]
    for (_, I, A), picture in zip(told, seen * len(DEHAZERS), strict=True):  # the same pictures
        assert I.shape == (1, 3, 480, 640) and A.shape == (1, 3)
        assert np.array_equal((255 * I[0]).round().permute(1, 2, 0).numpy(), picture)
    with pytest.raises(InputError, match="at least 1, not 0"):
        timing.haze_timing(0)


def test_a_method_that_finds_a_radiance_keeps_it():
    picture = np.full((8, 8, 3), 128, np.uint8)
    t, J = timing.cleared(lambda I, A: I[:, :1], picture)
    assert J.shape == (1, 3, 8, 8) and torch.equal(t, torch.full((1, 1, 8, 8), 128 / 255))
    assert timing.cleared(lambda I, A: ("t", "J"), picture) == ("t", "J")


def test_the_rungs_of_the_ladder_are_timed_apart(project, monkeypatch):
    seen = []
    monkeypatch.setattr(timing.heldout, "first_cases", lambda profile, count, root: [f"case {i}" for i in range(count)])
    monkeypatch.setattr(timing.heldout, "measure", lambda case, name, restorer: seen.append((name, restorer, case)))
    monkeypatch.setattr(timing, "of_file", lambda path: path.stem)
    assert console.run(timing.main, ["--ladder", "--pairs", "2", "--out", "ladder.csv"]) == 0
    with open(project / "ladder.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["weights"] for row in rows] == [*IMAGE_NETWORKS] and list(rows[0]) == timing.LADDER_COLUMNS
    assert seen == [(name, name, f"case {i}") for name in IMAGE_NETWORKS for i in (0, 0, 1)]
    with pytest.raises(InputError, match="two measurements"):
        timing.main(["--ladder", "--haze"])
