"""Deconvolution with isotropic total variation by an augmented Lagrangian (Li, Yin, Jiang, Zhang 2013).

    min_x 1/2 ||k * x - y||^2 + lam sum_p |(Dx)_p|,    lam = weight noise^2

where |.| is the Euclidean norm of a pixel's gradient. TVAL3 also splits w = Dx, but its x-step is one gradient step
with a line search. For a periodic blur the x-step has a closed form in the Fourier domain, which is used here. The
penalty is proportional to lam and fixed.
"""

from collections.abc import Iterator

import torch

from padnet.baselines.deblurring.passes import refreshed
from padnet.baselines.inputs import check_count, check_inputs, check_positive
from padnet.core.fidelity import per_sample
from padnet.core.image_fidelity import ImageFidelity
from padnet.core.operators import Blur, differences
from padnet.core.powers import root


def shrink(g: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    """argmin_w t |w| + 1/2 |w - g|^2 at every pixel: gradients (n, 2, H, W) are shortened by t."""
    length = root(g.square().sum(1, keepdim=True))
    return g * ((length - t).clamp(min=0) / length.clamp(min=torch.finfo(g.dtype).tiny))


def augmented_lagrangian(y, k, lam, rho) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Yield (x, w) after each iteration, indefinitely; w -> Dx. The arguments lam and rho, both (n,), are positive."""
    f = ImageFidelity(Blur(k, y.shape[-2:]), y, 1.0)
    threshold = per_sample(lam / rho, y)
    x, u = y, torch.zeros_like(differences(y))  # u is the scaled multiplier
    while True:
        g = differences(x)
        w = shrink(g + u, threshold)  # argmin_w lam ||w||_{2,1} + rho/2 ||Dx - w + u||^2
        # argmin_x 1/2 ||k * x - y||^2 + rho/2 ||Dx - w + u||^2
        x = f.image(w - u, beta=rho)
        u = u + differences(x) - w
        yield x, w


def energy(x, y, k, lam) -> torch.Tensor:
    """1/2 ||k * x - y||^2 + lam sum_p |(Dx)_p| of every sample, (n,)."""
    misfit = (Blur(k, y.shape[-2:])(x) - y).flatten(1).square().sum(1)
    return 0.5 * misfit + lam * root(differences(x).square().sum(1)).flatten(1).sum(1)


@torch.no_grad()
def tv(y, k, noise, seen=None, passes=2, *, weight=12.0, penalty=30.0, iterations=30, watch=None) -> torch.Tensor:
    """Restore `y` with isotropic total variation: (n, 1, H, W), in the frame of y.

    y: (n, 1, H, W) observations in periodic frames, images in [0, 1]. k: (n, 1, m, m) convolution kernels.
    noise: (n,) standard deviations in [0, 1]. seen: bool like y, the observed pixels; None: all.
    passes: number of restorations; unobserved pixels are updated between them.
    weight: lam = weight noise^2. penalty: rho / lam, about the inverse of typical gradients.
    iterations: of the augmented Lagrangian in each pass.
    watch: called with the images after every iteration.
    Raises InputError for invalid observations, kernels, noise levels or parameters.
    """
    check_positive(weight=weight, penalty=penalty)
    check_count(iterations=iterations)
    y, k, noise = check_inputs(y, k, noise, seen)
    lam = weight * noise**2

    def restore(y):
        for _, (x, _) in zip(range(iterations), augmented_lagrangian(y, k, lam, penalty * lam), strict=False):
            if watch:
                watch(x)
        return x

    return refreshed(restore, y, k, seen, passes)
