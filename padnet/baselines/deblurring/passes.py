"""The passes of a restoration: what a frame pads is a guess, and every further pass guesses better."""

import torch

from padnet.core.operators import Blur
from padnet.errors import InputError


def refreshed(restore, y, k, seen, passes):
    """restore: y -> x, run `passes` times; before each further one the unseen pixels of y become those of k * x.

    y: (n, 1, H, W). k: (n, 1, m, m). seen: bool like y, the pixels that were observed; None: all, and one
    pass is all there is. Returns the last x. Raises InputError for passes < 1.
    """
    if passes < 1:
        raise InputError(f"passes must be at least 1, got {passes}.")
    x = restore(y)
    for _ in range(0 if seen is None else passes - 1):
        y = torch.where(seen, y, Blur(k, y.shape[-2:])(x))
        x = restore(y)
    return x
