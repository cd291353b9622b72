"""Compare the estimators of the airlight on scenes and photographs that are held out from training; no test picture.

    python -m padnet.evaluation.airlight --profile paper

One row per estimator and kind of picture, and one over all kinds: the mean error of A in each channel, the mean PSNR
of J in dB by He's method and by IPADNet with that airlight, and the share of pictures below the hazy one. "known" is
the true airlight. padnet.tasks.airlight.estimate_airlight, here "network", was chosen by these PSNRs.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from padnet.baselines.dehazing.he import he
from padnet.data.airlight_scenes import airlight_pairs
from padnet.data.haze_photographs import HELD
from padnet.data.haze_protocols import PROTOCOLS, haze_protocol
from padnet.data.readers import training_photographs
from padnet.evaluation.records import short
from padnet.experiments.haze import HazeExperiment
from padnet.haze.airlight import agreed_airlight
from padnet.haze.colour_lines import colour_lines_airlight
from padnet.haze.dark_channel import brightest_airlight, dark_airlight
from padnet.haze.haze_lines import haze_lines_airlight
from padnet.haze.model import radiance
from padnet.haze.patch_recurrence import recurrence_airlight
from padnet.haze.quad_tree import quad_tree_airlight
from padnet.project import console
from padnet.project.atomic_files import write_csv
from padnet.project.determinism import deterministic
from padnet.project.params import load_seed
from padnet.tasks.airlight import estimate_airlight
from padnet.tasks.dehazer import load

METHODS = {
    "dark channel, mean": dark_airlight,
    "dark channel, brightest": brightest_airlight,
    "quad tree": quad_tree_airlight,
    "haze lines": haze_lines_airlight,
    "colour lines": colour_lines_airlight,
    "patch recurrence": recurrence_airlight,
    "consensus": agreed_airlight,
    "network": estimate_airlight,
}
COLUMNS = ["method", "kind", "pictures", "red", "green", "blue", "psnr_he", "psnr_ipadnet", "below_hazy"]
COUNT = {"quick": 1, "paper": 6}  # pictures of each kind


def path_of(profile: str) -> str:
    """The path of the table."""
    return f"results/{profile}/tuning/haze-airlight.csv"


@torch.no_grad()
def compare(profile: str, root: Path = Path(), count: int | None = None) -> list[dict]:
    """Compare all estimators; write and return the rows. count: pictures of each kind.

    Raises PadnetError for missing data or weights.
    """
    deterministic()
    experiment, dehazer, seed = HazeExperiment(profile), load(), load_seed()
    spec, data = experiment.data, root / "data" / profile
    scenes = list(haze_protocol(PROTOCOLS[profile]).scenes(data, "training"))
    photographs = held_photographs(profile, data, spec.held_photographs)
    held = scenes[len(scenes) - spec.held_scenes :]
    found = []
    pairs = airlight_pairs(held, photographs, spec, seed, COUNT[profile] if count is None else count)
    for kind, pair in tqdm(pairs, desc="airlights", unit="picture", mininterval=5):
        I = torch.from_numpy(pair.I).permute(2, 0, 1)[None].float()
        true = torch.from_numpy(pair.A)[None].float()
        airlights = {"known": true} | {name: method(I) for name, method in METHODS.items()}
        for name, A in airlights.items():
            t = {"he": he(I, A), "ipadnet": dehazer(I, A)[0]}
            scores = {key: _psnr(pair, radiance(I, value, A)) for key, value in t.items()}
            found.append((name, kind, (A - true).abs()[0].tolist(), scores, scores["ipadnet"] < _psnr(pair, I)))
    rows = []
    for name in ("known", *METHODS):
        for kind in (*dict.fromkeys(kind for kind, _ in pairs), "all"):
            rows.append(_row(name, kind, [one for one in found if one[0] == name and kind in (one[1], "all")]))
    path = root / path_of(profile)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_csv(path, rows, COLUMNS)
    return rows


def held_photographs(profile: str, data: Path, held: int) -> list[np.ndarray]:
    """The photographs that trainings hold out, without those of photographs-haze, which are for no choice."""
    photographs = [picture for _, picture in training_photographs(data)][-held:]
    return photographs[:-HELD] if profile == "paper" else photographs


def _row(name, kind, found):
    errors = np.mean([errors for _, _, errors, _, _ in found], axis=0)
    psnrs = [np.mean([scores[key] for *_, scores, _ in found]) for key in ("he", "ipadnet")]
    below = np.mean([below for *_, below in found])
    values = (short(float(value)) for value in (*errors, *psnrs, below))
    return dict(zip(COLUMNS, (name, kind, len(found), *values), strict=True))


def _psnr(pair, J):
    """PSNR in dB of J, (1, 3, h, w), over the pixels of known depth."""
    error = (J[0].permute(1, 2, 0).double().clamp(0, 1).numpy() - pair.J)[pair.mask]
    return float(-10 * np.log10(np.mean(error**2)))


def main(argv=None):
    """Run the stage."""
    parser = argparse.ArgumentParser(prog="padnet compare-airlight", description="Compare airlight estimators.")
    parser.add_argument("--profile", required=True, choices=["quick", "paper"])
    parser.add_argument("--count", type=int, help="pictures of each kind; default: 1 quick, 6 paper")
    options = parser.parse_args(argv)
    for row in compare(options.profile, count=options.count):
        if row["kind"] == "all":
            print(
                ", ".join(
                    f"{key} {value:.4g}" if isinstance(value, float) else f"{value}" for key, value in row.items()
                )
            )


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
