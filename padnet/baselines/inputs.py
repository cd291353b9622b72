"""Validation of the common inputs of the compared deconvolution methods."""

import torch

from padnet.core.validation import check_image, check_kernel
from padnet.errors import InputError


def check_inputs(y, k, noise, seen):
    """Return (y, k, noise) validated: kernels normalised to sum 1 and noise as a tensor, both with y's dtype and
    device.

    y: (n, 1, H, W) observations. k: (n, 1, m, m) kernels. noise: (n,) standard deviations, positive.
    seen: bool like y, or None. Raises InputError for anything else, with the property that fails.
    """
    if check_image(y, "observation").shape[1] != 1:
        raise InputError(f"an observation has one channel, got {y.shape[1]}: restore colours one by one.")
    k = check_kernel(k, y.shape[-2:]).to(y)
    if len(k) not in (1, len(y)):
        raise InputError(f"{len(k)} kernels do not fit {len(y)} observations: give one kernel, or one for each.")
    noise = torch.as_tensor(noise, dtype=y.dtype, device=y.device)
    if noise.shape != y.shape[:1]:
        raise InputError(
            f"noise must hold one standard deviation per observation, ({len(y)},), got the shape {tuple(noise.shape)}."
        )
    if not (torch.isfinite(noise) & (noise > 0)).all():
        raise InputError(f"noise must be positive and finite, got {noise.tolist()}: give an estimate.")
    if seen is not None and (seen.dtype != torch.bool or seen.shape != y.shape):
        raise InputError(
            f"seen must be bool and of the observations' shape {tuple(y.shape)}, "
            f"got {seen.dtype} of {tuple(seen.shape)}."
        )
    return y, k, noise


def check_positive(**values):
    """Raise InputError, with the name, unless every value is a positive finite number."""
    for name, value in values.items():
        if not 0 < value < float("inf"):
            raise InputError(f"{name} must be positive and finite, got {value}.")


def check_count(**values):
    """Raise InputError, with the name, unless every value is an integer of at least 1."""
    for name, value in values.items():
        if not (isinstance(value, int) and value >= 1):
            raise InputError(f"{name} must be a whole number of at least 1, got {value}.")
