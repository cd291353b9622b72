"""Networks from disk: by hash, offline, and one sentence for every file that is not what it should be."""

import json

import pytest
import torch
from trained import small_settings, write_weights

from padnet.errors import InputError, PadnetError
from padnet.project.atomic_files import sha256
from padnet.project.params import load as parameters
from padnet.tasks import pretrained
from padnet.tasks.deconvolution_settings import explicit_part
from padnet.tasks.pretrained import EXPLICIT, check_method, load, settings_of
from padnet.tasks.weights import checksummed, read_tensors


def test_networks_load_and_are_kept(weights):
    found = load(weights)
    assert len(found.networks) == 2 and load(weights) is found
    assert settings_of(weights) == found.settings
    assert not any(w.requires_grad for w in found.networks[0].network.parameters())


def test_the_folder_of_the_project_is_the_default(weights, monkeypatch):
    load.cache_clear()
    monkeypatch.setattr(pretrained, "SHIPPED", weights)
    assert torch.equal(*(load(f).networks[0].network.units[1].convolutions[0].weight for f in (None, weights)))
    load.cache_clear()


@pytest.fixture
def broken(root, tmp_path):
    """A folder of good weights to spoil."""
    return write_weights(tmp_path, small_settings(root))


def test_an_altered_file_is_not_loaded(broken):
    path = broken / "image-ipadnet.safetensors"
    data = bytearray(path.read_bytes())
    data[-3] ^= 1
    path.write_bytes(data)
    with pytest.raises(PadnetError, match="not the file that its card describes"):
        load(broken)


def test_an_altered_card_is_noticed(broken):
    card = broken / "image-ipadnet.json"
    card.write_text(json.dumps({"weights_sha256": "0" * 64}))
    with pytest.raises(PadnetError, match="not the file that its card describes"):
        load(broken)


@pytest.mark.parametrize("text", ["", "[1]", "{}", "null"])
def test_a_card_without_a_hash_is_no_card(broken, text):
    (broken / "image-ipadnet.json").write_text(text)
    with pytest.raises(PadnetError, match="states no weights_sha256"):
        load(broken)


@pytest.mark.parametrize("name", ["image-ipadnet.safetensors", "image-ipadnet.json"])
def test_a_missing_file_is_named(broken, name):
    (broken / name).unlink()
    with pytest.raises(PadnetError, match=f"{name} is missing"):
        load(broken)


def reseal(path, **meta):
    """The file's tensors under other metadata, and the card to go with it."""
    tensors, old = read_tensors(path)
    path.write_bytes(checksummed(tensors, old | meta))
    path.with_suffix(".json").write_text(json.dumps({"weights_sha256": sha256(path)}))


def test_an_unfinished_training_is_not_used(root, broken):
    raw = small_settings(root)
    raw["stop"]["implicit"] = 3
    reseal(broken / "image-ipadnet.safetensors", settings=json.dumps(raw))
    with pytest.raises(PadnetError, match="holds 2 of 3 stages"):
        load(broken)


@pytest.mark.parametrize("settings", ["", "{}", "[]"])
def test_a_file_without_settings_is_not_used(broken, settings):
    reseal(broken / "image-ipadnet.safetensors", settings=settings)
    with pytest.raises(PadnetError, match="does not say how it was trained"):
        load(broken)


def test_the_numbers_of_epadnet_are_those_of_the_folder_else_the_package_s(root, broken):
    own = json.loads((broken / EXPLICIT.name).read_text())
    own["energy"]["lam"] *= 2
    (broken / EXPLICIT.name).write_text(json.dumps(own))
    assert settings_of(broken).prior.lam == own["energy"]["lam"]
    (broken / EXPLICIT.name).unlink()
    found, package = settings_of(broken), json.loads(EXPLICIT.read_text())
    assert explicit_part(found.raw) == package and found.raw["unit"] == small_settings(root)["unit"]


def test_the_package_has_the_numbers_of_params_yaml(root):
    """After a change there: python -m padnet.experiments.image."""
    assert json.loads(EXPLICIT.read_text()) == explicit_part(parameters("paper", root / "params.yaml")["image"])


def test_weights_that_tell_more_than_they_need_to_are_read(root, broken):
    """Files of a time when EPADNet was trained hold its numbers too; they have no say."""
    raw = small_settings(root)
    raw["explicit"], raw["energy"]["lam"] = {"mu": 3.2}, 7.0
    before = settings_of(broken)
    reseal(broken / "image-ipadnet.safetensors", settings=json.dumps(raw))
    assert settings_of(broken) == before


@pytest.mark.parametrize("text", ["", "[]", "{}"])
def test_numbers_that_cannot_be_used_are_one_sentence(broken, text):
    (broken / EXPLICIT.name).write_text(text)
    with pytest.raises(PadnetError, match="does not hold the numbers of EPADNet: get it again"):
        load(broken)


def test_another_method_is_refused():
    with pytest.raises(InputError, match="no method 'wiener'"):
        check_method("wiener")
