"""The tables of lesson 04 on networks: effect of the safeguard, comparison with tuned methods, and training."""

import csv
import json

from padnet.evaluation.explicit_networks import CANDIDATES, candidates_path
from padnet.experiments.gradient import weights_path
from padnet.experiments.tune import read_tuned
from padnet.labels import METHODS, TESTS
from padnet.notebook.cells import mean, number
from padnet.notebook.lesson_04 import GradientRecords
from padnet.notebook.tables import table
from padnet.reporting.table1 import PRIORS, holds

__all__ = ["guard_table", "networks_table", "tuned_table"]

TRAININGS = {
    "implicit": "as IPADNet has them",
    "guarded": "trained further, with the safeguard in the loss",
    "control": "the same without the safeguard in the loss",
}


def guard_table(kept: GradientRecords) -> None:
    """Compare EPADNet with and without safeguard under each test, for the sets and priors with both runs."""
    lines = []
    for name in kept.protocols:
        for prior in PRIORS:
            for test, variant in ((t, v) for t in TESTS for v in ("guarded", "unguarded")):
                rows = kept.select(name, "epadnet", variant, prior, test)
                if rows:
                    errors = [row["error"] for row in rows]
                    energy = number(mean(row["energy"] for row in rows), ".2f")
                    good = f"{sum(holds(row['verdict']) for row in rows)} of {len(rows)}"
                    told = [number(mean(errors)), number(max(errors)), energy, good]
                    lines.append([name, prior, TESTS[test], variant, *told])
    head = ["protocol", "prior", "test", "EPADNet", "mean error", "largest error", "mean F at the end"]
    table([*head, "certificates hold"], lines)


def tuned_table(kept: GradientRecords) -> None:
    """Show the best parameters of ADMM and HQS on training images, and their errors with PADNet's and with these."""
    lines, gains = [], []
    for name in kept.protocols:
        for prior in PRIORS:
            for method in ("admm", "hqs"):
                point = read_tuned(kept.profile, method, prior, kept.root)
                same, tuned = (kept.error(name, method, variant, prior) for variant in ("same", "tuned"))
                gains.append(tuned < same)
                told = ", ".join(f"{key} {value:g}" for key, value in point.items())
                lines.append([name, prior, METHODS[method], told, number(same), number(tuned)])
    head = ["protocol", "prior", "method", "best on training pictures", "error, same parameters", "error, tuned"]
    table(head, lines)
    print(f"The tuned parameters have the smaller error in {sum(gains)} of {len(gains)} rows.")


def networks_table(kept: GradientRecords) -> None:
    """Show the candidate networks of EPADNet on held-out pairs, and the networks of IPADNet."""
    with open(kept.root / candidates_path(kept.profile), newline="", encoding="utf-8") as file:
        candidates = list(csv.DictReader(file))

    def card(model):
        return json.loads((kept.root / weights_path(kept.profile, model, "json")).read_text(encoding="utf-8"))

    lines = []
    for row in candidates:
        model = CANDIDATES[row["networks"]].format(row["prior"])
        further = 0 if model == "ipadnet" else card(model)["steps"]
        errors = [number(float(row[name])) for name in ("error", "unguarded_error")]
        own, chosen = f"{float(row['own_share']):.0%}", "yes" if row["chosen"] == "True" else ""
        lines.append(
            [row["prior"], TRAININGS[row["networks"]], further, card(model)["parameters"], *errors, own, chosen]
        )
    print(f"{candidates[0]['pairs']} held-out pairs")
    head = ["prior", "networks of EPADNet", "further steps", "weights", "error, guarded", "error, unguarded"]
    table([*head, "own steps kept", "chosen"], lines)
    units = ", ".join(map(str, card("ipadnet")["units"]))
    print(f"IPADNet: {card('ipadnet')['steps']} training steps, units of each stage {units}")
