"""Convergence certificates: the conditions of Theorems 1 and 2, checked on one run, with a one-sentence verdict."""

from dataclasses import dataclass, field

import torch

from padnet.core.history import Run
from padnet.core.schedule import Schedule, Stop, check_plan
from padnet.errors import InputError

# Relative tolerance: equalities of the theory hold up to rounding in float64. A certificate cannot detect an increase
# of F below this fraction of F; padnet.core.decrease can.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Certificate:
    """The certificate of one sample of one run.

    Attributes:
        verdict: "converged: ...", "stopped at K = 6 as planned: ..." or "violated at k = ...".
        holds: True if no condition is violated at any k.
        rows: one dict per k with the left and right sides; for an explicit run those of both tests.
        test: the test that was applied, "condition1" or "descent"; None for an implicit run.
        constants: mu, a and b of (21) and (24), and C_E (None if not set); empty for an implicit run.
    """

    verdict: str
    holds: bool
    rows: list[dict]
    test: str | None = None
    constants: dict[str, float | None] = field(default_factory=dict)


def verdict(K: int, last: str, settled: bool, stop: Stop, broken: str | None) -> str:
    """The verdict on a run of K steps, as a sentence. last: the iteration error of the last step, to three digits."""
    if broken:
        return f"violated at {broken}."
    if settled:
        return f"converged: all conditions hold, and step {K} moved by {last} <= epsilon = {stop.epsilon:g}."
    if last == "0.00e+00":
        # At x = 0 the relative change is undefined, and x may still move: u, v and lambda may not have converged.
        return f"stopped at K = {K} as planned: all conditions hold, x is 0 and the last step did not move it."
    return (
        f"stopped at K = {K} as planned: all conditions hold, the last step moved by {last} > "
        f"epsilon = {stop.epsilon:g}."
    )


def verdict_of(run: Run, i: int, stop: Stop, broken: str | None) -> str:
    """The verdict on sample i of a run."""
    K = int(run.K[i])
    return verdict(K, f"{run.columns['iteration_error'][K - 1, i].item():.2e}", bool(run.settled[i]), stop, broken)


# What the columns of a run depend on; its test and C_E can be judged anew.
DECIDING = ("mu", "rho0", "gamma", "nu", "rescale")


def check_run(run: Run, schedule: Schedule, stop: Stop, column: str, maker: str) -> None:
    """Raise InputError unless ``run`` is a float64 Run of that schedule and stopping rule.

    column: one that only runs of the function ``maker`` have.
    """
    check_plan(schedule, stop)
    if not isinstance(run, Run):
        raise InputError(f"a certificate needs the Run that {maker} returned, got {type(run).__name__}.")
    check_float64(run)
    if column not in run.columns:
        raise InputError(
            f"this run was not made by {maker}: implicit and explicit runs have certificates of their own."
        )
    if run.plan is None:
        return
    made, end = run.plan
    for name in DECIDING:
        if getattr(made, name) != getattr(schedule, name):
            raise InputError(
                f"the run was made with {name} = {getattr(made, name)}, and this schedule has "
                f"{getattr(schedule, name)}: give the schedule of the run."
            )
    if end != stop:
        raise InputError(f"the run was made with {end}, not with {stop}: give the stopping rule of the run.")


def check_float64(run: Run) -> None:
    """Raise InputError unless the run is in float64."""
    if run.x.dtype != torch.float64:
        raise InputError(f"a certificate needs a run in float64, this one is {run.x.dtype}: convert f and x0 first.")


def implicit_certificates(run: Run, schedule: Schedule, stop: Stop) -> list[Certificate]:
    """Check Condition 2 and (30)-(34) and return one Certificate per sample.

    M is the largest gradient norm of the run. The verdict uses (30), (31), (32) and the first inequality of (33). The
    constants printed in the second inequality of (33) and in (34) do not follow from the proof ((33) gives
    ||lambda^k|| <= C_N sqrt(1 / rho^{k-1})), so these are recorded but not judged.

    Raises:
        InputError: if the run is not in float64, not of implicit PADNet, or of another schedule or stopping rule.
    """
    check_run(run, schedule, stop, "gradient", "implicit_padnet")
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
