"""How much haze a picture shows at all: of a clear one little is removed."""

import torch

from padnet.haze.filters import local_minimum
from padnet.haze.resampling import factor_of, reduced

SIDE, SIZE = 256, 9  # pixels: longest side of the reduced picture, and of the windows of its dark channel
# By (17) the dark channel of I / A is at least 1 - t. Of eight photographs held out from training four lie below HAZY
# without haze, and none with simulated haze of beta 0.3 over the median depth.
CLEAR, HAZY = 0.12, 0.24


def haziness(I: torch.Tensor, A: torch.Tensor) -> torch.Tensor:
    """The median of the dark channel of I / A, at most 1: (n, 3, h, w) and (n, 3) -> (n,)."""
    small = reduced(I, factor_of(tuple(I.shape[-2:]), 1, SIDE)) / A[:, :, None, None]
    return local_minimum(small.amin(dim=1, keepdim=True), SIZE).flatten(1).median(dim=1).values.clamp(max=1)


def share_of(haze: float) -> float:
    """The share of the removal that a picture of this haziness gets: 0 up to CLEAR, 1 from HAZY on."""
    return min(1.0, max(0.0, (haze - CLEAR) / (HAZY - CLEAR)))


def advice(haze: float) -> list[str]:
    """What to say of a picture that is left nearly alone, as sentences."""
    if share_of(haze) == 1:
        return []
    return [
        f"the picture has little haze: {100 * share_of(haze):.0f} % of the usual removal is applied; "
        "give --airlight to remove all"
    ]
