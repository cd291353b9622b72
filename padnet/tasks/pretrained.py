"""Trained networks from disk, each file held against the SHA-256 that its card states."""

import functools
import json
from pathlib import Path

from padnet.errors import InputError, PadnetError
from padnet.tasks.restoration import Restorer
from padnet.tasks.settings import Settings
from padnet.tasks.weights import SHIPPED, fill, sealed_tensors, unit_counts

METHODS = ("ipadnet", "epadnet")


def check_method(method):
    """Return `method`, or raise InputError when it is none of METHODS."""
    if method not in METHODS:
        raise InputError(f"there is no method {method!r}: use one of {', '.join(METHODS)}")
    return method


@functools.lru_cache(maxsize=8)
def load(method, folder=None, device="cpu"):
    """The Restorer of a method, kept for the next call.

    method: "ipadnet", or "epadnet", which needs both files.   folder: holds image-METHOD.safetensors
    and its card image-METHOD.json; None: those that come with the package.   device: of the networks.
    Raises PadnetError when a file is missing, altered, or not of a finished training.
    """
    check_method(method)
    folder = SHIPPED if folder is None else Path(folder)
    settings, implicit = _networks(folder, "ipadnet", device)
    if method == "ipadnet":
        return Restorer(settings, implicit)
    own, explicit = _networks(folder, "epadnet", device)
    if _begin(own) != _begin(settings):
        raise PadnetError(f"the two networks in {folder} were trained with different settings: train epadnet again")
    return Restorer(own, implicit, explicit)


def _networks(folder, method, device):
    """(settings, networks) of one file, after its card."""
    path = folder / f"image-{method}.safetensors"
    tensors, meta = sealed_tensors(path)
    try:
        settings = Settings(json.loads(meta["settings"]))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise PadnetError(f"{path} does not say how it was trained: train it again") from error
    counts, stages = unit_counts(tensors), settings.stop(method == "epadnet").k_max
    if len(counts) < stages:
        raise PadnetError(f"{path} holds {len(counts)} of {stages} stages: finish its training first")
    networks = fill(settings.networks(method == "epadnet", counts), tensors, path)
    return settings, [network.to(device) for network in networks]


def _begin(settings):
    """What IPADNet's image depends on, from which EPADNet begins."""
    raw = settings.raw
    shared = {name: raw[name] for name in ("implicit", "shrinkage", "unit", "frame")}
    return {**shared, "noise": raw["energy"]["noise"], "epsilon": raw["stop"]["epsilon"], "K": raw["stop"]["implicit"]}
