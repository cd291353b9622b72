"""Networks from disk: by hash, offline, and one sentence for every file that is not what it should be."""

import json

import pytest
import torch
from trained import small_settings, write_weights

from padnet.errors import InputError, PadnetError
from padnet.pipeline.files import sha256
from padnet.tasks import pretrained
from padnet.tasks.pretrained import load
from padnet.tasks.weights import read_tensors, sealed


def test_both_methods_load_and_are_kept(weights):
    both = load("epadnet", weights)
    assert [len(both.networks[m]) for m in ("ipadnet", "epadnet")] == [2, 2]
    assert load("ipadnet", weights).networks["epadnet"] == []
    assert load("epadnet", weights) is both
    assert not any(w.requires_grad for w in both.networks["ipadnet"][0].network.parameters())


def test_the_folder_of_the_project_is_the_default(weights, monkeypatch):
    load.cache_clear()
    monkeypatch.setattr(pretrained, "SHIPPED", weights)
    assert torch.equal(*(load("ipadnet", f).networks["ipadnet"][0].network.units[1].convolutions[0].weight
                         for f in (None, weights)))
    load.cache_clear()


@pytest.fixture
def broken(root, tmp_path):
    """A folder of good weights to spoil."""
    for method in ("ipadnet", "epadnet"):
        write_weights(tmp_path, small_settings(root), method)
    return tmp_path


def test_an_altered_file_is_not_loaded(broken):
    path = broken / "image-ipadnet.safetensors"
    data = bytearray(path.read_bytes())
    data[-3] ^= 1
    path.write_bytes(data)
    with pytest.raises(PadnetError, match="not the file that its card describes"):
        load("ipadnet", broken)


def test_an_altered_card_is_noticed(broken):
    card = broken / "image-ipadnet.json"
    card.write_text(json.dumps({"weights_sha256": "0" * 64}))
    with pytest.raises(PadnetError, match="not the file that its card describes"):
        load("ipadnet", broken)


@pytest.mark.parametrize("text", ["", "[1]", "{}", "null"])
def test_a_card_without_a_hash_is_no_card(broken, text):
    (broken / "image-ipadnet.json").write_text(text)
    with pytest.raises(PadnetError, match="states no weights_sha256"):
        load("ipadnet", broken)


@pytest.mark.parametrize("name", ["image-ipadnet.safetensors", "image-ipadnet.json", "image-epadnet.safetensors"])
def test_a_missing_file_is_named(broken, name):
    (broken / name).unlink()
    with pytest.raises(PadnetError, match=f"{name} is missing"):
        load("epadnet", broken)


def reseal(path, **meta):
    """The file's tensors under other metadata, and the card to go with it."""
    tensors, old = read_tensors(path)
    path.write_bytes(sealed(tensors, old | meta))
    path.with_suffix(".json").write_text(json.dumps({"weights_sha256": sha256(path)}))


def test_an_unfinished_training_is_not_used(root, broken):
    raw = small_settings(root)
    raw["stop"]["implicit"] = 3
    reseal(broken / "image-ipadnet.safetensors", settings=json.dumps(raw))
    with pytest.raises(PadnetError, match="holds 2 of 3 stages"):
        load("ipadnet", broken)


@pytest.mark.parametrize("settings", ["", "{}", "[]"])
def test_a_file_without_settings_is_not_used(broken, settings):
    reseal(broken / "image-ipadnet.safetensors", settings=settings)
    with pytest.raises(PadnetError, match="does not say how it was trained"):
        load("ipadnet", broken)


def test_networks_of_two_trainings_do_not_mix(root, tmp_path):
    raw = small_settings(root)
    write_weights(tmp_path, raw, "epadnet")
    raw["implicit"]["rho0"] *= 2
    write_weights(tmp_path, raw, "ipadnet")
    with pytest.raises(PadnetError, match="different settings"):
        load("epadnet", tmp_path)
    load("ipadnet", tmp_path)


def test_settings_of_the_explicit_part_may_differ(root, tmp_path):
    raw = small_settings(root)
    write_weights(tmp_path, raw, "ipadnet")
    raw["energy"]["lam"] *= 2
    write_weights(tmp_path, raw, "epadnet")
    assert load("epadnet", tmp_path).settings.raw["energy"]["lam"] == raw["energy"]["lam"]


def test_another_method_is_refused(weights):
    with pytest.raises(InputError, match="no method 'wiener'"):
        load("wiener", weights)
