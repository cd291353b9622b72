"""Algorithm 1 for your own models: explicit and implicit PADNet with validation of all inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from padnet.core import explicit, propagation
from padnet.core.history import Monitor, Run
from padnet.core.model_checks import as_networks, check_bounded, check_fidelity, check_prior
from padnet.core.run_checks import checked_monitor, warn_if_slow
from padnet.core.safeguard import step_size
from padnet.core.schedule import Safeguard, Schedule, Stop, check_plan
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
    validate: bool = True,
) -> Run:
    """Run Algorithm 1 with error correction (EPADNet) for F = f + r, after validating all inputs.

    Pass the result to ``explicit_certificates(run, schedule, stop)`` for a certificate.

        y = torch.where(seen, image, 0)  # float64, (1, 1, height, width); seen is bool
        f, r = LeastSquares(Mask(seen), y), TV(0.006, tolerance=1e-3, warm=True)
        schedule = Schedule(mu=0.1, rho0=1e-3, gamma=1.3, nu=1e-3, test=Descent(0.025, 1.12))
        stop = Stop(1e-4, 25)
        run = explicit_padnet(f, r, Denoiser(denoise_nl_means, noise=None), schedule, y, stop)
        print(explicit_certificates(run, schedule, stop)[0].verdict)

    Args:
        f, r: fidelity and prior, see padnet.core.protocols.
        networks: N of every stage, each called as ``network(v, alpha)``; a single network is used in all stages.
        schedule: mu, rho, gamma and the test, Descent(a, b) or ConditionOne().
        x0: (batch, channel, height, width); float64 if the run is to be certified.
        stop: the stopping rule.
        guard: the safeguard, which enforces the test; None runs the scheme as printed in the paper and only records
            the test.
        monitor: called after every stage with the keyword arguments x, u and v; returns None, or extra columns as a
            dict of tensors (batch,).
        keep: keep all iterates in ``run.iterates``, for recompute.
        validate: evaluate f and r at sample points before the run, which costs about as much as three stages; False is
            for repeated runs of a model that has been checked.

    Returns:
        a Run: ``x`` is the result; its columns are energy_before and those of padnet.core.safeguard.Correction, of
        which ``own`` says in which stages the network's step was accepted.

    Warns:
        UserWarning: if b of the descent test is so small that the safeguard may need thousands of repetitions.

    Raises:
        InputError: if a part lacks a method, raises an exception, or returns a wrong shape, dtype or type; for an
            invalid x0, too few networks, or a schedule without a test.
    """
    check_plan(schedule, stop, guard)
    schedule.asked()
    check_image(x0, "starting point")
    if validate:
        check_fidelity(f, x0, schedule.anchor_weight + schedule.rho0)
        check_prior(r, x0, step_size(f, schedule.mu))
        warn_if_slow(schedule, f.lipschitz)
    monitor = checked_monitor(monitor, x0)
    run = explicit.explicit_padnet(f, r, as_networks(networks, stop), schedule, x0, stop, guard, monitor, keep)
    return replace(run, plan=(schedule, stop))


def implicit_padnet(
    f: Fidelity,
    networks: BoundedPropagation | Sequence[BoundedPropagation],
    schedule: Schedule,
    x0: torch.Tensor,
    stop: Stop,
    monitor: Monitor | None = None,
    keep: bool = False,
    validate: bool = True,
) -> Run:
    """Run Algorithm 1 without error correction (IPADNet), after validating all inputs.

    Pass the result to ``implicit_certificates(run, schedule, stop)`` for a certificate.

    Args:
        networks: one per stage, or one for all stages; each must be bounded (Condition 2), as Network and Denoiser
            are if given a bound.
        f, schedule, x0, stop, monitor, keep, validate: as for explicit_padnet.

    Returns:
        a Run with the columns of padnet.core.propagation.implicit_padnet, which this function calls.

    Raises:
        InputError: as for explicit_padnet, and for a network without a bound.
    """
    check_plan(schedule, stop)
    check_image(x0, "starting point")
    many = as_networks(networks, stop)
    if validate:
        check_fidelity(f, x0, schedule.anchor_weight + schedule.rho0)
        check_bounded(many, x0)
    monitor = checked_monitor(monitor, x0)
    run = propagation.implicit_padnet(f, many, schedule, x0, stop, monitor, keep)
    return replace(run, plan=(schedule, stop))
