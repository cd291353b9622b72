"""Select the networks of explicit PADNet: of three trainings, the one with the smallest error on held-out pairs.

    python -m padnet.evaluation.explicit_networks --profile quick

The candidates for each p are the networks of implicit PADNet, and the same networks trained further for the explicit
scheme, with the safeguard's term in the loss and, as a control, without it. All are evaluated as in the benchmark,
guarded by the descent test; test pairs are not used. Networks with a lower safeguard acceptance rate than those of
implicit PADNet are not selected even if their error is smaller, because less of the result would be due to them.
"""

import argparse
import hashlib
import sys
from math import isfinite
from pathlib import Path

import torch
from tqdm import tqdm

from padnet.data.deblurring_pairs import training_fields
from padnet.data.readers import training_pictures
from padnet.errors import PadnetError
from padnet.evaluation.gradient import certify, load_networks, solve
from padnet.experiments.gradient import CONTROL, PRIORS, Experiment, networks_path, weights_path
from padnet.imaging.batch import Fields
from padnet.project import console
from padnet.project.atomic_files import write_bytes, write_csv, write_json
from padnet.project.determinism import deterministic
from padnet.project.params import load_seed

# The value of a candidate's column `networks`, and the model that the weights belong to.
CANDIDATES = {"implicit": "ipadnet", "control": "epadnet-{}" + CONTROL, "guarded": "epadnet-{}"}
COLUMNS = [
    "prior",
    "networks",
    "pairs",
    "error",
    "largest_error",
    "unguarded_error",
    "own_share",
    "certificates",
    "chosen",
]


def candidates_path(profile: str) -> str:
    """Where the candidates and what they reached lie."""
    return f"results/{profile}/tuning/gradient-explicit.csv"


@torch.no_grad()
def judge(experiment: Experiment, prior: str, networks: list, held: Fields) -> dict:
    """Figures of a candidate on held-out pairs, guarded by descent: the columns `error` to `certificates`.

    own_share: of the steps, those that are the network's own. certificates: how many hold.
    """
    errors, free, own, steps, certified = [], [], 0, 0, 0
    size = experiment.raw["benchmark"]["batch"]
    for start in range(0, len(held), size):
        part = held[start : start + size]
        run = solve("epadnet", experiment, part, prior, "guarded", networks, test="descent")
        errors += run.columns["reconstruction_error"].gather(0, run.K[None] - 1)[0].tolist()
        counted = torch.arange(len(run.columns["own"]))[:, None] < run.K
        own, steps = own + int((run.columns["own"].bool() & counted).sum()), steps + int(run.K.sum())
        certified += sum(one.holds for one in certify(run, experiment, "descent"))
        run = solve("epadnet", experiment, part, prior, "unguarded", networks, test="descent")
        free += run.columns["reconstruction_error"].gather(0, run.K[None] - 1)[0].tolist()
    return {
        "pairs": len(errors),
        "error": sum(errors) / len(errors),
        "largest_error": max(errors),
        "unguarded_error": sum(free) / len(free),
        "own_share": own / steps,
        "certificates": certified,
    }


def choose(profile: str, root: Path = Path()) -> list[dict]:
    """Judge every candidate, write the rows and, for each p, the weights of the chosen one; return the rows.

    Of two with the same error the first in CANDIDATES is taken.

    Raises:
        PadnetError: when the weights of a candidate are missing or broken, or its error is not finite.
    """
    deterministic()
    experiment = Experiment(profile)
    _, held = training_fields(training_pictures(root / "data" / profile), experiment.data, load_seed())
    held = held[: experiment.raw["choice"]["pairs"]].to(torch.float64)
    jobs = [(prior, name, model.format(prior)) for prior in PRIORS for name, model in CANDIDATES.items()]
    rows = []
    for prior, name, model in tqdm(jobs, desc="held-out pairs", unit="candidate", mininterval=5):
        networks = load_networks(profile, model, experiment, root, weights_path(profile, model, "safetensors"))
        rows.append({"prior": prior, "networks": name, **judge(experiment, prior, networks, held), "chosen": False})
    write_chosen(profile, rows, root)
    return rows


def write_chosen(profile: str, rows: list[dict], root: Path) -> None:
    """Mark the chosen row of each p; write its weights to where EPADNet loads them, a card, and the rows.

    Raises:
        PadnetError: when an error is not finite; nothing is written then.
    """
    for row in rows:
        if not isfinite(row["error"]):
            raise PadnetError(
                f"a candidate for {row['prior']} has no finite error on the held-out pairs: train it again"
            )
    for prior in PRIORS:
        of_prior = [row for row in rows if row["prior"] == prior]
        least = next(row["own_share"] for row in of_prior if row["networks"] == "implicit")
        best = min((row for row in of_prior if row["own_share"] >= least), key=lambda row: row["error"])
        best["chosen"] = True
        model = CANDIDATES[best["networks"]].format(prior)
        weights = (root / weights_path(profile, model, "safetensors")).read_bytes()
        path = root / networks_path(profile, f"epadnet-{prior}")
        card = {
            "prior": prior,
            "profile": profile,
            "weights_of": model,
            "weights_sha256": hashlib.sha256(weights).hexdigest(),
        }
        write_json(path.with_name(f"{path.stem}.json"), card)
        write_bytes(path, weights)
    path = root / candidates_path(profile)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_csv(path, rows, COLUMNS)


def main(argv=None):
    """Choose, and print a line per candidate."""
    parser = argparse.ArgumentParser(
        prog="python -m padnet.evaluation.explicit_networks", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--profile", required=True, choices=["quick", "paper"])
    options = parser.parse_args(argv)
    for row in choose(options.profile):
        said = f"{row['prior']} {row['networks']}: error {row['error']:.4f}, own steps {row['own_share']:.0%}"
        print(said + (", chosen" if row["chosen"] else ""))


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
