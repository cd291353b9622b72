"""Repeated restoration: each pass improves the estimate of the unobserved pixels of a frame."""

import torch

from padnet.core.operators import Blur
from padnet.errors import InputError


def refreshed(restore, y, k, seen, passes):
    """Run restore: y -> x `passes` times; before each further pass the unobserved pixels of y become those of k * x.

    y: (n, 1, H, W). k: (n, 1, m, m). seen: bool like y, the observed pixels; None: all, in which case there is only
    one pass. Returns the last x. Raises InputError for passes < 1.
    """
    if passes < 1:
        raise InputError(f"passes must be at least 1, got {passes}.")
    x = restore(y)
    for _ in range(0 if seen is None else passes - 1):
        y = torch.where(seen, y, Blur(k, y.shape[-2:])(x))
        x = restore(y)
    return x
