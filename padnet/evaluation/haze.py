"""Remove the haze of a test set: a record per picture, haze and kind of airlight, by PADNet and what it is measured by.

    python -m padnet.evaluation.haze --profile paper --set middlebury-haze
    python -m padnet.evaluation.haze --profile paper --set fattal --folder FOLDER

Pictures are restored one by one, so a record depends on nothing but its picture. Under torchrun the processes share
them, and the first writes. Every row here recovers J with the same lower bound of t: they differ in their transmission
alone. t~ is PADNet's own, at its working size.
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
from padnet.haze.resampling import brought_up, factor_of, reduced
from padnet.labels import HAZE
from padnet.project import console
from padnet.project.determinism import deterministic
from padnet.tasks.dehazer import Dehazer, load

ORACLES = ("constant", "median")
RADIUS, EPS = 30, 1e-3  # of the guided filter: pixels of the picture; units of its colours squared


def guidances(dehazer: Dehazer, I, A):
    """t~ of the working size as PADNet starts from it, and the same after the guided filter, each at full size."""
    working = dehazer.settings.raw["working"]
    factor = factor_of(tuple(I.shape[-2:]), working["reduce"], working["side"])
    small = reduced(I, factor)
    start = dehazer.settings.guidance(small, A)
    smooth = guided_filter(start, small, max(1, RADIUS // factor), EPS).clamp(0, 1)
    return [brought_up(t, small, I, factor, working["radius"], working["eps"]) for t in (start, smooth)]


def estimates(dehazer: Dehazer, pair, variant: str, constant: float | None = None) -> dict[str, Estimate]:
    """{method: Estimate} of a pair, in the order of HAZE; the hazy picture and the oracles for a known airlight alone.

    constant: that oracle's transmission; None leaves it out.
    """
    I, A = observed(pair, variant)
    flat = {}
    if variant == "known":
        flat = {"hazy": 1.0, "constant": constant, "median": HazeProtocol.median(pair)}
    t = {name: torch.full_like(I[:, :1], value) for name, value in flat.items() if value is not None}
    t["guidance"], t["refined"] = guidances(dehazer, I, A)
    t["ipadnet"], (certificate,) = dehazer(I, A)
    least = dehazer.settings.raw["least"]
    return {
        name: estimate(
            t[name], I if name == "hazy" else radiance(I, t[name], A, least), certificate if name == "ipadnet" else None
        )
        for name in HAZE
        if name in t
    }


def benchmark(profile: str, name: str, root: Path = Path(), folder: Path | None = None) -> None:
    """Remove the haze of every pair of a set; write the records of every row and PADNet's certificates.

    With the shipped weights, in the quick profile too. Raises as pairs_of, and PadnetError for missing weights.
    """
    deterministic()
    pairs, constant = pairs_of(name, root, folder)
    dehazer = load()

    def restored(pair) -> list[tuple[str, dict, dict | None]]:
        """(method, record, certificate) of a pair."""
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
