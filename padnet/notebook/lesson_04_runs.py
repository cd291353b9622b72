"""The tables of lesson 04 on the runs of its example: their final values, their records, and a certificate."""

import math

from padnet.labels import CONTROLS, METHODS, TESTS
from padnet.notebook.cells import number
from padnet.notebook.lesson_04 import GradientRecords
from padnet.notebook.tables import table

__all__ = ["certificate_table", "record_differences", "runs_table"]


def last(run, column: str) -> float:
    """The value of a column at the last step of the run of one pair."""
    return run.columns[column][int(run.K) - 1, 0].item()


def runs_table(runs: dict) -> None:
    """Show the final values of the runs on one pair. runs: {(prior, method, variant, test): Run}."""
    table(
        ["prior", "method", "test", "steps", "stopped by", "iteration error", "reconstruction error"],
        [
            [
                prior,
                f"{METHODS[method]}, {CONTROLS.get(variant, variant)}",
                TESTS.get(test, ""),
                int(run.K),
                "epsilon" if run.settled.item() else "k_max",
                number(last(run, "iteration_error"), ".1e"),
                number(last(run, "reconstruction_error")),
            ]
            for (prior, method, variant, test), run in runs.items()
        ],
    )


def record_differences(runs: dict, kept: GradientRecords, pair: dict) -> list[float]:
    """Relative differences between the errors of runs and their records; records of diverged runs are omitted.

    runs: as for runs_table(), on the pair of kept.main whose record is `pair`.
    """
    return [
        abs(last(run, "reconstruction_error") / row["error"] - 1)
        for (prior, method, variant, test), run in runs.items()
        for row in kept.select(kept.main, method, variant, prior, test)
        if (row["image"], row["kernel"]) == (pair["image"], pair["kernel"]) and math.isfinite(row["error"])
    ]


def certificate_table(certificate: dict) -> None:
    """Show the rows of a certificate of EPADNet: both sides of its conditions for each k."""
    names = ("energy", "decrease", "distance", "subgradient_bound", "error", "error_bound")
    table(
        ["k", "accepted as", "repetitions", "F", "decrease beyond (21)", "dist(0, ∂F)", "b ‖Δg‖", "‖E‖", "C_E ‖Δg‖"],
        [
            [
                row["k"],
                "own step" if row["own"] else "restarted" if row["restarted"] else "corrected",
                row["inner"],
                *(f"{row[name]:.4f}" for name in names),
            ]
            for row in certificate["rows"]
        ],
    )
