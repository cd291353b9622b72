"""Weights on disk: they come back to the bit, batch statistics included; what is broken is one sentence."""

import json

import pytest
import torch
from damage import broken
from safetensors.torch import save_file
from small import RAW, random_networks, settings

from padnet.errors import PadnetError
from padnet.experiments.gradient import Experiment
from padnet.tasks.weights import checksummed, fill, named_tensors, read_tensors, unit_counts, weight_bytes


@pytest.fixture
def networks():
    """Two stages of one unit, all weights and statistics at random."""
    return random_networks(settings(stop_implicit=2))


@pytest.fixture
def path(networks, tmp_path):
    (tmp_path / "w.safetensors").write_bytes(weight_bytes(networks, {"settings": json.dumps(RAW)}))
    return tmp_path / "w.safetensors"


def test_names_tell_stage_and_unit(networks):
    tensors = named_tensors(networks)
    assert {name.split(".units.")[0] for name in tensors} == {"0", "1"}
    assert unit_counts(tensors) == [2, 2]
    running = {name for name in tensors if "running" in name}
    assert len(running) == 2 * 2  # a mean and a variance for each of the two stages' single normalisation
    made = settings()
    assert unit_counts(named_tensors(made.networks([2, 1, 3]))) == [2, 1, 3]


def test_weights_come_back_as_they_were(networks, path):
    tensors, meta = read_tensors(path)
    assert meta == {"settings": json.dumps(RAW)}
    again = fill(settings().networks(unit_counts(tensors)), tensors, path)
    assert weight_bytes(again, meta) == path.read_bytes()
    v, level = torch.randn(1, 1, 12, 12, generator=torch.Generator().manual_seed(0)), torch.tensor([0.2])
    for one, other in zip(networks, again, strict=True):
        assert torch.equal(one.eval()(v, 1.0, level), other.eval()(v, 1.0, level))


def test_the_bytes_depend_on_every_weight_and_on_what_is_told(networks):
    first = weight_bytes(networks, {"a": "1"})
    assert weight_bytes(networks, {"a": "1"}) == first
    assert weight_bytes(networks, {"a": "2"}) != first
    for tensor in networks[1].state_dict().values():
        tensor += 1
        assert weight_bytes(networks, {"a": "1"}) != first
        first = weight_bytes(networks, {"a": "1"})


def test_the_bytes_do_not_depend_on_the_order_of_what_is_told(networks, path):
    """In the order of safetensors itself the same call gives several files."""
    meta = {name: f'{i} "quoted" \\ é\n' for i, name in enumerate("gfedcba")}
    found = {weight_bytes(networks, dict(order)) for order in (list(meta.items()), list(meta.items())[::-1]) * 20}
    assert len(found) == 1
    path.write_bytes(found.pop())
    tensors, read = read_tensors(path)
    assert read == meta
    assert all(torch.equal(tensor, tensors[name]) for name, tensor in named_tensors(networks).items())


def test_committed_weights_are_written_again_to_the_byte(root):
    files = sorted((root / "weights/paper").glob("gradient-*.safetensors"))
    assert files
    for file in files:
        tensors, meta = read_tensors(file)
        assert checksummed(tensors, meta) == file.read_bytes()


def test_broken_weights_are_one_sentence(path):
    refused = 0
    for data in broken(path.read_bytes()):
        path.write_bytes(data)
        with pytest.raises(PadnetError, match="w.safetensors is truncated or altered: delete it and make it again$"):
            read_tensors(path)
        refused += 1
    assert refused > 30
    with pytest.raises(PadnetError, match="none.safetensors is missing: make it with make repro or make paper"):
        read_tensors(path.with_name("none.safetensors"))


@pytest.mark.parametrize("other", [{"unit_features": 4}, {"unit_dilations": [1, 1]}, {"unit_dilations": [1, 1, 1, 1]}])
def test_weights_of_another_shape_are_refused(path, other):
    tensors, _ = read_tensors(path)
    with pytest.raises(PadnetError, match="w.safetensors does not fit the unit in params.yaml: train the model again"):
        fill(settings(**other).networks(unit_counts(tensors)), tensors, path)


def test_weights_of_image_and_gradient_networks_do_not_mix(path, root):
    tensors, _ = read_tensors(path)
    with pytest.raises(PadnetError, match="does not fit the unit in params.yaml"):
        fill(Experiment("paper", root / "params.yaml").network("ipadnet", unit_counts(tensors)), tensors, path)


def test_a_file_of_something_else_is_refused(path):
    save_file({"layer.weight": torch.ones(2)}, path)
    with pytest.raises(PadnetError, match="layer.weight is no weight of a stage and unit: these weights are not"):
        unit_counts(read_tensors(path)[0])
