"""DehazeNet (Cai, Xu, Jia, Qing, Tao, TIP 2016): a small convolutional network from patches to transmissions.

    F1 = maxout of 5x5 convolutions        feature extraction (section III-A there)
    F2 = 3x3, 5x5 and 7x7 convolutions     multi-scale mapping
    F3 = maximum over 7x7 pixels           local extremum: t is locally constant
    t  = BReLU(6x6 convolution)            non-linear regression

Differences from the publication: the input is I / A, so that the airlight is 1 as in the published training; the
network processes images at half size and is trained on whole crops of scenes, where every pixel has its own t, while
the publication uses 16x16 patches with a constant t; Adam instead of stochastic gradient descent, with far fewer
steps; no BReLU in training, because an output outside [0, 1] for all images would have zero gradient; no zero padding
between the layers of a patch; the guide of the guided filter is the colour image, not the grey one.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from padnet.baselines.pretrained import load, placed
from padnet.errors import InputError
from padnet.haze.transmission_network import brought

__all__ = ["DehazeNet", "DehazeNetSpec", "brelu", "build", "cai", "maxout", "shape"]

SCALES = (3, 5, 7)  # sides of the filters of the multi-scale mapping
WINDOW, LAST = 7, 6  # sides of the local maximum and of the last convolution
START = 0.5  # initial output t


@dataclass(frozen=True)
class DehazeNetSpec:
    """The architecture of the network.

    maps: number of maps of the first convolution. units: number of maxout units; each takes the maximum of maps /
    units maps. filters: number of filters per scale of the mapping. Published: 16, 4 and 16.
    """

    maps: int
    units: int
    filters: int

    def __post_init__(self):
        for name in ("maps", "units", "filters"):
            if getattr(self, name) < 1:
                raise InputError(f"cai.{name} must be at least 1, got {getattr(self, name)}.")
        if self.maps % self.units:
            raise InputError(f"cai.units must divide cai.maps, {self.maps}, got {self.units}.")


def maxout(x: torch.Tensor, units: int) -> torch.Tensor:
    """The maximum over every units-th part of the channels, at every pixel: (n, c, h, w) -> (n, units, h, w)."""
    return x.unflatten(1, (units, -1)).amax(dim=2)


def brelu(x: torch.Tensor) -> torch.Tensor:
    """The bilateral rectified linear unit: x clamped to [0, 1]."""
    return x.clamp(0, 1)


class DehazeNet(nn.Module):
    """DehazeNet; see the module. Its receptive field has 22 pixels per side, 11 before and 10 after the pixel."""

    halo = 11

    def __init__(self, spec: DehazeNetSpec):
        super().__init__()
        self.spec = spec
        self.features = nn.Conv2d(3, spec.maps, 5)
        self.scales = nn.ModuleList(nn.Conv2d(spec.units, spec.filters, size) for size in SCALES)
        self.last = nn.Conv2d(len(SCALES) * spec.filters, 1, LAST)
        nn.init.constant_(self.last.bias, START)

    def forward(self, x: torch.Tensor, bounded: bool = True) -> torch.Tensor:
        """(n, 3, h + 22, w + 22), the padded I / A -> t, (n, 1, h, w); see padnet.haze.transmission_network.

        bounded: whether to apply BReLU at the end; its derivative outside [0, 1] is zero.
        """
        F1 = maxout(self.features(x[..., :-1, :-1] - 0.5), self.spec.units)  # feature extraction
        edge = [(max(SCALES) - size) // 2 for size in SCALES]
        parts = [F1[..., e : F1.shape[-2] - e, e : F1.shape[-1] - e] for e in edge]
        F2 = torch.cat([scale(part) for scale, part in zip(self.scales, parts, strict=True)], dim=1)
        F3 = F.max_pool2d(F2, WINDOW, stride=1)  # local extremum
        F4 = self.last(F3)  # non-linear regression
        return brelu(F4) if bounded else F4


def shape(settings: dict) -> DehazeNetSpec:
    """The architecture given by parameters or a weights file."""
    return DehazeNetSpec(**settings)


def build(settings: dict) -> DehazeNet:
    """An untrained network of that architecture."""
    return DehazeNet(shape(settings))


@torch.no_grad()
def cai(
    I: torch.Tensor,
    A: torch.Tensor,
    *,
    weights=None,
    reduce: int = 2,
    side: int = 640,
    radius: int = 25,
    eps: float = 1e-3,
) -> torch.Tensor:
    """The transmission of hazy images, (n, 1, h, w) in [0, 1].

    Args:
        I: (n, 3, h, w) in [0, 1]. A: (n, 3), the airlight, in (0, 1].
        weights: a DehazeNet, or the folder that contains methods-cai.safetensors and its card; None uses those of the
            package.
        reduce: minimum downscaling factor for the network; larger if the longer side of the image would otherwise
            exceed `side` working pixels.
        radius, eps: of the guided filter, in working pixels and in units of the image squared. The defaults are those
            of the authors, 50 image pixels and 0.001.

    Raises:
        InputError: for an image that is not in colour, an airlight of the wrong shape, or a number out of its range.
        PadnetError: if the weights are missing or modified.
    """
    network = weights if isinstance(weights, DehazeNet) else load("cai", build, weights)
    return brought(placed(network, I), I, A, reduce, side, radius, eps)
