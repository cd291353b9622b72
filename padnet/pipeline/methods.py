"""The compared methods that are trained, as params.yaml describes them.

The training of METHOD is the module padnet.methods.METHOD_training, which offers ``shape`` (of the raw
parameters), ``Plan`` and ``trainee``. It is imported when it is asked for, so that the stage of a method
depends on its own modules alone.
"""

import json
from importlib import import_module

from padnet.benchmarks.fields import Fields
from padnet.errors import InputError
from padnet.methods.training import Trainee
from padnet.pipeline.dataset import DataSpec
from padnet.pipeline.experiment import Begin
from padnet.pipeline.params import section
from padnet.pipeline.paths import check_profile

MODELS = ("csf", "mlp", "epll")
SCHEMA = {
    "data": {
        "pairs": int, "held": int, "held_pictures": int, "size": int, "noise": float, "noise_most": float,
        "sizes": [int], "margin": int, "crop": int,
    },
    "csf": {
        "shape": {"stages": int, "size": int, "centres": int, "reach": float},
        "plan": {"steps": int, "joint_steps": int, "rate": float, "joint_rate": float, "batch": int},
    },
    "mlp": {
        "shape": {"alphas": [float], "seen": int, "made": int, "hidden": [int], "stride": int},
        "plan": {"steps": int, "rate": float, "patches": int},
    },
    "epll": {"shape": {"components": int}, "plan": {"patches": int, "steps": int}},
    "checkpoint": int,
}  # fmt: skip


class MethodExperiment:
    """The objects of the experiment, made from the section PROFILE.methods of params.yaml.

    Attributes: data (DataSpec), checkpoint (steps between two), and ``raw``, the section itself.

    Raises:
        InputError: for a missing or unknown parameter, or one that its object refuses.
    """

    name = "methods"

    def __init__(self, profile: str, path=None):
        self.profile = check_profile(profile)
        raw = self.raw = section(profile, "methods", SCHEMA, path)
        self.data = DataSpec(**raw["data"] | {"sizes": tuple(raw["data"]["sizes"])})
        self.checkpoint = raw["checkpoint"]
        if self.checkpoint < 1:
            raise InputError(f"methods.checkpoint must be at least 1, got {self.checkpoint}.")

    def begin(self, model: str, root, device) -> Begin:
        """All begin from scratch."""
        check_model(model)
        return Begin()

    def trainee(self, model: str, train: Fields, held: Fields, seed: int, device) -> Trainee:
        """The training of a method. InputError for a parameter that it refuses."""
        module, raw = import_module(f"padnet.methods.{check_model(model)}_training"), self.raw[model]
        return module.trainee(module.shape(raw["shape"]), module.Plan(**raw["plan"]), train, held, seed, device)

    def meta(self, model: str) -> dict[str, str]:
        """What a weights file tells beside its tensors: the shape of the model."""
        return {"settings": json.dumps(self.raw[model]["shape"], sort_keys=True)}


def weights_path(profile: str, model: str, ending: str) -> str:
    """Where the weights (safetensors), the card (json) or the losses (csv) of a method lie."""
    return f"weights/{check_profile(profile)}/methods-{check_model(model)}.{ending}"


def check_model(model: str) -> str:
    """Return ``model``, or raise InputError when it is none of MODELS."""
    if model not in MODELS:
        raise InputError(f"there is no trained method {model!r}: use one of {', '.join(MODELS)}.")
    return model
