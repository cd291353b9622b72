"""Deblur a test set with a compared method; writes one record per image.

    python -m padnet.evaluation.deblurring --profile paper --set levin-1pct --method tv

Images are restored one at a time, with the same noise level, the same frames and the same scoring protocol as PADNet.
Under torchrun the processes share the images, and the first one writes the records.
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

MARGIN, AROUND = 24, 8  # minimum frame width per side, and width beyond half a kernel, pixels; as for PADNet


def method_of(name: str):
    """The function padnet.baselines.deblurring.NAME.NAME.

    It is imported on demand, so that a pipeline stage depends only on its own method.

    Raises InputError for a name that is not in COMPARED.
    """
    if name not in COMPARED:
        raise InputError(f"there is no compared method {name!r}: use one of {', '.join(COMPARED)}.")
    return getattr(chosen(f"padnet.baselines.deblurring.{name}"), name)


def restore(method, pair, noise: float | None):
    """Deblur the observation of a pair: the image, (h, w) in the frame of the ground truth, and the noise level used.

    method: as returned by method_of(). noise: standard deviation in [0, 1]; None estimates it from the observation. The
    computation is in single precision, as compared methods have no certificates.
    """
    sigma = estimate_noise(pair.y, pair.k) if noise is None else noise
    fields = stack([pair], max(MARGIN, max(pair.k.shape) // 2 + AROUND)).to(torch.float32)
    found = method(fields.y, fields.k, torch.tensor([sigma]), fields.seen)
    return fields.scene(found), sigma


def benchmark(profile: str, name: str, method: str, root: Path = Path()) -> None:
    """Restore every pair of a protocol with a compared method and write the records. InputError as for method_of."""
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
