"""Certificates: what Theorems 1 and 2 ask for, checked on one run, and a verdict in one sentence."""

from dataclasses import dataclass, field

import torch

from padnet.core.history import Run
from padnet.core.schedule import Schedule, Stop
from padnet.errors import InputError

# Relative: equalities of the theory hold up to rounding in float64. A certificate does not see F rise by less than this
# share of itself; padnet.core.decrease does.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Certificate:
    """One run of one sample.

    Attributes:
        verdict: "converged: ...", "stopped at K = 6 as planned: ..." or "violated at k = ...".
        holds: no condition is violated at any k.
        rows: a dict per k with the left and right sides; of an explicit run those of both tests.
        test: which of them was judged, "condition1" or "descent"; None for an implicit run.
        constants: mu, a and b of (21) and (24), and C_E (None without one); empty for an implicit run.
    """

    verdict: str
    holds: bool
    rows: list[dict]
    test: str | None = None
    constants: dict[str, float | None] = field(default_factory=dict)


def verdict(K: int, last: str, settled: bool, stop: Stop, broken: str | None) -> str:
    """The sentence of a run of K steps. last: the iteration error of its last step, with three digits."""
    if broken:
        return f"violated at {broken}."
    if settled:
        return f"converged: all conditions hold, and step {K} moved by {last} <= epsilon = {stop.epsilon:g}."
    if last == "0.00e+00":
        # At x = 0 no relative movement is told, and x may still leave it: u, v and lambda may be on their way.
        return f"stopped at K = {K} as planned: all conditions hold, x is 0 and the last step did not move it."
    return (
        f"stopped at K = {K} as planned: all conditions hold, the last step moved by {last} > "
        f"epsilon = {stop.epsilon:g}."
    )


def verdict_of(run: Run, i: int, stop: Stop, broken: str | None) -> str:
    """The same of sample i of a run."""
    K = int(run.K[i])
    return verdict(K, f"{run.columns['iteration_error'][K - 1, i].item():.2e}", bool(run.settled[i]), stop, broken)


def check_float64(run: Run) -> None:
    """Raise InputError unless the run is float64."""
    if run.x.dtype != torch.float64:
        raise InputError(f"a certificate needs a run in float64, this one is {run.x.dtype}: convert f and x0 first.")


def implicit_certificates(run: Run, schedule: Schedule, stop: Stop) -> list[Certificate]:
    """Condition 2 and (30)-(34), left and right sides, one Certificate per sample.

    M is the largest gradient norm of the run. The verdict rests on (30), (31), (32) and the first
    of (33). The printed constants of the second of (33) and of (34) do not follow from the proof
    ((33) gives ||lambda^k|| <= C_N sqrt(1 / rho^{k-1})), so they are recorded and not judged.

    Raises:
        InputError: for a run that is not float64.
    """
    check_float64(run)
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
        found.append(Certificate(verdict_of(run, i, stop, broken), broken is None, rows))
    return found
