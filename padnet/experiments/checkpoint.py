"""Checkpoints of unfinished trainings, as safetensors files like the weights."""

import json
from pathlib import Path

from padnet.baselines.training import Trainee
from padnet.core.training import Learner
from padnet.project.atomic_files import write_bytes
from padnet.tasks.weights import checksummed, fill, named_tensors, read_tensors, unit_counts


def save_training(path, learner: Learner, key: str) -> None:
    """Write the complete state of a training and its SHA-256, atomically. ``key`` identifies the training."""
    p = learner.progress
    tensors = named_tensors(p.networks)
    if learner.optimiser is not None:
        for i, state in learner.optimiser.state_dict()["state"].items():
            tensors |= {f"adam.{i}.{name}": value.cpu().contiguous() for name, value in state.items()}
    place = {n: getattr(p, n) for n in ("phase", "step", "closed", "joint", "finished", "rows")}
    write_bytes(path, checksummed(tensors, {"key": key, "progress": json.dumps(place)}))


def resume_training(path, learner: Learner, key: str) -> bool:
    """Restore ``learner`` from a checkpoint. Returns False if there is no checkpoint for this training.

    Raises PadnetError if the file is corrupt.
    """
    found = _of(path, key)
    if found is None:
        return False
    tensors, progress = found
    weights = {n: w for n, w in tensors.items() if not n.startswith("adam.")}
    p = learner.progress
    for k, count in enumerate(unit_counts(weights)):
        for _ in range(count):
            learner.grow(k)
    fill(p.networks, weights, path)
    for name, value in progress.items():
        setattr(p, name, value)
    learner.begin_phase()
    moments: dict[int, dict] = {}
    for name, value in tensors.items():
        if name.startswith("adam."):
            _, i, field = name.split(".", 2)
            moments.setdefault(int(i), {})[field] = value
    state = learner.optimiser.state_dict()
    learner.optimiser.load_state_dict({"state": moments, "param_groups": state["param_groups"]})
    return True


def save_trainee(path, trainee: Trainee, key: str) -> None:
    """Write a checkpoint of the training of a compared method; as save_training."""
    write_bytes(path, checksummed(trainee.tensors(), {"key": key, "progress": json.dumps({"rows": trainee.rows})}))


def resume_trainee(path, trainee: Trainee, key: str) -> bool:
    """Restore ``trainee`` from a checkpoint; as resume_training."""
    found = _of(path, key)
    if found is None:
        return False
    tensors, progress = found
    trainee.rows[:] = progress["rows"]
    trainee.load(tensors)
    return True


def _of(path, key: str) -> tuple[dict, dict] | None:
    """(tensors, progress) of the checkpoint of this training; None if there is none."""
    if not Path(path).is_file():
        return None
    tensors, meta = read_tensors(path)
    if meta.get("key") != key:
        return None  # belongs to other parameters, data or code: start from scratch
    return tensors, json.loads(meta["progress"])
