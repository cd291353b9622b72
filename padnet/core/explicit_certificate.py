"""Certificates of explicit PADNet: the schedule's test and the decrease (21), from a run or from its iterates."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import torch

from padnet.core.certificate import ROUNDING, Certificate, check_run, verdict_of
from padnet.core.fidelity import norm
from padnet.core.history import Recorder, Run
from padnet.core.schedule import Schedule, Stop
from padnet.errors import InputError

if TYPE_CHECKING:
    from padnet.core.protocols import Fidelity, Prior

RESTS = 1024 * torch.finfo(torch.float64).eps  # relative: a subgradient this small is rounding error


def constants(schedule: Schedule) -> dict[str, float | None]:
    """The constants that certificates of an explicit run use. Raises InputError if the schedule names no test."""
    a, b = schedule.asked().constants(schedule)
    return {"mu": schedule.mu, "C_E": schedule.C_E, "a": a, "b": b}


def flaw(row: dict, before: float, schedule: Schedule, rounding: float = ROUNDING, relative: float = 0.0) -> str | None:
    """Describe briefly what a row of an explicit run violates, or return None. NaN counts as a violation.

    before: F(x^k). rounding: tolerance of (21), relative to F(x^k). relative: tolerance of the other condition.
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
    """Check the decrease (21) and the schedule's test and return one Certificate per sample.

    The rows have the sides of both tests: ``error`` and ``error_bound`` = C_E ||dx|| (None without C_E), ``distance``
    = dist(0, dF(x^{k+1})) and ``subgradient_bound`` = b ||dx||, and ``decrease`` with a. (21) is judged up to
    ROUNDING times F(x^k): a certificate makes no statement about steps with a smaller decrease.

    Raises:
        InputError: if the run is not in float64, not of explicit PADNet, or of another schedule or stopping rule, or
            if the schedule names no test. The test and C_E may differ: the run is judged by those given here.
    """
    check_run(run, schedule, stop, "energy_before", "explicit_padnet")
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
    """Recompute the run from x^0, ..., x^K alone, for ``explicit_certificates`` to judge as it judged the original.

    ``error`` is dist(0, dr(x^{k+1}) + grad f^mu_x(x^{k+1})), the error (9) with its best subgradient. It is at most
    the ||e|| of (12), which uses the subgradient given by the network's output. So a run that satisfies Condition 1
    is confirmed, while one that violates it may pass. For descent with a subgradient bound both verdicts agree.

    Raises:
        InputError: if fewer than two iterates are given or they are not float64; if the prior has no
            ``subgradient_distance``.
    """
    if isinstance(iterates, Run):
        raise InputError("recompute takes the iterates of a run made with keep=True: recompute(run.iterates, ...).")
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
            # A sample at a critical point stays there, with only rounding error left; 0 <= 0 holds.
            rounding = RESTS * ((f.lipschitz + mu) * norm(x_new) + norm(grad))
            columns[name] = least.masked_fill((moved == 0) & (least <= rounding), 0)
        if record.step(x_new, columns):
            break
    return record.run()
