"""Certificates: what Theorems 1 and 2 ask for, checked on one run, and a verdict in one sentence."""

from dataclasses import dataclass

import torch

from padnet.core.fidelity import norm
from padnet.core.schedule import Schedule, Stop
from padnet.core.trace import Run
from padnet.errors import InputError

ROUNDING = 1e-9  # relative: equalities of the theory hold up to rounding in float64


@dataclass(frozen=True)
class Certificate:
    """One run of one sample.

    Attributes:
        verdict: "converged: ...", "stopped at K: ..." or "violated at k: ...".
        holds: no condition is violated at any k.
        rows: a dict per k with the left and right sides.
    """

    verdict: str
    holds: bool
    rows: list[dict]


def _verdict(run: Run, i: int, stop: Stop, broken: str | None) -> str:
    K, last = int(run.K[i]), float(run.columns["iteration_error"][int(run.K[i]) - 1, i])
    if broken:
        return f"violated at {broken}."
    if run.settled[i]:
        return f"converged: all conditions hold, and step {K} moved by {last:.2e} <= epsilon = {stop.epsilon:g}."
    return f"stopped at K = {K}: all conditions hold, the last step moved by {last:.2e} > epsilon = {stop.epsilon:g}."


def _float64(run: Run) -> None:
    if run.x.dtype != torch.float64:
        raise InputError(f"a certificate needs a run in float64, this one is {run.x.dtype}: convert f and x0 first.")


def _cells(run: Run, i: int, k: int, names) -> dict:
    return {name: run.columns[name][k, i].item() for name in names}


def explicit_certificates(run: Run, schedule: Schedule, stop: Stop) -> list[Certificate]:
    """Condition 1, the decrease (21) and the subgradient bound (24), one Certificate per sample.

    Raises:
        InputError: for a run that is not float64.
    """
    _float64(run)
    found = []
    for i in range(len(run.K)):
        rows, broken = [], None
        for k in range(int(run.K[i])):
            row = {"k": k, **_cells(run, i, k, ("energy", "error", "moved", "inner", "own", "restarted"))}
            row["error_bound"] = schedule.C_E * row["moved"]  # Condition 1
            before = run.columns["energy_before"][k, i].item()
            # (21): F(x^k) - F(x^{k+1}) - (mu/4 - C_E^2/mu) ||x^{k+1} - x^k||^2 >= 0
            row["decrease"] = before - row["energy"] - schedule.margin * row["moved"] ** 2
            row["subgradient_bound"] = (schedule.mu + schedule.C_E) * row["moved"]  # Eq. (24)
            rows.append(row)
            if broken is None and not row["error"] <= row["error_bound"]:
                broken = f"k = {k}: ||e|| = {row['error']:.3e} > C_E ||dx|| = {row['error_bound']:.3e}"
            elif broken is None and not row["decrease"] >= -ROUNDING * abs(before):
                broken = f"k = {k}: F decreases by {row['decrease']:.3e} less than (21) asks for"
        found.append(Certificate(_verdict(run, i, stop, broken), broken is None, rows))
    return found


def implicit_certificates(run: Run, schedule: Schedule, stop: Stop) -> list[Certificate]:
    """Condition 2 and (30)-(34), left and right sides, one Certificate per sample.

    M is the largest gradient norm of the run. The verdict rests on (30), (31), (32) and the first
    of (33). The printed constants of the second of (33) and of (34) do not follow from the proof
    ((33) gives ||lambda^k|| <= C_N sqrt(1 / rho^{k-1})), so they are recorded and not judged.

    Raises:
        InputError: for a run that is not float64.
    """
    _float64(run)
    gamma, found = schedule.gamma, []
    for i in range(len(run.K)):
        K = int(run.K[i])
        M = run.columns["gradient"][:K, i].max().item()
        rows, broken = [], None
        for k in range(K):
            c = {name: run.columns[name][k, i].item() for name in run.columns}
            root = schedule.alpha(k)
            C_N = c["bound"] / root
            pairs = {
                "(30)": (c["u_step"], M / schedule.rho(k)),
                "(31)": (c["residual"], C_N * root),
                "(32)": (c["v_moved"], (C_N + M * schedule.alpha(0)) * root),
                "(33)": (c["lam"], C_N * root),
                "(33) second, as printed": (c["lam_moved"], 2 * C_N * root),
                "(34), as printed": (c["u_moved"], ((3 + 2 * gamma) * C_N + M / schedule.rho0) * root),
            }
            rows.append({"k": k, **{name: {"left": a, "right": b} for name, (a, b) in pairs.items()}})
            for name in ("(30)", "(31)", "(32)", "(33)"):
                left, right = pairs[name]
                if broken is None and not left <= right * (1 + ROUNDING):
                    broken = f"k = {k}: {name} reads {left:.3e} <= {right:.3e}"
        found.append(Certificate(_verdict(run, i, stop, broken), broken is None, rows))
    return found


def recompute(iterates, f, r, schedule: Schedule) -> dict[str, torch.Tensor]:
    """Condition 1 and (21) again, from x^0, ..., x^K alone; columns of shape (K, batch).

    ``distance`` is dist(0, dr(x^{k+1}) + grad f^mu_x(x^{k+1})), the error (9) with its best
    subgradient; it is at most the ||e|| of (12), which belongs to one subgradient.

    Raises:
        InputError: when fewer than two iterates are given or they are not float64.
    """
    if len(iterates) < 2 or any(x.dtype != torch.float64 for x in iterates):
        raise InputError("recompute needs at least two iterates in float64: run with keep=True in float64.")
    rows: dict[str, list] = {"distance": [], "moved": [], "decrease": []}
    for x, x_new in zip(iterates, iterates[1:], strict=False):
        value, grad = f.value_and_grad(x_new)
        moved = norm(x_new - x)
        rows["distance"].append(r.subgradient_distance(x_new, grad + schedule.mu * (x_new - x)))
        rows["moved"].append(moved)
        before = f.value(x) + r.value(x)
        rows["decrease"].append(before - value - r.value(x_new) - schedule.margin * moved**2)
    return {name: torch.stack(values) for name, values in rows.items()}
