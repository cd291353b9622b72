"""The common interface of all experiments (a Protocol), initial weights, and seeds derived from several numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from padnet.core.networks import Network

if TYPE_CHECKING:
    from padnet.core.plan import Plan
    from padnet.core.schedule import Safeguard, Schedule
    from padnet.core.training import Problem
    from padnet.imaging.batch import Fields


@dataclass(frozen=True)
class Initialisation:
    """The initial weights of a training.

    name: "scratch", or the model whose weights are used. origin: the SHA-256 of those weights, or "". networks: the
    networks to continue training from, or None.
    """

    name: str = "scratch"
    origin: str = ""
    networks: list[Network] | None = None


class Experiment(Protocol):
    """The interface that padnet.experiments.trainer requires of an experiment.

    Attributes:
        raw: the section of params.yaml. If the experiment has an attribute ``trained``, that is the part of the section
            that a training depends on. A checkpoint is only resumed if this part is unchanged.
        checkpoint: number of optimiser steps between two checkpoints.
    """

    raw: dict
    checkpoint: int

    def begin(self, model: str, root: Path, device: Any) -> Initialisation:
        """The initial weights of a model."""


class UnrolledExperiment(Experiment, Protocol):
    """The interface that padnet.experiments.learner requires of an experiment whose models are trained by Algorithm 2.

    Attributes:
        data: the specification of the training pairs; if its field ``fresh`` is set, new noise is drawn at every step.
    """

    data: Any

    def plan_of(self, model: str) -> Plan:
        """The training plan of a model."""

    def batch_of(self, model: str) -> int:
        """The batch size: number of pairs per optimiser step."""

    def schedule_of(self, model: str) -> Schedule:
        """mu, rho, gamma and the test of a model."""

    def guard_of(self, model: str) -> Safeguard | None:
        """The safeguard used in training; None for implicit networks."""

    def bound_of(self, model: str) -> float | None:
        """C_N of Condition 2, per square root of the number of pixels; None for explicit networks."""

    def unit_of(self, model: str, seed: int, k: int, t: int) -> Any:
        """The unit W^k_t at initialisation; depends only on its arguments."""

    def problem(self, fields: Fields, model: str) -> Problem:
        """A batch as the problem that Algorithm 2 solves."""

    def validation_metrics(self, found: dict[str, float]) -> dict[str, float]:
        """Metrics on the held-out pairs, as stored in the model card."""

    def meta(self) -> dict[str, str]:
        """The metadata stored in a weights file along with its tensors."""


def hash_seed(*parts: int) -> int:
    """Combine several small integers into one seed, 0 <= seed < 2^31."""
    seed = 0
    for part in parts:
        seed = (seed * 1000003 + part + 1) % 2**31
    return seed
