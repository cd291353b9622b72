"""Deblur a photograph on disk.

    padnet deconvolve photo.png kernel.png -o sharp.png

Photograph and result have the same size and bits a channel. Nothing is written before all is known to be well.
"""

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from padnet.cli.picture_files import check_ending, check_targets, encoded, read_kernel, read_picture
from padnet.project import console
from padnet.project.atomic_files import write_bytes, write_text
from padnet.tasks.deconvolution import deconvolve
from padnet.tasks.framing import BOUNDARIES
from padnet.tasks.opponent_colours import NAMES
from padnet.tasks.pretrained import METHODS


def add_arguments(parser):
    """The options of `padnet deconvolve`."""
    parser.add_argument("photo", type=Path, help="the blurred photograph, grey or colour, 8 or 16 bits")
    parser.add_argument("kernel", type=Path, help="picture of the blur kernel: the image of a point of light")
    parser.add_argument("-o", "--out", type=Path, required=True, help="the sharp photograph: .png, .tif or .bmp")
    parser.add_argument("--noise", type=float, help="its standard deviation, white being 1; default: estimated")
    parser.add_argument("--method", choices=METHODS, default="ipadnet", help="default: ipadnet")
    parser.add_argument("--passes", type=int, help="how often the image is found; default: as the weights say")
    parser.add_argument(
        "--boundary",
        choices=BOUNDARIES,
        default="unknown",
        help="periodic: simulated blur that goes on at the other side; default: unknown, as photographs have it",
    )
    parser.add_argument("--flip-kernel", action="store_true", help="a kernel of correlation: rotate it by 180°")
    parser.add_argument("--certificate", type=Path, metavar="FILE", help="noise and certificates, as JSON")
    parser.add_argument("--weights", type=Path, metavar="FOLDER", help="trained networks; default: the project's")
    parser.add_argument("--overwrite", action="store_true", help="the results may take the place of an input")


def run(options):
    """Read, deblur, write, and say what came out. Raises InputError or PadnetError before anything is written."""
    photo, kernel = read_picture(options.photo), read_kernel(options.kernel)
    targets = [path for path in (options.out, options.certificate) if path is not None]
    check_targets(targets, (options.photo, options.kernel), options.overwrite)
    check_ending(options.out, photo)
    if options.flip_kernel:
        kernel = kernel[::-1, ::-1]
    # The one bar of this command: on the line it finds, whatever else in this process counts.
    with tqdm(desc=options.photo.name, unit="stage", leave=False, position=0) as bar:

        def progress(done, total):
            bar.total = total
            bar.update(done - bar.n)

        result = deconvolve(
            photo,
            kernel,
            options.noise,
            method=options.method,
            passes=options.passes,
            boundary=options.boundary,
            weights=options.weights,
            progress=progress,
        )
    write_bytes(options.out, encoded(result.image, options.out.suffix))
    if options.certificate is not None:
        write_text(options.certificate, result.to_json())
    source = "estimated" if options.noise is None else "used"
    print(f"{options.out}: {photo.shape[1]}x{photo.shape[0]} pixels, noise {result.noise:.4f} {source}")
    for name, certificate in zip(NAMES, result.certificate, strict=False):  # a grey photograph has the first alone
        print(f"{name}: {certificate.verdict}")


def main(argv=None):
    """Run `padnet deconvolve`."""
    parser = argparse.ArgumentParser(prog="padnet deconvolve", description="Deblur a photograph whose kernel is known.")
    add_arguments(parser)
    run(parser.parse_args(argv))


if __name__ == "__main__":
    sys.exit(console.run(main))
