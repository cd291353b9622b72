"""Deblur a test set with both PADNets; writes a record and a certificate per image.

    python -m padnet.evaluation.image --profile paper --set levin-1pct

Images are restored one at a time, so a record depends only on its image and kernel. Under torchrun the processes share
the images, and the first one writes the files.
"""

import argparse
import sys
from pathlib import Path

import torch

from padnet.data.protocols import PROTOCOLS, protocol
from padnet.errors import InputError
from padnet.evaluation.columns import IMAGE as RECORD
from padnet.evaluation.records import iterates_hash, proof, short, write_results
from padnet.experiments.distributed import join
from padnet.imaging.batch import stack
from padnet.project import console
from padnet.project.determinism import deterministic
from padnet.tasks.framing import AROUND
from padnet.tasks.noise_level import estimate_noise
from padnet.tasks.pretrained import load
from padnet.tasks.restorer import Restored, Restorer

VARIANTS = {"ipadnet": ("bounded",), "epadnet": ("guarded", "unguarded", "left out")}
CONTROLLED = ("quick", "levin-1pct")  # the sets on which EPADNet is also run without networks


def restore(restorer: Restorer, pair, noise: float | None, variant: str, begin: Restored | None = None, watch=None):
    """Restore one pair: (Fields of the pair, Restored, the noise level used, IPADNet's Restored).

    noise: standard deviation in [0, 1]; None estimates it from the observation. watch: a function from Fields to the
    callback that a Restorer calls with every image.

    Raises InputError for an unknown variant.
    """
    if variant not in sum(VARIANTS.values(), ()):
        raise InputError(f"there is no variant {variant!r}: see VARIANTS.")
    sigma = estimate_noise(pair.y, pair.k) if noise is None else noise
    margin = max(restorer.settings.raw["frame"]["margin"], max(pair.k.shape) // 2 + AROUND)
    fields = stack([pair], margin, [sigma] if restorer.settings.told else None)
    given = (fields.y, fields.k, torch.tensor([sigma], dtype=torch.float64), fields.seen)
    if variant == "bounded":
        found = begin = restorer.ipadnet(*given, watch=watch(fields) if watch else None, keep=True)
    else:
        begin = begin or restorer.ipadnet(*given, keep=True)
        told = watch(fields) if watch else None
        how = {"guarded": variant != "unguarded", "networks": variant != "left out"}
        found = restorer.epadnet(*given, **how, begin=begin, watch=told, keep=True)
    return fields, found, sigma, begin


def record(setting, pair, fields, found: Restored, begin: Restored, sigma: float, variant: str) -> dict:
    """The row of one image, with the keys RECORD."""
    run, K = found.run, int(found.run.K[0])
    own, energy = run.columns.get("own"), run.columns.get("energy")
    score = setting.score(pair, fields.scene(found.x))
    start = score if found is begin else setting.score(pair, fields.scene(begin.x))
    values = (
        pair.image,
        pair.kernel,
        variant,
        found.certificates[0].test,
        short(score["psnr"]),
        short(score["ssim"]),
        short(start["psnr"]),
        short(sigma),
        K,
        "epsilon" if run.settled[0] else "k_max",
        None if own is None else int(own[:K, 0].sum()),
        None if energy is None else short(energy[K - 1, 0].item()),
        found.certificates[0].verdict,
    )
    return dict(zip(RECORD, values, strict=True))


def benchmark(profile: str, name: str, root: Path = Path()) -> None:
    """Restore every pair of a protocol with both PADNets; write their records and certificates.

    Both run together, because explicit PADNet uses the images of implicit PADNet.
    """
    deterministic()
    setting = protocol(name)
    restorer = load()  # the shipped weights, also in the quick profile
    pairs = setting.pairs(root / "data" / ("quick" if setting.source == "sample" else "paper"))

    def restored(pair) -> dict[str, tuple[list[dict], list[dict]]]:
        """The records and certificates of one pair, by method."""
        made, begin = {}, None
        for method, variants in VARIANTS.items():
            rows, proofs = made[method] = [], []
            for variant in (one for one in variants if one != "left out" or name in CONTROLLED):
                # If the guarded run accepted every network step, the unguarded run is identical.
                if not (variant == "unguarded" and rows[0]["accepted"] == rows[0]["iterations"]):
                    fields, found, sigma, begin = restore(restorer, pair, setting.noise, variant, begin)
                rows.append(record(setting, pair, fields, found, begin, sigma, variant))
                (one,) = found.certificates
                told = {"image": pair.image, "kernel": pair.kernel, "variant": variant, **proof(one)}
                proofs.append(told | {"iterates": iterates_hash(found.run)})
        return made

    ranks = join()
    done = ranks.each(restored, pairs, f"PADNets on {name}", "image")
    if ranks.first:
        for method, variants in VARIANTS.items():
            rows, proofs = ([one for made in done for one in made[method][i]] for i in (0, 1))
            rows.sort(key=lambda row: variants.index(row["variant"]))
            write_results(root / "results" / profile, name, f"image-{method}", rows, RECORD, proofs)
    ranks.meet()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this stage."""
    parser.add_argument("--profile", required=True, choices=["quick", "paper"])
    parser.add_argument("--set", required=True, choices=sorted(PROTOCOLS), help="the protocol")


def main(argv=None):
    """Run the stage."""
    parser = argparse.ArgumentParser(prog="padnet benchmark-image", description="Deblur a test set with both PADNets.")
    add_arguments(parser)
    options = parser.parse_args(argv)
    benchmark(options.profile, options.set)


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
