"""The value of white in a photograph that does not use the whole range of its numbers."""

import numpy as np
import torch

from padnet.errors import InputError
from padnet.imaging.arrays import WHITE, Array, dtype_name

HALF = 0.5  # a picture whose largest value is above this much of white uses the range
ROOM = 1.25  # deblurring makes bright spots brighter: so much above the largest float is white


def white_of(image: Array, white: float | None = None) -> float:
    """The value of white: the given one, or what the image uses.

    image: a photograph as padnet.imaging.arrays.check_photograph takes it. white: a number, at least the largest value
    of the image; None finds it. An image that reaches half of its dtype's range uses all of it, and so does any
    uint8. Otherwise white is 2^b - 1 for uint16, with the least b bits that hold the image (12 bits: 4095), and for
    floats 1.25 times the largest value.
    Raises InputError for a white that is not positive or below the image, or above the dtype's.
    """
    full, largest = WHITE[dtype_name(image)], largest_of(image)
    if white is not None:
        if not largest <= white <= full or white <= 0:
            raise InputError(f"white is at least the largest value, {largest:g}, and at most {full}, not {white:g}")
        return float(white)
    if full == 255 or largest > HALF * full or largest == 0:
        return float(full)
    return float(2 ** max(8, int(largest).bit_length()) - 1) if full > 1 else ROOM * largest


def largest_of(image: Array) -> float:
    """The largest value; torch has no max of uint16."""
    return float((image.int() if dtype_name(image) == "uint16" and isinstance(image, torch.Tensor) else image).max())


def stretched(image: Array, white: float) -> Array:
    """The image as float64 with white at 1, in the container that it has."""
    if isinstance(image, torch.Tensor):
        return image.double() / white
    return image.astype(np.float64) / white


def restored_range(values: Array, image: Array, white: float) -> Array:
    """Floats with white at 1 as numbers of the dtype and range of `image`."""
    values = values * white
    if isinstance(image, torch.Tensor):
        return (values if image.is_floating_point() else values.round()).to(image.dtype)
    return (values if image.dtype.kind == "f" else np.rint(values)).astype(image.dtype)
