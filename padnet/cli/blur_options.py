"""The options that say what blurred a photograph: a kernel file, or a kernel by its formula."""

import argparse
from pathlib import Path

from padnet.cli.kernel_files import read_kernel
from padnet.errors import InputError
from padnet.imaging.parametric_kernels import defocus_kernel, gaussian_kernel, motion_kernel


def motion(text):
    """ "15,30" as a length in pixels and an angle in degrees; argparse tells what is wrong with another text."""
    try:
        length, angle = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no motion: give LENGTH,ANGLE, for instance 15,30") from None
    return length, angle


def add_blur_options(parser):
    """--kernel, --motion, --defocus, --gaussian, of which one is given, and what changes a kernel."""
    one = parser.add_mutually_exclusive_group()
    one.add_argument(
        "--kernel",
        type=Path,
        metavar="FILE",
        help="the blur kernel, the image of a point of light: a picture, .npy, .npz, .mat, .csv, .txt or .pfm; its "
        "centre is the pixel (m // 2, n // 2), counted from 0; default: the last file",
    )
    one.add_argument(
        "--motion",
        type=motion,
        metavar="L,A",
        help="motion by L pixels along a line at A degrees, counter-clockwise from the horizontal",
    )
    one.add_argument("--defocus", type=float, metavar="R", help="a lens out of focus: a disk of radius R pixels")
    one.add_argument("--gaussian", type=float, metavar="S", help="a Gaussian of standard deviation S pixels")
    parser.add_argument("--variable", metavar="NAME", help="the kernel's, in an .npz or .mat file with several")
    parser.add_argument("--flip-kernel", action="store_true", help="a kernel of correlation: rotate it by 180°")


def formula(options):
    """The kernel that --motion, --defocus or --gaussian tell of, (m, m) float64; None without them."""
    if options.motion is not None:
        return motion_kernel(*options.motion)
    if options.defocus is not None:
        return defocus_kernel(options.defocus)
    return None if options.gaussian is None else gaussian_kernel(options.gaussian)


def blur_of(options, words):
    """(kernel, the words that are left as photographs, sentences on what was done to it).

    words: the files of the command line; the last is the kernel's where no option tells of one.
    Raises InputError where there is no photograph or no kernel.
    """
    kernel, path, notes = formula(options), options.kernel, []
    if kernel is None and path is None:
        if len(words) < 2:
            raise InputError(
                "what blurred the photograph? give a kernel file after it, or --motion, --defocus or --gaussian"
            )
        *words, path = words
        path = Path(path)
    if kernel is None:
        kernel, notes = read_kernel(path, options.variable)
    elif options.variable is not None:
        raise InputError("--variable names a kernel in a file, and a formula has none: leave it out")
    return (kernel[::-1, ::-1] if options.flip_kernel else kernel), words, notes
