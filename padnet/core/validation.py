"""Validation of images, kernels and numbers at the entry points of the library."""

from collections.abc import Sequence
from typing import Any

import torch

from padnet.errors import InputError

WEIGHTS = (1e-30, 1e30)  # of an energy term; outside, its products leave the range of single precision
LARGEST = {torch.float32: 1e15, torch.float64: 1e150}  # of an observation, whose squares are summed and weighted


def check_image(x: torch.Tensor, name: str = "image") -> torch.Tensor:
    """Return ``x`` if it is a non-empty, finite float tensor (batch, channel, height, width).

    Raises:
        InputError: otherwise, with the property that fails.
    """
    if not isinstance(x, torch.Tensor):
        raise InputError(f"{name} must be a torch tensor, got {type(x).__name__}: convert it first.")
    if x.dim() != 4:
        raise InputError(f"{name} must have 4 dimensions (batch, channel, height, width), got shape {tuple(x.shape)}.")
    if x.numel() == 0:
        raise InputError(f"{name} is empty: its shape is {tuple(x.shape)}.")
    if x.dtype not in (torch.float32, torch.float64):
        raise InputError(f"{name} must be float32 or float64, got {x.dtype}: convert and scale it first.")
    if not torch.isfinite(x).all():
        raise InputError(f"{name} holds NaN or infinite values: remove or mask them first.")
    return x


def check_observation(y: torch.Tensor, name: str = "observation") -> torch.Tensor:
    """Return ``y`` if it is a batch as of check_image whose energy can be computed: no value beyond LARGEST.

    Raises:
        InputError: otherwise.
    """
    check_image(y, name)
    if y.abs().max() > LARGEST[y.dtype]:
        raise InputError(
            f"{name} has values beyond {LARGEST[y.dtype]:g}, whose squares {y.dtype} cannot sum: scale it first."
        )
    return y


def check_number(value: Any, name: str) -> float:
    """Return ``value`` as a float; a tensor or array with one entry is accepted too.

    Raises:
        InputError: for a string, a list, None, several entries, or an integer outside the float range.
    """
    try:
        if isinstance(value, (str, bytes)):
            raise TypeError
        return float(value)
    except (TypeError, ValueError, RuntimeError, OverflowError) as error:
        raise InputError(f"{name} must be a number, got {value!r}.") from error


def check_weight(value: Any, name: str) -> float:
    """Return the weight of an energy term as a float, between 1e-30 and 1e30.

    Raises:
        InputError: for any other value.
    """
    value = check_number(value, name)
    if not WEIGHTS[0] <= value <= WEIGHTS[1]:
        raise InputError(f"{name} must be positive, between {WEIGHTS[0]:g} and {WEIGHTS[1]:g}, got {value}.")
    return value


def check_kernel(k: torch.Tensor, shape: Sequence[int] | None = None) -> torch.Tensor:
    """Return ``k`` as (batch, 1, height, width), each kernel divided by its sum.

    Args:
        k: (m, n), (batch, m, n) or (batch, 1, m, n); each kernel must have a positive sum.
        shape: (height, width) that the kernel must fit into, if given.

    Raises:
        InputError: for any other input, with the property that fails.
    """
    if not isinstance(k, torch.Tensor):
        raise InputError(f"kernel must be a torch tensor, got {type(k).__name__}: convert it first.")
    if k.dim() == 2:
        k = k[None, None]
    elif k.dim() == 3:
        k = k[:, None]
    if k.dim() != 4 or k.shape[1] != 1:
        raise InputError(
            "kernel must be (height, width), (batch, height, width) or (batch, 1, height, width), "
            f"got shape {tuple(k.shape)}."
        )
    check_image(k, "kernel")
    if shape is not None and (k.shape[-2] > shape[0] or k.shape[-1] > shape[1]):
        raise InputError(
            f"kernel of {k.shape[-2]}x{k.shape[-1]} pixels is larger than the image of "
            f"{shape[0]}x{shape[1]}: crop the kernel or pad the image."
        )
    total = k.sum(dim=(-2, -1), keepdim=True)
    # A blur kernel preserves brightness; it cannot be normalised unless its sum is clearly positive.
    if (total <= 1e-6 * k.abs().sum(dim=(-2, -1), keepdim=True)).any():
        raise InputError("kernel must have a positive sum: it is divided by its sum before use.")
    return k / total
