"""Explicit PADNet whose steps another run proposes: error correction (7) and its safeguard alone."""

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
    """Algorithm 1 with error correction, for F = f + r, where v^{k+1} is given beforehand.

    Theorem 1 holds for any v, so for the iterates of implicit PADNet too, carried over by an operator. With no
    network between x^k and v^{k+1}, (3) and (5) have nothing to do, and rho, nu and lambda have no say.

    Args:
        f, r: fidelity and prior, see padnet.core.protocols.
        proposals: v^1, v^2, ..., each like x0. After the last, v^{k+1} is x^k: a plain proximal gradient step.
        schedule: mu and the test.
        guard, monitor, keep: as explicit_padnet takes them; the monitor sees v^{k+1} as u too.

    Returns:
        a Run with the columns energy_before and those of padnet.core.safeguard.Correction.

    Raises:
        InputError: for a bad x0, a proposal of another shape or dtype, or a schedule that names no test.
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
