"""The plan of a training by Algorithm 2: sizes, steps, rates and weights of the loss."""

from __future__ import annotations

from dataclasses import dataclass

from padnet.errors import InputError


@dataclass(frozen=True)
class Plan:
    """How long and how hard to train.

    Args:
        stages: k_max. units: t_max + 1, the most units of a stage.
        steps: optimiser steps after each new unit. joint_steps: of all stages together, at the end.
        rate, joint_rate: learning rates, annealed to zero along a cosine.
        accepted: share of the validation pairs on which the network's own step must satisfy the
            error condition, for a stage to need no further unit.
        penalty: weight of how far the network's own step is over the error condition.
        violation: weight of how far it is over the decrease (21), relative to F(x^k).
        aim: the training aims at a ratio (padnet.core.safeguard.Correction) of at most this, for Condition 1 at
            ||e|| <= aim C_E ||dx||; under 1 to leave room on other pictures.
        direct: weight of the error of v, the network's own output, beside that of x. Without it a
            network learns to lean on the corrections that follow, and its outputs run away.
        patience: corrections that the training runs through after the network's own step.
        first_steps: steps after the first unit of stage 0; None is ``steps``.
        inherit: a unit begins with the weights of its like in the stage before, not with new ones.
        parts: every step's batch comes in so many parts, whose derivatives are averaged; they can be
            computed by as many processes.
    """

    stages: int
    units: int
    steps: int
    joint_steps: int
    rate: float
    joint_rate: float
    accepted: float
    penalty: float
    aim: float
    direct: float
    patience: int
    first_steps: int | None = None
    inherit: bool = False
    parts: int = 1
    violation: float = 0

    def __post_init__(self) -> None:
        for name in ("stages", "units", "steps", "first_steps", "parts"):
            if getattr(self, name) is not None and getattr(self, name) < 1:
                raise InputError(f"plan.{name} must be at least 1, got {getattr(self, name)}.")
        for name in ("joint_steps", "accepted", "penalty", "violation", "direct", "patience"):
            if not getattr(self, name) >= 0:
                raise InputError(f"plan.{name} must be zero or more, got {getattr(self, name)}.")
        for name in ("rate", "joint_rate", "aim"):
            if not getattr(self, name) > 0:
                raise InputError(f"plan.{name} must be positive, got {getattr(self, name)}.")

    def max_steps(self, joint_only: bool = False) -> int:
        """The most optimiser steps that this plan can take."""
        first = self.first_steps or self.steps
        return self.joint_steps + (0 if joint_only else first + (self.stages * self.units - 1) * self.steps)
