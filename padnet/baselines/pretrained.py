"""Load the trained weights of a compared method, verified against the SHA-256 in their card."""

import copy
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import torch
from torch import nn

from padnet.errors import PadnetError
from padnet.tasks.weights import read_tensors

T = TypeVar("T")
SHIPPED = Path(__file__).resolve().parent / "weights"


def read(name: str, make: Callable[[dict, dict[str, torch.Tensor]], T], folder=None) -> T:
    """Call ``make`` with a method's settings and trained tensors from its file, on the CPU, and return the result.

    name: of the method; methods-NAME.safetensors and methods-NAME.json are read. folder: contains both; None uses
    those of the package.
    Raises PadnetError if a file is missing, modified, or of another method.
    """
    path = (SHIPPED if folder is None else Path(folder)) / f"methods-{name}.safetensors"
    tensors, meta = read_tensors(path)
    try:
        stated = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["weights_sha256"]
    except (FileNotFoundError, KeyError, TypeError, ValueError) as error:
        raise PadnetError(f"{path.with_suffix('.json')} states no weights_sha256: get it with the weights") from error
    if hashlib.sha256(path.read_bytes()).hexdigest() != stated:
        raise PadnetError(f"{path} is not the file that its card describes: get both again, from one place")
    try:
        return make(json.loads(meta["settings"]), tensors)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise PadnetError(f"{path} does not hold the weights of {name}: train it again") from error


def load(name: str, build: Callable[[dict], nn.Module], folder=None) -> nn.Module:
    """The trained network of a method; ``build`` creates the untrained one from its settings. See read."""

    def make(settings: dict, tensors: dict[str, torch.Tensor]) -> nn.Module:
        model = build(settings)
        model.load_state_dict(tensors)
        return model.requires_grad_(False).eval()

    return read(name, make, folder)


def placed(model: nn.Module, y: torch.Tensor) -> nn.Module:
    """A copy of the model with the device and dtype of y; the original is unchanged."""
    return copy.deepcopy(model).to(y.device, y.dtype)
