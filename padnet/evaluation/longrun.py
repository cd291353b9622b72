"""A run of guarded EPADNet on the gradient domain that continues after its planned stages, and its records."""

from dataclasses import replace

import numpy as np
import torch

from padnet.core.certificate import verdict_of
from padnet.core.decrease import decrease
from padnet.core.explicit import explicit_stage
from padnet.core.fidelity import norm
from padnet.core.history import Recorder, Run
from padnet.core.propagation import State
from padnet.core.safeguard import Correction
from padnet.core.schedule import Schedule, Stop
from padnet.evaluation.records import short
from padnet.experiments.gradient import Experiment
from padnet.experiments.gradient_problem import problem
from padnet.imaging.batch import Fields

TOLD = [name for name in Correction.__dataclass_fields__ if name != "x"]


@torch.no_grad()
def go_on(experiment: Experiment, fields: Fields, prior: str, test: str, networks, stop: Stop, patience: int) -> Run:
    """A guarded run whose last network is repeated until `stop`, with rho and alpha fixed at the last planned stage.

    patience: maximum number of repetitions of (7) from a candidate in the stages after the planned ones. Few of these
    candidates are ever accepted, and each rejected one costs that many repetitions.

    The columns are those of explicit_padnet, with reconstruction_error, size = ||x^k||, and fall and rounding of
    padnet.core.decrease.
    """
    f, x0, error = problem(fields)
    r, schedule, planned = experiment.prior(prior), experiment.tests[test], experiment.stop.k_max
    later = replace(experiment.guard, patience=patience)
    state, energy, kept = State.start(x0), f.value(x0) + r.value(x0), Recorder(x0, stop)
    for k in range(stop.k_max):
        x, at, guard = state.x, min(k, planned - 1), experiment.guard if k < planned else later
        # rho and alpha, which depend on k, are held fixed. These schedules do not rescale lambda.
        state, step = explicit_stage(f, r, networks[min(at, len(networks) - 1)], schedule, at, state, energy, guard)
        fall, rounding = decrease(f, r, x, state.x)
        columns = {name: getattr(step, name) for name in TOLD} | {
            "energy_before": energy,
            "fall": fall,
            "rounding": rounding,
            "size": norm(x),
        }
        energy = step.energy
        if kept.step(state.x, columns | {"reconstruction_error": error(state.x)}):
            break
    return kept.run()


def judged(run: Run, schedule: Schedule, i: int = 0) -> tuple[int, int, str | None]:
    """For sample i: number of steps where rounding hides (21), number of violations, and the first violation."""
    undecided, broken = 0, []
    test, (a, _) = schedule.asked(), schedule.asked().constants(schedule)
    for k in range(int(run.K[i])):
        c = {name: column[k, i].item() for name, column in run.columns.items()}
        left, right = test.sides(schedule, c["error"], c["distance"], c["moved"])
        least = a * c["moved"] ** 2
        hidden = c["rounding"] > least
        undecided += hidden
        if not left <= right:
            broken.append(f"k = {k}: {test.words(left, right)}")
        elif not hidden and not c["fall"] >= least - c["rounding"]:
            broken.append(f"k = {k}: F falls by {c['fall']:.3e}, (21) asks that it falls by {least:.3e}")
    return undecided, len(broken), broken[0] if broken else None


def record(run: Run, experiment: Experiment, test: str, stop: Stop) -> dict:
    """The columns of converge.csv for a run of one pair."""
    c, K = {name: column[:, 0] for name, column in run.columns.items()}, int(run.K)
    # The step at which a run as planned ends; a run still at x = 0 has not started.
    rests = (c["iteration_error"] <= experiment.stop.epsilon) & (c["size"] > 0)
    planned = next((k for k in range(K) if rests[k] or k + 1 == experiment.stop.k_max), K - 1)
    undecided, violations, broken = judged(run, experiment.tests[test])
    size = max(1.0, norm(run.x).item())
    numbers = {
        "early_error": c["reconstruction_error"][planned],
        "error": c["reconstruction_error"][K - 1],
        "early_energy": c["energy"][planned],
        "energy": c["energy"][K - 1],
        "iteration_error": c["iteration_error"][K - 1],
        "distance": c["distance"][K - 1] / size,
    }
    return {
        "iterations": K,
        "planned": planned + 1,
        "stopped": "epsilon" if run.settled else "most",
        **{name: short(value.item()) for name, value in numbers.items()},
        "own": int(c["own"].sum()),
        "restarted": int(c["restarted"].sum()),
        "undecided": undecided,
        "violations": violations,
        "verdict": verdict_of(run, 0, stop, broken),
    }


def curves(run: Run, points: int, least: float) -> list[dict]:
    """The run at up to `points` steps, evenly spaced on a logarithmic axis. least: the reference energy of the gaps."""
    K = int(run.K)
    asked = sorted({round(k) for k in np.geomspace(1, K, points)})
    names = {"iteration_error": "iteration_error", "distance": "distance", "error": "reconstruction_error"}
    rows = []
    for k in asked:
        at = {name: run.columns[column][k - 1, 0].item() for name, column in names.items()}
        gap = run.columns["energy"][k - 1, 0].item() - least
        rows.append(
            {"k": k, "gap": short(gap), **{name: short(v) if np.isfinite(v) else None for name, v in at.items()}}
        )
    return rows
