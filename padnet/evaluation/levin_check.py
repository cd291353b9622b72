"""Levin's sparse deconvolution on his captured images: one check of the loader, kernel orientation and error metric.

    python -m padnet.evaluation.levin_check

The published sums of squared differences are in reference/levin_sparse.csv; those of this run are written as records,
for the protocol's alignment search of +-7 pixels and the published one of +-5 pixels.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

from padnet.baselines.deblurring.levin_sparse import sparse
from padnet.data.protocols import protocol
from padnet.evaluation.columns import LEVIN as ANCHOR_RECORD
from padnet.project import console
from padnet.project.atomic_files import write_csv
from padnet.project.paths import find_root

REACHES = (7, 5)  # pixels
RECORDS = "results/paper/records/levin-real/image-sparse.csv"


def anchor(root=Path(), out=RECORDS):
    """Run the sparse prior on every capture, write the records, and return them.

    root: the project folder, with data/paper.   out: the CSV file, from root.
    A row per pair and reach: ssd, the sum of squared differences over the scored pixels, images in
    [0, 1]; psnr in dB; ssim.
    Raises PadnetError when the benchmark files are missing or broken.
    """
    rows = []
    base = protocol("levin-real")
    for pair in tqdm(base.pairs(Path(root) / "data/paper"), desc="sparse prior", unit="image", mininterval=5):
        estimate = sparse(pair.y, pair.k)
        for reach in REACHES:
            setting = replace(base, reach=reach)
            part, truth = setting.compared(pair, estimate)
            values = {"ssd": np.sum((part - truth) ** 2), **setting.score(pair, estimate)}
            rows.append(
                {
                    "image": pair.image,
                    "kernel": pair.kernel,
                    "reach": reach,
                    **{name: float(f"{value:.8g}") for name, value in values.items()},
                }
            )
    write_csv(Path(root) / out, rows, ANCHOR_RECORD)
    return rows


def add_arguments(parser):
    """The options of `padnet anchor`."""
    parser.add_argument("--out", default=RECORDS, metavar="FILE", help=f"the CSV file; default {RECORDS}")


def main(argv=None):
    """Run `padnet anchor` on the captures in data/paper."""
    parser = argparse.ArgumentParser(prog="padnet anchor", description=__doc__.splitlines()[0])
    add_arguments(parser)
    rows = anchor(find_root(), parser.parse_args(argv).out)
    for reach in REACHES:
        values = [row["psnr"] for row in rows if row["reach"] == reach]
        print(f"levin-real, +-{reach} px: {np.mean(values):.3f} dB, mean of {len(values)} captures")


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
