"""Weighted least squares on the pixel grid: edge-aware smoothing with a confidence weight per data value.

    min_x sum_p w_p (x_p - y_p)^2 + smooth sum_{p ~ q} (x_p - x_q)^2 / ((g_p - g_q)^2 + floor)

over the pixels p and the pairs p ~ q of neighbours along rows and columns (Farbman, Fattal, Lischinski, Szeliski,
SIGGRAPH 2008; Berman, Treibitz, Avidan, CVPR 2016, Eq. (15)). The normal equations are sparse, symmetric and positive
definite, and are solved by a direct factorisation.
"""

import numpy as np
from scipy.sparse import coo_array, csc_array, diags_array
from scipy.sparse.linalg import splu

from padnet.errors import InputError

__all__ = ["laplacian", "weighted_least_squares"]

FLOOR = 1e-5  # added to squared differences of the guide, so that the coupling of equal neighbours is strong but finite


def laplacian(guide: np.ndarray, floor: float = FLOOR) -> csc_array:
    """L, (h w, h w) sparse float64, with x^T L x = sum_{p ~ q} (x_p - x_q)^2 / ((g_p - g_q)^2 + floor).

    guide: g, (h, w), or (h, w, c) with Euclidean differences over the channels. Pixels are numbered row by row.
    """
    g = guide.reshape(*guide.shape[:2], -1).astype(np.float64)
    i = np.arange(g.shape[0] * g.shape[1]).reshape(g.shape[:2])
    p = np.concatenate([i[:, :-1].ravel(), i[:-1].ravel()])
    q = np.concatenate([i[:, 1:].ravel(), i[1:].ravel()])
    bond = 1 / (floor + np.concatenate([(np.diff(g, axis=axis) ** 2).sum(axis=2).ravel() for axis in (1, 0)]))
    W = coo_array((bond, (p, q)), shape=(i.size, i.size)).tocsc()
    W = W + W.T
    return csc_array(diags_array(W.sum(axis=0)) - W)


def weighted_least_squares(y: np.ndarray, weight: np.ndarray, guide: np.ndarray, smooth: float) -> np.ndarray:
    """The minimiser x, (h, w) float64.

    Args:
        y: (h, w), the data. weight: (h, w), w >= 0, positive somewhere.
        guide: (h, w) or (h, w, c). smooth: weight of the second sum, positive.

    Raises:
        InputError: for different shapes, weights that are negative or nowhere positive, or an invalid `smooth`.
    """
    if y.shape != weight.shape or y.shape != guide.shape[:2]:
        raise InputError(f"data, weights and guide must be of one size, got {y.shape}, {weight.shape}, {guide.shape}.")
    if not ((weight >= 0).all() and (weight > 0).any()):
        raise InputError("the weights of the data must not be negative, and positive somewhere: nothing else fixes x.")
    if not 0 < smooth < float("inf"):
        raise InputError(f"the weight of smoothness must be positive and finite, got {smooth}.")
    w = weight.astype(np.float64).ravel()
    N = csc_array(diags_array(w) + smooth * laplacian(guide))
    # Symmetric and positive definite: an ordering for A^T + A without pivoting keeps the factors sparse.
    factor = splu(N, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
    return factor.solve(w * y.ravel()).reshape(y.shape)
