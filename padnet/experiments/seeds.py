"""The gradient domain's IPADNet trained again with other seeds: how much of its error is the luck of the draw.

The seed draws the first weights and the batches; pairs, held-out pairs and test pairs stay the same. The section
PROFILE.seeds of params.yaml holds the seeds, and the numbers in which these trainings differ from the experiment's own.
"""

from padnet.errors import InputError
from padnet.experiments.gradient import Experiment, check_model
from padnet.experiments.schemas.seeds import Seeds
from padnet.project.section import section


class SeedExperiment(Experiment):
    """The gradient domain's experiment on the plan of PROFILE.seeds; ``seeds`` are those to train with.

    Raises:
        InputError: as Experiment does, and for a seed that is negative or named twice.
    """

    name = "seeds"

    def section(self, path=None) -> dict:
        """The parameters of the experiment, changed."""
        raw, own = super().section(path), section(self.profile, "seeds", Seeds, path)
        self.seeds = own["seeds"]
        return raw | {part: raw[part] | own[part] for part in ("data", "plan")}


def split(model: str) -> tuple[str, int]:
    """("ipadnet", 1712) of "ipadnet-1712". Raises InputError for another form."""
    network, _, seed = model.rpartition("-")
    if network != "ipadnet" or not (seed.isascii() and seed.isdigit()):
        raise InputError(f"there is no model {model!r}: write ipadnet-SEED, for instance ipadnet-1712.")
    return check_model(network), int(seed)


def weights_path(profile: str, model: str, ending: str) -> str:
    """Where the weights (safetensors), the card (json) or the losses (csv) of a model "ipadnet-SEED" lie."""
    network, seed = split(model)
    return f"weights/{profile}/seeds-{network}-{seed}.{ending}"
