"""Algorithm 1 with error correction: explicit PADNet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch

from padnet.core.fidelity import per_sample
from padnet.core.history import Monitor, Recorder, Run
from padnet.core.propagation import State, enough, propose
from padnet.core.safeguard import Correction, corrected_step
from padnet.core.schedule import Safeguard, Schedule, Stop

if TYPE_CHECKING:
    from padnet.core.protocols import Fidelity, Prior, Propagation


def explicit_stage(
    f: Fidelity,
    r: Prior,
    network: Propagation,
    schedule: Schedule,
    k: int,
    state: State,
    energy: torch.Tensor,
    guard: Safeguard | None,
) -> tuple[State, Correction]:
    """Stage k of explicit PADNet. ``energy`` is F(x^k), (batch,)."""
    u, v = propose(f, network, schedule, k, state)
    step = corrected_step(f, r, state.x, v, energy, schedule, guard)  # Eq. (7)
    lam = schedule.multiplier_factor * (state.lam + (u - v))  # Eq. (5)
    # An abandoned candidate must not return through v and lambda: reset them.
    lost = per_sample(step.restarted, lam).bool()
    v = torch.where(lost, step.x, v)
    u = torch.where(lost, step.x, u)
    lam = torch.where(lost, torch.zeros_like(lam), lam)
    return State(step.x, u, v, lam), step


def explicit_padnet(
    f: Fidelity,
    r: Prior,
    networks: Sequence[Propagation],
    schedule: Schedule,
    x0: torch.Tensor,
    stop: Stop,
    guard: Safeguard | None = Safeguard(),
    monitor: Monitor | None = None,
    keep: bool = False,
) -> Run:
    """Run Algorithm 1 with error correction for F = f + r.

    Args:
        f, r: fidelity and prior, see padnet.core.protocols.
        networks: N of every stage, each called as ``network(v, alpha)``.
        schedule: mu, rho, gamma and the test, Descent(a, b) or ConditionOne().
        x0: (batch, channel, height, width).
        stop: the stopping rule.
        guard: the safeguard, which enforces the test; None runs the scheme as printed in the paper and only records
            the test.
        monitor: called with the iterates of every step, see padnet.core.history.Recorder.
        keep: keep the iterates, so that certificates can be recomputed.

    Returns:
        a Run with the columns energy_before and those of padnet.core.safeguard.Correction.

    Raises:
        InputError: for an invalid x0, too few networks, or a schedule without a test.
    """
    enough(networks, stop)
    state, record = State.start(x0), Recorder(x0, stop, monitor, keep)
    energy = f.value(x0) + r.value(x0)
    for k in range(stop.k_max):
        state, step = explicit_stage(f, r, networks[k], schedule, k, state, energy, guard)
        columns = {n: getattr(step, n) for n in Correction.__dataclass_fields__ if n != "x"}
        columns["energy_before"] = energy
        energy = step.energy
        if record.step(state.x, columns, u=state.u, v=state.v):
            break
    return record.run()
