"""Dehaze a test set with PADNet and its reference rows; one record per image, haze density and airlight variant.

    python -m padnet.evaluation.haze --profile paper --set middlebury-haze
    python -m padnet.evaluation.haze --profile paper --set fattal --folder FOLDER

Images are restored one at a time, so a record depends only on its image. Under torchrun the processes share the
images, and the first one writes the files. All rows recover J with the same lower bound of t. PADNet's bounds the
amplification of noise besides, as `padnet.dehaze` does (padnet.haze.recovery); the others differ in the transmission
alone. Oracle baselines use ground truth. t~ is PADNet's own, at its working resolution.
"""

import argparse
import sys
from pathlib import Path

import torch

from padnet.data.haze_protocols import HazeProtocol
from padnet.evaluation.columns import HAZE as RECORD
from padnet.evaluation.haze_sets import VARIANTS, Estimate, add_arguments, estimate, observed, pairs_of, record
from padnet.evaluation.records import plain, write_results
from padnet.experiments.distributed import join
from padnet.haze.filters import guided_filter
from padnet.haze.model import radiance
from padnet.haze.recovery import recovered
from padnet.haze.resampling import brought_up, factor_of, reduced
from padnet.labels import HAZE
from padnet.project import console
from padnet.project.determinism import deterministic
from padnet.tasks.dehazer import Dehazer, load

ORACLES = ("constant", "median")
RADIUS, EPS = 30, 1e-3  # radius in image pixels, and regularisation in squared intensity units, of the guided filter


def guidances(dehazer: Dehazer, I, A):
    """t~ at the working resolution, PADNet's starting point, and t~ after the guided filter, both at full size."""
    working = dehazer.settings.raw["working"]
    factor = factor_of(tuple(I.shape[-2:]), working["reduce"], working["side"])
    small = reduced(I, factor)
    start = dehazer.settings.guidance(small, A)
    smooth = guided_filter(start, small, max(1, RADIUS // factor), EPS).clamp(0, 1)
    return [brought_up(t, small, I, factor, working["radius"], working["eps"]) for t in (start, smooth)]


def estimates(dehazer: Dehazer, pair, variant: str, constant: float | None = None) -> dict[str, Estimate]:
    """{method: Estimate} of a pair, in the order of HAZE; the hazy image and the oracles only for the known airlight.

    constant: the transmission of the oracle "constant"; None omits it.
    """
    I, A = observed(pair, variant)
    flat = {}
    if variant == "known":
        flat = {"hazy": 1.0, "constant": constant, "median": HazeProtocol.median(pair)}
    t = {name: torch.full_like(I[:, :1], value) for name, value in flat.items() if value is not None}
    t["guidance"], t["refined"] = guidances(dehazer, I, A)
    t["ipadnet"], (certificate,) = dehazer(I, A)
    least = dehazer.settings.raw["least"]

    def J(name):
        if name == "hazy":
            return I
        return (recovered if name == "ipadnet" else radiance)(I, t[name], A, least)

    return {name: estimate(t[name], J(name), certificate if name == "ipadnet" else None) for name in HAZE if name in t}


def benchmark(profile: str, name: str, root: Path = Path(), folder: Path | None = None) -> None:
    """Dehaze every pair of a set; write the records of all rows and PADNet's certificates.

    Uses the shipped weights, also in the quick profile. Raises as pairs_of, and PadnetError for missing weights.
    """
    deterministic()
    pairs, constant = pairs_of(name, root, folder)
    dehazer = load()

    def restored(pair) -> list[tuple[str, dict, dict | None]]:
        """(method, record, certificate) for each row of a pair."""
        made = []
        for variant in VARIANTS:
            for method, one in estimates(dehazer, pair, variant, constant).items():
                proof = one.certificate and {
                    "image": pair.image,
                    "beta": pair.beta,
                    "variant": variant,
                    "holds": one.certificate.holds,
                    "verdict": one.certificate.verdict,
                    "rows": [plain(row) for row in one.certificate.rows],
                }
                made.append((method, record(pair, variant, method, one), proof))
        return made

    ranks = join()
    done = [one for made in ranks.each(restored, pairs, f"haze of {name}", "image") for one in made]
    if ranks.first:
        for method in {method: None for method, _, _ in done}:
            own = sorted((one for one in done if one[0] == method), key=lambda one: one[1]["variant"] == "estimated")
            rows, proofs = [row for _, row, _ in own], [proof for *_, proof in own if proof]
            write_results(root / "results" / profile, name, f"haze-{method}", rows, RECORD, proofs)
    ranks.meet()


def main(argv=None):
    """Run the stage."""
    parser = argparse.ArgumentParser(prog="padnet benchmark-haze", description="Remove the haze of a test set.")
    add_arguments(parser)
    options = parser.parse_args(argv)
    benchmark(options.profile, options.set, folder=options.folder)


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
