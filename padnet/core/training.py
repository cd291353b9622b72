"""Algorithm 2: the network grows unit by unit and stage by stage, until the error condition holds.

This module has no I/O: training pairs come in through a callable, progress goes out through another. Every random
number is a function of the seed and the position in the plan, so an interrupted and resumed training gives the same
bits as an uninterrupted one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from padnet.core.conv_unit import ImageGuided, NoiseConditioned
from padnet.core.fidelity import norm
from padnet.core.gradient_accumulation import SingleProcess, step_in_parts
from padnet.core.mixed_precision import reduced_precision
from padnet.core.networks import Network
from padnet.core.plan import Plan
from padnet.core.propagation import State, implicit_stage
from padnet.core.schedule import Safeguard, Schedule
from padnet.errors import InputError

if TYPE_CHECKING:
    from padnet.core.protocols import Fidelity, Prior
    from padnet.core.safeguard import Correction


@dataclass(frozen=True)
class Problem:
    """One batch to learn from: f and, for an explicit network, r; the starting point; the error against the ground
    truth.

    level: (batch,), the noise level passed to conditioned networks; None for others.
    guide: (batch, guides, height, width), the guide image passed to guided networks; None for others.
    stage: padnet.core.explicit.explicit_stage if there is an r. It is part of the problem, so that training implicit
    networks does not depend on the error correction code.
    """

    f: Fidelity
    r: Prior | None
    x0: torch.Tensor
    error: Callable[[torch.Tensor], torch.Tensor]  # (batch, channel, height, width) -> (batch,)
    level: torch.Tensor | None = None
    guide: torch.Tensor | None = None
    stage: Callable | None = None


@dataclass
class Progress:
    """The state of a training. ``phase`` counts finished phases, ``step`` the steps of the current one."""

    networks: list[Network] = field(default_factory=list)
    phase: int = 0
    step: int = 0
    closed: int = 0  # number of stages that need no further unit
    joint: bool = False
    finished: bool = False
    rows: list[dict] = field(default_factory=list)


def run_stages(
    problem: Problem, networks: Sequence[Any], schedule: Schedule, guard: Safeguard | None
) -> tuple[list[State], list[Correction] | None]:
    """Run all stages on a batch. Returns the state after each, and each Correction (padnet.core.safeguard) or None."""
    state, states, steps = State.start(problem.x0), [], []
    f, r = problem.f, problem.r
    energy = None if r is None else f.value(state.x) + r.value(state.x)
    for k, network in enumerate(networks):
        if problem.level is not None:
            network = NoiseConditioned(network, problem.level)
        if problem.guide is not None:
            network = ImageGuided(network, problem.guide)
        if r is None:
            state = implicit_stage(f, network, schedule, k, state)
        else:
            assert problem.stage is not None  # it is set whenever r is
            state, step = problem.stage(f, r, network, schedule, k, state, energy, guard)
            energy = step.energy.detach()
            steps.append(step)
        states.append(state)
    return states, steps or None


def every(steps: Sequence[Correction], name: str) -> torch.Tensor:
    """An attribute of all stages' Corrections, (stages, batch)."""
    return torch.stack([getattr(step, name) for step in steps])


class Learner:
    """Algorithm 2 as an object that can be stopped and resumed between any two steps.

    Args:
        plan, schedule, guard: the configuration; guard None trains without the safeguard.
        new_unit: (k, t) -> the untrained unit W^k_t; must not depend on anything else.
        batch: (phase, step, part) -> the Problem of that part of the step's batch.
        validation: the Problem on which the error condition is tested.
        bound: C_N of Condition 2 (implicit networks), or None.
        device: the device of the units.
        ranks: the processes that share the parts of a step; all make the same decisions.
    """

    def __init__(
        self,
        plan: Plan,
        schedule: Schedule,
        guard: Safeguard | None,
        new_unit: Callable[[int, int], nn.Module],
        batch: Callable[[int, int, int], Problem],
        validation: Problem,
        bound: float | None,
        device: str | torch.device = "cpu",
        ranks: SingleProcess | None = None,
    ):
        self.plan, self.schedule, self.guard = plan, schedule, guard
        # Training never restarts from x^k, which would remove the network from the computation graph.
        self.rehearsal = guard and Safeguard(plan.patience, 0)
        self.new_unit, self.batch, self.validation, self.bound = new_unit, batch, validation, bound
        self.device, self.ranks = torch.device(device), ranks or SingleProcess()
        self.progress = Progress()
        self.optimiser: torch.optim.Optimizer | None = None

    def grow(self, k: int) -> None:
        """Add one unit to stage k."""
        networks = self.progress.networks
        old = list(networks[k].units) if k < len(networks) else []
        unit = self.new_unit(k, len(old)).to(self.device)
        if self.plan.inherit and k > 0 and len(old) < len(networks[k - 1].units):
            unit.load_state_dict(networks[k - 1].units[len(old)].state_dict())
        networks[k:] = [Network([*old, unit], self.bound).to(self.device)]

    def begin_phase(self) -> None:
        """Create a new optimiser for the parameters that this phase trains: the last stage, or all stages jointly."""
        p = self.progress
        trained = p.networks if p.joint else p.networks[-1:]
        rate = self.plan.joint_rate if p.joint else self.plan.rate
        self.optimiser = torch.optim.Adam([w for n in trained for w in n.parameters()], lr=rate, fused=True)

    @property
    def steps(self) -> int:
        """The number of steps of the current phase."""
        p = self.progress
        if p.joint:
            return self.plan.joint_steps
        first = len(p.networks) == 1 and len(p.networks[0].units) == 1
        return self.plan.first_steps if first and self.plan.first_steps else self.plan.steps

    def start(self) -> None:
        """Start the first phase: stage 0 with one unit."""
        self.grow(0)
        self.begin_phase()

    def take(self, networks: list[Network]) -> None:
        """Start from existing networks: only the joint phase remains."""
        p = self.progress
        p.networks[:] = [Network(n.units, self.bound).to(self.device) for n in networks]
        p.closed, p.joint, p.finished = len(networks), True, self.plan.joint_steps == 0
        self.begin_phase()

    def advance(self) -> dict:
        """Take one optimiser step; at the end of a phase choose the next. Returns the figures of the step.

        Raises:
            InputError: if the training has finished.
        """
        p = self.progress
        if p.finished:
            raise InputError("this training is finished: start another to train further.")
        row = self._step()
        p.step += 1
        if p.step >= self.steps:
            self._end_phase()
        return row

    def _step(self) -> dict:
        p = self.progress
        assert self.optimiser is not None  # set at the start of the phase
        rate = self.plan.joint_rate if p.joint else self.plan.rate
        cosine = 0.5 * (1 + torch.cos(torch.tensor(torch.pi * p.step / self.steps)).item())
        for group in self.optimiser.param_groups:
            group["lr"] = rate * cosine
        # Stages before the trained one are frozen: no gradient is computed for them.
        for network in p.networks[:-1]:
            network.requires_grad_(p.joint)
        p.networks[-1].requires_grad_(True)
        # Batch statistics are learned with their stage and frozen afterwards.
        for network in p.networks:
            network.train(not p.joint and network is p.networks[-1])
        weights = [w for group in self.optimiser.param_groups for w in group["params"]]
        moving = [] if p.joint else list(p.networks[-1].buffers())
        with reduced_precision(p.networks, torch.bfloat16 if self.plan.bfloat16 else None):
            error, within = step_in_parts(weights, moving, self.plan.parts, self.ranks, self._loss)
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        self.optimiser.step()
        stage = "joint" if p.joint else str(len(p.networks) - 1)
        row = {
            "phase": p.phase,
            "stage": stage,
            "units": len(p.networks[-1].units),
            "step": p.step,
            "error": error,
            "within": within,
        }
        p.rows.append(row)
        return row

    def _loss(self, part: int) -> tuple[torch.Tensor, list[float]]:
        """The loss of a part of the step's batch, its error, and the fraction of pairs that satisfy the condition."""
        p = self.progress
        problem = self.batch(p.phase, p.step, part)
        states, steps = run_stages(problem, p.networks, self.schedule, self.rehearsal)
        error = problem.error(states[-1].x).mean()
        if steps is None:
            return error, [error.item(), float("nan")]
        trained = slice(None) if p.joint else slice(-1, None)
        direct = torch.stack([problem.error(state.v) for state in states[trained]])
        # The logarithm keeps the gradient useful for steps that are far outside.
        over = (every(steps, "ratio")[trained] / self.plan.aim).clamp(min=1).log()
        loss = error + self.plan.direct * direct.mean() + self.plan.penalty * over.mean()
        if self.plan.violation:
            loss = loss + self.plan.violation * every(steps, "excess")[trained].clamp(min=0).mean()
        return loss, [error.item(), (steps[-1].ratio <= 1).double().mean().item()]

    def _end_phase(self) -> None:
        """Algorithm 2, lines 7 and 12: choose another unit, another stage, the joint phase, or the end."""
        p = self.progress
        p.phase, p.step = p.phase + 1, 0
        if p.joint:
            p.finished = True
            return
        full = len(p.networks[-1].units) >= self.plan.units
        if not full and not self.condition_holds():
            self.grow(len(p.networks) - 1)
        else:
            p.closed += 1
            if p.closed < self.plan.stages:
                self.grow(p.closed)
            elif self.plan.joint_steps > 0:
                p.joint = True
            else:
                p.finished = True
                return
        self.begin_phase()

    def evaluate(self) -> None:
        """Set every stage to evaluation mode, with the learned batch statistics."""
        for network in self.progress.networks:
            network.eval()

    @torch.no_grad()
    def condition_holds(self) -> bool:
        """Whether the test's ratio is at most 1 for the network's own step on enough validation pairs (line 7).

        For Condition 1 this is ||E^k|| <= C_E ||dx||; for descent it is the subgradient bound, without the decrease.

        Implicit networks are not checked (Remark 3) and always get all units.
        """
        if self.validation.r is None:
            return False
        self.evaluate()
        _, steps = run_stages(self.validation, self.progress.networks, self.schedule, self.guard)
        assert steps is not None  # explicit networks have an r
        return self.ranks.agree((steps[-1].ratio <= 1).double().mean().item() >= self.plan.accepted)


def relative_error(estimate: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """||g - g_gt|| / ||g_gt||, (batch,)."""
    return norm(estimate - truth) / norm(truth)
