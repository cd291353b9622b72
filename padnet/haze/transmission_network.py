"""What networks that estimate t share: they see I / A reduced in a mirrored frame; the guided filter brings t back.

I / A, because behind it the haze has the airlight 1: the known airlight is used, and the network need not guess it.
"""

from typing import Protocol

import torch

from padnet.errors import InputError
from padnet.haze.model import check_airlight, check_colour
from padnet.haze.resampling import brought_up, factor_of, mirrored, reduced

__all__ = ["Estimator", "brought", "estimated"]


class Estimator(Protocol):
    """A network from pictures to transmissions.

    halo: pixels a side beyond a pixel that its t may depend on.
    Called with (n, 3, h + 2 halo, w + 2 halo), I / A with its surroundings, it returns (n, 1, h, w) in [0, 1].
    """

    halo: int

    def __call__(self, x: torch.Tensor) -> torch.Tensor: ...


def estimated(network: Estimator, x: torch.Tensor) -> torch.Tensor:
    """t of pictures x = I / A at the working size, (n, 3, h, w): (n, 1, h, w). Their surroundings are mirrored."""
    return network(mirrored(x, network.halo)[0])


def brought(
    network: Estimator, I: torch.Tensor, A: torch.Tensor, reduce: int, side: int, radius: int, eps: float
) -> torch.Tensor:
    """t of pictures I, (n, 3, h, w), under airlights A, (n, 3): (n, 1, h, w) in [0, 1].

    reduce: pixels a side that become one for the network, at least; more where the longer side would exceed `side`
    working pixels. radius, eps: of the guided filter, in working pixels and in units of the picture squared.

    Raises:
        InputError: for a picture that is not colour, an airlight of another shape, or a number out of its range.
    """
    for name, value in (("reduce", reduce), ("side", side)):
        if not isinstance(value, int) or value < 1:
            raise InputError(f"{name} is a whole number of pixels, at least 1, not {value}.")
    A = check_airlight(A, check_colour(I)).to(I)
    factor = factor_of(tuple(I.shape[-2:]), reduce, side)
    small = reduced(I, factor)
    return brought_up(estimated(network, small / A), small, I, factor, radius, eps)
