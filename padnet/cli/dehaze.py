"""Remove haze from photographs on disk.

    padnet dehaze photo.jpg -o clear.jpg
    padnet dehaze hills/ -o clear/

Photograph and result have the same size, profile and metadata; the result is upright. Nothing is written before all
is known to be well.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

from padnet.cli.batch import each, make_folders, photographs, places, say
from padnet.cli.formats import formats
from padnet.cli.picture_files import read_picture
from padnet.cli.picture_output import check_ending, check_targets, encoded
from padnet.errors import InputError
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
    parser.add_argument("files", nargs="*", metavar="PHOTO", help="hazy colour photographs, folders or patterns")
    parser.add_argument("-o", "--out", type=Path, help="the clear photograph; for several, the folder that gets them")
    parser.add_argument("--airlight", type=colour, metavar="R,G,B", help="of the haze, white 1; default: estimated")
    parser.add_argument(
        "--least",
        type=float,
        default=LEAST,
        metavar="T",
        help=f"lower bound of t: more leaves more haze and less noise; default: {LEAST:g}",
    )
    parser.add_argument(
        "--strength",
        type=float,
        default=1.0,
        metavar="S",
        help="share of the haze that is removed, from 0 to 1; default: 1",
    )
    parser.add_argument("--transmission", type=Path, metavar="FILE", help="t as a grey picture of 16 bits")
    parser.add_argument("--certificate", type=Path, metavar="FILE", help="airlight and certificate, as JSON")
    parser.add_argument("--weights", type=Path, metavar="FOLDER", help="a trained network; default: the project's")
    parser.add_argument("--overwrite", action="store_true", help="replace files that exist")
    parser.add_argument("--list-formats", action="store_true", help="list the formats that are read and written")


def run(options):
    """Read, remove the haze, write, and say what came out. Raises InputError or PadnetError."""
    if not options.files:
        raise InputError("which photograph? name one, a folder or several")
    photos, many = photographs(options.files)
    many = many or options.out.is_dir()
    wanted = ((options.out, None), (options.transmission, ".png"), (options.certificate, ".json"))
    results = [places(photos, where, many, ending) if where else [None] * len(photos) for where, ending in wanted]
    if many:
        make_folders([where for where, _ in wanted if where])

    def work(photo, progress):
        clear(options, photo, [named[photos.index(photo)] for named in results], progress)

    each(photos, many, work)


def clear(options, photo, targets, progress):
    """One photograph. targets: of the result, t and the certificate; None is left out."""
    out, transmission, certificate = targets
    picture = read_picture(photo)
    check_targets([target for target in targets if target], options.overwrite)
    check_ending(out, picture.pixels)
    if transmission:
        check_ending(transmission, np.zeros((1, 1), np.uint16))
    result = dehaze(
        picture.pixels,
        options.airlight,
        least=options.least,
        strength=options.strength,
        weights=options.weights,
        progress=progress,
    )
    write_bytes(out, encoded(result.image, out.suffix, picture))
    if transmission:
        t = np.rint(65535 * result.transmission.astype(np.float64)).astype(np.uint16)
        write_bytes(transmission, encoded(t, transmission.suffix))
    if certificate:
        write_text(certificate, result.to_json())
    source = "estimated" if options.airlight is None else "used"
    told = ", ".join(f"{part:.3f}" for part in result.airlight)
    say(
        f"{out}: {picture.pixels.shape[1]}x{picture.pixels.shape[0]} pixels, airlight {told} {source}, "
        f"transmission {result.transmission.min():.2f} to {result.transmission.max():.2f}"
    )
    say(f"the iteration: {result.certificate.verdict}")
    for warning in result.warnings:
        say(f"{photo}: {warning}")


def main(argv=None):
    """Run `padnet dehaze`."""
    parser = argparse.ArgumentParser(prog="padnet dehaze", description="Remove haze from colour photographs.")
    add_arguments(parser)
    options = parser.parse_args(argv)
    if options.list_formats:
        print(formats())
    elif options.out is None:
        parser.error("the following arguments are required: -o/--out")
    else:
        run(options)


if __name__ == "__main__":
    sys.exit(console.run(main, resumed=False))
