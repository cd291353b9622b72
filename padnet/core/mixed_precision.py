"""Mixed precision: networks run in single precision, iterates and certificates in double precision.

In training the inner layers can have a reduced precision.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch

from padnet.core.conv_unit import ConvUnit
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


@contextmanager
def reduced_precision(networks: Iterable[Network], dtype: torch.dtype | None = torch.bfloat16) -> Iterator[None]:
    """In this context, ConvUnits compute all layers but the first and the last in ``dtype``.

    bfloat16 has 8 significant bits: the first layer, which sees the image, and the last one, which makes the residual,
    would otherwise add an error as large as weak noise. Weights and gradients keep their own precision.
    dtype: None changes nothing.
    """
    units = [unit for network in networks for unit in network.modules() if isinstance(unit, ConvUnit)]
    for unit in units:
        unit.inner_dtype = dtype
    try:
        yield
    finally:
        for unit in units:
            unit.inner_dtype = None
