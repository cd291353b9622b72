"""Deblurring of photographs as files: pictures, blurs, formats and noise levels, each before and after.

    padnet files --out results/paper/files.csv

Every observation is written as a file, read as `padnet deconvolve` reads it, and restored with what that command would
know: the file and the kernel. The noise is estimated.
"""

import argparse
import io
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from padnet.cli.picture_files import read_picture
from padnet.data.sample_pictures import photograph
from padnet.errors import InputError
from padnet.imaging.degradation import observe
from padnet.imaging.kernels import sample_kernel
from padnet.imaging.parametric_kernels import defocus_kernel, gaussian_kernel, motion_kernel
from padnet.project import console
from padnet.project.atomic_files import write_csv
from padnet.tasks.deconvolution import deconvolve

SIDE = 128  # pixels of an observation
# (top, left) of the crops, where there is something to see.
PICTURES = {
    "astronaut.png": (0, 140),
    "brick.png": (100, 100),
    "camera.png": (60, 140),
    "chelsea.png": (40, 110),
    "coffee.png": (100, 200),
    "coins.png": (40, 80),
    "moon.png": (180, 180),
    "rocket.jpg": (60, 240),
}
KERNELS = {
    "gaussian": lambda: gaussian_kernel(2),
    "disk": lambda: defocus_kernel(3),
    "shake": lambda: sample_kernel(1, 0, (15,)),
    "line": lambda: motion_kernel(11, 30),
}
FORMATS = {"PNG": None, "JPEG 90": 90, "JPEG 75": 75, "JPEG 60": 60}  # the quality of a JPEG
NOISE = (0.005, 0.01, 0.02, 0.05, 0.1)
COLUMNS = ("picture", "kernel", "format", "noise", "estimated", "before", "after")


def packed(pixels, quality):
    """The pixels, (h, w) or (h, w, 3) uint8, as the bytes of a PNG, or of a JPEG where a quality is given."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(
        file, "PNG" if quality is None else "JPEG", **({"quality": quality} if quality else {})
    )
    return file.getvalue()


def psnr(found, truth):
    """In dB, of (h, w) numbers from 0 to 255."""
    return 10 * np.log10(255**2 / np.mean((found - truth) ** 2))


def observed(name, kernel, noise, seed):
    """(observation, truth), (128, 128) uint8 and float64 from 0 to 255: a crop of a photograph, blurred, with noise."""
    m = len(kernel)
    top, left = PICTURES[name]
    truth = photograph(name)[top : top + SIDE + m - 1, left : left + SIDE + m - 1] / 255
    photo = observe(truth, kernel, noise, quantise=True, rng=np.random.default_rng(seed))
    half = (m - 1) // 2
    return np.rint(255 * photo).astype(np.uint8), 255 * truth[half : half + SIDE, half : half + SIDE]
