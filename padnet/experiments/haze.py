"""The haze experiment, configured by params.yaml: models, training and data.

Its model is ipadnet. Where params.yaml says so, its training begins with the networks of another one, "first", whose
pairs have true airlights or slightly wrong ones: with estimated airlights from the start less is learnt. They are
estimated by rule, since the trained estimator is better on the scenes it was trained on than on others.
"""

import json
from pathlib import Path

import torch

from padnet.core.fidelity import QuadraticFidelity
from padnet.core.plan import Plan
from padnet.core.schedule import Schedule
from padnet.core.training import Problem
from padnet.data.haze_pairs import HazeFields, training_pairs
from padnet.data.haze_protocols import PROTOCOLS, haze_protocol
from padnet.data.haze_spec import HazeData
from padnet.data.readers import training_photographs
from padnet.errors import InputError
from padnet.experiments.base import Initialisation, hash_seed
from padnet.experiments.schemas.haze import Haze
from padnet.project.atomic_files import sha256
from padnet.project.paths import check_profile
from padnet.project.section import section
from padnet.tasks.dehazing_settings import SETTINGS, HazeSettings
from padnet.tasks.weights import checksummed_tensors, fill, unit_counts

MODELS = ("ipadnet", "first")


class HazeExperiment:
    """The objects of the experiment, built from the section PROFILE.haze of params.yaml.

    model: one of MODELS; "first" takes the parameters of haze.first in place of those of the same names.

    Raises:
        InputError: for an unknown model, a missing or unknown parameter, or one that its object rejects.
    """

    name = "haze"

    def __init__(self, profile: str, path=None, model: str = "ipadnet"):
        self.profile = check_profile(profile)
        raw = section(profile, "haze", Haze, path)
        first, self.start = raw.pop("first", None), raw.get("start", "scratch")
        if check_model(model) == "first":
            if first is None:
                raise InputError(f"{profile} has no haze.first: its networks are trained from scratch.")
            raw, self.start = raw | first, "scratch"
        elif self.start == "first" and first is None:
            raise InputError("haze.start is first, and there is no haze.first.")
        self.raw = raw
        self.settings = HazeSettings({name: raw[name] for name in SETTINGS})
        self.data = HazeData(**{n: tuple(v) if isinstance(v, list) else v for n, v in raw["data"].items()})
        plan = self.plan_of("ipadnet")
        if not 1 <= raw["batch"] <= self.data.pairs:
            raise InputError(f"haze.batch is {raw['batch']}: it must lie between 1 and data.pairs, {self.data.pairs}.")
        if raw["batch"] % plan.parts:
            raise InputError(f"haze.plan.parts is {plan.parts}: it must divide haze.batch, {raw['batch']}.")
        halo, side = self.settings.unit().halo, self.data.size + 2 * self.data.margin
        if side < halo:
            raise InputError(f"haze.data.size with its margins is {side} pixels, less than the {halo} a unit sees.")
        self.batch, self.checkpoint = raw["batch"], raw["checkpoint"]

    def plan_of(self, model: str) -> Plan:
        """The training plan: one stage per iteration. An implicit network has no test to satisfy."""
        none = {"accepted": 0.0, "penalty": 0.0, "aim": 1.0, "direct": 0.0, "patience": 0}
        return Plan(stages=self.raw["stop"]["k_max"], **self.raw["plan"], **none)

    def batch_of(self, model: str) -> int:
        """The batch size: number of pairs per optimiser step."""
        return self.batch

    def schedule_of(self, model: str) -> Schedule:
        """mu and rho."""
        return self.settings.schedule

    def guard_of(self, model: str) -> None:
        """Implicit networks have no safeguard."""
        return

    def bound_of(self, model: str) -> float:
        """C_N of Condition 2, per square root of the number of pixels."""
        return self.raw["implicit"]["bound"]

    def unit_of(self, model: str, seed: int, k: int, t: int):
        """The unit W^k_t at initialisation; depends only on its arguments."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(hash_seed(seed, k, t))
            return self.settings.unit()

    def pairs(self, root: Path, seed: int) -> tuple[HazeFields, HazeFields]:
        """(training, held-out) pairs of the data folder ``root``; they contain no scene of the protocol's test set."""
        scenes = list(haze_protocol(PROTOCOLS[self.profile]).scenes(root, "training"))
        photographs = [picture for _, picture in training_photographs(root)]
        return training_pairs(scenes, photographs, self.data, self.settings, seed, self.raw["weight"])

    def problem(self, fields: HazeFields, model: str) -> Problem:
        """A batch as the problem that Algorithm 2 solves.

        Its error is minus the PSNR of J in dB plus the weighted error of t.
        """
        s, A = self.settings, fields.A[:, :, None, None]
        margin = (fields.guide.shape[-1] - fields.t.shape[-1]) // 2
        inside = (..., slice(margin, -margin or None), slice(margin, -margin or None))
        own = fields.guide[inside]
        # A pair without any known depth contributes nothing; avoid division by zero.
        known = fields.mask.sum(dim=(1, 2, 3)).clamp(min=1)

        def error(t):
            t = t[inside]
            J = A * ((own - 1) / t.clamp(min=s.raw["least"]) + 1)  # Eq. (17), of I / A
            squares = ((J.clamp(0, 1) - fields.J) ** 2 * fields.mask).sum(dim=(1, 2, 3)) / (3 * known)
            apart = ((t - fields.t).abs() * fields.mask).sum(dim=(1, 2, 3)) / known
            return 10 * (squares + 1e-6).log10() + fields.weight * apart

        return Problem(QuadraticFidelity(fields.guidance), None, fields.guidance, error, guide=fields.guide)

    def begin(self, model: str, root: Path, device) -> Initialisation:
        """The initial weights; stages that begin with those of "first" are trained together at once.

        PadnetError if these are missing, damaged or of another shape.
        """
        if self.start == "scratch":
            return Initialisation()
        path = root / weights_path(self.profile, "first", "safetensors")
        tensors, _ = checksummed_tensors(path)
        networks = fill(self.settings.networks(unit_counts(tensors)), tensors, path)
        return Initialisation("first", sha256(path), networks=networks)

    def validation_metrics(self, found: dict[str, float]) -> dict[str, float]:
        """The validation metrics, as stored in the model card: the mean PSNR of J in dB."""
        return {"psnr": -found["error"]}

    def meta(self) -> dict[str, str]:
        """The metadata stored in a weights file along with its tensors: all settings needed to apply the networks."""
        return {"settings": json.dumps(self.settings.raw, sort_keys=True)}


def weights_path(profile: str, model: str, ending: str) -> str:
    """The path of the weights (safetensors), card (json) or losses (csv) of a model. InputError if it is unknown."""
    return f"weights/{check_profile(profile)}/haze-{check_model(model)}.{ending}"


def check_model(model: str) -> str:
    """Return ``model``, or raise InputError if it is not one of MODELS."""
    if model not in MODELS:
        raise InputError(f"there is no haze model {model!r}: use one of {', '.join(MODELS)}.")
    return model
