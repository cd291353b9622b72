"""Training a model from its command: what is written, that it repeats and resumes, what is refused."""

import csv
import hashlib
import json
import math

import pytest
import torch
from tiny import parameters, write_parameters, write_pictures

from padnet.core.training import Learner
from padnet.errors import InputError, PadnetError
from padnet.experiments import trainer as module
from padnet.experiments.checkpoint import read_tensors, unit_counts
from padnet.experiments.train_gradient import ENTRY, main
from padnet.experiments.trainer import LOSSES
from padnet.project import switches
from padnet.project.determinism import deterministic


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch):
    """So small a training is slowed down by sharing it out; the switches are put back afterwards."""
    threads, algorithms = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    monkeypatch.setattr(module, "deterministic", lambda **options: deterministic(1, **options))
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(algorithms)


@pytest.fixture
def project(toy, root):
    write_parameters(toy, parameters(root))
    write_pictures(toy)
    return toy


def train(*arguments, **options):
    return module.train(ENTRY, *arguments, **options)


def written(project, model):
    return {e: (project / f"weights/quick/gradient-{model}.{e}").read_bytes() for e in ("safetensors", "json", "csv")}


@pytest.fixture(scope="module")
def _kept():
    return {}


@pytest.fixture
def undisturbed(project, _kept):
    """A function that gives the files of a model trained in one go, which happens once; they are not there then."""

    def files(model):
        if model not in _kept:
            train("quick", model)
            _kept[model] = written(project, model)
            for path in (project / "weights/quick").iterdir():
                path.unlink()
        return _kept[model]

    return files


def test_explicit_training_writes_weights_card_and_losses(project):
    card = train("quick", "epadnet-l0.8")
    files = written(project, "epadnet-l0.8")
    assert json.loads(files["json"]) == card
    assert card["weights_sha256"] == hashlib.sha256(files["safetensors"]).hexdigest()
    assert (card["model"], card["profile"], card["seed"], card["device"]) == ("epadnet-l0.8", "quick", 1, "cpu")
    assert card["units"] == [2, 2]
    assert card["steps"] == 2 * 2 * 4 + 6
    assert 0 <= card["validation"]["within"] <= 1
    assert "minutes" not in card  # a time would change from run to run
    tensors, _ = read_tensors(project / "weights/quick/gradient-epadnet-l0.8.safetensors")
    assert unit_counts(tensors) == card["units"]
    assert sum(w.numel() for w in tensors.values()) == card["parameters"]
    rows = list(csv.DictReader(files["csv"].decode().splitlines()))
    assert len(rows) == card["steps"]
    assert list(rows[0]) == LOSSES
    assert not list((project / "checkpoints/quick").iterdir())


def test_implicit_training_has_no_error_condition(project):
    card = train("quick", "ipadnet", device="cpu")
    assert set(card["validation"]) == {"error"}
    assert math.isfinite(card["validation"]["error"])


def test_again_gives_the_same_bytes_and_another_seed_or_model_does_not(project, root, undisturbed):
    first = undisturbed("epadnet-l1")
    train("quick", "epadnet-l1")
    assert written(project, "epadnet-l1") == first
    train("quick", "epadnet-l0")
    assert written(project, "epadnet-l0")["safetensors"] != first["safetensors"]
    write_parameters(project, parameters(root), seed=2)
    train("quick", "epadnet-l1")
    assert written(project, "epadnet-l1")["safetensors"] != first["safetensors"]


class Killed(BaseException):
    """As a signal would."""


@pytest.mark.parametrize("cut", [2, 8, 19])
def test_killed_and_started_again_gives_the_same_bytes(project, monkeypatch, undisturbed, cut):
    whole = undisturbed("epadnet-l0.8")
    advance, steps = Learner.advance, []

    def until(self):
        if len(steps) == cut:
            raise Killed
        steps.append(1)
        return advance(self)

    monkeypatch.setattr(Learner, "advance", until)
    with pytest.raises(Killed):
        train("quick", "epadnet-l0.8")
    assert not list((project / "weights/quick").glob("*"))
    assert len(list((project / "checkpoints/quick").iterdir())) == (cut >= 3)
    count = []
    monkeypatch.setattr(Learner, "advance", lambda self: (count.append(1), advance(self))[1])
    train("quick", "epadnet-l0.8")
    assert len(count) == 22 - cut // 3 * 3  # from the last checkpoint on, one every 3 steps
    assert written(project, "epadnet-l0.8") == whole


def test_how_often_a_checkpoint_is_written_does_not_change_the_result(project, root, undisturbed):
    first = undisturbed("epadnet-l1")
    raw = parameters(root)
    raw["plan"]["checkpoint"] = 5
    write_parameters(project, raw)
    train("quick", "epadnet-l1")
    assert written(project, "epadnet-l1") == first


def test_a_checkpoint_of_other_parameters_is_not_taken_up(project, root, monkeypatch, undisturbed):
    right = undisturbed("epadnet-l1")
    raw = parameters(root)
    raw["plan"]["rate"] *= 2
    write_parameters(project, raw)
    advance, steps = Learner.advance, []

    def until(self):
        if len(steps) == 7:
            raise Killed
        steps.append(1)
        return advance(self)

    with monkeypatch.context() as patch:
        patch.setattr(Learner, "advance", until)
        with pytest.raises(Killed):
            train("quick", "epadnet-l1")
    write_parameters(project, parameters(root))
    train("quick", "epadnet-l1")
    assert written(project, "epadnet-l1") == right


def test_a_broken_checkpoint_stops_the_training_and_leaves_the_weights(project):
    train("quick", "epadnet-l1")
    first = written(project, "epadnet-l1")
    checkpoint = project / "checkpoints/quick/gradient-epadnet-l1.safetensors"
    checkpoint.write_bytes(b"\x10\x00\x00")
    with pytest.raises(PadnetError, match="gradient-epadnet-l1.safetensors is truncated or altered: delete it"):
        train("quick", "epadnet-l1")
    assert written(project, "epadnet-l1") == first


def start_from(project, root, start, steps=5):
    raw = parameters(root)
    raw["plan"] |= {"explicit_start": start, "explicit_steps": steps}
    write_parameters(project, raw)


def test_an_explicit_network_can_begin_with_the_implicit_one_s_units(project, root):
    model = "epadnet-l0.8"
    start_from(project, root, "ipadnet")
    with pytest.raises(PadnetError, match="gradient-ipadnet.safetensors is missing: make it with"):
        train("quick", model)
    assert train("quick", "ipadnet")["start"] == "scratch"
    card = train("quick", model)
    assert (card["start"], card["steps"], card["units"]) == ("ipadnet", 5, [2, 2])
    rows = list(csv.DictReader(written(project, model)["csv"].decode().splitlines()))
    assert [row["stage"] for row in rows] == ["joint"] * 5
    warm = written(project, model)["safetensors"]
    start_from(project, root, "ipadnet", 6)
    train("quick", model)
    assert written(project, model)["safetensors"] != warm
    start_from(project, root, "ipadnet", 0)
    assert train("quick", model)["steps"] == 0
    assert written(project, model)["safetensors"] == written(project, "ipadnet")["safetensors"]
    start_from(project, root, "scratch")
    card = train("quick", model)
    assert (card["start"], card["steps"]) == ("scratch", 2 * 2 * 4 + 6)
    assert written(project, model)["safetensors"] != warm


def test_a_fine_tuning_that_was_killed_goes_on_to_the_same_bytes(project, root, monkeypatch):
    start_from(project, root, "ipadnet")
    train("quick", "ipadnet")
    train("quick", "epadnet-l1")
    whole = written(project, "epadnet-l1")
    advance, steps = Learner.advance, []

    def until(self):
        if len(steps) == 4:
            raise Killed
        steps.append(1)
        return advance(self)

    with monkeypatch.context() as patch:
        patch.setattr(Learner, "advance", until)
        with pytest.raises(Killed):
            train("quick", "epadnet-l1")
    assert list((project / "checkpoints/quick").iterdir())
    train("quick", "epadnet-l1")
    assert written(project, "epadnet-l1") == whole


def test_a_training_that_ran_out_of_time_writes_weights_and_can_go_on(project, monkeypatch, undisturbed):
    whole = undisturbed("epadnet-l0.8")
    card = train("quick", "epadnet-l0.8", minutes=0)
    assert (card["steps"], card["finished"]) == (0, False)
    assert json.loads(written(project, "epadnet-l0.8")["json"]) == card
    tensors, _ = read_tensors(project / "weights/quick/gradient-epadnet-l0.8.safetensors")
    assert unit_counts(tensors) == card["units"] == [1]
    clock = iter(range(0, 10**6, 60))  # every look at the clock is a minute later
    with monkeypatch.context() as patch:
        patch.setattr(module.time, "monotonic", lambda: next(clock))
        card = train("quick", "epadnet-l0.8", minutes=8)
    assert 3 < card["steps"] < 22
    assert card["finished"] is False
    assert list((project / "checkpoints/quick").iterdir())
    advance, count = Learner.advance, []
    monkeypatch.setattr(Learner, "advance", lambda self: (count.append(1), advance(self))[1])
    done = card["steps"]
    card = train("quick", "epadnet-l0.8")
    assert len(count) == 22 - done  # no step is taken twice
    assert card["finished"] is True
    assert written(project, "epadnet-l0.8") == whole


def test_bad_model_profile_and_missing_data(project):
    with pytest.raises(InputError, match="there is no model 'padnet': use one of ipadnet, epadnet-l1"):
        main(["--profile", "quick", "--model", "padnet"])
    with pytest.raises(InputError, match="there is no model 'padnet'"):
        train("quick", "padnet")
    with pytest.raises(InputError, match="there is no profile 'slow'"):
        train("slow", "ipadnet")
    with pytest.raises(PadnetError, match="data/paper.* is missing"):
        train("paper", "ipadnet")


def test_the_command_says_what_it_found(project, capsys):
    main(["--profile", "quick", "--model", "epadnet-l1", "--device", "cpu"])
    assert capsys.readouterr().out.startswith("epadnet-l1: units [2, 2], held-out error ")


def test_the_card_says_that_a_training_used_the_widest_vectors(project, monkeypatch):
    """The profile paper may; the quick profile, whose bytes are the same everywhere, refuses."""
    (project / "data/paper").symlink_to(project / "data/quick")
    assert "vectors" not in train("paper", "ipadnet")
    monkeypatch.setenv(switches.CHOICE, "widest")
    monkeypatch.setattr(switches, "at_start", lambda: switches.pinned({switches.CHOICE: "widest"}))
    assert train("paper", "ipadnet")["vectors"] == "widest"
    with pytest.raises(PadnetError, match="PADNET_VECTORS=widest is for trainings of the profile paper"):
        train("quick", "ipadnet")
