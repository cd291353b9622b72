"""Explicit PADNet with proposals from another run: only the error correction (7) and its safeguard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch

from padnet.core.history import Monitor, Recorder, Run
from padnet.core.propagation import check_output
from padnet.core.safeguard import Correction, corrected_step
from padnet.core.schedule import Safeguard, Schedule, Stop
from padnet.core.validation import check_image

if TYPE_CHECKING:
    from padnet.core.protocols import Fidelity, Prior


def proposed_padnet(
    f: Fidelity,
    r: Prior,
    proposals: Sequence[torch.Tensor],
    schedule: Schedule,
    x0: torch.Tensor,
    stop: Stop,
    guard: Safeguard | None = Safeguard(),
    monitor: Monitor | None = None,
    keep: bool = False,
) -> Run:
    """Algorithm 1 with error correction for F = f + r, where v^{k+1} is given in advance.

    Theorem 1 holds for any v, and therefore also for iterates of implicit PADNet, mapped by an operator. Without a
    network between x^k and v^{k+1}, (3) and (5) are not used, and rho, nu and lambda have no effect.

    Args:
        f, r: fidelity and prior, see padnet.core.protocols.
        proposals: v^1, v^2, ..., each of the shape and dtype of x0. After the last one, v^{k+1} is x^k: a proximal
            gradient step.
        schedule: mu and the test.
        x0: (batch, channel, height, width).
        stop: the stopping rule.
        guard, monitor, keep: as for explicit_padnet; the monitor receives v^{k+1} as u too.

    Returns:
        a Run with the columns energy_before and those of padnet.core.safeguard.Correction.

    Raises:
        InputError: for an invalid x0, a proposal of a different shape or dtype, or a schedule without a test.
    """
    x, record = check_image(x0, "starting point"), Recorder(x0, stop, monitor, keep)
    energy = f.value(x) + r.value(x)
    for k in range(stop.k_max):
        v = check_output(proposals[k], x, k) if k < len(proposals) else x
        step = corrected_step(f, r, x, v, energy, schedule, guard)  # Eq. (7)
        columns = {n: getattr(step, n) for n in Correction.__dataclass_fields__ if n != "x"}
        columns["energy_before"] = energy
        x, energy = step.x, step.energy
        if record.step(x, columns, u=v, v=v):
            break
    return record.run()
