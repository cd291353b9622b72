"""Common inference code of networks that estimate t from a downsampled, mirrored I / A, with guided upsampling.

The networks receive I / A, in which the haze has the airlight 1: the known airlight is used and need not be
estimated.
"""

from typing import Protocol

import torch

from padnet.errors import InputError
from padnet.haze.model import check_airlight, check_colour
from padnet.haze.resampling import brought_up, factor_of, mirrored, reduced

__all__ = ["Estimator", "brought", "estimated"]


class Estimator(Protocol):
    """A network that maps images to transmissions.

    halo: radius of the receptive field in pixels.
    Called with (n, 3, h + 2 halo, w + 2 halo), the padded I / A, it returns (n, 1, h, w) in [0, 1].
    """

    halo: int

    def __call__(self, x: torch.Tensor) -> torch.Tensor: ...


def estimated(network: Estimator, x: torch.Tensor) -> torch.Tensor:
    """t of images x = I / A at the working resolution, (n, 3, h, w): (n, 1, h, w). The images are padded by
    mirroring.
    """
    return network(mirrored(x, network.halo)[0])


def brought(
    network: Estimator, I: torch.Tensor, A: torch.Tensor, reduce: int, side: int, radius: int, eps: float
) -> torch.Tensor:
    """t of images I, (n, 3, h, w), with airlights A, (n, 3): (n, 1, h, w) in [0, 1].

    reduce: minimum downscaling factor; it is larger if the longer side would otherwise exceed `side` working pixels.
    radius, eps: of the guided filter, in working pixels and in units of the image squared.

    Raises:
        InputError: for an image that is not in colour, an airlight of the wrong shape, or a number out of its range.
    """
    for name, value in (("reduce", reduce), ("side", side)):
        if not isinstance(value, int) or value < 1:
            raise InputError(f"{name} is a whole number of pixels, at least 1, not {value}.")
    A = check_airlight(A, check_colour(I)).to(I)
    factor = factor_of(tuple(I.shape[-2:]), reduce, side)
    small = reduced(I, factor)
    return brought_up(estimated(network, small / A), small, I, factor, radius, eps)
