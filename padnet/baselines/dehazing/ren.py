"""MSCNN (Ren, Liu, Zhang, Pan, Cao, Yang, ECCV 2016): a coarse network finds the transmission, a fine one its details.

Each has three convolutions with rectified linear units, each followed by the maximum over blocks of 2x2 and by its
enlargement to the old size, and a linear combination with a sigmoid. The coarse one convolves with 11x11, 9x9 and 7x7
pixels; the fine one with 7x7, 5x5 and 3x3, and has the coarse transmission among the maps of its first layer.

What differs from the publication: the networks see I / A, so that the airlight is known to be 1 (published: I under
airlights in [0.7, 1], and the airlight from the transmission afterwards); they work on pictures of half the size, at
most 320 pixels a side, not resized to 320x240; they are trained on parts of scenes; Adam instead of stochastic
gradient descent, and far fewer steps; the units leak a little below zero; blocks of four copies enlarge the maps;
and the guided filter brings the transmission back to the size of the picture.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from padnet.baselines.pretrained import load, placed
from padnet.errors import InputError
from padnet.haze.transmission_network import brought

__all__ = ["MSCNN", "MSCNNSpec", "build", "ren", "shape"]

COARSE, FINE = (11, 9, 7), (7, 5, 3)  # sides of the filters
SLOPE = 0.1  # of a unit below zero; where it was zero there, whole layers ended up dead


@dataclass(frozen=True)
class MSCNNSpec:
    """The shape of the networks: the numbers of maps of the three layers.

    coarse: published: 5, 5, 10. fine: 4, 5, 10, the first without the map that is the coarse transmission.
    """

    coarse: tuple[int, ...]
    fine: tuple[int, ...]

    def __post_init__(self):
        for name in ("coarse", "fine"):
            counts = getattr(self, name)
            if len(counts) != len(COARSE) or min(counts) < 1:
                raise InputError(
                    f"ren.{name} must be the numbers of maps of {len(COARSE)} layers, at least 1, got {list(counts)}."
                )


def pooled(x: torch.Tensor) -> torch.Tensor:
    """Every block of 2x2 pixels becomes its maximum: (n, c, h, w) -> the same shape. The last ones may be cut."""
    h, w = x.shape[-2:]
    small = F.max_pool2d(x, 2, ceil_mode=True)
    return small.repeat_interleave(2, dim=-2).repeat_interleave(2, dim=-1)[..., :h, :w]


def convolved(layer: nn.Conv2d, x: torch.Tensor) -> torch.Tensor:
    """layer(x), (n, c, h, w) -> (n, maps, h, w).

    Outside a training as a product of matrices, whose sums have one order on every processor: oneDNN adds the
    pixels of 11x11 and 9x9 filters in another order on some.
    """
    if torch.is_grad_enabled():
        return layer(x)
    pixels = F.unfold(x, layer.kernel_size, padding=layer.padding)  # (n, c * side^2, h * w)
    found = layer.weight.flatten(1) @ pixels + layer.bias[:, None]
    return found.reshape(len(x), layer.out_channels, *x.shape[-2:])


class Scale(nn.Module):
    """One of the two networks.

    sizes: sides of the filters of its layers. counts: their maps. extra: maps that join those of the first layer.
    """

    def __init__(self, sizes: tuple[int, ...], counts: tuple[int, ...], extra: int):
        super().__init__()
        seen = [3, counts[0] + extra, counts[1]]
        rows = zip(seen, counts, sizes, strict=True)
        self.layers = nn.ModuleList(nn.Conv2d(n, count, size, padding=size // 2) for n, count, size in rows)
        self.last = nn.Conv2d(counts[-1], 1, 1)

    def forward(self, x: torch.Tensor, coarse: torch.Tensor | None = None) -> torch.Tensor:
        """(n, 3, h, w) and, for the fine one, the coarse t, (n, 1, h, w) -> t, (n, 1, h, w)."""
        for number, layer in enumerate(self.layers):
            x = pooled(F.leaky_relu(convolved(layer, x), SLOPE))
            if number == 0 and coarse is not None:
                x = torch.cat([x, coarse], dim=1)
        return torch.sigmoid(self.last(x))


class MSCNN(nn.Module):
    """Both networks; see the module.

    A pixel hangs on others up to 20 away: 15 in the coarse network, 5 in the layers that its map goes through.
    """

    halo = 20  # even, so that the blocks lie as they do in the picture itself

    def __init__(self, spec: MSCNNSpec):
        super().__init__()
        self.coarse = Scale(COARSE, spec.coarse, 0)
        self.fine = Scale(FINE, spec.fine, 1)

    def forward(self, x: torch.Tensor, fine: bool = True) -> torch.Tensor:
        """(n, 3, h + 40, w + 40), I / A with its surroundings -> t, (n, 1, h, w); see padnet.haze.transmission_network.

        fine: whether the fine network has its say.
        """
        x = x - 0.5
        t = self.coarse(x)
        if fine:
            t = self.fine(x, t)
        return t[..., self.halo : x.shape[-2] - self.halo, self.halo : x.shape[-1] - self.halo]


def shape(settings: dict) -> MSCNNSpec:
    """The shape that parameters or a weights file tell."""
    return MSCNNSpec(**{name: tuple(counts) for name, counts in settings.items()})


def build(settings: dict) -> MSCNN:
    """Untrained networks of that shape."""
    return MSCNN(shape(settings))


@torch.no_grad()
def ren(
    I: torch.Tensor,
    A: torch.Tensor,
    *,
    weights=None,
    reduce: int = 2,
    side: int = 320,
    radius: int = 25,
    eps: float = 1e-3,
) -> torch.Tensor:
    """The transmission of hazy pictures, (n, 1, h, w) in [0, 1].

    Args:
        I: (n, 3, h, w) in [0, 1]. A: (n, 3), the airlight, in (0, 1].
        weights: an MSCNN, or the folder that holds methods-ren.safetensors and its card; None: those that come
            with the package.
        reduce: pixels a side that the networks see as one; more where the longer side of the picture would exceed
            `side` of them.
        radius, eps: of the guided filter, in working pixels and in units of the picture squared; the defaults are
            those of DehazeNet's authors.

    Raises:
        InputError: for a picture that is not colour, an airlight of another shape, or a number out of its range.
        PadnetError: when the weights are missing or altered.
    """
    network = weights if isinstance(weights, MSCNN) else load("ren", build, weights)
    return brought(placed(network, I), I, A, reduce, side, radius, eps)
