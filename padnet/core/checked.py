"""Algorithm 1 for models of your own: explicit and implicit PADNet behind a door that checks what they are given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch

from padnet.core import explicit, propagation
from padnet.core.history import Monitor, Run
from padnet.core.model_checks import as_networks, check_bounded, check_fidelity, check_plan, check_prior
from padnet.core.safeguard import step_size
from padnet.core.schedule import Safeguard, Schedule, Stop
from padnet.core.validation import check_image

if TYPE_CHECKING:
    from padnet.core.protocols import BoundedPropagation, Fidelity, Prior, Propagation


def explicit_padnet(
    f: Fidelity,
    r: Prior,
    networks: Propagation | Sequence[Propagation],
    schedule: Schedule,
    x0: torch.Tensor,
    stop: Stop,
    guard: Safeguard | None = Safeguard(),
    monitor: Monitor | None = None,
    keep: bool = False,
) -> Run:
    """Algorithm 1 with error correction, EPADNet, for F = f + r; then ``explicit_certificates(run, schedule, stop)``.

    Args:
        f, r: fidelity and prior, see padnet.core.protocols.
        networks: N of every stage, each called as ``network(v, alpha)``; one alone is that of every stage.
        schedule: mu, rho, gamma and the test, Descent(a, b) or ConditionOne().
        x0: (batch, channel, height, width), float64 where the run is to be certified.
        stop: the stopping rule.
        guard: enforces the test; None runs the paper's scheme as printed, and the test is recorded only.
        monitor, keep: as padnet.core.explicit.explicit_padnet, which this calls, takes them.

    Returns:
        a Run with the columns energy_before and those of padnet.core.safeguard.Correction.

    Raises:
        InputError: in one sentence, for a part that lacks a method, raises an error, or returns numbers of another
            shape, dtype or kind than asked; for a bad x0, too few networks, or a schedule that names no test.
    """
    check_plan(schedule, stop, guard)
    schedule.asked()
    check_image(x0, "starting point")
    check_fidelity(f, x0, schedule.anchor_weight + schedule.rho0)
    check_prior(r, x0, step_size(f, schedule.mu))
    return explicit.explicit_padnet(f, r, as_networks(networks, stop), schedule, x0, stop, guard, monitor, keep)


def implicit_padnet(
    f: Fidelity,
    networks: BoundedPropagation | Sequence[BoundedPropagation],
    schedule: Schedule,
    x0: torch.Tensor,
    stop: Stop,
    monitor: Monitor | None = None,
    keep: bool = False,
) -> Run:
    """Algorithm 1 without error correction, IPADNet; then ``implicit_certificates(run, schedule, stop)``.

    Args:
        networks: of every stage, or one for all; each bounded (Condition 2), as Network and Denoiser are with a bound.
        Others as for explicit_padnet.

    Returns:
        a Run with the columns of padnet.core.propagation.implicit_padnet, which this calls.

    Raises:
        InputError: as explicit_padnet does, and for a network without a bound.
    """
    check_plan(schedule, stop)
    check_image(x0, "starting point")
    check_fidelity(f, x0, schedule.anchor_weight + schedule.rho0)
    many = as_networks(networks, stop)
    check_bounded(many, x0)
    return propagation.implicit_padnet(f, many, schedule, x0, stop, monitor, keep)
