"""Deblurring of photographs as files: each before and after, as `padnet deconvolve` would do it with the noise unknown.

    padnet photographs --out reference/photographs.csv

Two parts: a table of 8 photographs, 4 blurs, 4 formats and 5 noise levels; and the kinds of padnet.cli.file_kinds, each
on 8 photographs with 3 seeds. About ten minutes on one core.
"""

import argparse
import itertools
import sys
import tempfile
from pathlib import Path

import numpy as np
from tqdm import tqdm

from padnet.cli.file_kinds import BLURS, KINDS, PICTURES, blurred, numbers, packed
from padnet.cli.file_summary import MARK, PAGE, table
from padnet.cli.kernel_files import read_kernel
from padnet.cli.picture_files import read_picture
from padnet.imaging.arrays import WHITE
from padnet.project import console
from padnet.project.atomic_files import write_csv
from padnet.project.markers import rewrite
from padnet.project.paths import find_root
from padnet.tasks.deconvolution import deconvolve

FORMATS = {"PNG": None, "JPEG 90": 90, "JPEG 75": 75, "JPEG 60": 60}  # the quality of a JPEG
NOISE = (0.005, 0.01, 0.02, 0.05, 0.1)
SEEDS = (0, 1, 2)  # of the kinds; the table has the first
COLUMNS = ("kind", "picture", "blur", "format", "noise", "seed", "estimated", "before", "after")


def cases():
    """(columns of a case, how its files are made) of all cases."""
    for picture, blur, name, noise in itertools.product(PICTURES, BLURS, FORMATS, NOISE):

        def make(picture=picture, blur=blur, quality=FORMATS[name], noise=noise):
            y, truth = blurred(picture, kernel := BLURS[blur](), noise, SEEDS[0])
            return (".png" if quality is None else ".jpg", packed(y, quality)), (".npy", numbers(kernel)), truth

        yield dict(kind="table", picture=picture, blur=blur, format=name, noise=noise, seed=SEEDS[0]), make
    for kind, picture, seed in itertools.product(KINDS, PICTURES, SEEDS):
        told = dict(kind=kind, picture=picture, blur=None, format=None, noise=None, seed=seed)
        yield told, lambda kind=kind, picture=picture, seed=seed: KINDS[kind](picture, seed)


def measure(make, folder):
    """(estimated noise, PSNR before and after in dB) of one case; its files are written to `folder` and read."""
    *files, truth = make()
    photo, kernel = (folder / f"{what}{ending}" for what, (ending, _) in zip(("photo", "kernel"), files, strict=True))
    for path, (_, data) in zip((photo, kernel), files, strict=True):
        path.write_bytes(data)
    picture = read_picture(photo, floats=True)
    result = deconvolve(picture.pixels, read_kernel(kernel)[0], compression=picture.compression, turns=1)
    return result.noise, psnr(picture.pixels, truth), psnr(result.image, truth)


def psnr(found, truth):
    """In dB, for the largest value of `truth`; found: (h, w) whole numbers, truth: the same from 0 to 1."""
    return 20 * np.log10(truth.max()) - 10 * np.log10(np.mean((found / WHITE[found.dtype.name] - truth) ** 2))


def add_arguments(parser):
    """Add this command's options to an argparse parser."""
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="one row a case, CSV")
    parser.add_argument("--page", action="store_true", help=f"write the tables into {PAGE}")


def main(argv=None):
    """Measure every case and write the rows."""
    parser = argparse.ArgumentParser(prog="padnet photographs", description=__doc__.splitlines()[0])
    add_arguments(parser)
    options, rows = parser.parse_args(argv), []
    with tempfile.TemporaryDirectory() as folder:
        for told, make in tqdm(list(cases()), leave=False):
            found = zip(("estimated", "before", "after"), measure(make, Path(folder)), strict=True)
            rows.append(told | {name: round(float(value), 4) for name, value in found})
    write_csv(options.out, rows, COLUMNS)
    if options.page:
        rewrite(find_root(), PAGE, table([{name: str(row[name]) for name in COLUMNS} for row in rows]), MARK)
    worse = sum(row["after"] < row["before"] for row in rows)
    print(f"{options.out}: {len(rows)} cases, {worse} of them worse than the photograph")


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True, resumed=False))
