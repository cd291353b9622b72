"""Training the airlight's estimator from the command: files, repetition, what it learns, refused parameters."""

import csv
import json
from copy import deepcopy

import pytest
import torch
from hazy import blocks, write_haze_data

from padnet.errors import InputError, PadnetError
from padnet.experiments import trainer
from padnet.experiments.airlight import AirlightExperiment, weights_path
from padnet.experiments.train_airlight import ENTRY, job, main
from padnet.project.determinism import deterministic
from padnet.project.params import load
from padnet.tasks.airlight import estimate_airlight


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch):
    threads, algorithms = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    monkeypatch.setattr(trainer, "deterministic", lambda **options: deterministic(1, **options))
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(algorithms)


def write(folder, raw, seed=1):
    (folder / "params.yaml").write_text(json.dumps({"seed": seed, "quick": {"airlight": raw}}))


@pytest.fixture(name="raw")
def _raw(root):
    tiny = deepcopy(load("quick", root / "params.yaml")["airlight"])
    tiny["data"] |= {"pairs": 12, "held": 4}
    tiny["plan"] = {"steps": 6, "rate": 0.003, "batch": 4}
    return tiny | {"checkpoint": 2}


@pytest.fixture(name="project")
def _project(toy, raw):
    write(toy, raw)
    write_haze_data(toy)
    return toy


def written(project):
    return {e: (project / weights_path("quick", "network", e)).read_bytes() for e in ("safetensors", "json", "csv")}


def test_it_writes_files_that_the_estimator_takes(project, capsys):
    main(["--profile", "quick", "--model", "network"])
    assert "held-out error" in capsys.readouterr().out
    card = json.loads(written(project)["json"])
    assert card["finished"] and card["steps"] == 6 and 0 < card["validation"]["error"] < 1
    I = torch.from_numpy(blocks(30, 40)).permute(2, 0, 1)[None].float()
    found = estimate_airlight(I, str(project / "weights/quick"))
    assert found.shape == (1, 3) and found.min() >= 0.1 and found.max() <= 1
    assert not torch.equal(found, estimate_airlight(I))  # that of the package


def test_again_gives_the_same_bytes_and_another_seed_does_not(project, raw):
    trainer.train(ENTRY, "quick", "network")
    first = written(project)
    trainer.train(ENTRY, "quick", "network")
    assert written(project) == first
    write(project, raw, seed=2)
    trainer.train(ENTRY, "quick", "network")
    assert written(project)["safetensors"] != first["safetensors"]


def test_it_learns(project, raw):
    raw["plan"] = {"steps": 60, "rate": 0.003, "batch": 12}
    write(project, raw)
    trainer.train(ENTRY, "quick", "network")
    errors = [float(row["error"]) for row in csv.DictReader(written(project)["csv"].decode().splitlines())]
    assert sum(errors[-5:]) < 0.7 * sum(errors[:5])


@pytest.mark.parametrize(
    "part, change, message",
    [
        ("plan", {"batch": 13}, "airlight.batch is 13, more than the 12"),
        ("plan", {"rate": 0}, "airlight.rate must be positive"),
        ("shape", {"features": 0}, "airlight.shape needs numbers of at least 1"),
        ("data", {"held_photographs": 9}, "held_photographs is 9"),
    ],
)
def test_wrong_parameters_are_refused(project, raw, part, change, message):
    raw[part] |= change
    write(project, raw)
    with pytest.raises(InputError, match=message):
        trainer.train(ENTRY, "quick", "network")
    assert not (project / "weights").exists()


def test_an_unknown_model_and_several_processes_are_refused(project):
    with pytest.raises(InputError, match="no airlight model 'net'"):
        weights_path("quick", "net", "json")

    class Two:
        size = 2

    with pytest.raises(PadnetError, match="without torchrun"):
        job(AirlightExperiment("quick"), "network", 1, None, None, None, "cpu", Two())


def test_damaged_weights_are_refused(project):
    trainer.train(ENTRY, "quick", "network")
    path = project / weights_path("quick", "network", "safetensors")
    path.write_bytes(path.read_bytes()[:-4] + b"1234")
    with pytest.raises(PadnetError):
        estimate_airlight(torch.zeros(1, 3, 8, 8), str(path.parent))
    path.unlink()
    with pytest.raises(PadnetError):
        estimate_airlight(torch.ones(2, 3, 8, 8), str(project))
