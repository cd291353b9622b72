"""The grid search of the peers: one best point per prior, read back, and every option of the grid tried."""

import csv

import pytest
import torch
from tiny import parameters, write_parameters, write_pictures

from padnet.errors import PadnetError
from padnet.experiments import tune as module
from padnet.experiments.gradient import PRIORS
from padnet.experiments.tune import COLUMNS, main, read_tuned, tune, tuning_path
from padnet.project.determinism import deterministic

GRID = {
    "lam": {"l1": [0.002, 0.2], "l0.8": [0.001, 0.1], "l0": [0.0001, 0.1]},
    "admm": {"rho": [0.5, 5.0]},
    "hqs": {"rho": [0.02, 1.0], "gamma": [1.2, 2.0]},
    "pairs": 2,
}


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch):
    threads, algorithms = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    monkeypatch.setattr(module, "deterministic", lambda **options: deterministic(1, **options))
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(algorithms)


@pytest.fixture
def project(toy, root):
    """A function that writes the tiny parameters with changes; pictures are there already."""
    write_pictures(toy)

    def write(path=None, value=None):
        raw = parameters(root)
        raw["tune"] = {name: dict(part) if isinstance(part, dict) else part for name, part in GRID.items()}
        raw["peers"]["k_max"] = 4
        if path:
            *parts, last = path.split("/")
            place = raw
            for part in parts:
                place = place[part]
            place[last] = value
        write_parameters(toy, raw)
        return toy

    write()
    return write


@pytest.mark.parametrize("method, points", [("admm", 4), ("hqs", 8)])
def test_one_best_point_per_prior_and_it_is_read_back(project, method, points):
    rows = tune("quick", method)
    assert len(rows) == 3 * points
    with open(tuning_path("quick", method), newline="", encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    assert list(written[0]) == COLUMNS
    assert len(written) == len(rows)
    for prior in PRIORS:
        own = [row for row in rows if row["prior"] == prior]
        (best,) = [row for row in own if row["best"]]
        assert best["error"] == min(row["error"] for row in own)
        names = ("lam", "rho") if method == "admm" else ("lam", "rho", "gamma")
        assert read_tuned("quick", method, prior) == {name: best[name] for name in names}


def test_again_gives_the_same_bytes(project):
    folder = project()
    tune("quick", "hqs")
    first = (folder / tuning_path("quick", "hqs")).read_bytes()
    tune("quick", "hqs")
    assert (folder / tuning_path("quick", "hqs")).read_bytes() == first


CHANGES = [
    ("admm", "tune/lam/l1", [0.003]),
    ("admm", "tune/lam/l0.8", [0.003]),
    ("admm", "tune/lam/l0", [0.003]),
    ("admm", "tune/admm/rho", [0.7]),
    ("admm", "tune/pairs", 1),
    ("admm", "peers/k_max", 2),
    ("admm", "stop/epsilon", 0.9),
    ("hqs", "tune/hqs/rho", [0.7]),
    ("hqs", "tune/hqs/gamma", [1.7]),
]


@pytest.mark.parametrize("method, path, value", CHANGES, ids=[c[1] for c in CHANGES])
def test_every_option_changes_the_search(project, method, path, value):
    found = [row["error"] for row in tune("quick", method)]
    project(path, value)
    assert [row["error"] for row in tune("quick", method)] != found


def test_a_missing_search_is_one_sentence(project):
    with pytest.raises(PadnetError, match="gradient-admm.csv is missing: run `padnet tune .* --method admm` first$"):
        read_tuned("quick", "admm", "l1")


@pytest.mark.parametrize("edit", ["none", "two", "words", "header"])
def test_an_edited_search_is_one_sentence(project, edit):
    folder = project()
    tune("quick", "admm")
    path = folder / tuning_path("quick", "admm")
    text = path.read_text()
    changed = {
        "none": text.replace("True", "False"),
        "two": text.replace("False", "True"),
        "words": "\n".join(
            line.replace(line.split(",")[1], "much", 1) if "True" in line else line for line in text.splitlines()
        ),
        "header": text.replace("lam", "lambda", 1),
    }[edit]
    path.write_text(changed)
    with pytest.raises(PadnetError, match="gradient-admm.csv .*: run its tune stage again$"):
        read_tuned("quick", "admm", "l1")


def test_the_command_prints_the_best_points(project, capsys):
    main(["--profile", "quick", "--method", "admm"])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == [f"admm {prior}" for prior in PRIORS]


def test_missing_pictures_leave_an_old_search_alone(project):
    folder = project()
    tune("quick", "admm")
    first = (folder / tuning_path("quick", "admm")).read_bytes()
    for picture in (folder / "data/quick/train").iterdir():
        picture.unlink()
    with pytest.raises(PadnetError, match="is missing"):
        tune("quick", "admm")
    assert (folder / tuning_path("quick", "admm")).read_bytes() == first
