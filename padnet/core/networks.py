"""The units G and the residual network N_alpha of (6), plain and bounded."""

from collections.abc import Iterable

import torch
import torch.nn.functional as F
from torch import nn

from padnet.core.fidelity import norm, per_sample
from padnet.core.rbf import RBF
from padnet.errors import InputError


class RBFUnit(nn.Module):
    """G: convolution, radial basis functions, convolution (the unit of the paper's Table 1).

    Args:
        channels: of the input and output (2 for a gradient field).
        features: number of filters between the convolutions.
        size: side of the filters, odd.
        centres: number of radial basis functions per filter, odd.
        scale: size of a typical input; filter responses are normalised by it.

    The second convolution is initialised to zero, so a new unit is the identity. Its output is measured in ``scale``
    divided by the square root of its number of inputs, so that an optimiser step changes it by a fraction of a
    typical input. The boundary is periodic, as for the blur.
    """

    def __init__(self, channels: int, features: int, size: int, centres: int, scale: float):
        super().__init__()
        if size % 2 == 0:
            raise InputError(f"size, the side of the filters, must be odd, got {size}.")
        self.pad, self.scale = size // 2, scale
        self.first = nn.Conv2d(channels, features, size)
        self.rbf = RBF(features, centres)
        self.second = nn.Conv2d(features, channels, size, bias=False)
        self.gain = scale / (features * size**2) ** 0.5
        nn.init.zeros_(self.second.weight)

    def _periodic(self, v: torch.Tensor) -> torch.Tensor:
        return F.pad(v, (self.pad,) * 4, mode="circular")

    def forward(self, v: torch.Tensor) -> torch.Tensor:
        """(batch, channels, height, width) -> the same shape."""
        z = self.first(self._periodic(v / self.scale))
        return self.gain * self.second(self._periodic(self.rbf(z)))


class Network(nn.Module):
    """N_alpha of (6): v_{t+1} = v_t - alpha G(v_t; W_t), t = 0, ..., T - 1.

    Args:
        units: the G(.; W_t), in order; Algorithm 2 adds more.
        bound: C_N of Condition 2 per square root of the number of pixels and channels, or None. With a bound, a
            residual of norm greater than C_N alpha is scaled back to it.
    """

    def __init__(self, units: Iterable[nn.Module], bound: float | None = None):
        super().__init__()
        if bound is not None and not bound > 0:
            raise InputError(f"the bound C_N of Condition 2 must be positive, got {bound}.")
        if isinstance(units, nn.Module) and not isinstance(units, nn.ModuleList | nn.Sequential):
            raise InputError("units must be a list of modules: give [unit] for a single one.")
        self.units = nn.ModuleList(units)
        self.bound = bound

    def C_N(self, v: torch.Tensor) -> float:
        """The constant of Condition 2 for fields of the size of ``v``. Raises InputError without a bound."""
        if self.bound is None:
            raise InputError("this network has no bound: Condition 2 is not enforced.")
        return self.bound * v[0].numel() ** 0.5

    def forward(
        self, v: torch.Tensor, alpha: float, level: torch.Tensor | None = None, guide: torch.Tensor | None = None
    ) -> torch.Tensor:
        """N_alpha(v), of the shape of v.

        level: (batch,), if the units are conditioned on the noise level.
        guide: (batch, guides, height, width), if the units take a guide image.
        """
        v0, told = v, {"level": level, "guide": guide}
        told = {name: value for name, value in told.items() if value is not None}
        for G in self.units:
            v = v - alpha * G(v, **told)  # Eq. (6)
        if self.bound is None:
            return v
        radius = self.C_N(v0) * alpha
        size = norm(v - v0)
        # A residual of infinite or NaN norm has no direction and is treated as zero.
        v = torch.where(per_sample(size.isfinite(), v).bool(), v, v0)
        # ||N_alpha(v) - v|| <= C_N alpha, Condition 2; inside the ball nothing changes.
        shrink = torch.where(size > radius, radius / size.clamp(min=radius), torch.ones_like(size))
        return v0 + per_sample(shrink, v) * (v - v0)
