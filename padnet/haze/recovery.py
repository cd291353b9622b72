"""The radiance of a photograph: (17) solved for J, with less amplification where there is nothing but noise.

1/t enlarges noise and the blocks of JPEG compression together with the scene. The picture is split into a base and
what is left of it, the detail, by a guided filter with itself as guide (He, Sun, Tang, TPAMI 2013): where the local
variance is that of the noise the base is the local mean, and where it is far larger the base is the picture itself.
The base is divided by t, the detail by t but not by less than 1 / GAIN. Where the base has no contrast and the colour
of A it may be sky, of which (17) says nothing, so t is raised there.
"""

from collections.abc import Iterator

import torch

from padnet.core.validation import check_number
from padnet.errors import InputError
from padnet.haze.filters import box_mean
from padnet.haze.model import LEAST, check_airlight, check_colour, radiance

__all__ = ["noise_level", "recovered"]

# Chosen on photographs held out from training, with and without noise of 0.6 % and JPEG of quality 60; SMOOTH was
# chosen last, on 24 of which none is in photographs-haze.
RADIUS = 8  # pixels, of the windows: they are wider than the blocks of JPEG
QUIETEST = 0.02  # quantile of the local variances that is taken for noise
GAIN = 1.5  # greatest amplification of noise
FLOOR = 1.5  # times the noise's variance is all noise
FACTOR = 2.0  # times the noise's variance above that, a window is half base, half detail
NEAR = 0.05  # distance of a colour from A that may be sky: about the error of an estimated airlight
SKY = 1.5  # times the lower bound of t is the lower bound there
SMOOTH = 0.012  # standard deviation that counts as noise there, for JPEG has rounded away the noise of other windows
STEP = 4  # rows and columns between the windows of which the noise is measured
STRIP = 2**19  # pixels per strip


def noise_level(I: torch.Tensor) -> torch.Tensor:
    """The standard deviation of noise and compression, from the quietest windows of every image: (n, 3, h, w) -> (n,).

    A low quantile of the local variance of I less its local mean, as for white noise; fine texture all over an image
    is counted as noise.

    Raises:
        InputError: for an image that is not in colour.
    """
    check_colour(I)
    found = []
    for part, inside in _strips(I, 2 * RADIUS):
        local = box_mean((part - box_mean(part, RADIUS)).square().mean(dim=1, keepdim=True), RADIUS)
        found.append(local[inside][..., ::STEP, ::STEP].flatten(1))
    values = torch.cat(found, dim=1).sort(dim=1).values
    return values[:, int(QUIETEST * (values.shape[1] - 1))].sqrt()


def recovered(
    I: torch.Tensor, t: torch.Tensor, A: torch.Tensor, least: float = LEAST, noise: torch.Tensor | None = None
) -> torch.Tensor:
    """The radiance J, not clipped to [0, 1].

    Args:
        I: (n, 3, h, w) in [0, 1]. t: (n, 1, h, w). A: (n, 3).
        least: lower bound of t, in (0, 1].
        noise: standard deviation per image, (n,), at least 0, of values in [0, 1]; None estimates it.

    Raises:
        InputError: for an image that is not in colour, a t or A of the wrong shape, or a number out of its range.
    """
    least = check_number(least, "the least transmission")
    A_ = check_airlight(A, check_colour(I))
    radiance(I[..., :1, :1], t[..., :1, :1], A, least)  # for its sentences about t and the bound
    if t.shape != I[:, :1].shape:
        raise InputError(f"the transmission must be {tuple(I[:, :1].shape)}, got shape {tuple(t.shape)}.")
    sigma = noise_level(I) if noise is None else noise
    if sigma.shape != I.shape[:1] or not (sigma >= 0).all():
        raise InputError("the noise must be one standard deviation per image, 0 or more.")
    sigma = sigma.to(I)[:, None, None, None]
    J, top = torch.empty_like(I), 0  # filled strip by strip: a large image is not held twice
    for (x, inside), (s, _) in zip(_strips(I, 2 * RADIUS), _strips(t, 2 * RADIUS), strict=True):
        mean = box_mean(x, RADIUS)
        variance = (box_mean(x * x, RADIUS) - mean * mean).clamp(min=0).mean(dim=1, keepdim=True)
        sky = torch.exp(-(mean - A_).square().mean(dim=1, keepdim=True) / NEAR**2)
        noise_variance = sigma.square() + sky * SMOOTH**2 * (sigma > 0)
        own = (variance - FLOOR * noise_variance).clamp(min=0)
        a = own / (own + FACTOR * noise_variance).clamp(min=torch.finfo(I.dtype).tiny)
        base = box_mean(a, RADIUS) * x + box_mean((1 - a) * mean, RADIUS)
        s = torch.maximum(s.clamp(min=least), SKY * least * sky * box_mean(1 - a, RADIUS))
        parts = (base - A_) / s + A_ + (x - base) * (1 / s).clamp(max=GAIN)  # Eq. (17), solved for J
        strip = parts[inside]
        J[:, :, top : top + strip.shape[2]] = strip
        top += strip.shape[2]
    return J


def _strips(x: torch.Tensor, around: int) -> Iterator[tuple[torch.Tensor, tuple]]:
    """Strips of rows with `around` rows beside them, and where in these the strip lies; a large image's windows
    need no more memory than a strip's.
    """
    rows = max(1, STRIP // x.shape[-1] // STEP) * STEP
    for top in range(0, x.shape[-2], rows):
        first, last = max(0, top - around), min(x.shape[-2], top + rows + around)
        yield x[..., first:last, :], (..., slice(top - first, min(top + rows, x.shape[-2]) - first), slice(None))
