"""Algorithm 2: the network grows unit by unit, stage by stage, until the error condition holds.

Mathematics only: pairs come in as a callable, progress goes out through another. Every random draw
is a function of the seed and of the place in the plan, so a training that was cut off and goes on
gives the bits of one that was not.
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
    """A batch to learn from: f and, for an explicit network, r; the start; how far x is from the truth.

    level: (batch,), what conditioned networks are told of the noise; None for the others.
    guide: (batch, guides, height, width), what guided networks are shown; None for the others.
    stage: padnet.core.explicit.explicit_stage where there is r. It comes with the problem, so that a training of
        implicit networks does not depend on the error correction.
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
    """Where a training stands. ``phase`` counts finished phases, ``step`` the steps of this one."""

    networks: list[Network] = field(default_factory=list)
    phase: int = 0
    step: int = 0
    closed: int = 0  # stages that need no further unit
    joint: bool = False
    finished: bool = False
    rows: list[dict] = field(default_factory=list)


def run_stages(
    problem: Problem, networks: Sequence[Any], schedule: Schedule, guard: Safeguard | None
) -> tuple[list[State], list[Correction] | None]:
    """All stages of a batch: the state after each, and each one's Correction (padnet.core.safeguard), or None."""
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
            assert problem.stage is not None  # it comes with r
            state, step = problem.stage(f, r, network, schedule, k, state, energy, guard)
            energy = step.energy.detach()
            steps.append(step)
        states.append(state)
    return states, steps or None


def every(steps: Sequence[Correction], name: str) -> torch.Tensor:
    """An attribute of all stages' Corrections, (stages, batch)."""
    return torch.stack([getattr(step, name) for step in steps])


class Learner:
    """Algorithm 2 as a machine that can be stopped between any two steps.

    Args:
        plan, schedule, guard: what to do; guard None trains without the safeguard.
        new_unit: (k, t) -> the unit W^k_t before training; must not depend on anything else.
        batch: (phase, step, part) -> the Problem of that part of the step's batch.
        validation: the Problem on which the error condition is tested.
        bound: C_N of Condition 2 (implicit networks), or None.
        device: where the units live.
        ranks: the processes that share the parts of a step; all take the same decisions.
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
        # Never restarts from x^k: that would take the network out of the loop.
        self.rehearsal = guard and Safeguard(plan.patience, 0)
        self.new_unit, self.batch, self.validation, self.bound = new_unit, batch, validation, bound
        self.device, self.ranks = torch.device(device), ranks or SingleProcess()
        self.progress = Progress()
        self.optimiser: torch.optim.Optimizer | None = None

    def grow(self, k: int) -> None:
        """Give stage k one more unit."""
        networks = self.progress.networks
        old = list(networks[k].units) if k < len(networks) else []
        unit = self.new_unit(k, len(old)).to(self.device)
        if self.plan.inherit and k > 0 and len(old) < len(networks[k - 1].units):
            unit.load_state_dict(networks[k - 1].units[len(old)].state_dict())
        networks[k:] = [Network([*old, unit], self.bound).to(self.device)]

    def begin_phase(self) -> None:
        """A fresh optimiser over what this phase trains: the last stage, or all of them jointly."""
        p = self.progress
        trained = p.networks if p.joint else p.networks[-1:]
        rate = self.plan.joint_rate if p.joint else self.plan.rate
        self.optimiser = torch.optim.Adam([w for n in trained for w in n.parameters()], lr=rate, fused=True)

    @property
    def steps(self) -> int:
        """Steps of the phase at hand."""
        p = self.progress
        if p.joint:
            return self.plan.joint_steps
        first = len(p.networks) == 1 and len(p.networks[0].units) == 1
        return self.plan.first_steps if first and self.plan.first_steps else self.plan.steps

    def start(self) -> None:
        """Open the first phase: stage 0 with one unit."""
        self.grow(0)
        self.begin_phase()

    def take(self, networks: list[Network]) -> None:
        """Begin with networks that stand already: only the joint phase is left."""
        p = self.progress
        p.networks[:] = [Network(n.units, self.bound).to(self.device) for n in networks]
        p.closed, p.joint, p.finished = len(networks), True, self.plan.joint_steps == 0
        self.begin_phase()

    def advance(self) -> dict:
        """One optimiser step; at the end of a phase decide the next. Returns the step's figures."""
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
        assert self.optimiser is not None  # made when the phase began
        rate = self.plan.joint_rate if p.joint else self.plan.rate
        cosine = 0.5 * (1 + torch.cos(torch.tensor(torch.pi * p.step / self.steps)).item())
        for group in self.optimiser.param_groups:
            group["lr"] = rate * cosine
        # Stages before the trained one are fixed: no gradient runs through them.
        for network in p.networks[:-1]:
            network.requires_grad_(p.joint)
        p.networks[-1].requires_grad_(True)
        # Batch statistics are learned with a stage and stand still after it.
        for network in p.networks:
            network.train(not p.joint and network is p.networks[-1])
        weights = [w for group in self.optimiser.param_groups for w in group["params"]]
        moving = [] if p.joint else list(p.networks[-1].buffers())
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
        """The loss of a part of the step's batch; its error and the share of pairs within the condition."""
        p = self.progress
        problem = self.batch(p.phase, p.step, part)
        states, steps = run_stages(problem, p.networks, self.schedule, self.rehearsal)
        error = problem.error(states[-1].x).mean()
        if steps is None:
            return error, [error.item(), float("nan")]
        trained = slice(None) if p.joint else slice(-1, None)
        direct = torch.stack([problem.error(state.v) for state in states[trained]])
        # A logarithm, so that a step far outside is drawn in as surely as one near the edge.
        over = (every(steps, "ratio")[trained] / self.plan.aim).clamp(min=1).log()
        loss = error + self.plan.direct * direct.mean() + self.plan.penalty * over.mean()
        if self.plan.violation:
            loss = loss + self.plan.violation * every(steps, "excess")[trained].clamp(min=0).mean()
        return loss, [error.item(), (steps[-1].ratio <= 1).double().mean().item()]

    def _end_phase(self) -> None:
        """Algorithm 2, lines 7 and 12: another unit, another stage, the joint phase, or the end."""
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
        """Put every stage in the mode in which it is used: batch statistics as learned."""
        for network in self.progress.networks:
            network.eval()

    @torch.no_grad()
    def condition_holds(self) -> bool:
        """The test's ratio is at most 1 for the network's own step, on enough validation pairs (line 7).

        For Condition 1 that is ||E^k|| <= C_E ||dx||; for descent the subgradient bound, without the decrease.

        An implicit network is not checked (Remark 3): it takes all its units.
        """
        if self.validation.r is None:
            return False
        self.evaluate()
        _, steps = run_stages(self.validation, self.progress.networks, self.schedule, self.guard)
        assert steps is not None  # there is r
        return self.ranks.agree((steps[-1].ratio <= 1).double().mean().item() >= self.plan.accepted)


def relative_error(estimate: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """||g - g_gt|| / ||g_gt||, (batch,)."""
    return norm(estimate - truth) / norm(truth)
