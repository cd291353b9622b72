"""Remove haze from a photograph on disk.

    padnet dehaze photo.jpg -o clear.jpg

Photograph and result have the same size; nothing is written before all is known to be well.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from tqdm import tqdm

from padnet.cli.picture_files import check_ending, check_targets, encoded, read_picture
from padnet.project import console
from padnet.project.atomic_files import write_bytes, write_text
from padnet.tasks.dehazing import LEAST, dehaze


def colour(text):
    """ "0.8,0.8,0.9" as three floats; argparse tells what is wrong with another text."""
    try:
        parts = tuple(float(part) for part in text.split(","))
    except ValueError:
        parts = ()
    if len(parts) != 3:
        raise argparse.ArgumentTypeError(f"{text!r} is no colour: give three numbers from 0.1 to 1, R,G,B")
    return parts


def add_arguments(parser):
    """The options of `padnet dehaze`."""
    parser.add_argument("photo", type=Path, help="the hazy photograph, in colour, 8 or 16 bits")
    parser.add_argument(
        "-o", "--out", type=Path, required=True, help="the clear photograph: .png, .tif, .bmp or .jpg (of quality 95)"
    )
    parser.add_argument("--airlight", type=colour, metavar="R,G,B", help="of the haze, white 1; default: estimated")
    parser.add_argument(
        "--least",
        type=float,
        default=LEAST,
        metavar="T",
        help=f"lower bound of t: more leaves more haze and less noise; default: {LEAST:g}",
    )
    parser.add_argument("--transmission", type=Path, metavar="FILE", help="t as a grey picture of 16 bits")
    parser.add_argument("--certificate", type=Path, metavar="FILE", help="airlight and certificate, as JSON")
    parser.add_argument("--weights", type=Path, metavar="FOLDER", help="a trained network; default: the project's")
    parser.add_argument("--overwrite", action="store_true", help="the results may take the place of an input")


def run(options):
    """Read, remove the haze, write, and say what came out. Nothing is written before an InputError or PadnetError."""
    photo = read_picture(options.photo)
    targets = [path for path in (options.out, options.transmission, options.certificate) if path is not None]
    check_targets(targets, (options.photo,), options.overwrite)
    check_ending(options.out, photo, lossy=True)
    if options.transmission is not None:
        check_ending(options.transmission, np.zeros((1, 1), np.uint16))
    with tqdm(desc=options.photo.name, unit="stage", leave=False, position=0) as bar:

        def progress(done, total):
            bar.total = total
            bar.update(done - bar.n)

        result = dehaze(photo, options.airlight, least=options.least, weights=options.weights, progress=progress)
    write_bytes(options.out, encoded(result.image, options.out.suffix))
    if options.transmission is not None:
        t = np.rint(65535 * result.transmission.astype(np.float64)).astype(np.uint16)
        write_bytes(options.transmission, encoded(t, options.transmission.suffix))
    if options.certificate is not None:
        write_text(options.certificate, result.to_json())
    source = "estimated" if options.airlight is None else "used"
    told = ", ".join(f"{part:.3f}" for part in result.airlight)
    print(
        f"{options.out}: {photo.shape[1]}x{photo.shape[0]} pixels, airlight {told} {source}, "
        f"transmission {result.transmission.min():.2f} to {result.transmission.max():.2f}"
    )
    print(result.certificate.verdict)


def main(argv=None):
    """Run `padnet dehaze`."""
    parser = argparse.ArgumentParser(prog="padnet dehaze", description="Remove haze from a colour photograph.")
    add_arguments(parser)
    run(parser.parse_args(argv))


if __name__ == "__main__":
    sys.exit(console.run(main))
