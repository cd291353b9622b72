"""Deblur a test set with a compared method: a record per image.

    python -m padnet.evaluation.deblurring --profile paper --set levin-1pct --method tv

Images are restored one by one, told the same noise and put into the same frames as PADNet's, and scored by
the same protocol. Under torchrun the processes share them, and the first writes.
"""

import argparse
import sys
from pathlib import Path

import torch

from padnet.data.protocols import PROTOCOLS, protocol
from padnet.errors import InputError
from padnet.evaluation.columns import COMPARED as COMPARED_RECORD
from padnet.evaluation.records import short
from padnet.experiments.distributed import join
from padnet.imaging.batch import stack
from padnet.labels import COMPARED
from padnet.project import console
from padnet.project.atomic_files import write_csv
from padnet.project.choice import chosen
from padnet.project.determinism import deterministic
from padnet.tasks.noise_level import estimate_noise

MARGIN, AROUND = 24, 8  # pixels that a frame adds at least a side, and beyond half a kernel, as PADNet's


def method_of(name: str):
    """The function padnet.baselines.deblurring.NAME.NAME.

    Imported when it is asked for: a stage depends on its own method alone.

    Raises InputError for a name that is none of COMPARED.
    """
    if name not in COMPARED:
        raise InputError(f"there is no compared method {name!r}: use one of {', '.join(COMPARED)}.")
    return getattr(chosen(f"padnet.baselines.deblurring.{name}"), name)


def restore(method, pair, noise: float | None):
    """The image that a method finds behind a pair's observation, (h, w) in the frame of the truth, and the noise told.

    method: as method_of() returns it. noise: standard deviation in [0, 1]; None: estimated from the observation.
    In single precision, as the compared methods are; nothing of theirs is certified.
    """
    sigma = estimate_noise(pair.y, pair.k) if noise is None else noise
    fields = stack([pair], max(MARGIN, max(pair.k.shape) // 2 + AROUND)).to(torch.float32)
    found = method(fields.y, fields.k, torch.tensor([sigma]), fields.seen)
    return fields.scene(found), sigma


def benchmark(profile: str, name: str, method: str, root: Path = Path()) -> None:
    """Restore every pair of a protocol with a compared method and write the records."""
    deterministic()
    setting, function = protocol(name), method_of(method)
    pairs = setting.pairs(root / "data" / ("quick" if setting.source == "sample" else "paper"))

    def record(pair) -> dict:
        estimate, sigma = restore(function, pair, setting.noise)
        score = setting.score(pair, estimate)
        return dict(
            zip(
                COMPARED_RECORD,
                (pair.image, pair.kernel, short(score["psnr"]), short(score["ssim"]), short(sigma)),
                strict=True,
            )
        )

    ranks = join()
    rows = ranks.each(record, pairs, f"{method} on {name}", "image")
    if ranks.first:
        folder = root / "results" / profile / "records" / name
        folder.mkdir(parents=True, exist_ok=True)
        write_csv(folder / f"compared-{method}.csv", rows, COMPARED_RECORD)
    ranks.meet()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this stage."""
    parser.add_argument("--profile", required=True, choices=["quick", "paper"])
    parser.add_argument("--set", required=True, choices=sorted(PROTOCOLS), help="the protocol")
    parser.add_argument("--method", required=True, choices=list(COMPARED))


def main(argv=None):
    """Run the stage."""
    parser = argparse.ArgumentParser(
        prog="padnet benchmark-method", description="Deblur a test set with a compared method."
    )
    add_arguments(parser)
    options = parser.parse_args(argv)
    benchmark(options.profile, options.set, options.method)


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
