"""The degradation model: convolution, boundary, noise, quantisation."""

import numpy as np
from scipy.signal import fftconvolve

from padnet.errors import InputError
from padnet.imaging.kernels import check_kernel

BORDERS = ("valid", "replicate", "periodic")


def check_image(x):
    """Raise InputError unless `x` is a grey image: (h, w), floating point, finite, in [0, 1], not empty."""
    x = np.asarray(x)
    if x.ndim != 2 or x.size == 0:
        raise InputError(f"a grey image has two axes and at least one pixel, this one has the shape {x.shape}")
    if not np.issubdtype(x.dtype, np.floating):
        raise InputError(
            f"an image holds floating-point numbers in [0, 1], this one {x.dtype}: divide 8-bit grey by 255"
        )
    if not np.isfinite(x).all():
        raise InputError("the image holds NaN or infinite values: correct or replace it")
    if x.min() < 0 or x.max() > 1:
        raise InputError(f"the image ranges from {x.min():g} to {x.max():g}: scale it to [0, 1]")


def observe(x, k, noise, quantise, rng, border="valid"):
    """The blurred observation of `x`: convolution with `k`, noise, quantisation.

    x: (h, w) in [0, 1].   k: (m, n), sums to 1, no larger than x.   rng: numpy Generator of the noise.
    noise: standard deviation of the Gaussian noise, for a range of [0, 1].
    quantise: round to 8 bits and clip to [0, 1], like a camera.
    border: "valid", only pixels that depend on x alone: (h - m + 1, w - n + 1) float64, whose first pixel is pixel
    ((m-1)//2, (n-1)//2) of x; "replicate", the size of x with edge replication: (h, w); or "periodic", the size of x
    with periodic continuation: (h, w).
    Raises InputError for an invalid image, kernel, noise or border.
    """
    check_image(x)
    check_kernel(k)
    if any(a > b for a, b in zip(k.shape, x.shape, strict=False)):
        raise InputError(
            f"the kernel {k.shape} is larger than the image {x.shape}: crop the kernel or take a larger image"
        )
    if abs(k.sum() - 1) > 1e-6:
        raise InputError(f"the kernel sums to {k.sum():g}: divide it by its sum")
    if not (np.isfinite(noise) and noise >= 0):
        raise InputError(f"the noise is a standard deviation, zero or more, not {noise}")
    if border not in BORDERS:
        raise InputError(f"an observation's border is one of {', '.join(BORDERS)}, not {border!r}")
    if border != "valid":
        # The centre of k is the pixel (m//2, n//2), as in the rest of the package.
        around = [((side - 1) // 2, side // 2) for side in k.shape]
        x = np.pad(x, around, mode="edge" if border == "replicate" else "wrap")
    y = fftconvolve(x, k, mode="valid") + noise * rng.standard_normal(
        (x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1)
    )
    return np.clip(np.round(255 * y), 0, 255) / 255 if quantise else y
