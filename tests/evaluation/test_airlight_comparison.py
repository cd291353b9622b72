"""The comparison of airlight estimators: its pictures, its rows, the same twice, and what is missing."""

import csv
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hazy import blocks, haze_settings, scene, write_haze_data, write_haze_weights

from padnet.data import haze_photographs
from padnet.data.airlight_scenes import KINDS, airlight_pairs
from padnet.errors import PadnetError
from padnet.evaluation import airlight as module
from padnet.experiments.haze import HazeExperiment
from padnet.project import console
from padnet.project.determinism import deterministic
from padnet.project.params import load
from padnet.tasks import dehazer

SPEC = HazeExperiment("quick").data


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch):
    threads, algorithms = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    monkeypatch.setattr(module, "deterministic", lambda: deterministic(1))
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(algorithms)


@pytest.fixture
def project(toy, root, monkeypatch):
    """Small scenes and photographs, and random networks in the place of the shipped ones."""
    write_haze_data(toy)
    write_haze_weights(toy / "shipped", haze_settings(root))
    monkeypatch.setattr(dehazer, "SHIPPED", toy / "shipped")
    monkeypatch.setattr(module, "HazeExperiment", lambda profile: SimpleNamespace(data=replace(SPEC, held_scenes=1)))
    dehazer.load.cache_clear()
    yield toy
    dehazer.load.cache_clear()


def pairs(count=2, spec=SPEC, seed=1):
    return airlight_pairs([scene(40, 48)], [blocks(44, 50)], spec, seed, count)


def test_each_kind_is_what_it_says():
    made = pairs(4, replace(SPEC, tint=0.0))
    assert [kind for kind, _ in made] == [kind for kind in KINDS for _ in range(4)]
    for kind, p in made:
        assert np.abs(p.I - (p.t[..., None] * p.J + (1 - p.t[..., None]) * p.A)).max() <= 0.5 / 255 + 1e-9
        assert (p.A.min() / p.A.max() < 0.91) == ("cast" in kind)
        white = (p.J.min(axis=2) > 0.85).mean()
        assert (white > 0.005) == ("white" in kind)
    assert {p.image for _, p in made} == {"scene0", "photograph 0"}
    assert all(np.array_equal(a[1].I, b[1].I) for a, b in zip(made, pairs(4, replace(SPEC, tint=0.0)), strict=True))
    assert not np.array_equal(made[0][1].I, pairs(4, replace(SPEC, tint=0.0), 2)[0][1].I)
    assert np.array_equal(made[0][1].I, pairs(1, replace(SPEC, tint=0.0))[0][1].I)
    assert not np.array_equal(made[0][1].I, pairs(1)[0][1].I)


def test_large_pictures_are_reduced():
    (_, p), *_ = airlight_pairs([], [blocks(300, 500)], SPEC, 1, 1)
    assert p.J.shape == (100, 167, 3)


def test_a_row_for_every_estimator_and_kind_twice_the_same_bytes(project, capsys):
    assert console.run(module.main, ["--profile", "quick"]) == 0
    said = capsys.readouterr().out
    path = project / module.path_of("quick")
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["method"], row["kind"]) for row in rows] == [
        (name, kind) for name in ("known", *module.METHODS) for kind in (*KINDS, "all")
    ]
    known = [row for row in rows if row["method"] == "known"]
    assert all(float(row[channel]) == 0 for row in known for channel in ("red", "green", "blue"))
    assert [int(row["pictures"]) for row in known] == [1, 1, 1, 1, 4]
    assert all(0 <= float(row["below_hazy"]) <= 1 and float(row["psnr_he"]) > 0 for row in rows)
    assert len({row["psnr_ipadnet"] for row in rows if row["kind"] == "all"}) > 3
    assert said.count("all, 4, red") == len(module.METHODS) + 1
    first = path.read_bytes()
    module.compare("quick", project)
    assert path.read_bytes() == first
    assert len(module.compare("quick", project, count=2)) == len(rows) and path.read_bytes() != first


def test_missing_data_are_one_sentence(project):
    with pytest.raises(PadnetError, match="is missing: `padnet fetch"):
        module.compare("paper", project)
    assert not (project / module.path_of("paper")).exists()


def test_no_photograph_of_the_benchmark_is_used_for_the_choice(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "training_photographs", lambda data: [(str(i), i) for i in range(80)])
    assert module.held_photographs("paper", tmp_path, 16) == list(range(64, 72))
    assert not {*module.held_photographs("paper", tmp_path, 16)} & {*haze_photographs.parts("test")}
    assert module.held_photographs("quick", tmp_path, 2) == [78, 79]
    held = HazeExperiment("paper").data.held_photographs
    assert held == load("paper")["airlight"]["data"]["held_photographs"] > haze_photographs.HELD
