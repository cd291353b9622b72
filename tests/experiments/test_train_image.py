"""Training the image models from the command: files, repetition, resumption, what is missing."""

import csv
import hashlib
import json
import math

import pytest
import torch
from tiny import image_parameters, write_parameters, write_pictures

from padnet.core.training import Learner
from padnet.errors import InputError
from padnet.experiments import learner, trainer as module
from padnet.experiments.image import ImageExperiment
from padnet.experiments.train_image import ENTRY, main
from padnet.project.determinism import deterministic
from padnet.tasks.deconvolution_settings import implicit_part
from padnet.tasks.weights import read_tensors, unit_counts

STEPS = 5 + 3 * 4 + 6
UNITS = [2, 2]


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch):
    threads, algorithms = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    monkeypatch.setattr(module, "deterministic", lambda **options: deterministic(1, **options))
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(algorithms)


@pytest.fixture
def project(toy, root):
    write_parameters(toy, image=image_parameters(root))
    write_pictures(toy)
    return toy


def train(model, **options):
    return module.train(ENTRY, "quick", model, **options)


def written(project, model):
    return {e: (project / f"weights/quick/image-{model}.{e}").read_bytes() for e in ("safetensors", "json", "csv")}


def test_weights_card_and_losses_are_written(project):
    card = train("ipadnet")
    files = written(project, "ipadnet")
    assert json.loads(files["json"]) == card
    assert card["weights_sha256"] == hashlib.sha256(files["safetensors"]).hexdigest()
    assert (card["model"], card["units"], card["steps"], card["finished"]) == ("ipadnet", UNITS, STEPS, True)
    assert card["start"] == "scratch" and set(card["validation"]) == {"psnr"}
    assert 0 < card["validation"]["psnr"] < 60
    tensors, meta = read_tensors(project / "weights/quick/image-ipadnet.safetensors")
    assert unit_counts(tensors) == UNITS
    assert json.loads(meta["settings"]) == implicit_part(ImageExperiment("quick").raw)
    rows = list(csv.DictReader(files["csv"].decode().splitlines()))
    assert [row["stage"] for row in rows] == ["0"] * 9 + ["1"] * 8 + ["joint"] * 6
    assert all(math.isfinite(float(row["error"])) for row in rows)
    moved = [tensor for name, tensor in tensors.items() if "running_mean" in name]
    assert all(tensor.abs().max() > 0 for tensor in moved)  # batch statistics were learned and are kept
    assert not list((project / "checkpoints/quick").iterdir())


def test_again_gives_the_same_bytes_and_another_seed_does_not(project, root):
    train("ipadnet")
    first = written(project, "ipadnet")
    train("ipadnet")
    assert written(project, "ipadnet") == first
    write_parameters(project, image=image_parameters(root), seed=2)
    train("ipadnet")
    assert written(project, "ipadnet")["safetensors"] != first["safetensors"]


class Killed(BaseException):
    """As a signal would."""


def test_killed_and_started_again_gives_the_same_bytes(project, monkeypatch, model="ipadnet"):
    """Weights and batch statistics: killed inside the first stage, at its end, in the second, in the joint phase."""
    train(model)
    whole, advance = written(project, model), Learner.advance
    for cut in (3, 5, 7, 9, 13):
        for name in whole:
            (project / f"weights/quick/image-{model}.{name}").unlink()
        steps = []

        def until(self, cut=cut, steps=steps):
            if len(steps) == cut:
                raise Killed
            steps.append(1)
            return advance(self)

        monkeypatch.setattr(Learner, "advance", until)
        with pytest.raises(Killed):
            train(model)
        assert not list((project / "weights/quick").glob(f"image-{model}.*"))
        count = []
        monkeypatch.setattr(Learner, "advance", lambda self, count=count: (count.append(1), advance(self))[1])
        train(model)
        assert len(count) == STEPS - cut // 3 * 3
        assert written(project, model) == whole


def test_a_training_that_ran_out_of_time_can_go_on(project, monkeypatch):
    train("ipadnet")
    whole = written(project, "ipadnet")
    clock = iter(range(0, 10**6, 60))  # every look at the clock is a minute later
    with monkeypatch.context() as patch:
        patch.setattr(module.time, "monotonic", lambda: next(clock))
        card = train("ipadnet", minutes=8)
    assert 3 < card["steps"] < STEPS and card["finished"] is False
    assert train("ipadnet")["finished"] is True
    assert written(project, "ipadnet") == whole


def test_the_card_is_of_the_networks_as_they_are_used(project, monkeypatch):
    """Its figures come with the learned batch statistics, not with those of the validation pairs."""
    found, original = [], learner.validation

    def seen(learner):
        figures = original(learner)
        found.append([part.training for network in learner.progress.networks for part in network.modules()])
        learner.evaluate()
        assert original(learner) == figures
        return figures

    monkeypatch.setattr(learner, "validation", seen)
    train("ipadnet")
    assert not any(found[0])


def test_the_command(project, capsys):
    with pytest.raises(InputError, match="there is no image model 'epadnet': use one of ipadnet"):
        main(["--profile", "quick", "--model", "epadnet"])
    main(["--profile", "quick", "--model", "ipadnet"])
    assert capsys.readouterr().out.startswith("ipadnet: units [2, 2], held-out psnr ")
