"""Deconvolution with a hyper-Laplacian prior by half-quadratic splitting (Krishnan, Fergus, NIPS 2009).

    min_x lam/2 ||k * x - y||^2 + sum_d ||(d x)||_alpha^alpha,    lam = weight / noise^2

over the first differences d along both axes. With w in place of the differences,

    min_{x, w} lam/2 ||k * x - y||^2 + beta/2 ||Dx - w||^2 + ||w||_alpha^alpha,

each half step is exact: w by the proximal operator (theirs uses a lookup table), x in the Fourier domain. beta grows
from 1 by the factor 2 sqrt 2 while it is below 256, with one iteration each, as published.
"""

from collections.abc import Iterator

import torch

from padnet.baselines.deblurring.passes import refreshed
from padnet.baselines.inputs import check_count, check_inputs, check_positive
from padnet.core.image_fidelity import ImageFidelity
from padnet.core.operators import Blur, differences
from padnet.core.priors import LpNorm
from padnet.errors import InputError

FIRST, MOST = 1.0, 256.0  # first value and upper limit of beta


def betas(growth: float) -> list[float]:
    """1, growth, growth^2, ... below 256."""
    found = [FIRST]
    while found[-1] * growth < MOST:
        found.append(found[-1] * growth)
    return found


def half_steps(y, k, lam, prior: LpNorm, schedule) -> Iterator[tuple[float, torch.Tensor, torch.Tensor]]:
    """(beta, x, w) after each half step, w first, for every beta of `schedule`. lam: (n,)."""
    f = ImageFidelity(Blur(k, y.shape[-2:]), y, 1.0, lam)
    x = y
    for beta in schedule:
        w = prior.prox(differences(x), 1 / beta)  # argmin_w ||w||_alpha^alpha + beta/2 ||w - Dx||^2
        yield beta, x, w
        x = f.image(w, beta=beta)  # argmin_x lam/2 ||k * x - y||^2 + beta/2 ||Dx - w||^2
        yield beta, x, w


def energy(x, w, y, k, lam, beta, prior: LpNorm) -> torch.Tensor:
    """The half-quadratic energy at (x, w) of every sample, (n,)."""
    misfit = (Blur(k, y.shape[-2:])(x) - y).flatten(1).square().sum(1)
    apart = (differences(x) - w).flatten(1).square().sum(1)
    return 0.5 * (lam * misfit + beta * apart) + prior.value(w)


@torch.no_grad()
def hyperlaplacian(
    y, k, noise, seen=None, passes=2, *, weight=0.15, alpha=0.8, growth=8**0.5, inner=1, watch=None
) -> torch.Tensor:
    """Restore `y` with a hyper-Laplacian prior on the differences: (n, 1, H, W), in the frame of y.

    y: (n, 1, H, W) observations in periodic frames, images in [0, 1]. k: (n, 1, m, m) convolution kernels.
    noise: (n,) standard deviations in [0, 1]. seen: bool like y, the observed pixels; None: all.
    passes: number of restorations; unobserved pixels are updated between them.
    weight: lam = weight / noise^2. alpha: the exponent, from 0 (excluded) to 1. growth: of beta, above 1.
    inner: iterations for each beta. watch: called with the images after every iteration.
    Raises InputError for invalid observations, kernels, noise levels or parameters.
    """
    check_positive(weight=weight, alpha=alpha, growth=growth)
    check_count(inner=inner)
    if growth <= 1:
        raise InputError(f"growth, the factor from beta to beta, must be over 1, got {growth}.")
    if alpha > 1:
        raise InputError(f"alpha, the exponent, must be at most 1, got {alpha}.")
    prior = LpNorm(alpha, 1.0)
    y, k, noise = check_inputs(y, k, noise, seen)
    schedule = [beta for beta in betas(growth) for _ in range(inner)]

    def restore(y):
        for half, (_, x, _) in enumerate(half_steps(y, k, weight / noise**2, prior, schedule)):
            if watch and half % 2:
                watch(x)
        return x

    return refreshed(restore, y, k, seen, passes)
