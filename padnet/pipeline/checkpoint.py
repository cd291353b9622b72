"""Weights and unfinished trainings on disk: safetensors, so that loading them runs no code."""

import hashlib
import json
import re
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from padnet.core.learning import Learner
from padnet.core.networks import Network
from padnet.errors import PadnetError
from padnet.pipeline.files import write_bytes


def _digest(tensors: dict[str, torch.Tensor], meta: dict[str, str]) -> str:
    """SHA-256 of what a file holds; safetensors itself would not notice a flipped bit."""
    digest = hashlib.sha256(json.dumps(meta, sort_keys=True).encode())
    for name, tensor in sorted(tensors.items()):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.numpy().tobytes())
    return digest.hexdigest()


def _sealed(tensors: dict[str, torch.Tensor], meta: dict[str, str]) -> bytes:
    """The bytes of a safetensors file that carries its own digest; read_tensors checks it."""
    return save(tensors, meta | {"sha256": _digest(tensors, meta)})


def weight_bytes(networks: list[Network]) -> bytes:
    """All weights of all stages as the bytes of a safetensors file; their names say stage and unit."""
    state = {f"{k}.{name}": w.detach().cpu().contiguous() for k, n in enumerate(networks) for name, w in n.state_dict().items()}
    return _sealed(state, {})


def read_tensors(path) -> tuple[dict[str, torch.Tensor], dict]:
    """(tensors, metadata) of a safetensors file. Raises PadnetError when it is missing or broken."""
    path = Path(path)
    if not path.is_file():
        raise PadnetError(f"{path} is missing: make it with make repro or make paper")
    data = path.read_bytes()
    try:
        tensors = load(data)
        size = int.from_bytes(data[:8], "little")
        meta = json.loads(data[8 : 8 + size]).get("__metadata__", {})
        # A file without any digest passes; one whose digest lost its name to a flipped bit does not.
        if set(meta) - {"key", "progress"} and meta.pop("sha256", None) != _digest(tensors, meta):
            raise ValueError("the digest differs")
        return tensors, meta
    except (SafetensorError, ValueError) as error:
        raise PadnetError(f"{path} is truncated or altered: delete it and make it again") from error


def unit_counts(tensors: dict[str, torch.Tensor]) -> list[int]:
    """Units of every stage, read off the names STAGE.units.UNIT.…; PadnetError for other names."""
    stages: dict[int, int] = {}
    for name in tensors:
        found = re.match(r"(\d+)\.units\.(\d+)\.", name)
        if not found:
            raise PadnetError(f"{name} is no weight of a stage and unit: these weights are not of a PADNet, train it")
        k, t = map(int, found.groups())
        stages[k] = max(stages.get(k, 0), t + 1)
    return [stages[k] for k in sorted(stages)]


def fill(networks: list[Network], tensors: dict[str, torch.Tensor], path) -> list[Network]:
    """Load the weights of every stage; PadnetError when names or shapes do not fit the parameters."""
    for k, network in enumerate(networks):
        own = {name.split(".", 1)[1]: w for name, w in tensors.items() if name.split(".", 1)[0] == str(k)}
        try:
            network.load_state_dict(own)
        except RuntimeError as error:
            raise PadnetError(f"{path} does not fit the unit in params.yaml: train the model again") from error
    return networks


def save_training(path, learner: Learner, key: str) -> None:
    """Write the whole state of a training and its SHA-256, atomically. ``key`` says which training it is."""
    p = learner.progress
    tensors = {f"{k}.{n}": w.detach().cpu().contiguous() for k, net in enumerate(p.networks) for n, w in net.state_dict().items()}
    if learner.optimiser is not None:
        for i, state in learner.optimiser.state_dict()["state"].items():
            tensors |= {f"adam.{i}.{name}": value.cpu().contiguous() for name, value in state.items()}
    place = {n: getattr(p, n) for n in ("phase", "step", "closed", "joint", "finished", "rows")}
    write_bytes(path, _sealed(tensors, {"key": key, "progress": json.dumps(place)}))


def resume_training(path, learner: Learner, key: str) -> bool:
    """Bring ``learner`` to where the checkpoint left it; False when there is none for this training.

    Raises PadnetError when the file is broken.
    """
    if not Path(path).is_file():
        return False
    tensors, meta = read_tensors(path)
    if meta.get("key") != key:
        return False  # of other parameters, data or code: begin anew
    weights = {n: w for n, w in tensors.items() if not n.startswith("adam.")}
    p = learner.progress
    for k, count in enumerate(unit_counts(weights)):
        for _ in range(count):
            learner.grow(k)
    fill(p.networks, weights, path)
    for name, value in json.loads(meta["progress"]).items():
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
