"""The trained estimator of the airlight, which benchmarks, `padnet.dehaze` and the training of its networks share."""

import functools
import json
from pathlib import Path

import torch

from padnet.errors import InputError, PadnetError
from padnet.haze.airlight_network import AirlightNetwork, AirlightSpec, corrected
from padnet.tasks.weights import SHIPPED, checksummed_tensors

__all__ = ["estimate_airlight"]


@torch.no_grad()
def estimate_airlight(I: torch.Tensor, weights: str | None = None) -> torch.Tensor:
    """A of every image by the trained network.

    Args:
        I: (n, 3, h, w) in [0, 1].
        weights: folder of a trained network; None uses that of the package.

    Returns:
        (n, 3), each channel in [0.1, 1], of the dtype and device of I.

    Raises:
        InputError: for an image that is not in colour. PadnetError: for missing or modified weights.
    """
    return corrected(_network(weights, str(I.device)), I)


@functools.cache
def _network(folder: str | None, device: str) -> AirlightNetwork:
    path = (SHIPPED if folder is None else Path(folder)) / "airlight-network.safetensors"
    tensors, meta = checksummed_tensors(path)
    try:
        raw = json.loads(meta["settings"])
        network = AirlightNetwork(AirlightSpec(**raw))
        network.load_state_dict(tensors)
    except (InputError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise PadnetError(f"{path} does not hold an estimator of the airlight: train it again") from error
    return network.to(device).eval()
