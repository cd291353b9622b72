"""Explicit PADNet's networks are those of the least error on held-out pairs, and no others."""

import csv
import hashlib
import json

import pytest
import torch
from tiny import parameters, write_parameters, write_pictures, write_weights

from padnet.errors import PadnetError
from padnet.evaluation import explicit_networks as module
from padnet.evaluation.explicit_networks import CANDIDATES, COLUMNS, candidates_path, choose, main, write_chosen
from padnet.experiments.gradient import MODELS, PRIORS, networks_path, weights_path
from padnet.project.determinism import deterministic


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch):
    threads, algorithms = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    monkeypatch.setattr(module, "deterministic", lambda **options: deterministic(1, **options))
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(algorithms)


@pytest.fixture
def project(toy, root):
    """A function that writes the tiny parameters; the weights of every training are there, of different sizes."""
    write_pictures(toy)

    def write(pairs=2):
        write_parameters(toy, parameters(root) | {"choice": {"pairs": pairs}})
        return toy

    write()
    for i, model in enumerate(MODELS):
        made = write_weights(toy, model, amplitude=0.5 * (i + 1)).read_bytes()
        (toy / weights_path("quick", model, "safetensors")).write_bytes(made)
    return write


def test_the_least_error_wins_and_its_weights_are_landed(project):
    folder = project()
    rows = choose("quick")
    with open(candidates_path("quick"), newline="", encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    assert list(written[0]) == COLUMNS and len(written) == len(rows) == 9
    for prior in PRIORS:
        of_prior = [row for row in rows if row["prior"] == prior]
        assert [row["networks"] for row in of_prior] == list(CANDIDATES)
        (best,) = [row for row in of_prior if row["chosen"]]
        allowed = [row["error"] for row in of_prior if row["own_share"] >= of_prior[0]["own_share"]]
        assert best["error"] == min(allowed) and len({row["error"] for row in of_prior}) > 1
        model = CANDIDATES[best["networks"]].format(prior)
        landed = (folder / networks_path("quick", f"epadnet-{prior}")).read_bytes()
        assert landed == (folder / weights_path("quick", model, "safetensors")).read_bytes()
        card = json.loads((folder / f"weights/quick/gradient-explicit-{prior}.json").read_text())
        assert (card["weights_of"], card["weights_sha256"]) == (model, hashlib.sha256(landed).hexdigest())
    for row in rows:
        assert row["pairs"] == row["certificates"] == 2 and 0 <= row["own_share"] <= 1
        assert 0 < row["error"] <= row["largest_error"]


def test_the_number_of_pairs_changes_the_errors(project):
    project(2)
    two = [row["error"] for row in choose("quick")]
    project(3)
    assert [row["error"] for row in choose("quick")] != two


def test_the_networks_and_not_their_names_decide(project):
    folder = project()
    names = {row["prior"]: row["networks"] for row in choose("quick") if row["chosen"]}
    best = CANDIDATES[names["l1"]].format("l1")
    other = next(model.format("l1") for model in CANDIDATES.values() if model.format("l1") != best)
    one, two = (folder / weights_path("quick", model, "safetensors") for model in (best, other))
    kept = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(kept)
    choose("quick")
    assert (folder / networks_path("quick", "epadnet-l1")).read_bytes() == kept


def test_fewer_own_steps_are_not_chosen_for_a_lower_error(project):
    folder = project()
    rows = [row | {"chosen": False} for row in choose("quick")]
    for row in rows:
        row["error"], row["own_share"] = {"implicit": (0.5, 0.6), "control": (0.4, 0.5), "guarded": (0.6, 0.7)}[
            row["networks"]
        ]
    write_chosen("quick", [dict(row) for row in rows], folder)
    with open(candidates_path("quick"), newline="", encoding="utf-8") as file:
        assert {row["networks"] for row in csv.DictReader(file) if row["chosen"] == "True"} == {"implicit"}
    for row in rows:
        row["own_share"] = 0.6  # as many of each: the least error decides
    write_chosen("quick", rows, folder)
    with open(candidates_path("quick"), newline="", encoding="utf-8") as file:
        assert {row["networks"] for row in csv.DictReader(file) if row["chosen"] == "True"} == {"control"}


def test_a_missing_candidate_and_an_error_that_is_no_number_are_one_sentence_and_nothing_is_lost(project):
    folder = project()
    rows = choose("quick")
    landed = {path: path.read_bytes() for path in folder.rglob("gradient-explicit*")}
    (folder / weights_path("quick", "epadnet-l0-control", "safetensors")).unlink()
    with pytest.raises(PadnetError, match="gradient-epadnet-l0-control.safetensors is missing"):
        choose("quick")
    for error in (float("nan"), float("inf")):
        rows[-1]["error"] = error  # of the last p: nothing of the others is written before
        best = {path: path.unlink() for path in landed if path.name.startswith("gradient-explicit-l1")}
        with pytest.raises(
            PadnetError, match="a candidate for l0 has no finite error on the held-out pairs: train it again"
        ):
            write_chosen("quick", rows, folder)
        assert best and not any(path.exists() for path in best)
        for path in best:
            path.write_bytes(landed[path])
    assert {path: path.read_bytes() for path in folder.rglob("gradient-explicit*")} == landed


def test_the_command_prints_a_line_per_candidate(project, capsys):
    project()
    main(["--profile", "quick"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 9 and sum(line.endswith(", chosen") for line in lines) == 3
