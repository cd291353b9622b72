"""Deconvolution by the expected patch log likelihood (EPLL; Zoran, Weiss, ICCV 2011).

    min_x lam/2 ||k * x - y||^2 - sum_i log p(P_i x)

over all overlapping 8x8 patches P_i x, where p is a Gaussian mixture on patches with their mean removed.
Half-quadratic splitting: for every beta, each patch is replaced with its Wiener estimate under its most likely
component, given noise of variance 1/beta, and x solves the quadratic problem

    (lam K'K + beta sum_i P_i'P_i) x = lam K'y + beta sum_i P_i' z_i.

As in the authors' code, lam is 64/noise^2 (a pixel belongs to 64 patches), and beta doubles in each iteration. Their
code uses seven values, 50 to 3200 at 1 % noise, i.e. 0.005/noise^2 to 0.32/noise^2. One smaller value before them
gains 0.1 dB on held-out training images at 1 % noise and 0.2 dB at 0.5 %. Patches wrap around the frame, while their
code has a border, so the x-step has a closed form. Unobserved pixels of the frame are replaced with those of k * x
after every iteration, which has the effect of a second pass, within 0.01 dB on those images.
"""

import torch

from padnet.baselines.deblurring.mixture import SIDE, Mixture, Scores, read_mixture, without_mean
from padnet.baselines.deblurring.passes import refreshed
from padnet.baselines.inputs import check_inputs, check_positive
from padnet.core.fidelity import LeastSquares
from padnet.core.operators import Blur
from padnet.errors import InputError

CHUNK = 1 << 16  # patches that are processed at once: 16 MiB of float32
BETAS = (0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32)  # times 1/noise^2


class Denoiser:
    """Wiener estimates of all patches of an image, and their average.

    mixture: on patches of 8x8 pixels with their mean removed. variance: of the noise. like: an image, for dtype and
    device.
    """

    def __init__(self, mixture: Mixture, variance: float, like: torch.Tensor):
        self.scores = Scores(mixture, variance, like.dtype, like.device)
        C = mixture.covariances.double()
        eye = torch.eye(C.shape[-1], dtype=C.dtype, device=C.device)
        # (C + vI)^-1 C, applied to patches from the right.
        self.wiener = torch.linalg.solve(C + variance * eye, C).to(like.device, like.dtype)

    def patches(self, z: torch.Tensor) -> torch.Tensor:
        """(n, 64) patches -> (n, 64) estimates."""
        z, mean = without_mean(z)
        best = self.scores.best(z)
        order = best.argsort(stable=True)
        sizes = torch.bincount(best, minlength=len(self.wiener)).tolist()
        parts = z[order].split(sizes)
        found = torch.cat([part @ W for part, W in zip(parts, self.wiener, strict=True) if len(part)])
        return torch.empty_like(z).index_copy_(0, order, found) + mean

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """(H, W) -> (H, W); the patches wrap around."""
        H, W = x.shape
        wrapped = torch.cat([x, x[: SIDE - 1]])
        wrapped = torch.cat([wrapped, wrapped[:, : SIDE - 1]], 1)
        windows = wrapped.unfold(0, SIDE, 1).unfold(1, SIDE, 1)  # (H, W, 8, 8), a view
        out = torch.zeros_like(wrapped)
        step = max(1, CHUNK // W)
        for top in range(0, H, step):
            z = self.patches(windows[top : top + step].reshape(-1, SIDE * SIDE))
            z = z.T.reshape(SIDE, SIDE, -1, W)
            for i in range(SIDE):
                for j in range(SIDE):
                    out[top + i : top + i + z.shape[2], j : j + W] += z[i, j]
        out[: SIDE - 1] += out[H:]
        out[:, : SIDE - 1] += out[:, W:]
        return out[:H, :W] / SIDE**2


@torch.no_grad()
def epll(y, k, noise, seen=None, passes=1, *, mixture=None, betas=BETAS, watch=None) -> torch.Tensor:
    """Restore `y` with the expected patch log likelihood: (n, 1, H, W), in the frame of y.

    y: (n, 1, H, W) observations in periodic frames, images in [0, 1]. k: (n, 1, m, m) convolution kernels.
    noise: (n,) standard deviations in [0, 1]. seen: bool like y, the observed pixels; None: all.
    passes: number of restorations; unobserved pixels are updated between them, as well as within each.
    mixture: a Mixture on 8x8 patches, or the folder that contains methods-epll.safetensors and its card; None uses
    that of the package. betas: multiples of 1/noise^2, one iteration each.
    watch: called with the images after every iteration.
    Raises InputError for invalid observations, kernels, noise levels or parameters, PadnetError if the mixture is
    missing or modified.
    """
    if len(betas) == 0:
        raise InputError("betas is empty: give at least one.")
    for beta in betas:
        check_positive(beta=beta)
    y, k, noise = check_inputs(y, k, noise, seen)
    if not isinstance(mixture, Mixture):
        mixture = read_mixture(mixture)
    d = mixture.covariances.shape[-1]
    if d != SIDE**2:
        raise InputError(f"EPLL takes a mixture on patches of {SIDE}x{SIDE} pixels, this one is on {d} numbers.")
    if min(y.shape[-2:]) < SIDE:
        raise InputError(f"a patch has {SIDE}x{SIDE} pixels, the observation only {y.shape[-2]}x{y.shape[-1]}.")
    mixture = mixture.to(y.device)

    def restore(y):
        blur, x, observed = Blur(k, y.shape[-2:]), y, y
        for beta in betas:
            found = [
                Denoiser(mixture, level**2 / beta, one)(one) for one, level in zip(x[:, 0], noise.tolist(), strict=True)
            ]
            # argmin_x 1/2 ||k * x - y||^2 + beta/2 ||x - average||^2: lam and the 64 patches of a pixel cancel
            x = LeastSquares(blur, y).prox(torch.stack(found)[:, None], beta)
            if seen is not None:
                y = torch.where(seen, observed, blur(x))
            if watch:
                watch(x)
        return x

    return refreshed(restore, y, k, seen, passes)
