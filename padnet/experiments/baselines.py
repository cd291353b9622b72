"""The compared methods that require training, configured by params.yaml.

The training of METHOD is the module METHOD_training of padnet.baselines, which provides ``shape`` (of the raw
parameters), ``Plan`` and ``trainee``. It is imported on demand, so that the pipeline stage of a method depends only on
that method's modules.
"""

import json
from pathlib import Path

from padnet.baselines.training import Trainee
from padnet.data.deblurring_pairs import DataSpec, training_fields
from padnet.data.readers import training_pictures
from padnet.errors import InputError
from padnet.experiments.base import Initialisation
from padnet.experiments.schemas.methods import Methods
from padnet.project.choice import chosen
from padnet.project.paths import check_profile
from padnet.project.section import section

HAZE = ("cai", "ren")  # trained on the pairs of the haze experiment
MODELS = ("csf", "mlp", "epll", *HAZE)


class MethodExperiment:
    """The objects of the experiment, built from the section PROFILE.methods of params.yaml.

    Attributes: data (DataSpec), checkpoint (steps between two checkpoints), and ``raw``, the section itself.

    Raises:
        InputError: for a missing or unknown parameter, or one that its object rejects.
    """

    name = "methods"

    def __init__(self, profile: str, path=None):
        self.profile, self.path = check_profile(profile), path
        raw = self.raw = section(profile, "methods", Methods, path)
        self.data = DataSpec(**raw["data"] | {"sizes": tuple(raw["data"]["sizes"])})
        self.checkpoint = raw["checkpoint"]

    def begin(self, model: str, root, device) -> Initialisation:
        """All methods are trained from scratch. InputError for an unknown model."""
        check_model(model)
        return Initialisation()

    def pairs(self, model: str, root: Path, seed: int, workers: int):
        """(training, held-out) pairs of the data folder ``root``: Fields, or HazeFields for haze removal."""
        if check_model(model) in HAZE:
            # Imported by name, so that a deconvolution method does not depend on haze removal.
            haze = chosen("padnet.experiments.haze").HazeExperiment(self.profile, self.path)
            return haze.pairs(root, seed)
        return training_fields(training_pictures(root), self.data, seed, workers)

    def trainee(self, model: str, train, held, seed: int, device) -> Trainee:
        """The training of a method. InputError for an invalid parameter."""
        check_model(model)
        training = (
            chosen(f"padnet.baselines.dehazing.{model}_training")
            if model in HAZE
            else chosen(f"padnet.baselines.deblurring.{model}_training")
        )
        module, raw = training, self.raw[model]
        return module.trainee(module.shape(raw["shape"]), module.Plan(**raw["plan"]), train, held, seed, device)

    def meta(self, model: str) -> dict[str, str]:
        """The metadata stored in a weights file along with its tensors: the shape of the model."""
        return {"settings": json.dumps(self.raw[model]["shape"], sort_keys=True)}


def weights_path(profile: str, model: str, ending: str) -> str:
    """The path of the weights (safetensors), card (json) or losses (csv) of a method. InputError as for check_model."""
    return f"weights/{check_profile(profile)}/methods-{check_model(model)}.{ending}"


def check_model(model: str) -> str:
    """Return ``model``, or raise InputError if it is not one of MODELS."""
    if model not in MODELS:
        raise InputError(f"there is no trained method {model!r}: use one of {', '.join(MODELS)}.")
    return model
