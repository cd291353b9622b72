"""Load trained networks; each file is verified against the SHA-256 in its card."""

import functools
import json
from pathlib import Path

from padnet.core.networks import Network
from padnet.errors import InputError, PadnetError
from padnet.labels import PADNETS
from padnet.tasks.deconvolution_settings import Settings, implicit_part, joined
from padnet.tasks.restorer import Restorer
from padnet.tasks.weights import EXPLICIT, SHIPPED, checksummed_tensors, fill, unit_counts

METHODS = tuple(PADNETS)


def check_method(method: str) -> str:
    """Return `method`. InputError unless it is one of METHODS."""
    if method not in METHODS:
        raise InputError(f"there is no method {method!r}: use one of {', '.join(METHODS)}")
    return method


@functools.lru_cache(maxsize=8)
def load(folder: str | None = None, device: str = "cpu") -> Restorer:
    """Load the Restorer for both methods; cached.

    folder: contains image-ipadnet.safetensors and its card image-ipadnet.json; None uses those of the package.
    device: of the networks. EPADNet's settings come from settings_of.
    Raises PadnetError if a file is missing or modified, or the training was not finished.
    """
    return of_file((SHIPPED if folder is None else Path(folder)) / "image-ipadnet.safetensors", device)


def of_file(path: Path, device: str = "cpu") -> Restorer:
    """Load a Restorer from one weights file with its card next to it. Errors as for load."""
    settings, networks = trained(path)
    return Restorer(settings, [network.to(device) for network in networks])


def trained(path: Path) -> tuple[Settings, list[Network]]:
    """The Settings and the networks of one weights file, as they were trained. Errors as for load."""
    tensors, meta = checksummed_tensors(path)
    settings, counts = _settings(path, meta), unit_counts(tensors)
    if len(counts) < (stages := settings.stop(False).k_max):
        raise PadnetError(f"{path} holds {len(counts)} of {stages} stages: finish its training first")
    return settings, fill(settings.networks(counts), tensors, path)


def settings_of(folder: str | Path | None = None) -> Settings:
    """The Settings for a folder of weights: IPADNet's from its weights file, EPADNet's from the file named by
    EXPLICIT.

    A file of that name in the folder takes precedence over the one in the package.
    """
    path = (SHIPPED if folder is None else Path(folder)) / "image-ipadnet.safetensors"
    return _settings(path, checksummed_tensors(path)[1])


def _settings(path: Path, meta: dict) -> Settings:
    beside = path.with_name(EXPLICIT.name)
    beside = beside if beside.is_file() else EXPLICIT
    try:
        implicit = json.loads(meta["settings"])
        implicit_part(implicit)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise PadnetError(f"{path} does not say how it was trained: train it again") from error
    try:
        return Settings(joined(implicit, json.loads(beside.read_text(encoding="utf-8"))))
    except FileNotFoundError as error:
        raise PadnetError(f"{beside} is missing: install the package again") from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise PadnetError(f"{beside} does not hold the numbers of EPADNet: get it again") from error
