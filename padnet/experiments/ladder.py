"""The ladder experiment: intermediate configurations (rungs) between the previous image networks and better ones.

    python -m padnet.experiments.train_ladder --profile paper --model denoiser

Each rung changes one thing, such as the unit type or the training length. It is the experiment of
padnet.experiments.image with some parameters replaced by those of PROFILE.ladder.RUNG. The rung denoiser is IPADNet
with one stage for a one-pixel blur: from x^0 = y the preliminary estimation (3) is y itself, so the network learns
Gaussian denoising. Other rungs can initialise every stage with its unit.
"""

from pathlib import Path

from padnet.core.networks import Network
from padnet.errors import InputError
from padnet.experiments.base import Initialisation
from padnet.experiments.image import ImageExperiment
from padnet.experiments.schemas.ladder import RUNGS, Ladder
from padnet.project.atomic_files import sha256
from padnet.project.paths import check_profile
from padnet.project.section import section
from padnet.tasks.weights import fill, read_tensors, unit_counts


class LadderExperiment(ImageExperiment):
    """The objects of a rung.

    Raises:
        InputError: for an unknown rung, a missing or unknown parameter, or one that its object rejects.
    """

    name = "ladder"

    def __init__(self, profile: str, rung: str, path=None):
        self.rung, self.path = check_rung(rung), path
        super().__init__(profile, path)

    def section(self, path=None) -> dict:
        """The parameters of the image experiment, with those of the rung substituted."""
        own, all_of_it = section(self.profile, "ladder", Ladder, path)[self.rung], super().section(path)
        self.start = own["start"]
        # Only the parameters that a training depends on, so that it can be resumed if others change.
        self.trained = {n: part for n, part in own.items() if n != "frame"} | {"level": all_of_it["energy"]["noise"]}
        return (
            all_of_it
            | {name: part for name, part in own.items() if name != "start"}
            | {"plan": {"ipadnet": own["plan"]}}
        )

    def begin(self, model: str, root: Path, device) -> Initialisation:
        """The initial weights: from scratch, or the unit of another rung in every stage."""
        if self.start == "scratch":
            return Initialisation()
        path = root / weights_path(self.profile, self.start, "safetensors")
        tensors, _ = read_tensors(path)
        other = LadderExperiment(self.profile, self.start, self.path)
        networks = fill(other.network("ipadnet", unit_counts(tensors)), tensors, path)
        stages, own = self.raw["stop"]["implicit"], self.network("ipadnet", [1] * self.raw["stop"]["implicit"])
        for k in range(stages):
            own[k].units[0].load_state_dict(networks[min(k, len(networks) - 1)].units[0].state_dict())
        return Initialisation(self.start, sha256(path), networks=[Network(n.units, self.bound_of(model)) for n in own])


def weights_path(profile: str, rung: str, ending: str) -> str:
    """The path of the weights (safetensors), card (json) or losses (csv) of a rung. InputError as for check_rung."""
    return f"weights/{check_profile(profile)}/ladder-{check_rung(rung)}.{ending}"


def check_rung(rung: str) -> str:
    """Return ``rung``, or raise InputError if it is not one of RUNGS."""
    if rung not in RUNGS:
        raise InputError(f"there is no rung {rung!r} of the ladder: use one of {', '.join(RUNGS)}.")
    return rung
