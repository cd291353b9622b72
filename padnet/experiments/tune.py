"""Grid search for lambda and rho of ADMM or half-quadratic splitting, on training images only.

python -m padnet.experiments.tune --profile quick --method admm
"""

import argparse
import csv
import sys
from itertools import product
from pathlib import Path

import torch
from tqdm import tqdm

from padnet.baselines.admm_hqs import admm, hqs
from padnet.data.deblurring_pairs import training_fields
from padnet.data.readers import training_pictures
from padnet.errors import PadnetError
from padnet.experiments.gradient import PRIORS, Experiment
from padnet.experiments.gradient_problem import problem
from padnet.project import console
from padnet.project.atomic_files import write_csv
from padnet.project.determinism import deterministic
from padnet.project.params import load_seed

COLUMNS = ["prior", "lam", "rho", "gamma", "error", "iterations", "best"]


def tuning_path(profile: str, method: str) -> str:
    """The path of the grid search results of a method."""
    return f"results/{profile}/tuning/gradient-{method}.csv"


@torch.no_grad()
def tune(profile: str, method: str, root: Path = Path()) -> list[dict]:
    """Search the grid of params.yaml on held-out training pairs; write and return its rows.

    `best` marks the smallest mean reconstruction error for each prior.
    """
    deterministic()
    experiment = Experiment(profile)
    grid = experiment.raw["tune"]
    pictures = training_pictures(root / "data" / profile)
    _, held = training_fields(pictures, experiment.data, load_seed())
    f, x0, error = problem(held[: grid["pairs"]])
    gammas = grid[method].get("gamma", [None])
    rows = []
    jobs = [(prior, *rest) for prior in PRIORS for rest in product(grid["lam"][prior], grid[method]["rho"], gammas)]
    for prior, lam, rho, gamma in tqdm(jobs, desc=f"tuning {method}", unit="point", mininterval=5):
        r = experiment.prior(prior).scaled(lam)
        stop = experiment.peers_stop
        run = admm(f, r, rho, x0, stop) if method == "admm" else hqs(f, r, rho, gamma, x0, stop)
        rows.append(
            {
                "prior": prior,
                "lam": lam,
                "rho": rho,
                "gamma": gamma,
                "error": error(run.x).mean().item(),
                "iterations": run.K.double().mean().item(),
                "best": False,
            }
        )
    for prior in PRIORS:
        min((row for row in rows if row["prior"] == prior), key=lambda row: row["error"])["best"] = True
    path = root / tuning_path(profile, method)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_csv(path, rows, COLUMNS)
    return rows


def read_tuned(profile: str, method: str, prior: str, root: Path = Path()) -> dict[str, float]:
    """lam, rho and, for hqs, gamma of the best grid point. PadnetError if the results are missing or invalid."""
    path = root / tuning_path(profile, method)
    if not path.is_file():
        raise PadnetError(f"{path} is missing: run `padnet tune --profile {profile} --method {method}` first")
    with open(path, newline="", encoding="utf-8") as file:
        found = [row for row in csv.DictReader(file) if row.get("prior") == prior and row.get("best") == "True"]
    if len(found) != 1:
        raise PadnetError(f"{path} does not name one best point for {prior}: run its tune stage again")
    try:
        names = ("lam", "rho", "gamma") if method == "hqs" else ("lam", "rho")
        return {name: float(found[0][name]) for name in names}
    except (KeyError, TypeError, ValueError) as error:
        raise PadnetError(
            f"{path} has a best point for {prior} that cannot be read: run its tune stage again"
        ) from error


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `padnet tune`."""
    parser.add_argument("--profile", required=True, choices=["quick", "paper"])
    parser.add_argument("--method", required=True, choices=["admm", "hqs"])


def main(argv=None):
    """Run `padnet tune`."""
    parser = argparse.ArgumentParser(prog="padnet tune", description="Tune a method on training pictures.")
    add_arguments(parser)
    options = parser.parse_args(argv)
    for row in tune(options.profile, options.method):
        if row["best"]:
            print(f"{options.method} {row['prior']}: lam {row['lam']:g}, rho {row['rho']:g}, error {row['error']:.4f}")


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
