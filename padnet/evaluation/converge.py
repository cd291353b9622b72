"""Gradient-domain EPADNet run until convergence, and how much of the networks' proposals its steps retain.

    python -m padnet.evaluation.converge --profile paper

After the planned stages the last network is repeated with constant rho and alpha. Writes
results/PROFILE/converge.csv (one row per run), converge_curves.csv (the same runs at logarithmically spaced steps k)
and survival.csv.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from tqdm import tqdm

from padnet.core.fidelity import norm
from padnet.core.schedule import Stop
from padnet.data.protocols import Protocol, protocol
from padnet.errors import InputError
from padnet.evaluation.gradient import left_out, load_networks
from padnet.evaluation.longrun import curves, go_on, record
from padnet.evaluation.records import read_rows, short
from padnet.evaluation.survival import COLUMNS as SHARES, spread_over, survival
from padnet.experiments.gradient import PRIORS, Experiment
from padnet.experiments.schemas.converge import Converge
from padnet.imaging.batch import stack
from padnet.imaging.degradation import observe
from padnet.imaging.pairs import Pair
from padnet.project import console
from padnet.project.atomic_files import write_csv
from padnet.project.determinism import deterministic
from padnet.project.params import load_seed
from padnet.project.paths import PROFILES, find_root
from padnet.project.section import section

SETS = {"quick": "quick", "paper": "levin-1pct"}
KINDS = (("trained", "descent"), ("trained", "condition1"), ("left out", "descent"))  # networks and test
COLUMNS = [
    "image",
    "kernel",
    "p",
    "variant",
    "test",
    "iterations",
    "planned",
    "stopped",
    "early_error",
    "error",
    "early_energy",
    "energy",
    "iteration_error",
    "distance",
    "own",
    "restarted",
    "undecided",
    "violations",
    "apart",
    "energy_apart",
    "verdict",
]
CURVES = ["image", "kernel", "p", "variant", "test", "k", "gap", "iteration_error", "distance", "error"]


def parameters(profile: str, path=None) -> dict:
    """The section PROFILE.converge. InputError for a missing, unknown or useless parameter."""
    return section(profile, "converge", Converge, path)


def middle(pair: Pair, raw: dict, setting: Protocol, seed) -> Pair:
    """The middle of a pair's picture, observed anew as `setting` observes. seed: of the noise.

    Raises InputError when the picture is smaller, or the kernel larger, than `raw["size"]`.
    """
    size, k = raw["size"], pair.k
    if size > min(pair.x.shape):
        raise InputError(
            f"converge.size = {size} is more than the {pair.x.shape} pixels of {pair.image}: take a smaller one."
        )
    top, left = ((side - size) // 2 for side in pair.x.shape)
    x = pair.x[top : top + size, left : left + size]
    y = observe(x, k, setting.noise, setting.quantise, np.random.default_rng(seed))
    return Pair(pair.image, pair.kernel, x, y, k, ((k.shape[0] - 1) // 2, (k.shape[1] - 1) // 2), raw["crop"])


def told(
    pair: Pair, prior: str, runs: dict, experiment: Experiment, stop: Stop, points: int
) -> tuple[list[dict], list[dict]]:
    """The rows of converge.csv and converge_curves.csv of one pair and prior. runs: a Run for each of KINDS."""
    rows, lines, first = [], [], runs[KINDS[0]]
    energies = {kind: run.columns["energy"][: int(run.K), 0] for kind, run in runs.items()}
    for (variant, test), run in runs.items():
        of = {"image": pair.image, "kernel": pair.kernel, "p": float(prior[1:]), "variant": variant, "test": test}
        # A convex F has one minimum energy; with a nonconvex F each run may have its own limit.
        least = min(e.min().item() for e in (energies.values() if prior == "l1" else [energies[variant, test]]))
        lines += [of | row for row in curves(run, points, least)]
        apart = {
            "apart": norm(run.x - first.x).item() / norm(first.x).item(),
            "energy_apart": abs(energies[variant, test][-1] / energies[KINDS[0]][-1] - 1).item(),
        }
        rows.append(
            of
            | record(run, experiment, test, stop)
            | {name: None if run is first else short(value) for name, value in apart.items()}
        )
    return rows, lines


def converge(profile: str, root: Path) -> None:
    """Run every prior, kind and pair, and write the three files of the stage."""
    experiment, raw, seed = (
        Experiment(profile),
        parameters(profile, root / "params.yaml"),
        load_seed(root / "params.yaml"),
    )
    setting, stop = protocol(SETS[profile]), Stop(raw["epsilon"], raw["most"])
    whole = setting.pairs(root / "data" / profile)
    pairs = [middle(pair, raw, setting, [seed, i]) for i, pair in enumerate(spread_over(whole, raw["pairs"]))]
    rows, lines = [], []
    for prior, pair in tqdm(
        [(prior, pair) for prior in PRIORS for pair in pairs], desc="to the limit", unit="pair", mininterval=5
    ):
        trained, fields = load_networks(profile, f"epadnet-{prior}", experiment, root), stack([pair], raw["margin"])
        networks = {"trained": trained, "left out": [left_out]}
        runs = {
            kind: go_on(experiment, fields, prior, kind[1], networks[kind[0]], stop, raw["patience"]) for kind in KINDS
        }
        for kept, found in zip((rows, lines), told(pair, prior, runs, experiment, stop, raw["points"]), strict=True):
            kept += found
    target = root / "results" / profile
    write_csv(target / "converge.csv", rows, COLUMNS)
    write_csv(target / "converge_curves.csv", lines, CURVES)
    followed = survival(profile, experiment, spread_over(whole, raw["survival"]), raw["tolerance"], root)
    write_csv(target / "survival.csv", followed, SHARES)


def read_converge(folder) -> tuple[list[dict], list[dict]]:
    """The rows of converge.csv and of converge_curves.csv in `folder`, numbers as numbers.

    Raises PadnetError when one is missing or cannot be read.
    """
    words = ("image", "kernel", "variant", "test", "stopped", "verdict")
    counts = ("iterations", "planned", "own", "restarted", "undecided", "violations", "k")
    kinds = {name: int if name in counts else float for name in (*COLUMNS, *CURVES) if name not in words}
    found = []
    for name, columns, free in (
        ("converge.csv", COLUMNS, ("apart", "energy_apart")),
        ("converge_curves.csv", CURVES, ("iteration_error",)),
    ):
        found.append(
            read_rows(Path(folder) / name, columns, kinds, [column for column in columns if column not in free])
        )
    return found[0], found[1]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this stage."""
    parser.add_argument("--profile", required=True, choices=PROFILES)


def main(argv=None):
    """Run the stage."""
    parser = argparse.ArgumentParser(prog="padnet converge", description=__doc__.splitlines()[0])
    add_arguments(parser)
    profile = parser.parse_args(argv).profile
    deterministic()
    converge(profile, find_root())


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
