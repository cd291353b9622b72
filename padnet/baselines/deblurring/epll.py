"""Deconvolution by the expected patch log likelihood (EPLL; Zoran, Weiss, ICCV 2011).

    min_x lam/2 ||k * x - y||^2 - sum_i log p(P_i x)

over all overlapping 8x8 patches P_i x, p a Gaussian mixture on patches without their mean. Half-quadratic
splitting: for every beta, each patch is replaced by its Wiener estimate under its most likely component, given
noise of variance 1/beta, and x solves the quadratic problem

    (lam K'K + beta sum_i P_i'P_i) x = lam K'y + beta sum_i P_i' z_i.

As in the authors' program lam is 64/noise^2 (a pixel lies in 64 patches), and betas double from one to the next,
one iteration for each. The program's are seven, 50 to 3200 at 1 % noise, 0.005/noise^2 to 0.32/noise^2; one more
before them gains 0.1 dB on held-out training pictures at 1 % noise and 0.2 dB at 0.5 %. Patches wrap around the
frame, where the program has a border, so the x-step has a closed form. Pixels of the frame that were not observed
become those of k * x after every iteration, which does what a second pass would, within 0.01 dB on those pictures.
"""

import torch

from padnet.baselines.deblurring.mixture import SIDE, Mixture, Scores, read_mixture, without_mean
from padnet.baselines.deblurring.passes import refreshed
from padnet.baselines.inputs import check_inputs, check_positive
from padnet.core.fidelity import LeastSquares
from padnet.core.operators import Blur
from padnet.errors import InputError

CHUNK = 1 << 16  # patches that are handled at once: 16 MiB of float32
BETAS = (0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32)  # times 1/noise^2


class Denoiser:
    """Every patch of an image by its Wiener estimate, and the average of the estimates.

    mixture: on patches of 8x8 pixels without their mean. variance: of the noise. like: an image, for dtype and
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
    """The images behind `y` by the expected patch log likelihood: (n, 1, H, W), in the frame of y.

    y: (n, 1, H, W) observations in periodic frames, images in [0, 1]. k: (n, 1, m, m) convolution kernels.
    noise: (n,) standard deviations in [0, 1]. seen: bool like y, the pixels that were observed; None: all.
    passes: the restoration is run so often, with the unseen pixels refreshed between, as within.
    mixture: a Mixture on 8x8 patches, or the folder that holds methods-epll.safetensors and its card; None: the
    one that comes with the package. betas: times 1/noise^2, one iteration each.
    watch: called with the images after every iteration.
    Raises InputError for observations, kernels, noise or parameters that are not such, PadnetError when
    the mixture is missing or altered.
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
