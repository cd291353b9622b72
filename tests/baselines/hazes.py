"""Hazy pairs small enough to train on in a moment."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from hazy import blocks, haze_settings, scene

from padnet.data.haze_pairs import training_pairs
from padnet.data.haze_spec import HazeData
from padnet.project.atomic_files import write_bytes, write_json
from padnet.tasks.weights import checksummed

SPEC = HazeData(
    pairs=12,
    held=3,
    held_scenes=1,
    held_photographs=1,
    size=48,
    margin=12,
    scenes=0.5,
    near=0.0,
    scene_factors=(1,),
    photograph_factors=(1,),
    beta=(0.4, 1.5),
    airlight=(0.7, 1.0),
    tint=0.02,
    gamma=(0.8, 1.2),
    gain=(0.8, 1.0),
    cast=0.0,
    hue=(0.5, 0.9),
    white=0.0,
    noise=0.0,
    estimated=0.0,
    astray=0.0,
    error=0.05,
)


@lru_cache(maxsize=1)
def hazes():
    """(training, held-out) HazeFields of 48 pixels a side in frames of 12 more."""
    scenes, photographs = [scene(52, 56, i) for i in range(4)], [blocks(50, 54, 10 + i, 9) for i in range(4)]
    return training_pairs(scenes, photographs, SPEC, haze_settings(Path(__file__).resolve().parents[2]), 1, 0.0)


def trained(training, steps=None):
    """The training after so many steps; None: at its end."""
    for _ in range(training.most if steps is None else steps):
        training.advance()
    return training


def write_weights(folder, name, model, settings):
    """The files of a method, as its training ships them."""
    data = checksummed(model.state_dict(), {"settings": json.dumps(settings)})
    write_bytes(folder / f"methods-{name}.safetensors", data)
    write_json(folder / f"methods-{name}.json", {"weights_sha256": hashlib.sha256(data).hexdigest()})
