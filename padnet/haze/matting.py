"""Soft matting: a transmission that is locally a linear function of the image colours.

    (L + lam U) t = lam t~                                                  U the unit matrix, L the matting Laplacian

(He, Sun, Tang, TPAMI 2011). t^T L t is the sum over all windows of 3 x 3 pixels of the squared residuals of t after a
fit by a linear function of the colours (Levin, Lischinski, Weiss, TPAMI 2008). L t can therefore be computed with the
guided filter on the same windows: n (t - filtered t), where n is the number of windows that contain a pixel. Here
windows at the image border are truncated, while the publication omits them.
"""

import numpy as np
import torch
from scipy.sparse.linalg import LinearOperator, cg

from padnet.core.validation import check_image
from padnet.errors import InputError
from padnet.haze.filters import box_mean, guided_filter

__all__ = ["matting_laplacian", "soft_matting"]

CLOSE = 1e-5  # relative residual of the linear system
MOST = 3000  # maximum number of conjugate gradient steps


def matting_laplacian(t: torch.Tensor, guide: torch.Tensor, eps: float) -> torch.Tensor:
    """L t, (n, 1, h, w), for t (n, 1, h, w) and guide (n, 3, h, w) of one dtype; eps: ridge of the linear functions."""
    ones = torch.ones_like(t)
    inner = torch.nn.functional.pad(ones, (1, 1, 1, 1))
    covered = 9 * box_mean(inner, 1)[..., 1:-1, 1:-1]
    return covered * (t - guided_filter(t, guide, 1, eps))


def soft_matting(t: torch.Tensor, guide: torch.Tensor, lam: float = 1e-4, eps: float = 1e-6) -> torch.Tensor:
    """Refine t~ by conjugate gradients in double precision: (n, 1, h, w).

    Args:
        t: (n, 1, h, w), t~. guide: (n, 3, h, w), the images in [0, 1].
        lam: weight of t~, positive; a smaller value gives a smoother result. eps: ridge parameter, positive.

    Raises:
        InputError: for shapes that do not match, or a number out of its range.
    """
    check_image(t)
    if not 0 < lam < float("inf"):
        raise InputError(f"lam, the weight of the coarse transmission, must be positive and finite, not {lam}.")
    found = []
    for y, I in zip(t.double().cpu().split(1), guide.double().cpu().split(1), strict=True):

        def system(x, I=I, y=y):
            x = torch.from_numpy(x).view_as(y)
            return (matting_laplacian(x, I, eps) + lam * x).flatten().numpy()

        b = lam * y.flatten().numpy()
        operator = LinearOperator((b.size, b.size), system, dtype=np.float64)
        start = guided_filter(y, I, 20, 1e-3).flatten().numpy()  # much closer to the solution than t~
        x, _ = cg(operator, b, start, rtol=CLOSE, maxiter=MOST)
        found.append(torch.from_numpy(x).view_as(y))
    return torch.cat(found).to(t)
