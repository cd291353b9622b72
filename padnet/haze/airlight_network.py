"""A small network that corrects an estimate of the airlight, by what haze looks like in the whole picture.

Estimators by rule look for the place where haze is densest. In thin haze there is none as bright as the airlight, and
a white object may be brighter. The network weighs the places of a small picture, takes the mean colour of I with these
weights, and multiplies it by a bounded factor for each channel:

    A = sum_x w(x) I(x) * exp(0.5 tanh(c))
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from padnet.errors import InputError
from padnet.haze.airlight import agreed_airlight
from padnet.haze.dark_channel import DARKEST, dark_channel
from padnet.haze.model import check_colour
from padnet.haze.resampling import factor_of, reduced

__all__ = ["AirlightNetwork", "AirlightSpec", "corrected", "seen"]

SIDE = 240  # pixels: longest side of the image whose dark channel is seen
WINDOW = 7  # pixels, of that dark channel
SEEN = 64  # pixels a side of what the network sees
REACH = 0.5  # bound of the logarithm of the factor
DILATIONS = (1, 2, 4, 2)  # of the last convolutions, at a quarter of the size


@dataclass(frozen=True)
class AirlightSpec:
    """The architecture. features: maps at a half and at a quarter of the size seen. hidden: units before the last."""

    features: tuple[int, int]
    hidden: int

    def __post_init__(self):
        if len(self.features) != 2 or min(*self.features, self.hidden) < 1:
            raise InputError(
                f"airlight.shape needs two numbers of features and one of hidden units, each at least 1, got "
                f"{list(self.features)} and {self.hidden}."
            )


class AirlightNetwork(nn.Module):
    """The network; before training it gives a mean colour of the image."""

    def __init__(self, spec: AirlightSpec):
        super().__init__()
        half, quarter = spec.features
        steps = [(7, half, 2, 1), (half, half, 1, 1), (half, quarter, 2, 1)]
        steps += [(quarter, quarter, 1, d) for d in DILATIONS]
        self.convolutions = nn.ModuleList(nn.Conv2d(a, b, 3, stride=s, padding=d, dilation=d) for a, b, s, d in steps)
        for convolution in self.convolutions:
            nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
            nn.init.zeros_(convolution.bias)
        self.places = nn.Conv2d(quarter, 2, 1)
        self.hidden = nn.Linear(4 * quarter + 6, spec.hidden)
        self.last = nn.Linear(spec.hidden, 3)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, small: torch.Tensor, A: torch.Tensor) -> torch.Tensor:
        """A of every image: small (n, 4, SEEN, SEEN) of seen(), and the estimate to correct, (n, 3) -> (n, 3)."""
        z = torch.cat([small, small[:, :3] - A[:, :, None, None]], dim=1)
        for convolution in self.convolutions:
            z = F.relu(convolution(z))
        w = self.places(z).flatten(2).softmax(dim=2)
        colours = F.adaptive_avg_pool2d(small[:, :3], z.shape[-1]).flatten(2)
        z = z.flatten(2)
        mean = (w[:, :1] * colours).sum(dim=2)
        found = (w[:, :, None] * z[:, None]).sum(dim=3).flatten(1)
        told = torch.cat([found, z.mean(dim=2), z.amax(dim=2), A, mean], dim=1)
        return mean * torch.exp(REACH * torch.tanh(self.last(F.relu(self.hidden(told)))))


def seen(I: torch.Tensor) -> torch.Tensor:
    """I and its dark channel as the network sees them: (n, 3, h, w) in [0, 1] -> (n, 4, SEEN, SEEN).

    Raises InputError for an image that is not in colour.
    """
    small = reduced(check_colour(I), factor_of(tuple(I.shape[-2:]), 1, SIDE))
    return F.adaptive_avg_pool2d(torch.cat([small, dark_channel(small, WINDOW)], dim=1), SEEN)


def corrected(network: AirlightNetwork, I: torch.Tensor) -> torch.Tensor:
    """The airlight of every image by the network: (n, 3, h, w) in [0, 1] -> (n, 3), each channel in [0.1, 1].

    Raises InputError for an image that is not in colour.
    """
    return network(seen(I).float(), agreed_airlight(I).float()).to(I.dtype).clamp(DARKEST, 1)
