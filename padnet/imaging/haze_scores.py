"""The scores of haze removal: how near a transmission and a radiance come to the truth."""

from dataclasses import dataclass

import numpy as np
from skimage.metrics import structural_similarity

from padnet.errors import InputError
from padnet.imaging.metrics import SSIM_WINDOW


@dataclass(frozen=True)
class HazePair:
    """A hazy picture and everything that is known of it; all float64 in [0, 1].

    I: (h, w, 3) hazy.   J: (h, w, 3) radiance.   t: (h, w) transmission.   A: (3,) airlight.
    mask: (h, w) bool, the pixels that are scored.   beta: scattering coefficient; None where it is not known.
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

    t: (h, w).   J: (h, w, 3), clipped to [0, 1] first, not stretched and not rounded.
    Only the pixels of pair.mask count, in all channels: PSNR from their mean squared error, l1 their mean
    absolute error as Fattal prints it, SSIM (Wang et al. 2004, Gaussian window of 1.5 px) the mean of its map there,
    5 px from the border of the picture, with the truth put in for the estimate outside the mask.
    Raises InputError for another shape, NaN, or a picture too small for SSIM.
    """
    t, J = np.asarray(t, np.float64), np.asarray(J, np.float64)
    for name, estimate, truth in (("transmission", t, pair.t), ("radiance", J, pair.J)):
        if estimate.shape != truth.shape:
            raise InputError(
                f"an estimated {name} of {pair.image} has the shape of its truth, {truth.shape}, not {estimate.shape}"
            )
        if not np.isfinite(estimate).all():
            raise InputError(f"the estimated {name} of {pair.image} holds NaN or infinite values: mend its method")
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
    border = SSIM_WINDOW // 2  # windows that reach over the border of the picture would be made up
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
