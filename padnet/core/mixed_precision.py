"""Mixed precision: networks run in single precision, iterates and certificates in double precision."""

import torch

from padnet.core.fidelity import norm, per_sample
from padnet.core.networks import Network


class SinglePrecision:
    """A trained network between float64 iterates, which computes its proposal in float32."""

    def __init__(self, network: Network):
        self.network = network
        self.C_N, self.bound = network.C_N, network.bound

    def __call__(
        self, v: torch.Tensor, alpha: float, level: torch.Tensor | None = None, guide: torch.Tensor | None = None
    ) -> torch.Tensor:
        """(batch, channel, height, width) -> the same shape and dtype, at most C_N alpha away."""
        told = {name: value.float() for name, value in (("level", level), ("guide", guide)) if value is not None}
        moved = (self.network(v.float(), alpha, **told) - v.float()).to(v.dtype)
        if self.bound is None:
            return v + moved
        # Apply the bound again in the precision of v: rounding may exceed it by 1e-7.
        size = norm(moved)
        return v + per_sample((self.C_N(v) * alpha / size.clamp(min=1e-300)).clamp(max=1), v) * moved
