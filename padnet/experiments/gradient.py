"""The gradient-domain experiment, configured by params.yaml: its sections, objects and file names."""

from dataclasses import replace
from pathlib import Path

import torch

from padnet.core.conditions import STEP, ConditionOne, Descent
from padnet.core.networks import Network, RBFUnit
from padnet.core.plan import Plan
from padnet.core.priors import LpNorm
from padnet.core.schedule import Safeguard, Schedule, Stop
from padnet.core.training import Problem
from padnet.data.deblurring_pairs import DataSpec
from padnet.errors import InputError
from padnet.experiments.base import Initialisation, hash_seed
from padnet.experiments.gradient_problem import problem
from padnet.experiments.schemas.gradient import PRIORS, Gradient, Grown
from padnet.imaging.batch import Fields
from padnet.project.atomic_files import sha256
from padnet.project.choice import chosen
from padnet.project.section import section
from padnet.tasks.weights import fill, read_tensors, unit_counts

# The trained models; a control is trained like the explicit networks of its p, without the safeguard's loss term.
CONTROL = "-control"
MODELS = ("ipadnet", *(f"epadnet-{p}{ending}" for p in PRIORS for ending in ("", CONTROL)))
LEAST_A = 0.002  # lower bound of a in the descent test: smaller values would weaken the certificate
L = 1.0  # Lipschitz constant of grad f: a non-negative kernel has sum 1 and therefore norm 1


class Experiment:
    """The objects of the experiment, built from the section PROFILE.gradient of params.yaml.

    Attributes: explicit and implicit (Schedule), tests (the Schedule of explicit PADNet for each test: "descent", equal
    to ``explicit``, and "condition1"), stop and peers_stop (Stop), guard (Safeguard), data (DataSpec), plan (Plan), and
    ``raw``, the section itself.

    Raises:
        InputError: for a missing or unknown parameter, or one that its object rejects.
    """

    name = "gradient"

    def __init__(self, profile: str, path=None):
        self.profile = profile
        raw = self.raw = self.section(path)
        implicit = {k: v for k, v in raw["implicit"].items() if k != "bound"}
        self.implicit, self.tests = Schedule(**implicit), _tests(raw)
        self.explicit = self.tests["descent"]
        self.bound = raw["implicit"]["bound"]
        self.stop = Stop(**raw["stop"])
        self.peers_stop = Stop(raw["stop"]["epsilon"], raw["peers"]["k_max"])
        self.guard = Safeguard(**raw["guard"])
        self.data = DataSpec(**raw["data"])
        self.plan = Plan(**{name: raw["plan"][name] for name in Grown.model_fields})
        if self.plan.stages != self.stop.k_max:
            raise InputError(
                f"plan.stages is {self.plan.stages} and stop.k_max is {self.stop.k_max}: "
                "a network is trained for every stage, so they must be equal."
            )
        for name in ("batch", "explicit_batch"):
            if not 1 <= raw["plan"][name] <= self.data.pairs:
                raise InputError(
                    f"plan.{name} is {raw['plan'][name]}: it must lie between 1 and data.pairs, {self.data.pairs}."
                )

        self.batch, self.checkpoint = raw["plan"]["batch"], raw["plan"]["checkpoint"]

    def section(self, path=None) -> dict:
        """The parameters of the experiment."""
        return section(self.profile, "gradient", Gradient, path)

    def start_of(self, model: str) -> str:
        """The initial weights of a model: "scratch" or "ipadnet"."""
        return "scratch" if check_model(model) == "ipadnet" else self.raw["plan"]["explicit_start"]

    def plan_of(self, model: str) -> Plan:
        """The training plan of a model; a model initialised with the implicit networks has only a joint phase."""
        plan, raw = self.plan, self.raw["plan"]
        if model.endswith(CONTROL):
            plan = replace(plan, penalty=0, violation=0)
        if self.start_of(model) == "scratch":
            return plan
        return replace(plan, joint_steps=raw["explicit_steps"], joint_rate=raw["explicit_rate"])

    def batch_of(self, model: str) -> int:
        """The batch size: number of pairs per optimiser step."""
        return self.raw["plan"]["batch" if self.start_of(model) == "scratch" else "explicit_batch"]

    def schedule_of(self, model: str) -> Schedule:
        """mu, rho and the test of a model; explicit models are trained with the descent test."""
        return self.implicit if model == "ipadnet" else self.explicit

    def guard_of(self, model: str) -> Safeguard | None:
        """The safeguard; None for implicit networks."""
        return None if model == "ipadnet" else self.guard

    def bound_of(self, model: str) -> float | None:
        """C_N of Condition 2, per square root of the number of pixels."""
        return self.bound if model == "ipadnet" else None

    def prior(self, name: str) -> LpNorm:
        """The prior r for "l1", "l0.8" or "l0", with PADNet's lambda."""
        return LpNorm(float(name[1:]), self.raw["prior"][name])

    def unit_of(self, model: str, seed: int, k: int, t: int) -> RBFUnit:
        """The unit W^k_t at initialisation; depends only on its arguments."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(hash_seed(seed, k, t))
            return RBFUnit(channels=2, **self.raw["unit"])

    def network(self, model: str, sizes: list[int]) -> list[Network]:
        """Uninitialised networks with the given number of units per stage, to load weights into."""
        return [
            Network([self.unit_of(model, 0, k, t) for t in range(T)], self.bound_of(model)) for k, T in enumerate(sizes)
        ]

    def problem(self, fields: Fields, model: str) -> Problem:
        """A batch as the problem that Algorithm 2 solves; its error is the relative error of the gradient field."""
        f, x0, error = problem(fields)
        if model == "ipadnet":
            return Problem(f, None, x0, error)
        stage = chosen("padnet.core.explicit").explicit_stage
        return Problem(f, self.prior(model.split("-")[1]), x0, error, stage=stage)

    def begin(self, model: str, root: Path, device) -> Initialisation:
        """The initial weights; explicit networks can be initialised with the implicit ones."""
        if self.start_of(model) == "scratch":
            return Initialisation()
        path = root / weights_path(self.profile, "ipadnet", "safetensors")
        tensors, _ = read_tensors(path)
        return Initialisation(
            "ipadnet", sha256(path), networks=fill(self.network(model, unit_counts(tensors)), tensors, path)
        )

    def validation_metrics(self, found: dict[str, float]) -> dict[str, float]:
        """The validation metrics, as stored in the model card."""
        return found

    def meta(self) -> dict[str, str]:
        """The metadata stored in a weights file along with its tensors: none."""
        return {}


def _tests(raw: dict) -> dict[str, Schedule]:
    """The schedules of both tests. InputError for constants that would make the certificate too weak."""
    own = raw["explicit"]
    shared = {name: own[name] for name in ("rho0", "gamma", "nu")}
    found = {
        "descent": Schedule(own["mu"], C_E=own["C_E"], **shared, test=Descent(own["a"], own["b"])),
        "condition1": Schedule(**raw["condition1"], **shared, test=ConditionOne()),
    }
    most = (L + own["mu"]) / STEP
    if not (own["a"] >= LEAST_A and own["b"] <= most):
        raise InputError(
            f"the descent test of the gradient domain needs a >= {LEAST_A} and b <= (L + mu) / {STEP} = {most:.4g}, "
            f"got a = {own['a']} and b = {own['b']}: constants are not bought with the certificate."
        )
    return found


def check_model(model: str) -> str:
    """Return ``model``, or raise InputError if it is not one of MODELS."""
    if model not in MODELS:
        raise InputError(f"there is no model {model!r}: use one of {', '.join(MODELS)}.")
    return model


def weights_path(profile: str, model: str, ending: str) -> str:
    """The path of the weights (safetensors), card (json) or losses (csv) of a model. InputError as for check_model."""
    return f"weights/{profile}/gradient-{check_model(model)}.{ending}"


def networks_path(profile: str, model: str) -> str:
    """The path of the networks used in a benchmark: for IPADNet its own weights, for EPADNet the selected networks.

    padnet.evaluation.explicit_networks selects them.
    """
    if check_model(model) == "ipadnet":
        return weights_path(profile, model, "safetensors")
    return f"weights/{profile}/gradient-explicit-{model.split('-')[1]}.safetensors"
