"""Write a blur kernel by its formula.

padnet kernel motion 15 30 -o kernel.png
"""

import argparse
import io
import sys
from pathlib import Path

import numpy as np

from padnet.cli.picture_output import check_targets, encoded
from padnet.errors import InputError
from padnet.imaging.parametric_kernels import defocus_kernel, gaussian_kernel, motion_kernel
from padnet.project import console
from padnet.project.atomic_files import write_bytes, write_text

KINDS = {
    "motion": (motion_kernel, ("LENGTH", "ANGLE"), "uniform motion by LENGTH pixels at ANGLE degrees"),
    "defocus": (defocus_kernel, ("RADIUS",), "a lens out of focus: a disk of RADIUS pixels"),
    "gaussian": (gaussian_kernel, ("SIGMA",), "a Gaussian of standard deviation SIGMA pixels"),
}
WRITTEN = (".png", ".tif", ".tiff", ".csv", ".txt", ".npy")


def add_arguments(parser):
    """The options of `padnet kernel`."""
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
    for name, (_, numbers, what) in KINDS.items():
        kind = kinds.add_parser(name, help=what, description=what)
        for number in numbers:
            kind.add_argument(number.lower(), metavar=number, type=float)
        kind.add_argument("-o", "--out", type=Path, required=True, help=f"{', '.join(WRITTEN)}; pictures have 16 bits")
        kind.add_argument("--overwrite", action="store_true", help="replace a file that exists")


def run(options):
    """Make the kernel and write it. Raises InputError before anything is written."""
    make, numbers, _ = KINDS[options.kind]
    kernel = make(*(getattr(options, number.lower()) for number in numbers))
    ending = options.out.suffix.lower()
    if ending not in WRITTEN:
        raise InputError(f"{options.out} is no file for a kernel: use one of {', '.join(WRITTEN)}")
    check_targets([options.out], options.overwrite)
    if ending == ".npy":
        write_bytes(options.out, _npy(kernel))
    elif ending in (".csv", ".txt"):
        mark = "," if ending == ".csv" else " "
        write_text(options.out, "".join(mark.join(map(repr, row)) + "\n" for row in kernel.tolist()))
    else:
        write_bytes(options.out, encoded(np.rint(kernel / kernel.max() * 65535).astype(np.uint16), ending))
    m, n = kernel.shape
    print(f"{options.out}: {n}x{m} pixels, centre at ({m // 2}, {n // 2})")


def _npy(kernel):
    file = io.BytesIO()
    np.save(file, kernel)
    return file.getvalue()


def main(argv=None):
    """Run `padnet kernel`."""
    parser = argparse.ArgumentParser(prog="padnet kernel", description="Write a blur kernel by its formula.")
    add_arguments(parser)
    run(parser.parse_args(argv))


if __name__ == "__main__":
    sys.exit(console.run(main, resumed=False))
