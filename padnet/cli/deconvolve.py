"""Deblur photographs on disk.

    padnet deconvolve photo.jpg kernel.png -o sharp.jpg
    padnet deconvolve photo.jpg --motion 15,30 -o sharp.jpg
    padnet deconvolve holiday/ --defocus 3 -o sharp/

Photograph and result have the same size, bits a channel, profile and metadata; the result is upright. Nothing is
written before all is known to be well.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from padnet.cli.batch import each, make_folders, photographs, places, say
from padnet.cli.blur_options import add_blur_options, blur_of
from padnet.cli.formats import formats
from padnet.cli.picture_files import read_picture
from padnet.cli.picture_output import check_ending, check_targets, encoded
from padnet.cli.preview import preview
from padnet.errors import InputError
from padnet.imaging.value_range import ROOM
from padnet.project import console
from padnet.project.atomic_files import write_bytes, write_text
from padnet.tasks.deconvolution import deconvolve
from padnet.tasks.framing import BOUNDARIES
from padnet.tasks.opponent_colours import NAMES
from padnet.tasks.pretrained import METHODS


def add_arguments(parser):
    """The options of `padnet deconvolve`."""
    parser.add_argument(
        "files", nargs="*", metavar="PHOTO", help="blurred photographs, folders or patterns, and then the kernel's file"
    )
    add_blur_options(parser)
    parser.add_argument("-o", "--out", type=Path, help="the sharp photograph; for several, the folder that gets them")
    parser.add_argument("--noise", type=float, help="its standard deviation, white being 1; default: estimated")
    parser.add_argument("--method", choices=METHODS, default="ipadnet", help="default: ipadnet")
    parser.add_argument("--passes", type=int, help="how often the image is found; default: as the weights say")
    parser.add_argument(
        "--turns",
        type=int,
        help="orientations of the brightness that are averaged, 1 to 4; default: 4 for colour, else 1",
    )
    parser.add_argument(
        "--boundary",
        choices=BOUNDARIES,
        default="unknown",
        help="periodic: simulated blur that goes on at the other side; default: unknown, as photographs have it",
    )
    parser.add_argument(
        "--range", type=float, metavar="WHITE", help="the value of white in the file; default: found, 255 for 8 bits"
    )
    parser.add_argument("--certificate", type=Path, metavar="FILE", help="noise and certificates, as JSON")
    parser.add_argument(
        "--preview", type=Path, metavar="FILE", help="before, after and kernel side by side; for several, a folder"
    )
    parser.add_argument("--weights", type=Path, metavar="FOLDER", help="trained networks; default: the project's")
    parser.add_argument("--overwrite", action="store_true", help="replace files that exist")
    parser.add_argument("--list-formats", action="store_true", help="list the formats that are read and written")


def run(options):
    """Read, deblur, write, and say what came out. Raises InputError or PadnetError; a photograph is written whole."""
    kernel, words, notes = blur_of(options, options.files)
    photos, many = photographs(words)
    many = many or options.out.is_dir()
    results = [
        places(photos, where, many, ending) if where else [None] * len(photos)
        for where, ending in ((options.out, None), (options.certificate, ".json"), (options.preview, ".png"))
    ]
    if many:
        make_folders([where for where in (options.out, options.certificate, options.preview) if where])
    for note in notes:
        print(note)

    def work(photo, progress):
        restore(options, photo, kernel, [rows[photos.index(photo)] for rows in results], progress)

    each(photos, many, work)


def restore(options, photo, kernel, targets, progress):
    """One photograph. targets: of the result, the certificate and the preview; None is left out."""
    out, certificate, shown = targets
    picture = read_picture(photo, floats=True)
    check_targets([target for target in targets if target], options.overwrite)
    check_ending(out, picture.pixels)
    if shown:
        check_ending(shown, np.zeros((1, 1, 3), np.uint8))
    pixels, white, scale = in_range(picture.pixels, options.range)
    result = deconvolve(
        pixels,
        kernel,
        options.noise,
        method=options.method,
        passes=options.passes,
        turns=options.turns,
        boundary=options.boundary,
        white=white,
        compression=picture.compression,
        weights=options.weights,
        progress=progress,
    )
    if scale != 1:
        result = replace(result, image=result.image * scale)
        say(f"{photo}: {scale:g} is taken as white")
    write_bytes(out, encoded(result.image, out.suffix, picture))
    if certificate:
        write_text(certificate, result.to_json())
    if shown:
        write_bytes(shown, encoded(preview(picture.pixels, result, kernel), shown.suffix))
    height, width = picture.pixels.shape[:2]
    source = "estimated" if options.noise is None else "used"
    say(f"{out}: {width}x{height} pixels, noise {result.noise:.4f} {source}")
    for warning in result.warnings:
        say(f"{photo}: {warning}")
    names = [*NAMES[: len(result.levels)], *[f"{NAMES[0]}, turned"] * 3]  # a grey photograph has the first plane alone
    for name, one in zip(names, result.certificate, strict=False):
        say(f"the iteration, {name}: {one.verdict}")


def in_range(pixels, white):
    """(pixels for padnet.deconvolve, their white, the factor that undoes it).

    pixels: of a photograph; floats above 1 are divided by `white`, or if that is None by 1.25 times the largest.
    Raises InputError for a `white` below the largest of these.
    """
    largest = float(pixels.max())
    if pixels.dtype.kind != "f" or not 1 < largest < np.inf:
        return pixels, white, 1
    scale = ROOM * largest if white is None else white
    if scale < largest:
        raise InputError(f"white is at least the largest value, {largest:g}, not {white:g}: correct --range")
    return pixels / scale, 1.0, scale


def main(argv=None):
    """Run `padnet deconvolve`."""
    parser = argparse.ArgumentParser(prog="padnet deconvolve", description="Deblur photographs whose blur is known.")
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
