"""Remove the haze of a test set: a record per picture, haze and kind of airlight, by PADNet and beside it.

    python -m padnet.pipeline.benchmark_haze --profile paper --set middlebury-haze
    python -m padnet.pipeline.benchmark_haze --profile paper --set fattal --folder FOLDER

Pictures are restored one by one, so a record depends on nothing but its picture. Under torchrun the processes share
them, and the first writes. Every method recovers J with the same lower bound of t: methods differ in their
transmission alone. t~ is PADNet's own, at its working size; He's method works at the picture's.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from padnet.benchmarks import fattal
from padnet.benchmarks.haze_protocols import HAZE_PROTOCOLS, HazeProtocol, haze_protocol
from padnet.benchmarks.haze_scores import score
from padnet.core.certificate import Certificate
from padnet.errors import InputError
from padnet.haze.airlight import estimate_airlight
from padnet.haze.filters import guided_filter
from padnet.haze.model import radiance
from padnet.haze.working import brought_up, factor_of, reduced
from padnet.methods.he import he
from padnet.pipeline import console
from padnet.pipeline.determinism import deterministic
from padnet.pipeline.layout import HAZE
from padnet.pipeline.ranks import join
from padnet.pipeline.records import plain, short, write_results
from padnet.pipeline.table3 import RECORD
from padnet.tasks.dehazer import Dehazer, load

VARIANTS = ("known", "estimated")  # airlight
ORACLES = ("constant", "median")
RADIUS, EPS = 30, 1e-3  # of the guided filter: pixels of the picture; units of its colours squared
SETS = (*sorted(HAZE_PROTOCOLS), "fattal")


@dataclass(frozen=True)
class Estimate:
    """What a method finds for a picture: t (h, w), J (h, w, 3) not clipped, float32; and PADNet's certificate."""

    t: np.ndarray
    J: np.ndarray
    certificate: Certificate | None = None


def observed(pair, variant: str):
    """The picture (1, 3, h, w) and the airlight (1, 3) of a pair, float32, as `padnet.dehaze` takes them.

    variant: "known" takes the pair's airlight, "estimated" the picture's alone.
    """
    if variant not in VARIANTS:
        raise InputError(f"there is no kind of airlight {variant!r}: choose from {', '.join(VARIANTS)}.")
    I = torch.from_numpy(pair.I).permute(2, 0, 1)[None].float()
    return I, torch.from_numpy(pair.A)[None].float() if variant == "known" else estimate_airlight(I)


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
    t["he"] = he(I, A)
    t["ipadnet"], (certificate,) = dehazer(I, A)
    least = dehazer.settings.raw["least"]
    found = {}
    for name in HAZE:
        if name in t:
            J = I if name == "hazy" else radiance(I, t[name], A, least)
            found[name] = Estimate(t[name][0, 0].numpy(), J[0].permute(1, 2, 0).numpy(),
                                   certificate if name == "ipadnet" else None)  # fmt: skip
    return found


def record(pair, variant: str, name: str, estimate: Estimate) -> dict:
    """The row of one picture, with the keys RECORD."""
    found = score(pair, estimate.t, estimate.J)
    verdict = None if estimate.certificate is None else estimate.certificate.verdict
    values = (pair.image, pair.beta, "none" if name == "hazy" else variant,
              *(short(found[metric]) for metric in ("psnr", "ssim", "l1_t", "l1_J")), verdict)  # fmt: skip
    return dict(zip(RECORD, values, strict=True))


def pairs_of(name: str, data: Path, folder: Path | None):
    """(pairs, the constant oracle or None) of a test set; `folder` is that of Fattal's benchmark.

    Raises InputError for a set that is not known, or a folder with or without need; PadnetError for missing files.
    """
    if name != "fattal":
        if folder is not None:
            raise InputError(f"--folder is for the set fattal alone; the files of {name} are found by themselves.")
        protocol = haze_protocol(name)
        return protocol.pairs(data, "test"), protocol.constant(data)
    if folder is None:
        raise InputError(f"--set fattal needs --folder: {fattal.WHERE}")
    return fattal.pairs(folder), None


def benchmark(profile: str, name: str, root: Path = Path(), folder: Path | None = None) -> None:
    """Remove the haze of every pair of a set with every method; write their records and PADNet's certificates.

    With the shipped weights, in the quick profile too. Raises as pairs_of, and PadnetError for missing weights.
    """
    deterministic()
    quick = name in HAZE_PROTOCOLS and haze_protocol(name).source == "sample"
    pairs, constant = pairs_of(name, root / "data" / ("quick" if quick else "paper"), folder)
    dehazer = load()

    def restored(pair) -> list[tuple[str, dict, dict | None]]:
        """(method, record, certificate) of a pair."""
        made = []
        for variant in VARIANTS:
            for method, one in estimates(dehazer, pair, variant, constant).items():
                proof = one.certificate and {
                    "image": pair.image, "beta": pair.beta, "variant": variant, "holds": one.certificate.holds,
                    "verdict": one.certificate.verdict, "rows": [plain(row) for row in one.certificate.rows],
                }  # fmt: skip
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


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this stage."""
    parser.add_argument("--profile", required=True, choices=["quick", "paper"])
    parser.add_argument("--set", required=True, choices=SETS, help="the protocol, or Fattal's benchmark")
    parser.add_argument("--folder", type=Path, help=f"for --set fattal. {fattal.WHERE}")


def main(argv=None):
    """Run the stage."""
    parser = argparse.ArgumentParser(prog="padnet benchmark-haze", description="Remove the haze of a test set.")
    add_arguments(parser)
    options = parser.parse_args(argv)
    benchmark(options.profile, options.set, folder=options.folder)


if __name__ == "__main__":
    sys.exit(console.run(main))
