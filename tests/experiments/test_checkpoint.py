"""Trainings that are cut off go on to the same bits; broken files are one sentence."""

import hashlib

import pytest
import torch
from damage import broken
from tiny import parameters, write_parameters, write_pictures

from padnet.data.deblurring_pairs import training_fields
from padnet.data.readers import training_pictures
from padnet.errors import PadnetError
from padnet.experiments.checkpoint import resume_training, save_training
from padnet.experiments.gradient import Experiment
from padnet.experiments.learner import make_learner
from padnet.tasks.weights import weight_bytes


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
