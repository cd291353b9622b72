"""The rungs between the image networks of before and better ones: other units and longer trainings, one at a time.

    python -m padnet.experiments.train_ladder --profile paper --model denoiser

A rung is the experiment of padnet.experiments.image with some of its parameters replaced by those of
PROFILE.ladder.RUNG. A denoiser is IPADNet of one stage for a blur by one pixel: from x^0 = y the preliminary estimation
(3) is y itself, so its network learns to take Gaussian noise away. Other rungs can begin with its unit in every stage.
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
        InputError: for a missing or unknown parameter, or one that its object refuses.
    """

    name = "ladder"

    def __init__(self, profile: str, rung: str, path=None):
        self.rung, self.path = check_rung(rung), path
        super().__init__(profile, path)

    def section(self, path=None) -> dict:
        """The parameters of the image experiment with those of the rung in their place."""
        own, all_of_it = section(self.profile, "ladder", Ladder, path)[self.rung], super().section(path)
        self.start = own["start"]
        # What a training depends on, and no more: it goes on when something else changes.
        self.trained = {n: part for n, part in own.items() if n != "frame"} | {"level": all_of_it["energy"]["noise"]}
        return (
            all_of_it
            | {name: part for name, part in own.items() if name != "start"}
            | {"plan": {"ipadnet": own["plan"]}}
        )

    def begin(self, model: str, root: Path, device) -> Initialisation:
        """From scratch, or every stage with the unit of another rung."""
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
    """Where the weights (safetensors), the card (json) or the losses (csv) of a rung lie."""
    return f"weights/{check_profile(profile)}/ladder-{check_rung(rung)}.{ending}"


def check_rung(rung: str) -> str:
    """Return ``rung``, or raise InputError when it is none of RUNGS."""
    if rung not in RUNGS:
        raise InputError(f"there is no rung {rung!r} of the ladder: use one of {', '.join(RUNGS)}.")
    return rung
