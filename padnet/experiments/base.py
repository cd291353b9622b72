"""What every experiment has in common: its Protocol, where a training begins, and seeds made of several numbers."""

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
    """Where a training begins.

    name: "scratch", or the model whose weights it needs. origin: their SHA-256, or "". networks:
    those to train further.
    """

    name: str = "scratch"
    origin: str = ""
    networks: list[Network] | None = None


class Experiment(Protocol):
    """What padnet.experiments.trainer asks of any experiment.

    Attributes:
        raw: the section of params.yaml, or ``trained``, the part of it that a training depends on: a checkpoint is
            continued only while it is the same.
        checkpoint: optimiser steps between two checkpoints.
    """

    raw: dict
    checkpoint: int

    def begin(self, model: str, root: Path, device: Any) -> Initialisation:
        """Where the training of a model begins."""


class UnrolledExperiment(Experiment, Protocol):
    """What padnet.experiments.learner asks of an experiment whose models are trained by Algorithm 2.

    Attributes:
        data: the specification of the training pairs; where it has ``fresh`` set, noise is drawn anew at every step.
    """

    data: Any

    def plan_of(self, model: str) -> Plan:
        """The plan of a model's training."""

    def batch_of(self, model: str) -> int:
        """Pairs of an optimiser step."""

    def schedule_of(self, model: str) -> Schedule:
        """mu, rho, gamma and the test of a model."""

    def guard_of(self, model: str) -> Safeguard | None:
        """The safeguard of a training; None for implicit networks."""

    def bound_of(self, model: str) -> float | None:
        """C_N of Condition 2, per square root of the number of pixels; None for explicit networks."""

    def unit_of(self, model: str, seed: int, k: int, t: int) -> Any:
        """The unit W^k_t before training; a function of its arguments alone."""

    def problem(self, fields: Fields, model: str) -> Problem:
        """The batch that Algorithm 2 sees."""

    def validation_metrics(self, found: dict[str, float]) -> dict[str, float]:
        """Metrics on the held-out pairs, as the card states them."""

    def meta(self) -> dict[str, str]:
        """What a weights file states beside its tensors."""


def hash_seed(*parts: int) -> int:
    """One seed from several small numbers."""
    seed = 0
    for part in parts:
        seed = (seed * 1000003 + part + 1) % 2**31
    return seed
