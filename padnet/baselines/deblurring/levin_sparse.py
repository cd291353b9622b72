"""Deconvolution with a sparse derivative prior (Levin, Fergus, Durand, Freeman, SIGGRAPH 2007).

    min_x ||k * x - y||^2 + weight sum_d c_d sum_p |(d x)_p|^0.8

over the derivatives d of first and second order, by iteratively reweighted least squares: |z|^0.8 is replaced with w
z^2, where w = max(|z|, 0.01)^(0.8 - 2) for the previous x, and the quadratic is minimised by conjugate gradients. The
blur is a valid convolution of an x that extends half a kernel beyond y on every side: unobserved pixels are unknowns,
not padding.
"""

import numpy as np
from scipy.fft import irfft2, next_fast_len, rfft2

from padnet.errors import InputError
from padnet.imaging.kernels import check_kernel

EXPONENT = 0.8
FLOOR = 0.01  # of |z| in the weights, images in [0, 1]
SHARPNESS = 0.1  # scale of the reweighted prior relative to the initial quadratic one
REWEIGHTINGS = 2
# Differences by axis, and c_d: the weight of second derivatives is a quarter.
DERIVATIVES = (((0,), 1.0), ((1,), 1.0), ((0, 0), 0.25), ((1, 1), 0.25), ((0, 1), 0.25))


class _Blur:
    """Valid convolution with k, (m, n): x (h + m - 1, w + n - 1) -> (h, w), and its exact adjoint."""

    def __init__(self, k, shape):
        self.m, self.n = k.shape
        self.h, self.w = shape
        self.x_shape = (self.h + self.m - 1, self.w + self.n - 1)
        self.frame = tuple(next_fast_len(side, real=True) for side in self.x_shape)
        self.K = rfft2(k, s=self.frame)

    def __call__(self, x):
        # Circular in the frame; from row m - 1 and column n - 1 on nothing has wrapped around.
        y = irfft2(self.K * rfft2(x, s=self.frame), s=self.frame)
        return y[self.m - 1 : self.x_shape[0], self.n - 1 : self.x_shape[1]]

    def adjoint(self, y):
        """(h, w) -> (h + m - 1, w + n - 1)."""
        placed = np.zeros(self.frame)
        placed[self.m - 1 : self.x_shape[0], self.n - 1 : self.x_shape[1]] = y
        return irfft2(np.conj(self.K) * rfft2(placed), s=self.frame)[: self.x_shape[0], : self.x_shape[1]]


def _derivative(x, axes):
    """Forward differences of x along each of `axes`, one after the other; each shortens its axis by one."""
    for axis in axes:
        x = np.diff(x, axis=axis)
    return x


def _derivative_adjoint(z, axes):
    """The adjoint of _derivative."""
    for axis in reversed(axes):
        z = -np.diff(z, axis=axis, prepend=0, append=0)
    return z


def _conjugate_gradients(A, b, x, iterations):
    """`iterations` steps for A x = b, A symmetric and positive definite, from x."""
    r = b - A(x)
    d, rr = r, np.sum(r * r)
    for _ in range(iterations):
        if rr == 0:
            break
        Ad = A(d)
        alpha = rr / np.sum(d * Ad)
        x, r = x + alpha * d, r - alpha * Ad
        rr, last = np.sum(r * r), rr
        d = r + rr / last * d
    return x


def sparse(y, k, weight=0.0068, iterations=70):
    """Restore `y` with the sparse derivative prior: (h, w) float64, in the frame of y.

    y: (h, w) observation in [0, 1].   k: (m, n) convolution kernel, sums to 1, no larger than y.
    weight: of the prior, positive; 0.0068 is suitable for noise of about 1 %.
    iterations: of conjugate gradients in each of the three least-squares problems, at least 1.
    Raises InputError for an invalid observation, kernel, weight or number of iterations.
    """
    check_kernel(k)
    y = np.asarray(y, np.float64)
    if y.ndim != 2 or not np.isfinite(y).all():
        raise InputError(f"an observation is (h, w) and finite, this one has the shape {y.shape}")
    if any(a > b for a, b in zip(k.shape, y.shape, strict=False)):
        raise InputError(f"the kernel {k.shape} is larger than the observation {y.shape}: crop the kernel")
    if abs(k.sum() - 1) > 1e-6:
        raise InputError(f"the kernel sums to {k.sum():g}: divide it by its sum")
    if not (np.isfinite(weight) and weight > 0):
        raise InputError(f"the weight of the prior is a positive number, not {weight}")
    if iterations < 1:
        raise InputError(f"conjugate gradients need at least 1 iteration, not {iterations}")
    blur = _Blur(k, y.shape)
    (m, n), (h, w) = k.shape, y.shape
    b = blur.adjoint(y)
    start = x = np.pad(y, (((m - 1) // 2, m // 2), ((n - 1) // 2, n // 2)), mode="edge")
    weights = [1.0] * len(DERIVATIVES)
    for _ in range(REWEIGHTINGS + 1):

        def normal(v, weights=weights):
            prior = sum(
                _derivative_adjoint(a * _derivative(v, axes), axes)
                for a, (axes, _) in zip(weights, DERIVATIVES, strict=False)
            )
            return blur.adjoint(blur(v)) + weight * prior

        x = _conjugate_gradients(normal, b, start, iterations)
        weights = [
            SHARPNESS * c * np.maximum(np.abs(_derivative(x, axes)), FLOOR) ** (EXPONENT - 2) for axes, c in DERIVATIVES
        ]
    return x[(m - 1) // 2 : (m - 1) // 2 + h, (n - 1) // 2 : (n - 1) // 2 + w]
