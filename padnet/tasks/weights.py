"""Weights files: safetensors, so that loading runs no code, with a digest of their content."""

import hashlib
import json
import re
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from padnet.core.networks import Network
from padnet.errors import PadnetError

SHIPPED = Path(__file__).resolve().parents[1] / "pretrained"
EXPLICIT = SHIPPED / "image-explicit.json"  # EPADNet's settings; a folder of weights may have its own


def _digest(tensors: dict[str, torch.Tensor], meta: dict[str, str]) -> str:
    """SHA-256 of the content of a file; safetensors itself does not detect a flipped bit."""
    digest = hashlib.sha256(json.dumps(meta, sort_keys=True).encode())
    for name, tensor in sorted(tensors.items()):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.numpy().tobytes())
    return digest.hexdigest()


def checksummed(tensors: dict[str, torch.Tensor], meta: dict[str, str]) -> bytes:
    """The bytes of a safetensors file that contains its own digest; read_tensors verifies it."""
    data = save(tensors, meta | {"sha256": _digest(tensors, meta)})
    # safetensors writes the metadata in a different order on every run: rewrite its header in a fixed order.
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    return data[:8] + text.ljust(size) + data[8 + size :]


def weight_bytes(networks: list[Network], meta: dict[str, str] | None = None) -> bytes:
    """The weights of all stages as the bytes of a safetensors file, named by stage and unit.

    meta: metadata of the file, covered by the digest.
    """
    return checksummed(named_tensors(networks), meta or {})


def named_tensors(networks: list[Network]) -> dict[str, torch.Tensor]:
    """Weights and batch statistics of every stage, named STAGE.units.UNIT.…, on the CPU."""
    states = [network.state_dict() for network in networks]
    return {f"{k}.{name}": w.detach().cpu().contiguous() for k, state in enumerate(states) for name, w in state.items()}


def read_tensors(path: str | Path) -> tuple[dict[str, torch.Tensor], dict]:
    """(tensors, metadata) of a safetensors file. Raises PadnetError if it is missing or damaged."""
    path = Path(path)
    if not path.is_file():
        raise PadnetError(f"{path} is missing: make it with make repro or make paper")
    data = path.read_bytes()
    try:
        tensors = load(data)
        size = int.from_bytes(data[:8], "little")
        meta = json.loads(data[8 : 8 + size]).get("__metadata__", {})
        # Files without a digest are accepted, but not a digest whose name was damaged by a flipped bit.
        if set(meta) - {"key", "progress"} and meta.pop("sha256", None) != _digest(tensors, meta):
            raise ValueError("the digest differs")
        return tensors, meta
    except (SafetensorError, ValueError) as error:
        raise PadnetError(f"{path} is truncated or altered: delete it and make it again") from error


def unit_counts(tensors: dict[str, torch.Tensor]) -> list[int]:
    """Number of units of every stage, from the names STAGE.units.UNIT.…; PadnetError for other names."""
    stages: dict[int, int] = {}
    for name in tensors:
        found = re.match(r"(\d+)\.units\.(\d+)\.", name)
        if not found:
            raise PadnetError(f"{name} is no weight of a stage and unit: these weights are not of a PADNet, train it")
        k, t = map(int, found.groups())
        stages[k] = max(stages.get(k, 0), t + 1)
    return [stages[k] for k in sorted(stages)]


def fill(networks: list[Network], tensors: dict[str, torch.Tensor], path: str | Path) -> list[Network]:
    """Load the weights of every stage; PadnetError if names or shapes do not match the parameters."""
    for k, network in enumerate(networks):
        own = {name.split(".", 1)[1]: w for name, w in tensors.items() if name.split(".", 1)[0] == str(k)}
        try:
            network.load_state_dict(own)
        except RuntimeError as error:
            raise PadnetError(f"{path} does not fit the unit in params.yaml: train the model again") from error
    return networks


def checksummed_tensors(path: Path) -> tuple[dict[str, torch.Tensor], dict]:
    """(tensors, metadata) of a weights file, verified against its card.

    Raises PadnetError if the file or its card is missing, or they do not match.
    """
    if not path.is_file():
        raise PadnetError(f"{path} is missing: install the package again, or name a folder of weights")
    if hashlib.sha256(path.read_bytes()).hexdigest() != _stated(path.with_suffix(".json")):
        raise PadnetError(f"{path} is not the file that its card describes: get both again, from one place")
    return read_tensors(path)


def _stated(card: Path) -> str:
    try:
        return json.loads(card.read_text(encoding="utf-8"))["weights_sha256"]
    except FileNotFoundError as error:
        raise PadnetError(f"{card} is missing: the weights beside it cannot be checked without it") from error
    except (KeyError, TypeError, ValueError) as error:
        raise PadnetError(f"{card} states no weights_sha256: get it again, together with the weights") from error
