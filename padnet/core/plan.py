"""The training plan of Algorithm 2: sizes, steps, learning rates and loss weights."""

from __future__ import annotations

from dataclasses import dataclass

from padnet.errors import InputError


@dataclass(frozen=True)
class Plan:
    """The training plan.

    Args:
        stages: k_max. units: t_max + 1, the maximum number of units per stage.
        steps: optimiser steps after each new unit. joint_steps: steps of the joint training of all stages at the end.
        rate, joint_rate: learning rates, with cosine annealing to zero.
        accepted: fraction of the validation pairs on which the network's own step must satisfy the error condition
            for a stage to need no further unit.
        penalty: loss weight for violations of the error condition by the network's own step.
        bfloat16: compute the inner layers of the units in bfloat16 during training steps, which is faster on
            processors that have instructions for it and slower on others.
        violation: loss weight for violations of the decrease (21), relative to F(x^k).
        aim: target for the ratio (padnet.core.safeguard.Correction), for Condition 1 ||e|| <= aim C_E ||dx||; below 1
            leaves a margin on unseen images.
        direct: loss weight of the error of v, the network's own output, in addition to that of x. Without it a
            network learns to rely on the corrections that follow, and its outputs diverge.
        patience: number of corrections after the network's own step that the training backpropagates through.
        first_steps: steps after the first unit of stage 0; None uses ``steps``.
        inherit: initialise a unit with the weights of the corresponding unit of the previous stage.
        parts: number of parts of each batch, whose gradients are averaged; up to as many processes can compute them.
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
    bfloat16: bool = False

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
        """The maximum number of optimiser steps of this plan."""
        first = self.first_steps or self.steps
        return self.joint_steps + (0 if joint_only else first + (self.stages * self.units - 1) * self.steps)
