"""Metrics with all options explicit, because differing defaults are why published numbers differ."""

import numpy as np
import torch
from skimage.metrics import structural_similarity

from padnet.errors import InputError

SSIM_WINDOW = 11  # pixels: Wang's Gaussian of 1.5 px, truncated at 3.5 sigma


def _prepared(x, reference, data_range, border, quantise):
    """Both images as float64, cropped by `border` on each side, quantised if requested."""
    x, reference = np.asarray(x, np.float64), np.asarray(reference, np.float64)
    if x.ndim != 2 or x.shape != reference.shape:
        raise InputError(f"two grey images of one shape can be compared, these are {x.shape} and {reference.shape}")
    if not (np.isfinite(x).all() and np.isfinite(reference).all()):
        raise InputError("an image to be scored holds NaN or infinite values: fix the method that produced it")
    if not data_range > 0:
        raise InputError(f"data_range is the distance from black to white, positive, not {data_range}")
    if border < 0 or min(x.shape) <= 2 * border:
        raise InputError(f"a border of {border} pixels leaves nothing of {x.shape}: take a smaller one")
    inside = (slice(border, x.shape[0] - border), slice(border, x.shape[1] - border))
    x, reference = x[inside], reference[inside]
    if quantise:
        x, reference = (np.clip(np.round(a / data_range * 255), 0, 255) / 255 * data_range for a in (x, reference))
    return x, reference


def psnr(x, reference, *, data_range, border, quantise):
    """Peak signal-to-noise ratio in dB of `x`, (h, w), against `reference`; inf if they are equal.

    data_range: difference between white and black.   border: pixels excluded on each side.
    quantise: round and clip both to 8 bits first.
    Raises InputError for different shapes, NaN, or a border that leaves no pixels.
    """
    x, reference = _prepared(x, reference, data_range, border, quantise)
    error = np.mean((x - reference) ** 2)
    return float("inf") if error == 0 else float(10 * np.log10(data_range**2 / error))


def ssim(x, reference, *, data_range, border, quantise):
    """Structural similarity of `x`, (h, w), with `reference`, following Wang et al. 2004: Gaussian window of 1.5 px.

    Arguments and errors are as for psnr; at least 11x11 pixels must remain.
    """
    x, reference = _prepared(x, reference, data_range, border, quantise)
    if min(x.shape) < SSIM_WINDOW:
        raise InputError(f"SSIM needs {SSIM_WINDOW} pixels a side, {x.shape} are left: take a smaller border")
    return float(
        structural_similarity(
            x, reference, data_range=data_range, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
        )
    )


def relative_error(g, g_true):
    """||g - g_true|| / ||g_true|| of every sample: (batch, channel, height, width) tensors -> (batch,).

    The paper's reconstruction error. Raises InputError for different shapes, NaN, or an all-zero truth.
    """
    if g.dim() != 4 or g.shape != g_true.shape:
        raise InputError(
            "relative_error compares two (batch, channel, height, width) tensors of one shape, "
            f"these are {tuple(g.shape)} and {tuple(g_true.shape)}"
        )
    if not (torch.isfinite(g).all() and torch.isfinite(g_true).all()):
        raise InputError("relative_error got NaN or infinite values: fix the method that produced them")
    scale = g_true.flatten(1).norm(dim=1)
    if (scale == 0).any():
        raise InputError("relative_error divides by the norm of the truth, and one of them is all zeros")
    return (g - g_true).flatten(1).norm(dim=1) / scale
