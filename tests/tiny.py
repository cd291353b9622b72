"""Experiments so small that training one takes a second."""

import json
from copy import deepcopy

import numpy as np
import torch
from skimage.io import imsave

from padnet.experiments.gradient import PRIORS, Experiment, networks_path
from padnet.project.params import load
from padnet.tasks.weights import weight_bytes

PLAN = {
    "stages": 2,
    "units": 2,
    "steps": 4,
    "joint_steps": 6,
    "accepted": 2.0,
    "patience": 2,
    "batch": 2,
    "checkpoint": 3,
    "explicit_start": "scratch",
    "explicit_steps": 5,
    "explicit_batch": 2,
}


def parameters(root):
    """The quick profile of the project's own params.yaml, cut down."""
    tiny = deepcopy(load("quick", root / "params.yaml")["gradient"])
    tiny["unit"] = {"features": 3, "size": 3, "centres": 5, "scale": 0.1}
    tiny["data"] = {"pairs": 6, "held": 3, "held_pictures": 1, "size": 32, "noise": 0.01, "margin": 4, "crop": 4}
    tiny["plan"] |= PLAN
    tiny["stop"]["k_max"] = 2
    tiny["guard"] = {"patience": 3, "limit": 300}
    return tiny


def image_parameters(root):
    """The image domain's, cut down."""
    profile = deepcopy(load("quick", root / "params.yaml"))
    tiny, before = profile["image"], profile["ladder"]["before"]
    # both kinds of units at full resolution, in frames: those of the ladder have tests of their own
    tiny |= {name: before[name] for name in ("implicit", "frame", "data")} | {"plan": {"ipadnet": before["plan"]}}
    tiny["unit"] = {"features": 3, "dilations": [1, 2, 1], "scale": 0.05, "unshuffle": 0}
    tiny["data"] |= {"pairs": 6, "held": 3, "held_pictures": 1, "size": 32, "sizes": [9], "margin": 4, "crop": 4}
    tiny["stop"] |= {"implicit": 2, "explicit": 2}
    tiny["guard"] = {"patience": 3, "limit": 300}
    for plan in tiny["plan"].values():
        plan |= {"first_steps": 5, "steps": 4, "joint_steps": 6, "rate": 0.01, "patience": 2}
    return tiny | {"batch": 2, "checkpoint": 3}


def method_parameters(root):
    """The compared methods', cut down."""
    tiny = deepcopy(load("quick", root / "params.yaml")["methods"])
    tiny["data"] |= {"pairs": 6, "held": 3, "held_pictures": 1, "size": 32, "sizes": [9], "margin": 4, "crop": 4}
    tiny["csf"]["plan"] |= {"steps": 3, "joint_steps": 4, "batch": 2}
    tiny["mlp"]["shape"] |= {"hidden": [6]}
    tiny["mlp"]["plan"] |= {"steps": 10, "patches": 8}
    tiny["epll"] = {"shape": {"components": 3}, "plan": {"patches": 300, "steps": 10}}
    tiny["cai"]["shape"] = {"maps": 4, "units": 2, "filters": 2}
    tiny["cai"]["plan"] |= {"steps": 10, "batch": 2, "crop": 6}
    tiny["ren"]["shape"] = {"coarse": [2, 2, 2], "fine": [2, 2, 2]}
    tiny["ren"]["plan"] |= {"steps": 6, "fine_steps": 4, "batch": 2, "crop": 6}
    return tiny | {"checkpoint": 3}


SEEDS = {"seeds": [5, 6, 7], "data": {"pairs": 5, "size": 30}, "plan": {"steps": 3, "joint_steps": 4, "batch": 2}}


def write_parameters(folder, gradient=None, seed=1, image=None, methods=None, haze=None, seeds=None, ladder=None):
    """params.yaml with these sections in both profiles (JSON is YAML)."""
    sections = {
        "gradient": gradient,
        "image": image,
        "methods": methods,
        "haze": haze,
        "seeds": seeds,
        "ladder": ladder,
        "notebooks": {},
    }
    profile = {name: section for name, section in sections.items() if section is not None}
    (folder / "params.yaml").write_text(json.dumps({"seed": seed, "quick": profile, "paper": profile}))


def write_pictures(folder):
    """data/quick/train with three pictures."""
    train = folder / "data/quick/train"
    train.mkdir(parents=True)
    for i in range(3):
        blocks = np.random.default_rng(i).integers(0, 256, (10, 10)).astype(np.uint8)
        imsave(train / f"p{i}.png", np.kron(blocks, np.ones((4, 4), np.uint8)), check_contrast=False)


def write_test_set(folder):
    """data/quick/test and data/quick/kernels: two pictures of 96x96 and two kernels of different sizes."""
    (folder / "data/quick/test").mkdir(parents=True)
    (folder / "data/quick/kernels").mkdir()
    for i, size in enumerate((3, 5)):
        rng = np.random.default_rng([9, i])
        blocks = rng.integers(0, 256, (24, 24)).astype(np.uint8)
        picture = np.kron(blocks, np.ones((4, 4), np.uint8))
        imsave(folder / f"data/quick/test/t{i}.png", picture, check_contrast=False)
        kernel = rng.random((size, size))
        np.save(folder / f"data/quick/kernels/k{i}.npy", kernel / kernel.sum())


def write_benchmark(folder, root, batch=4):
    """params.yaml of a benchmark of the gradient domain, cut down."""
    raw = parameters(root)
    raw["benchmark"] = {"margin": 4, "batch": batch, "unguarded": ["quick"], "controls": ["quick"]}
    raw["peers"]["k_max"] = 4
    raw["tune"] = {
        "lam": {name: [0.0001] for name in PRIORS},
        "admm": {"rho": [0.7]},
        "hqs": {"rho": [0.2], "gamma": [1.7]},
        "pairs": 1,
    }
    write_parameters(folder, raw)


def write_weights(folder, model, stages=2, amplitude=30.0):
    """Untrained networks that do something; `folder` must be the working directory."""
    networks = Experiment("quick").network(model, [1] * stages)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        for network in networks:
            torch.nn.init.normal_(network.units[0].second.weight, std=amplitude)
    path = folder / networks_path("quick", model)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(weight_bytes(networks))
    return path
