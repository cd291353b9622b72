"""A small network that finds the airlight among the colours of a picture and the estimates of two rules.

Estimators by rule look for the place where haze is densest. In thin haze there is none as bright as the airlight, and
a white object may be brighter. The network sees each place of a small picture by itself - its colour, its dark
channel, its contrast, its height - beside a mean over all places, and nothing of how places lie to each other: a
network that saw shapes learnt the scenes of its training by heart. It makes weights w_j of the places, mean colours
of I with these weights, and mixes these with the estimates; a bounded factor for each channel follows:

    A = exp(0.5 tanh(c)) sum_j m_j A_j,  A_j = sum_x w_j(x) I(x),  or one of the estimates
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from padnet.core.powers import root
from padnet.errors import InputError
from padnet.haze.airlight import agreed_airlight
from padnet.haze.dark_channel import DARKEST, brightest_airlight, dark_channel
from padnet.haze.filters import box_mean
from padnet.haze.model import check_colour
from padnet.haze.resampling import factor_of, reduced

__all__ = ["AirlightNetwork", "AirlightSpec", "corrected", "estimates", "seen"]

SIDE = 240  # pixels: longest side of the image whose dark channel and contrast are seen
WINDOW = 7  # pixels, of that dark channel
SEEN = 32  # pixels a side of what the network sees
RULES = 2  # estimates, see `estimates`
REACH = 0.5  # bound of the logarithm of the factor
CONTRAST = 4.0  # scale of the contrast


@dataclass(frozen=True)
class AirlightSpec:
    """The architecture. features: maps. places: number of weighted means. hidden: units before the last layer."""

    features: int
    places: int
    hidden: int

    def __post_init__(self):
        if min(self.features, self.places, self.hidden) < 1:
            raise InputError(f"airlight.shape needs numbers of at least 1, got {self}.")


class AirlightNetwork(nn.Module):
    """The network. Before training all means and estimates have the same weight, and the factor is 1."""

    def __init__(self, spec: AirlightSpec):
        super().__init__()
        width, candidates = spec.features, spec.places + RULES
        inputs = 4 + 3 * RULES + 2  # I, dark channel; I beside each estimate; contrast, height
        self.own = nn.ModuleList([nn.Conv2d(inputs, width, 1), nn.Conv2d(width, width, 1)])
        self.beside = nn.Conv2d(2 * width, width, 1)
        self.places = nn.Conv2d(width, spec.places, 1)
        self.hidden = nn.Linear((spec.places + 1) * width + 3 * candidates, spec.hidden)
        self.last = nn.Linear(spec.hidden, 3 + candidates)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, small: torch.Tensor, rules: torch.Tensor) -> torch.Tensor:
        """A of every image: small (n, 4, SEEN, SEEN) of seen(), rules (n, RULES, 3) of estimates() -> (n, 3)."""
        I = small[:, :3]
        relative = [I / A[:, :, None, None] - 1 for A in rules.unbind(dim=1)]
        variance = (box_mean(I * I, 1) - box_mean(I, 1).square()).mean(dim=1, keepdim=True)
        height = torch.linspace(0, 1, I.shape[-2]).to(I)[:, None].expand_as(I[:, :1])
        z = torch.cat([small, *relative, CONTRAST * root(variance.clamp(min=1e-8)), height], dim=1)
        for layer in self.own:
            z = F.relu(layer(z))
        z = F.relu(self.beside(torch.cat([z, z.mean(dim=(2, 3), keepdim=True).expand_as(z)], dim=1)))
        w = self.places(z).flatten(2).softmax(dim=2)
        means = w @ I.flatten(2).mT
        z = z.flatten(2)
        candidates = torch.cat([means, rules], dim=1)
        told = torch.cat([(w @ z.mT).flatten(1), z.mean(dim=2), candidates.flatten(1)], dim=1)
        c, m = self.last(F.relu(self.hidden(told))).split([3, candidates.shape[1]], dim=1)
        mixed = (m.softmax(dim=1)[:, :, None] * candidates).sum(dim=1)
        return mixed * torch.exp(REACH * torch.tanh(c))


def seen(I: torch.Tensor) -> torch.Tensor:
    """I and its dark channel as the network sees them: (n, 3, h, w) in [0, 1] -> (n, 4, SEEN, SEEN).

    Raises InputError for an image that is not in colour.
    """
    small = reduced(check_colour(I), factor_of(tuple(I.shape[-2:]), 1, SIDE))
    return F.adaptive_avg_pool2d(torch.cat([small, dark_channel(small, WINDOW)], dim=1), SEEN)


def estimates(I: torch.Tensor) -> torch.Tensor:
    """The airlights by rule: padnet.haze.airlight, and the dark channel's brightest: (n, 3, h, w) -> (n, RULES, 3).

    The image is reduced as in seen(), so that they are those of the training.

    Raises InputError for an image that is not in colour.
    """
    small = reduced(check_colour(I), factor_of(tuple(I.shape[-2:]), 1, SIDE))
    return torch.stack([agreed_airlight(small), brightest_airlight(small)], dim=1)


def corrected(network: AirlightNetwork, I: torch.Tensor) -> torch.Tensor:
    """The airlight of every image by the network: (n, 3, h, w) in [0, 1] -> (n, 3), each channel in [0.1, 1].

    Raises InputError for an image that is not in colour.
    """
    return network(seen(I).float(), estimates(I).float()).to(I.dtype).clamp(DARKEST, 1)
