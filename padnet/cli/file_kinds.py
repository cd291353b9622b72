"""Photographs as people have them, each kind with its truth: what goes into the file, and what comes out of it.

A kind is a function (name of a picture, seed) -> (photograph file, kernel file, truth (h, w) from 0 to 1).
"""

import io

import numpy as np
from PIL import ExifTags, Image
from scipy.signal import fftconvolve

from padnet.cli.picture_output import encoded
from padnet.data.sample_pictures import photograph
from padnet.imaging.degradation import observe
from padnet.imaging.kernels import sample_kernel
from padnet.imaging.parametric_kernels import defocus_kernel, gaussian_kernel, motion_kernel

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
BLURS = {
    "gaussian": lambda: gaussian_kernel(2),
    "disk": lambda: defocus_kernel(3),
    "shake": lambda: sample_kernel(1, 0, (15,)),
    "line": lambda: motion_kernel(11, 30),
}
SHAKE = "shake"
TURNED = 6  # an orientation of Exif: the file is the picture turned by 90 degrees counter-clockwise
LAMPS, LAMP = 4, 8.0  # how many, and how bright; white is 1


def crop(name, kernel):
    """The scene, (128 + m - 1, 128 + m - 1) floats, and its part that an observation shows."""
    (top, left), m = PICTURES[name], len(kernel)
    scene = photograph(name)[top : top + SIDE + m - 1, left : left + SIDE + m - 1] / 255
    half = (m - 1) // 2
    return scene, scene[half : half + SIDE, half : half + SIDE]


def blurred(name, kernel, noise, seed, white=255):
    """(observation rounded to whole numbers up to `white`, truth)."""
    scene, truth = crop(name, kernel)
    y = observe(scene, kernel, noise, quantise=False, rng=np.random.default_rng(seed))
    return np.rint(white * np.clip(y, 0, 1)).astype(np.uint8 if white == 255 else np.uint16), truth


def packed(pixels, quality=None, **told):
    """A PNG of (h, w) uint8, or a JPEG where a quality is given, as bytes."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(
        file, "PNG" if quality is None else "JPEG", **({"quality": quality} if quality else {}), **told
    )
    return file.getvalue()


def numbers(kernel):
    """The kernel as the bytes of an .npy file."""
    file = io.BytesIO()
    np.save(file, kernel)
    return file.getvalue()


def jpeg(name, seed):
    """2 % noise in a JPEG of quality 85, which hides it."""
    y, truth = blurred(name, kernel := BLURS["gaussian"](), 0.02, seed)
    return (".jpg", packed(y, 85)), (".npy", numbers(kernel)), truth


def noisy(name, seed):
    """10 % noise, more than the networks were trained with."""
    y, truth = blurred(name, kernel := BLURS[SHAKE](), 0.1, seed)
    return (".png", packed(y)), (".npy", numbers(kernel)), truth


def orientation(name, seed):
    """A photograph on its side with a tag that says so, and a kernel as it is seen upright."""
    y, truth = blurred(name, kernel := BLURS[SHAKE](), 0.01, seed)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = TURNED
    file = packed(np.ascontiguousarray(np.rot90(y)), 95, exif=exif)
    return (".jpg", file), (".npy", numbers(kernel)), truth


def ground(name, seed):
    """A kernel of 8 bits with a ground of 2 % of its peak, on a wide canvas."""
    y, truth = blurred(name, kernel := BLURS[SHAKE](), 0.01, seed)
    wide = np.pad(kernel / kernel.max(), 6)
    grey = np.rint(255 * (0.02 + 0.98 * wide)).astype(np.uint8)
    return (".png", packed(y)), (".png", packed(grey)), truth


def twelve_bits(name, seed):
    """12 bits in 16."""
    y, truth = blurred(name, kernel := BLURS[SHAKE](), 0.005, seed, white=4095)
    return (".tif", encoded(y, ".tif")), (".npy", numbers(kernel)), truth * 4095 / 65535


def lamps(name, seed):
    """Lamps that are eight times as bright as white, clipped."""
    kernel, rng = BLURS[SHAKE](), np.random.default_rng(seed)
    scene, truth = crop(name, kernel)
    scene, half = scene.copy(), (len(kernel) - 1) // 2
    for row, column in rng.integers(20, len(scene) - 20, (LAMPS, 2)):
        scene[row - 1 : row + 2, column - 1 : column + 2] = LAMP
    truth = np.clip(scene[half : half + SIDE, half : half + SIDE], 0, 1)
    y = fftconvolve(scene, kernel, "valid") + 0.005 * rng.standard_normal((SIDE, SIDE))
    return (".png", packed(np.rint(255 * np.clip(y, 0, 1)).astype(np.uint8))), (".npy", numbers(kernel)), truth


KINDS = {
    "jpeg": jpeg,
    "noise": noisy,
    "orientation": orientation,
    "ground": ground,
    "range": twelve_bits,
    "lamps": lamps,
}
