"""The share of the networks' proposals that remains in guarded EPADNet's steps in the gradient domain, by stage."""

from pathlib import Path

import torch

from padnet.core.explicit import explicit_padnet
from padnet.core.survival import proximal_point, share
from padnet.evaluation.gradient import TESTS, load_networks
from padnet.evaluation.records import read_rows, short
from padnet.experiments.gradient import PRIORS, Experiment
from padnet.experiments.gradient_problem import problem
from padnet.imaging.batch import Fields, stack

COLUMNS = ["image", "kernel", "p", "test", "k", "share", "own", "restarted", "repetitions"]


def spread_over(pairs, count: int) -> list:
    """`count` evenly spaced pairs from the first to the last, or all if there are fewer."""
    last = len(pairs) - 1
    return [pairs[i * last // max(count - 1, 1)] for i in range(count)] if count <= last else list(pairs)


@torch.no_grad()
def shares(experiment: Experiment, fields: Fields, prior: str, test: str, networks, tolerance: float) -> list[dict]:
    """A dict for every stage of a guarded run on one pair: k, share, own, restarted and repetitions.

    share: of the proposal v^{k+1}, see padnet.core.survival; None if it is undefined. tolerance: of the proximal point:
    its error (12) relative to its distance from x^k.
    """
    f, x0, _ = problem(fields)
    r, schedule, heard = experiment.prior(prior), experiment.tests[test], []

    def listen(network):
        def called(v, alpha):
            heard.append(network(v, alpha))
            return heard[-1]

        return called

    run = explicit_padnet(
        f, r, [listen(one) for one in networks], schedule, x0, experiment.stop, experiment.guard, keep=True
    )
    rows = []
    for k, (x, x_new, v) in enumerate(zip(run.iterates, run.iterates[1:], heard, strict=False)):
        kept = share(x_new, v, proximal_point(f, r, x, schedule.mu, tolerance)).item()
        counts = [int(run.columns[name][k, 0]) for name in ("own", "restarted", "inner")]
        rows.append(dict(zip(COLUMNS[4:], (k, short(kept) if kept == kept else None, *counts), strict=True)))
    return rows


def survival(profile: str, experiment: Experiment, pairs, tolerance: float, root: Path) -> list[dict]:
    """The rows of survival.csv for these pairs, with the keys COLUMNS."""
    rows = []
    for prior in PRIORS:
        networks = load_networks(profile, f"epadnet-{prior}", experiment, root)
        for test in TESTS:
            for pair in pairs:
                fields = stack([pair], experiment.raw["benchmark"]["margin"])
                told = {"image": pair.image, "kernel": pair.kernel, "p": float(prior[1:]), "test": test}
                rows += [told | row for row in shares(experiment, fields, prior, test, networks, tolerance)]
    return rows


def read_survival(path) -> list[dict]:
    """The rows of survival.csv, with numeric values. PadnetError if it is missing or invalid."""
    kinds = {"p": float, "k": int, "share": float, "own": int, "restarted": int, "repetitions": int}
    return read_rows(path, COLUMNS, kinds, [name for name in COLUMNS if name != "share"])
