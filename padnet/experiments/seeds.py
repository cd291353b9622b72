"""IPADNet of the gradient domain, trained with other seeds to measure the seed variance of its error.

The seed determines the initial weights and the batches; training, held-out and test pairs stay the same. The section
PROFILE.seeds of params.yaml contains the seeds and the parameters in which these trainings differ from
PROFILE.gradient.
"""

from padnet.errors import InputError
from padnet.experiments.gradient import Experiment, check_model
from padnet.experiments.schemas.seeds import Seeds
from padnet.project.section import section


class SeedExperiment(Experiment):
    """The gradient-domain experiment with the plan of PROFILE.seeds; ``seeds`` are the seeds to train with.

    Raises:
        InputError: as for Experiment, and for a negative or duplicate seed.
    """

    name = "seeds"

    def section(self, path=None) -> dict:
        """The parameters of the gradient-domain experiment, with those of PROFILE.seeds substituted."""
        raw, own = super().section(path), section(self.profile, "seeds", Seeds, path)
        self.seeds = own["seeds"]
        return raw | {part: raw[part] | own[part] for part in ("data", "plan")}


def split(model: str) -> tuple[str, int]:
    """Split "ipadnet-1712" into ("ipadnet", 1712). Raises InputError for any other format."""
    network, _, seed = model.rpartition("-")
    if network != "ipadnet" or not (seed.isascii() and seed.isdigit()):
        raise InputError(f"there is no model {model!r}: write ipadnet-SEED, for instance ipadnet-1712.")
    return check_model(network), int(seed)


def weights_path(profile: str, model: str, ending: str) -> str:
    """The path of the weights (safetensors), the card (json) or the losses (csv) of a model "ipadnet-SEED".

    InputError as split.
    """
    network, seed = split(model)
    return f"weights/{profile}/seeds-{network}-{seed}.{ending}"
