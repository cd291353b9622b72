"""Trainings that are cut off go on to the same bits; broken files are one sentence."""

import hashlib

import pytest
import torch
from safetensors.torch import save_file
from tiny import parameters, write_parameters, write_pictures

from padnet.benchmarks.pictures import training_pictures
from padnet.errors import PadnetError
from padnet.pipeline.checkpoint import resume_training, save_training
from padnet.pipeline.dataset import training_fields
from padnet.pipeline.gradient import Experiment
from padnet.pipeline.train import make_learner
from padnet.tasks.weights import fill, read_tensors, unit_counts, weight_bytes


@pytest.fixture(autouse=True)
def _one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def make(toy, root):
    """A function: model -> a Learner of the tiny experiment that has not started."""
    write_parameters(toy, parameters(root))
    write_pictures(toy)
    experiment = Experiment("quick")
    fields = training_fields(training_pictures(toy / "data/quick"), experiment.data, 1)
    return lambda model="epadnet-l0.8": make_learner(experiment, model, 1, *fields, "cpu")


def run(learner, steps):
    while steps and not learner.progress.finished:
        learner.advance()
        steps -= 1
    return learner


def digest(learner):
    return hashlib.sha256(weight_bytes(learner.progress.networks)).hexdigest()


@pytest.mark.parametrize("model", ["epadnet-l0.8", "ipadnet"])
def test_train_20_equals_train_10_and_resume_10(make, model, tmp_path):
    """At every place: inside a phase, at its end (4, 8), and in the joint phase (from 16)."""
    whole = make(model)
    whole.start()
    digests = [digest(run(whole, 1)) for _ in range(20)]
    for cut in (1, 4, 8, 10, 16, 18):
        learner = make(model)
        learner.start()
        save_training(tmp_path / "c.safetensors", run(learner, cut), "key")
        again = make(model)
        assert resume_training(tmp_path / "c.safetensors", again, "key")
        assert digest(again) == digests[cut - 1] or cut in (4, 8)  # there a new unit has been added already
        run(again, 20 - cut)
        assert digest(again) == digests[-1]
        assert str(again.progress.rows) == str(whole.progress.rows)


def test_a_finished_training_comes_back_finished(make, tmp_path):
    whole = make()
    whole.start()
    run(whole, 10**6)
    save_training(tmp_path / "c.safetensors", whole, "key")
    again = make()
    assert resume_training(tmp_path / "c.safetensors", again, "key")
    assert again.progress.finished
    assert digest(again) == digest(whole)


def test_a_checkpoint_of_another_training_or_none_is_left_aside(make, tmp_path):
    learner = make()
    learner.start()
    save_training(tmp_path / "c.safetensors", run(learner, 5), "key")
    for path, key in ((tmp_path / "c.safetensors", "another"), (tmp_path / "none.safetensors", "key")):
        fresh = make()
        assert not resume_training(path, fresh, key)
        assert fresh.progress.networks == []
        assert fresh.progress.rows == []


def broken(data):
    """The bytes cut short at several places, and with one bit changed at many."""
    for size in (0, 1, 7, 8, 20, len(data) // 2, len(data) - 1):
        yield data[:size]
    header = int.from_bytes(data[:8], "little")
    for place in (0, 3, 8, 9, 8 + header, 8 + header + 5, len(data) - 1, *range(30, len(data), len(data) // 23)):
        yield data[:place] + bytes([data[place] ^ 16]) + data[place + 1 :]


def test_a_broken_checkpoint_is_one_sentence(make, tmp_path):
    learner, path = make(), tmp_path / "c.safetensors"
    learner.start()
    save_training(path, run(learner, 6), "key")
    refused = 0
    for data in broken(path.read_bytes()):
        path.write_bytes(data)
        with pytest.raises(PadnetError, match="c.safetensors is truncated or altered: delete it and make it again$"):
            resume_training(path, make(), "key")
        refused += 1
    assert refused > 30


def test_broken_weights_are_one_sentence(make, tmp_path):
    learner, path = make(), tmp_path / "w.safetensors"
    learner.start()
    for data in broken(weight_bytes(learner.progress.networks)):
        path.write_bytes(data)
        with pytest.raises(PadnetError, match="w.safetensors is truncated or altered: delete it and make it again$"):
            read_tensors(path)
    with pytest.raises(PadnetError, match="none.safetensors is missing: make it with make repro or make paper"):
        read_tensors(tmp_path / "none.safetensors")


def test_weights_come_back_as_they_were(make, tmp_path):
    learner, path = make(), tmp_path / "w.safetensors"
    learner.start()
    networks = run(learner, 9).progress.networks
    path.write_bytes(weight_bytes(networks))
    tensors, meta = read_tensors(path)
    assert meta == {}
    assert unit_counts(tensors) == [2, 1]
    again = fill(Experiment("quick").network("epadnet-l0.8", [2, 1]), tensors, path)
    assert weight_bytes(again) == weight_bytes(networks)


def test_weights_of_another_shape_or_of_something_else_are_refused(make, tmp_path, toy, root):
    learner, path = make(), tmp_path / "w.safetensors"
    learner.start()
    path.write_bytes(weight_bytes(learner.progress.networks))
    tensors, _ = read_tensors(path)
    raw = parameters(root)
    raw["unit"]["features"] = 4
    write_parameters(toy, raw)
    with pytest.raises(PadnetError, match="w.safetensors does not fit the unit in params.yaml: train the model again"):
        fill(Experiment("quick").network("epadnet-l1", unit_counts(tensors)), tensors, path)
    save_file({"layer.weight": torch.ones(2)}, path)
    with pytest.raises(PadnetError, match="layer.weight is no weight of a stage and unit"):
        unit_counts(read_tensors(path)[0])
