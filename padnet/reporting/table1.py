"""Table 1 from the records: averages per protocol, prior, method and variant, next to the paper's numbers."""

import math
from pathlib import Path

from padnet import labels
from padnet.errors import PadnetError
from padnet.evaluation.columns import GRADIENT as RECORD
from padnet.evaluation.records import read_rows
from padnet.labels import METHODS
from padnet.project.params import read_yaml
from padnet.project.paths import find_root

COLUMNS = ["protocol", "prior", "method", "variant", "test", "metric", "value", "paper"]
PRIORS = tuple(labels.PRIORS)
VARIANTS = ("guarded", "unguarded", "left out", "random")  # of EPADNet, in the order of the rows
# The paper used one protocol; these variants do not occur in it.
NOT_IN_PAPER = ("tuned", "left out", "random")


def table1(records, reference=None):
    """The rows of Table 1, tidy: one per cell, dicts with the keys COLUMNS.

    records: folder with one folder per protocol, each with gradient-METHOD.csv for all METHODS.
    reference: the paper's numbers, by default reference/tables.yaml of the project.
    test: the acceptance test of EPADNet, "descent" or "condition1"; empty for the others.
    Metrics: pairs, the number of pairs of image and kernel; iterations and error, means over them (error: ||g -
    g_gt|| / ||g_gt||); acceptance, the fraction of all iterations in which the network's own step was accepted;
    certificates, the fraction of runs whose certificate holds.
    `paper` is None if the paper has no such number. IPADNet has no prior; its rows are repeated for each.
    Raises PadnetError for records that are missing or cannot be read.
    """
    paper = read_yaml(reference or find_root() / "reference" / "tables.yaml")["table1"]
    records = Path(records)
    protocols = sorted({path.parent for path in records.glob("*/gradient-*.csv")})
    if not protocols:
        raise PadnetError(f"{records} holds no records: make them with make repro or make paper")
    rows = []
    for folder in protocols:
        groups = {}
        for method in METHODS:
            for record in read_records(folder / f"gradient-{method}.csv"):
                priors = PRIORS if record["p"] is None else (f"l{record['p']:g}",)
                for prior in priors:
                    groups.setdefault((prior, method, record["variant"], record["test"] or ""), []).append(record)
        for (prior, method, variant, test), group in sorted(groups.items(), key=_order):
            for metric, value in _averages(group).items():
                rows.append(
                    {
                        "protocol": folder.name,
                        "prior": prior,
                        "method": method,
                        "variant": variant,
                        "test": test,
                        "metric": metric,
                        "value": value,
                        "paper": _printed(paper, prior, method, variant, metric),
                    }
                )
    return rows


def read_records(path):
    """The rows of one records file: dicts with the keys RECORD, numbers as float or int, empty cells as None.

    Raises PadnetError if it is missing, has other columns or no rows, or a cell is not a number.
    """
    kinds = {"p": float, "iterations": int, "error": float, "iteration_error": float, "accepted": int, "energy": float}
    return read_rows(path, RECORD, kinds, ("iterations", "error"))


def _order(item):
    (prior, method, variant, test), _ = item
    rank = VARIANTS.index(variant) if variant in VARIANTS else len(VARIANTS)
    place = PRIORS.index(prior) if prior in PRIORS else len(PRIORS)
    return (place, prior, list(METHODS).index(method), rank, variant, test == "condition1")


def _averages(group):
    """The metrics of a group of records that are available."""
    iterations = [record["iterations"] for record in group]
    metrics = {
        "pairs": len(group),
        "iterations": math.fsum(iterations) / len(group),
        "error": sum(record["error"] for record in group) / len(group),
    }
    if group[0]["accepted"] is not None:
        metrics["acceptance"] = sum(record["accepted"] for record in group) / max(sum(iterations), 1)
    if group[0]["verdict"] is not None:
        metrics["certificates"] = sum(holds(record["verdict"]) for record in group) / len(group)
    return metrics


def holds(verdict):
    """Whether a certificate's verdict states that its conditions hold at every iteration."""
    return not verdict.startswith("violated")


def _printed(paper, prior, method, variant, metric):
    table = paper.get({"iterations": "iterations", "error": "reconstruction_error"}.get(metric), {})
    return None if variant in NOT_IN_PAPER else table.get(prior, {}).get(METHODS[method])
