"""Scores of haze removal: errors of transmission and radiance against the ground truth."""

from dataclasses import dataclass

import numpy as np
from skimage.metrics import structural_similarity

from padnet.errors import InputError
from padnet.imaging.metrics import SSIM_WINDOW


@dataclass(frozen=True)
class HazePair:
    """A hazy image with its ground truth; all arrays are float64 in [0, 1].

    I: (h, w, 3) hazy.   J: (h, w, 3) radiance.   t: (h, w) transmission.   A: (3,) airlight.
    mask: (h, w) bool, the pixels that are scored.   beta: scattering coefficient; None if unknown.
    """

    image: str
    I: np.ndarray
    J: np.ndarray
    t: np.ndarray
    A: np.ndarray
    mask: np.ndarray
    beta: float | None


def score(pair, t, J):
    """{"psnr": dB, "ssim": ..., "l1_t": ..., "l1_J": ...} of an estimated transmission and radiance.

    t: (h, w).   J: (h, w, 3), clipped to [0, 1] first, neither stretched nor rounded.
    Only the pixels of pair.mask count, in all channels: PSNR uses their mean squared error, l1 is their mean absolute
    error as reported by Fattal. SSIM (Wang et al. 2004, Gaussian window of 1.5 px) is the mean of its map over the
    mask, at least 5 px from the image border, where the estimate is replaced with the truth outside the mask.
    Raises InputError for a different shape, NaN, or an image too small for SSIM.
    """
    t, J = np.asarray(t, np.float64), np.asarray(J, np.float64)
    for name, estimate, truth in (("transmission", t, pair.t), ("radiance", J, pair.J)):
        if estimate.shape != truth.shape:
            raise InputError(
                f"an estimated {name} of {pair.image} has the shape of its truth, {truth.shape}, not {estimate.shape}"
            )
        if not np.isfinite(estimate).all():
            raise InputError(
                f"the estimated {name} of {pair.image} holds NaN or infinite values: fix the method that produced it"
            )
    J = np.clip(J, 0, 1)
    error = (J - pair.J)[pair.mask]
    square = np.mean(error**2)
    return {
        "psnr": float("inf") if square == 0 else float(-10 * np.log10(square)),
        "ssim": _ssim(pair, np.where(pair.mask[..., None], J, pair.J)),
        "l1_t": float(np.mean(np.abs(t - pair.t)[pair.mask])),
        "l1_J": float(np.mean(np.abs(error))),
    }


def _ssim(pair, J):
    border = SSIM_WINDOW // 2  # windows that extend beyond the image border would contain made-up pixels
    inside = (slice(border, -border), slice(border, -border))
    if min(pair.mask.shape) < SSIM_WINDOW or not pair.mask[inside].any():
        raise InputError(
            f"SSIM needs {SSIM_WINDOW} pixels a side and one to score inside, {pair.image} has "
            f"{pair.mask.shape}: take a larger picture"
        )
    _, values = structural_similarity(
        J,
        pair.J,
        data_range=1,
        gaussian_weights=True,
        sigma=1.5,
        channel_axis=-1,
        use_sample_covariance=False,
        full=True,
    )
    return float(values[inside][pair.mask[inside]].mean())
