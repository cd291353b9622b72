"""MSCNN (Ren, Liu, Zhang, Pan, Cao, Yang, ECCV 2016): a coarse network for the transmission, a fine one for details.

Each has three convolutions with rectified linear units, each followed by 2x2 max pooling and upsampling to the
original size, and a linear combination with a sigmoid. The coarse one uses 11x11, 9x9 and 7x7 filters; the fine one
7x7, 5x5 and 3x3, with the coarse transmission as an additional map of its first layer.

Differences from the publication: the input is I / A, so that the airlight is 1 (published: I with airlights in [0.7,
1], and the airlight estimated from the transmission afterwards); images are processed at half size, at most 320
pixels per side, not resized to 320x240; training uses crops of scenes; Adam instead of stochastic gradient descent,
with far fewer steps; leaky units; upsampling by replication; and the guided filter upsamples the transmission to the
image size.
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
SLOPE = 0.1  # slope of a unit below zero; with slope 0, whole layers died in training


@dataclass(frozen=True)
class MSCNNSpec:
    """The architecture of the networks: the numbers of maps of the three layers.

    coarse: published: 5, 5, 10. fine: 4, 5, 10, where the first does not include the coarse transmission.
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
    """Replace every block of 2x2 pixels with its maximum: (n, c, h, w) -> the same shape. The last blocks may be
    truncated.
    """
    h, w = x.shape[-2:]
    small = F.max_pool2d(x, 2, ceil_mode=True)
    return small.repeat_interleave(2, dim=-2).repeat_interleave(2, dim=-1)[..., :h, :w]


def convolved(layer: nn.Conv2d, x: torch.Tensor) -> torch.Tensor:
    """layer(x), (n, c, h, w) -> (n, maps, h, w).

    Computed as a matrix product, whose sums have the same order on every processor: for 11x11 and 9x9 filters, the
    order in oneDNN depends on the processor, in training as well.
    """
    pixels = F.unfold(x, layer.kernel_size, padding=layer.padding)  # (n, c * side^2, h * w)
    found = layer.weight.flatten(1) @ pixels + layer.bias[:, None]
    return found.reshape(len(x), layer.out_channels, *x.shape[-2:])


class Scale(nn.Module):
    """One of the two networks.

    sizes: sides of the filters of its layers. counts: numbers of their maps. extra: number of maps concatenated to
    those of the first layer.
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

    A pixel depends on others up to 20 pixels away: 15 in the coarse network, 5 in the layers that process its map.
    """

    halo = 20  # even, so that the pooling blocks align with those of the image itself

    def __init__(self, spec: MSCNNSpec):
        super().__init__()
        self.coarse = Scale(COARSE, spec.coarse, 0)
        self.fine = Scale(FINE, spec.fine, 1)

    def forward(self, x: torch.Tensor, fine: bool = True) -> torch.Tensor:
        """(n, 3, h + 40, w + 40), the padded I / A -> t, (n, 1, h, w); see padnet.haze.transmission_network.

        fine: whether to apply the fine network.
        """
        x = x - 0.5
        t = self.coarse(x)
        if fine:
            t = self.fine(x, t)
        return t[..., self.halo : x.shape[-2] - self.halo, self.halo : x.shape[-1] - self.halo]


def shape(settings: dict) -> MSCNNSpec:
    """The architecture given by parameters or a weights file."""
    return MSCNNSpec(**{name: tuple(counts) for name, counts in settings.items()})


def build(settings: dict) -> MSCNN:
    """Untrained networks of that architecture."""
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
    """The transmission of hazy images, (n, 1, h, w) in [0, 1].

    Args:
        I: (n, 3, h, w) in [0, 1]. A: (n, 3), the airlight, in (0, 1].
        weights: an MSCNN, or the folder that contains methods-ren.safetensors and its card; None uses those of the
            package.
        reduce: minimum downscaling factor for the networks; larger if the longer side of the image would otherwise
            exceed `side` working pixels.
        radius, eps: of the guided filter, in working pixels and in units of the image squared; the defaults are those
            of DehazeNet's authors.

    Raises:
        InputError: for an image that is not in colour, an airlight of the wrong shape, or a number out of its range.
        PadnetError: if the weights are missing or modified.
    """
    network = weights if isinstance(weights, MSCNN) else load("ren", build, weights)
    return brought(placed(network, I), I, A, reduce, side, radius, eps)
