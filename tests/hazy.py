"""Haze experiments and networks so small that one takes a moment, and hazy pictures."""

import hashlib
import json
from copy import deepcopy
from types import SimpleNamespace

import numpy as np
import torch
from skimage.io import imsave

from padnet.project.params import load
from padnet.tasks.dehazing_settings import SETTINGS, HazeSettings
from padnet.tasks.weights import weight_bytes


def haze_parameters(root):
    """The quick profile's section of the project's own params.yaml, cut down."""
    tiny = deepcopy(load("quick", root / "params.yaml")["haze"])
    tiny["unit"] = {"features": 3, "dilations": [1, 2, 1], "scale": 0.2}
    tiny["data"] |= {"pairs": 6, "held": 3, "size": 16, "margin": 2, "scene_factors": [1, 2], "photograph_factors": [1]}
    tiny["plan"] |= {"first_steps": 5, "steps": 4, "joint_steps": 6, "rate": 0.01}
    return tiny | {"batch": 2, "checkpoint": 3}


def haze_settings(root, **changes):
    """Their HazeSettings; a change is named SECTION_NAME."""
    tiny = haze_parameters(root)
    raw = {name: tiny[name] for name in SETTINGS}
    for name, value in changes.items():
        part, key = name.split("_", 1)
        raw[part][key] = value
    return HazeSettings(raw)


def write_haze_weights(folder, settings, seed=0, **card):
    """haze-ipadnet.safetensors of random units and its card; `card` replaces entries of it."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        networks = settings.networks([1] * settings.stop.k_max)
        for network in networks:
            torch.nn.init.normal_(network.units[0].convolutions[-1].weight, std=0.3)
    data = weight_bytes(networks, {"settings": json.dumps(settings.raw, sort_keys=True)})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "haze-ipadnet.safetensors").write_bytes(data)
    told = {"weights_sha256": hashlib.sha256(data).hexdigest(), **card}
    (folder / "haze-ipadnet.json").write_text(json.dumps(told))
    return folder


def write_haze_data(folder):
    """data/quick/haze: three scenes with their depths and three photographs."""
    haze = folder / "data/quick/haze"
    (haze / "photographs").mkdir(parents=True)
    for number, name in enumerate(("upper", "lower", "right")):
        imsave(haze / f"{name}.png", (255 * blocks(36, 40, number)).astype(np.uint8), check_contrast=False)
        np.save(haze / f"{name}.npy", np.linspace(5, 9, 36 * 40).reshape(36, 40).astype(np.float32))
    for number in range(3):
        picture = (255 * blocks(36, 40, 7 + number)).astype(np.uint8)
        imsave(haze / f"photographs/p{number}.png", picture, check_contrast=False)


def blocks(h, w, seed=0, size=5):
    """(h, w, 3) flat blocks of colour in [0.1, 0.9]."""
    shape = (-(-h // size), -(-w // size), 3)
    return np.kron(np.random.default_rng([seed, h, w]).uniform(0.1, 0.9, shape), np.ones((size, size, 1)))[:h, :w]


def scene(h, w, seed=0):
    """A picture with depth that grows to the left, its upper rows unknown."""
    d = np.linspace(1.5, 0.5, w) * np.ones((h, 1))
    return SimpleNamespace(name=f"scene{seed}", J=blocks(h, w, seed), d=d, mask=np.arange(h)[:, None] >= 3 + 0 * d)


def hazy_picture(h=41, w=34, A=(0.9, 0.85, 0.8)):
    """(h, w, 3) in [0, 1]: blocks behind haze that thickens upwards."""
    t = np.linspace(0.3, 0.9, h)[:, None, None]
    return t * blocks(h, w) + (1 - t) * np.asarray(A)
