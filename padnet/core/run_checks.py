"""Validation of what a run needs besides its model: the monitor, and a test whose b makes the safeguard slow."""

from __future__ import annotations

import warnings
from typing import Any

import torch

from padnet.core.conditions import STEP, Descent
from padnet.core.history import Monitor
from padnet.core.schedule import Schedule
from padnet.errors import InputError

SLOW = 0.5  # fraction of (L + mu) / 0.99 below which a step of the safeguard needs many repetitions


def checked_monitor(monitor: Any, x: torch.Tensor) -> Monitor | None:
    """The monitor, with a check of what it returns; one that returns None adds no columns.

    x: the starting point, (batch, channel, height, width).

    Raises:
        InputError: if it is not callable; on a call, if it does not take the iterates as keyword arguments or returns
            something other than a dict of tensors (batch,).
    """
    if monitor is None:
        return None
    if not callable(monitor):
        raise InputError(f"monitor must be a function of the iterates or None, got {type(monitor).__name__}.")

    def called(**iterates: torch.Tensor) -> dict[str, torch.Tensor]:
        try:
            found = monitor(**iterates)
        except TypeError as error:
            raise InputError(
                f"the monitor failed with TypeError: {error}; it is called with the keyword arguments "
                f"{', '.join(iterates)}."
            ) from error
        if found is None:
            return {}
        if not isinstance(found, dict) or any(
            not isinstance(one, torch.Tensor) or one.shape != (len(x),) for one in found.values()
        ):
            raise InputError(
                f"the monitor must return a dict of tensors of one number per sample, ({len(x)},), or None."
            )
        return found

    return called


def warn_if_slow(schedule: Schedule, lipschitz: torch.Tensor) -> None:
    """Warn if b of the descent test is so small that each step of the safeguard may need thousands of repetitions."""
    if isinstance(schedule.test, Descent):
        b = (lipschitz.max().item() + schedule.mu) / STEP
        if schedule.test.b < SLOW * b:
            warnings.warn(
                f"b = {schedule.test.b:g} of the descent test is less than (L + mu) / 0.99 = {b:.4g}: a step may need "
                "thousands of repetitions. Use Descent(mu / 4, (L + mu) / 0.99).",
                stacklevel=3,
            )
