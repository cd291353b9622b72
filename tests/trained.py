"""Weights files of small random networks, with their cards, for what loads networks from disk."""

import hashlib
import json
from copy import deepcopy

import torch

from padnet.project.params import load
from padnet.tasks.deconvolution_settings import SCHEMA, Settings, explicit_part, implicit_part
from padnet.tasks.weights import EXPLICIT, weight_bytes

UNIT = {"features": 3, "dilations": [1, 2, 1], "scale": 0.005}  # at full resolution


def small_settings(root):
    """The image experiment's numbers of the quick profile with a small unit and few stages."""
    profile = load("quick", root / "params.yaml")
    section = profile["image"] | {"implicit": profile["ladder"]["before"]["implicit"]}
    raw = deepcopy({name: section[name] for name in SCHEMA})
    raw["unit"], raw["frame"] = dict(UNIT), {"margin": 8, "passes": 2}
    raw["stop"] |= {"implicit": 2, "explicit": 2}
    return raw


def random_stages(settings, seed=0):
    """Random convolutions a stage, whose output is not zero, after a new shrinkage."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        networks = settings.networks([2] * settings.stop(False).k_max)
        for network in networks:
            torch.nn.init.normal_(network.units[-1].convolutions[-1].weight, std=0.3)
    return networks


def write_weights(folder, raw, seed=0, **card):
    """image-ipadnet.safetensors and its card, and EPADNet's numbers; `card` replaces entries of the card."""
    settings = Settings(raw)
    networks = random_stages(settings, seed)
    data = weight_bytes(networks, {"settings": json.dumps(implicit_part(raw), sort_keys=True)})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "image-ipadnet.safetensors").write_bytes(data)
    told = {"weights_sha256": hashlib.sha256(data).hexdigest(), **card}
    (folder / "image-ipadnet.json").write_text(json.dumps(told))
    (folder / EXPLICIT.name).write_text(json.dumps(explicit_part(raw)))
    return folder
