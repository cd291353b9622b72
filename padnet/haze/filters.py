"""Filters over square windows: local minimum and maximum, box mean, guided filter. Exact, batched, on any device.

A window of `size` pixels per side is combined from windows of 1, 2, 4, ... pixels, axis by axis, so the cost per
pixel grows with the logarithm of the size. Unlike running sums this loses no precision along a row, so float32 is
sufficient, and every operation is deterministic on every device. At the image border a window only contains the
pixels inside the image.
"""

import torch
import torch.nn.functional as F

from padnet.core.validation import check_image, check_number
from padnet.errors import InputError

__all__ = ["box_mean", "guided_filter", "local_maximum", "local_minimum"]


def local_minimum(x: torch.Tensor, size: int) -> torch.Tensor:
    """The minimum of every channel in the window around each pixel.

    Args:
        x: (n, c, h, w).
        size: window size in pixels, odd.

    Returns:
        (n, c, h, w).

    Raises:
        InputError: for an even or non-positive size, or an x that is not a batch of images.
    """
    check_image(x)
    return _over_windows(x, _half(size), torch.minimum, float("inf"))


def local_maximum(x: torch.Tensor, size: int) -> torch.Tensor:
    """The maximum in the window around each pixel. Arguments and errors as for local_minimum."""
    check_image(x)
    return _over_windows(x, _half(size), torch.maximum, float("-inf"))


def box_mean(x: torch.Tensor, radius: int) -> torch.Tensor:
    """The mean over a window of 2 radius + 1 pixels per side around each pixel, over the pixels inside x.

    Args:
        x: (n, c, h, w).
        radius: pixels, at least 0.

    Returns:
        (n, c, h, w).

    Raises:
        InputError: for a negative radius, or an x that is not a batch of images.
    """
    check_image(x)
    _check_radius(radius)
    return _mean(x, radius)


def guided_filter(x: torch.Tensor, guide: torch.Tensor, radius: int, eps: float) -> torch.Tensor:
    """Smooth x where the guide is smooth, preserving the edges of the guide (He, Sun, Tang, TPAMI 2013).

    In every window x is fitted by a linear function of the guide's channels with ridge parameter eps; each pixel gets
    the mean of the fits of all windows that contain it.

    Args:
        x: (n, c, h, w), each channel filtered independently.
        guide: (n, g, h, w) of the same dtype: g = 1 for a grey guide, 3 for colour.
        radius: of the windows, in pixels, at least 1.
        eps: ridge parameter in units of the guide squared, positive; edges below about sqrt(eps) are smoothed.

    Returns:
        (n, c, h, w).

    Raises:
        InputError: for different shapes or dtypes, a radius below 1 or an eps that is not positive.
    """
    check_image(x)
    check_image(guide, "guide")
    if (x.shape[0], *x.shape[2:]) != (guide.shape[0], *guide.shape[2:]) or x.dtype != guide.dtype:
        raise InputError(
            f"the guide must have the picture's number, size and dtype, {tuple(x.shape)} {x.dtype}, "
            f"got {tuple(guide.shape)} {guide.dtype}."
        )
    _check_radius(radius, 1)
    eps = check_number(eps, "eps of the guided filter")
    if not eps > 0:
        raise InputError(f"eps of the guided filter must be positive, got {eps}: 1e-3 suits guides in [0, 1].")
    # The fit does not depend on the guide's mean; near zero the covariances keep more digits.
    p = guide - guide.mean(dim=(-2, -1), keepdim=True)
    mean_p, g = _mean(p, radius), p.shape[1]
    S = [
        [
            _mean(p[:, i : i + 1] * p[:, j : j + 1], radius)
            - mean_p[:, i : i + 1] * mean_p[:, j : j + 1]
            + (eps if i == j else 0)
            for j in range(i + 1)
        ]
        for i in range(g)
    ]
    factor = _factorised(S)
    out = []
    for channel in x.split(1, dim=1):
        mean_x = _mean(channel, radius)
        covariance = [_mean(p[:, i : i + 1] * channel, radius) - mean_p[:, i : i + 1] * mean_x for i in range(g)]
        a = torch.cat(_solved(factor, covariance), dim=1)  # He et al., Eq. (14)
        b = mean_x - (a * mean_p).sum(dim=1, keepdim=True)  # He et al., Eq. (15)
        out.append((_mean(a, radius) * p).sum(dim=1, keepdim=True) + _mean(b, radius))  # He et al., Eq. (16)
    return torch.cat(out, dim=1)


def _factorised(S):
    """S = L D L^T for every pixel, S a lower triangle of planes; L below the diagonal, D on it."""
    L = [row[:] for row in S]
    for j in range(len(L)):
        for k in range(j):
            L[j][j] = L[j][j] - L[j][k] ** 2 * L[k][k]
        for i in range(j + 1, len(L)):
            for k in range(j):
                L[i][j] = L[i][j] - L[i][k] * L[j][k] * L[k][k]
            L[i][j] = L[i][j] / L[j][j]
    return L


def _solved(L, right):
    """a with S a = right, for every pixel; `right` is a list of (n, h, w) planes."""
    a = list(right)
    for i in range(len(a)):
        for k in range(i):
            a[i] = a[i] - L[i][k] * a[k]
    for i in reversed(range(len(a))):
        a[i] = a[i] / L[i][i]
        for k in range(i + 1, len(a)):
            a[i] = a[i] - L[k][i] * a[k]
    return a


def _mean(x, radius):
    rows, columns = (_pixels_inside(side, radius).to(x) for side in x.shape[-2:])
    return _over_windows(x, radius, torch.add, 0.0) / (rows[:, None] * columns)


def _pixels_inside(side, radius):
    """The number of pixels inside the line, of length `side`, for the window around each pixel."""
    i = torch.arange(side)
    return (i + radius).clamp(max=side - 1) - (i - radius).clamp(min=0) + 1


def _over_windows(x, half, combine, outside):
    """combine() over all pixels of the window of 2 half + 1 pixels per side; `outside` is its neutral element."""
    return _over_runs(_over_runs(x, half, combine, outside, -1), half, combine, outside, -2)


def _over_runs(x, half, combine, outside, dim):
    size, n = 2 * half + 1, x.shape[dim]
    run = F.pad(x, (half, half) if dim == -1 else (0, 0, half, half), value=outside)
    whole, taken, length = None, 0, 1
    while length <= size:  # run[i] combines `length` neighbours from i on; size is a sum of such lengths
        if size & length:
            piece = run.narrow(dim, taken, n)
            whole, taken = piece if whole is None else combine(whole, piece), taken + length
        if 2 * length <= size:
            rest = run.shape[dim] - length
            run = combine(run.narrow(dim, 0, rest), run.narrow(dim, length, rest))
        length *= 2
    return whole


def _half(size):
    if not isinstance(size, int) or size < 1 or size % 2 == 0:
        raise InputError(f"a window has an odd number of pixels a side, not {size}.")
    return size // 2


def _check_radius(radius, least=0):
    if not isinstance(radius, int) or radius < least:
        raise InputError(f"the radius is a whole number of pixels, at least {least}, not {radius}.")
