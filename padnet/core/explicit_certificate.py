"""Certificates of explicit PADNet: the test of its schedule and the decrease (21), from a run or from its iterates."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import torch

from padnet.core.certificate import ROUNDING, Certificate, check_float64, verdict_of
from padnet.core.fidelity import norm
from padnet.core.history import Recorder, Run
from padnet.core.schedule import Schedule, Stop
from padnet.errors import InputError

if TYPE_CHECKING:
    from padnet.core.protocols import Fidelity, Prior

RESTS = 1024 * torch.finfo(torch.float64).eps  # relative: a subgradient this small is rounding


def constants(schedule: Schedule) -> dict[str, float | None]:
    """What the certificates of an explicit run are judged by. InputError when the schedule names no test."""
    a, b = schedule.asked().constants(schedule)
    return {"mu": schedule.mu, "C_E": schedule.C_E, "a": a, "b": b}


def flaw(row: dict, before: float, schedule: Schedule, rounding: float = ROUNDING, relative: float = 0.0) -> str | None:
    """What a row of an explicit run violates, in a few words, or None; NaN violates.

    before: F(x^k). rounding: allowed of (21), relative to F(x^k); relative: of the other condition.
    """
    test, (a, _) = schedule.asked(), schedule.asked().constants(schedule)
    left, right = test.sides(schedule, row["error"], row["distance"], row["moved"])
    if not left <= right * (1 + relative):
        return f"k = {row['k']}: {test.words(left, right)}"
    if not row["decrease"] >= -rounding * abs(before):
        least = a * row["moved"] ** 2
        fall = row["decrease"] + least
        change = f"falls by {fall:.3e}" if fall >= 0 else f"rises by {-fall:.3e}"
        return f"k = {row['k']}: F {change}, (21) asks that it falls by {least:.3e}"
    return None


def explicit_certificates(run: Run, schedule: Schedule, stop: Stop) -> list[Certificate]:
    """The decrease (21) and what the schedule's test asks beside it, one Certificate per sample.

    The rows have the sides of both tests: ``error`` and ``error_bound`` = C_E ||dx|| (None without C_E),
    ``distance`` = dist(0, dF(x^{k+1})) and ``subgradient_bound`` = b ||dx||, ``decrease`` with a. (21) is judged up to
    ROUNDING of F(x^k): of steps whose decrease is smaller a certificate says nothing.

    Raises:
        InputError: for a run that is not float64, or a schedule that names no test.
    """
    check_float64(run)
    told, found, name = constants(schedule), [], schedule.asked().name
    names = [n for n in ("energy", "error", "distance", "moved", "inner", "own", "restarted") if n in run.columns]
    for i in range(len(run.K)):
        rows, broken = [], None
        for k in range(int(run.K[i])):
            row: dict[str, Any] = {"k": k, **{name: run.columns[name][k, i].item() for name in names}}
            row["error_bound"] = None if schedule.C_E is None else schedule.C_E * row["moved"]  # Condition 1
            before = run.columns["energy_before"][k, i].item()
            # (21): F(x^k) - F(x^{k+1}) - a ||x^{k+1} - x^k||^2 >= 0
            row["decrease"] = before - row["energy"] - told["a"] * row["moved"] ** 2
            row["subgradient_bound"] = told["b"] * row["moved"]  # Eq. (24)
            rows.append(row)
            broken = broken or flaw(row, before, schedule)
        found.append(Certificate(verdict_of(run, i, stop, broken), broken is None, rows, name, told))
    return found


def recompute(iterates: Sequence[torch.Tensor], f: Fidelity, r: Prior, schedule: Schedule, stop: Stop) -> Run:
    """The run again, from x^0, ..., x^K alone, for ``explicit_certificates`` to judge as it judged the first.

    ``error`` is dist(0, dr(x^{k+1}) + grad f^mu_x(x^{k+1})), the error (9) with its best subgradient; it is at most
    the ||e|| of (12), which belongs to the one that the network's output leads to. So a run that Condition 1 holds for
    is found to hold, and one that violates it may be; by descent and subgradient bound both verdicts are the same.

    Raises:
        InputError: when fewer than two iterates are given or they are not float64; for a prior that knows no
            ``subgradient_distance``.
    """
    if len(iterates) < 2 or any(x.dtype != torch.float64 for x in iterates):
        raise InputError("recompute needs at least two iterates in float64: run with keep=True in float64.")
    if not hasattr(r, "subgradient_distance"):
        raise InputError(
            f"this run cannot be recomputed from x alone: {type(r).__name__} knows no subgradient_distance, and the "
            "subgradient that (12) gives needs v."
        )
    record, mu = Recorder(iterates[0], stop), schedule.mu
    energy = f.value(iterates[0]) + r.value(iterates[0])
    for x, x_new in pairwise(iterates):
        value, grad = f.value_and_grad(x_new)
        moved, before, energy = norm(x_new - x), energy, value + r.value(x_new)
        columns = {"energy_before": before, "energy": energy, "moved": moved}
        for name, q in (("distance", grad), ("error", grad + mu * (x_new - x))):
            least = r.subgradient_distance(x_new, q)
            # Of a sample that stays because it is critical nothing is left but rounding, and 0 <= 0 holds.
            rounding = RESTS * ((f.lipschitz + mu) * norm(x_new) + norm(grad))
            columns[name] = least.masked_fill((moved == 0) & (least <= rounding), 0)
        if record.step(x_new, columns):
            break
    return record.run()
