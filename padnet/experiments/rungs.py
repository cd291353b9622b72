"""The files of the ladder's rungs, and the initialisation of a training from one of them."""

from pathlib import Path

from padnet.core.networks import Network
from padnet.errors import InputError
from padnet.experiments.base import Initialisation
from padnet.experiments.schemas.image import RUNGS
from padnet.project.atomic_files import sha256
from padnet.project.paths import check_profile
from padnet.tasks.pretrained import trained


def weights_path(profile: str, rung: str, ending: str) -> str:
    """The path of the weights (safetensors), card (json) or losses (csv) of a rung. InputError as for check_rung."""
    return f"weights/{check_profile(profile)}/ladder-{check_rung(rung)}.{ending}"


def check_rung(rung: str) -> str:
    """Return ``rung``, or raise InputError if it is not one of RUNGS."""
    if rung not in RUNGS:
        raise InputError(f"there is no rung {rung!r} of the ladder: use one of {', '.join(RUNGS)}.")
    return rung


def start_from(rung: str, networks: list[Network], profile: str, root: Path) -> Initialisation:
    """Initialise the first unit of every stage from the trained rung.

    networks: one per stage, with a unit each; modified in place. A rung with fewer stages gives its last unit to the
    others.

    Raises:
        InputError: if the rung has other units.
        PadnetError: if its weights are missing or damaged, or its training was not finished.
    """
    path = root / weights_path(profile, rung, "safetensors")
    _, found = trained(path)
    for k, network in enumerate(networks):
        try:
            network.units[0].load_state_dict(found[min(k, len(found) - 1)].units[0].state_dict())
        except RuntimeError as error:
            raise InputError(f"the unit of the rung {rung} has another shape: start from another rung.") from error
    return Initialisation(rung, sha256(path), networks=networks)
