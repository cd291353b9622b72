"""The training of the airlight's estimator, configured by params.yaml."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from padnet.baselines.dehazing.haze_training import check_positive, drawn
from padnet.baselines.training import Descent, Phase
from padnet.data.airlight_pairs import AirlightFields, airlight_fields
from padnet.data.haze_protocols import PROTOCOLS, haze_protocol
from padnet.data.haze_spec import HazeData
from padnet.data.readers import training_photographs
from padnet.errors import InputError
from padnet.experiments.base import Initialisation
from padnet.experiments.schemas.airlight import Airlight
from padnet.haze.airlight_network import AirlightNetwork, AirlightSpec
from padnet.project.paths import check_profile
from padnet.project.section import section

MODELS = ("network",)
STREAM = 44  # random stream of the batches


@dataclass(frozen=True)
class Plan:
    """steps: of Adam. rate: learning rate. batch: pictures per step."""

    steps: int
    rate: float
    batch: int

    def __post_init__(self):
        check_positive(self, "airlight")


class AirlightExperiment:
    """The objects of the experiment, built from the section PROFILE.airlight of params.yaml.

    Attributes: data (HazeData), checkpoint (steps between two checkpoints), and ``raw``, the section itself.

    Raises:
        InputError: for a missing or unknown parameter, or one that its object rejects.
    """

    name = "airlight"

    def __init__(self, profile: str, path=None):
        self.profile = check_profile(profile)
        raw = self.raw = section(profile, "airlight", Airlight, path)
        # What concerns the transmission alone is not used here.
        unused = {"size": 1, "margin": 0, "scene_factors": (1,), "photograph_factors": (1,)}
        unused |= {"estimated": 0.0, "astray": 0.0, "error": 0.0}
        self.data = HazeData(**raw["data"] | unused)
        self.checkpoint = raw["checkpoint"]

    def begin(self, model: str, root, device) -> Initialisation:
        """It is trained from scratch. InputError for an unknown model."""
        check_model(model)
        return Initialisation()

    def pairs(self, root: Path, seed: int) -> tuple[AirlightFields, AirlightFields]:
        """(training, held-out) pictures of the data folder ``root``; they contain no scene of the test set."""
        scenes = list(haze_protocol(PROTOCOLS[self.profile]).scenes(root, "training"))
        photographs = [picture for _, picture in training_photographs(root)]
        return airlight_fields(scenes, photographs, self.data, self.data.pairs, self.data.held, seed)

    def trainee(self, train: AirlightFields, held: AirlightFields, seed: int, device) -> Descent:
        """The training: mean absolute error of A. InputError if there are fewer pictures than the batch size."""
        plan, raw = Plan(**self.raw["plan"]), self.raw["shape"]
        if plan.batch > len(train):
            raise InputError(f"airlight.batch is {plan.batch}, more than the {len(train)} training pictures.")
        train, held = train.to(device), held.to(device)
        spec = AirlightSpec(**raw)
        network = drawn(lambda: AirlightNetwork(spec), seed).to(device)

        def loss(phase: int, step: int):
            chosen = np.random.default_rng([seed, STREAM, step]).choice(len(train), plan.batch, replace=False)
            found = _error(network, train[np.sort(chosen)])
            return found, found.item()

        def check() -> dict[str, float]:
            return {"error": _error(network, held).item()}

        return Descent(network, [Phase("airlight", plan.steps, plan.rate, list(network.parameters()))], loss, check)

    def meta(self, model: str) -> dict[str, str]:
        """The metadata stored in a weights file along with its tensors: the shape of the network."""
        return {"settings": json.dumps(self.raw["shape"], sort_keys=True)}


def _error(network, fields):
    return (network(fields.small.float() / 255, fields.rules) - fields.A).abs().mean()


def weights_path(profile: str, model: str, ending: str) -> str:
    """The path of the weights (safetensors), card (json) or losses (csv). InputError if the model is unknown."""
    return f"weights/{check_profile(profile)}/airlight-{check_model(model)}.{ending}"


def check_model(model: str) -> str:
    """Return ``model``, or raise InputError if it is not one of MODELS."""
    if model not in MODELS:
        raise InputError(f"there is no airlight model {model!r}: use {', '.join(MODELS)}.")
    return model
