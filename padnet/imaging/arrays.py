"""Input and output images: numpy or torch, grey or colour, and access to their channels."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from padnet.errors import InputError

Array = np.ndarray | torch.Tensor
# The value of white for every dtype.
WHITE = {"uint8": 255, "uint16": 65535, "float16": 1, "bfloat16": 1, "float32": 1, "float64": 1}


def check_photograph(image: Any) -> Array:
    """Validate a photograph and return it; a torch tensor is detached.

    image: numpy (h, w) or (h, w, 3), or torch, also (1, h, w), (3, h, w), (1, 1, h, w) and (1, 3, h, w); uint8,
    uint16 or floats in [0, 1].
    Raises InputError for any other type, dtype, shape or range, an empty image, and NaN.
    """
    if not isinstance(image, (np.ndarray, torch.Tensor)):
        raise InputError(f"an image is a numpy array or a torch tensor, not {type(image).__name__}: convert it first")
    dtype = dtype_name(image)
    if dtype not in WHITE:
        raise InputError(f"an image is uint8, uint16 or floating-point, not {dtype}: convert it first")
    if isinstance(image, torch.Tensor):
        image = image.detach()
        if image.device.type not in ("cpu", "cuda"):
            raise InputError(
                f"certificates need float64, which {image.device.type} does not support: move the image to the CPU"
            )
    if 0 in image.shape:
        raise InputError(f"the image is empty: its shape is {tuple(image.shape)}")
    channels(image)
    if WHITE[dtype] == 1:
        low, high = float(image.min()), float(image.max())
        if not (np.isfinite(low) and np.isfinite(high)):
            raise InputError("the image holds NaN or infinite values: remove them first")
        if low < 0 or high > 1:
            raise InputError(
                f"the image runs from {low:g} to {high:g}: scale floats to [0, 1] and clip them, "
                "or give uint8 or uint16"
            )
    return image


def channels(image: Array) -> Array:
    """A (c, h, w) view of `image`; writing to the view changes the image.

    Raises InputError for a shape that is not valid for a photograph.
    """
    shape, tensor = tuple(image.shape), isinstance(image, torch.Tensor)
    if len(shape) == 2:
        return image[None]
    if tensor and len(shape) == 4 and shape[0] == 1 and shape[1] in (1, 3):
        return image[0]
    if tensor and len(shape) == 3 and shape[0] in (1, 3):
        if shape == (3, shape[1], 3):
            raise InputError(f"{shape} may be (3, h, w) or (h, w, 3): give it as (1, 3, h, w) or as a numpy array")
        return image
    if len(shape) == 3 and shape[2] == 3:
        return image.movedim(2, 0) if isinstance(image, torch.Tensor) else np.moveaxis(image, 2, 0)
    if len(shape) == 3 and 4 in (shape[2], shape[0] if tensor else 3):
        raise InputError(f"an image of the shape {shape} has an alpha channel: leave it out, image[..., :3]")
    forms = "(h, w), (h, w, 3), (1, h, w), (3, h, w) or (1, c, h, w)" if tensor else "(h, w) or (h, w, 3)"
    raise InputError(f"an image is {forms}, this one {shape}: give pictures one by one, grey or with three channels")


def plane(channel: Array) -> np.ndarray:
    """A channel, (h, w), as numpy float64 in [0, 1]."""
    white = WHITE[dtype_name(channel)]
    if isinstance(channel, torch.Tensor):
        channel = channel.double().cpu().numpy()
    return channel.astype(np.float64) / white


def set_plane(channel: Array, values: np.ndarray) -> None:
    """Write `values`, (h, w) floats, clipped to [0, 1], into the channel of a photograph."""
    white = WHITE[dtype_name(channel)]
    values = np.clip(values, 0, 1) * white
    if white > 1:
        values = np.rint(values)
    if isinstance(channel, torch.Tensor):
        channel.copy_(torch.from_numpy(values).to(channel.dtype))
    else:
        channel[...] = values.astype(channel.dtype)


def check_blur(kernel: Any, size: Sequence[int]) -> np.ndarray:
    """Validate a kernel and return it as (m, n) numpy float64 with sum 1.

    kernel: (m, n) numpy array or torch tensor of real numbers.   size: (h, w) it must fit into.
    Raises InputError otherwise, and for NaN or a sum that is not positive.
    """
    if isinstance(kernel, torch.Tensor):
        kernel = kernel.detach().cpu()
        kernel = (kernel if kernel.is_complex() else kernel.double()).numpy()
    if not isinstance(kernel, np.ndarray) or kernel.dtype.kind not in "uif":
        what = kernel.dtype if isinstance(kernel, np.ndarray) else type(kernel).__name__
        raise InputError(f"a kernel is a numpy array or a torch tensor of real numbers, not {what}: convert it first")
    if kernel.ndim != 2 or kernel.size == 0:
        raise InputError(f"a kernel has two axes and at least one pixel, this one has the shape {kernel.shape}")
    kernel = kernel.astype(np.float64)
    if not np.isfinite(kernel).all():
        raise InputError("the kernel holds NaN or infinite values: correct or replace it")
    if any(a > b for a, b in zip(kernel.shape, size, strict=True)):
        raise InputError(
            f"the kernel of {kernel.shape[0]}x{kernel.shape[1]} pixels is larger than the image of "
            f"{size[0]}x{size[1]}: crop the kernel or take a larger image"
        )
    if not kernel.sum() > 1e-6 * np.abs(kernel).sum():
        raise InputError(f"the kernel sums to {kernel.sum():g}: it is divided by its sum, which must be positive")
    return kernel / kernel.sum()


def dtype_name(image: Array) -> str:
    """The dtype name of an array or tensor, as in WHITE."""
    return str(image.dtype).removeprefix("torch.") if isinstance(image, torch.Tensor) else image.dtype.name
