"""Zero-mean Gaussian mixtures on image patches, the prior of EPLL (Zoran, Weiss, ICCV 2011).

Patches have their mean (DC) removed. Densities are computed from Cholesky factors, for many components at a time in
one matrix product.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch

from padnet.baselines.pretrained import read
from padnet.errors import InputError

SIDE = 8  # pixels of a patch along each axis
BLOCK = 16  # rows of a triangular factor that are multiplied at once
ROWS = 512  # patches that are evaluated at once: their products fit in the processor cache
PATCH_STREAM = 31  # random stream, separate from those of the training pairs


@dataclass(frozen=True)
class Mixture:
    """p(z) = sum_k weights_k N(z; 0, covariances_k).

    weights: (K,), non-negative, with sum 1. covariances: (K, d, d) symmetric and positive definite.
    Raises InputError for any other tensors.
    """

    weights: torch.Tensor
    covariances: torch.Tensor

    def __post_init__(self):
        w, C = self.weights, self.covariances
        if w.dim() != 1 or C.dim() != 3 or len(w) == 0 or C.shape != (len(w), C.shape[-1], C.shape[-1]):
            raise InputError(
                f"a mixture has weights (K,) and covariances (K, d, d), got {tuple(w.shape)} and {tuple(C.shape)}."
            )
        if not (torch.isfinite(w).all() and torch.isfinite(C).all()):
            raise InputError("the mixture holds NaN or infinite values: retrain it.")
        if (w < 0).any() or abs(w.double().sum().item() - 1) > 1e-4:
            raise InputError(f"the weights of a mixture sum to 1 and none is negative, these sum to {w.sum():g}.")
        if (torch.linalg.cholesky_ex(C.double())[1] != 0).any():
            raise InputError("a covariance of the mixture is not positive definite: retrain it.")

    def to(self, *args) -> "Mixture":
        """Convert to another device or dtype."""
        return Mixture(self.weights.to(*args), self.covariances.to(*args))

    def tensors(self) -> dict[str, torch.Tensor]:
        """{"weights", "covariances"}, float32 on the CPU: the content of a weights file."""
        named = {"weights": self.weights, "covariances": self.covariances}
        return {name: value.to("cpu", torch.float32).contiguous() for name, value in named.items()}


def read_mixture(folder=None) -> Mixture:
    """The trained Mixture of EPLL, float32 on the CPU, from methods-epll.safetensors and its card.

    folder: contains both files; None uses those of the package. Raises PadnetError if a file is missing, modified, or
    of another method.
    """
    return read("epll", lambda settings, tensors: Mixture(**tensors), folder)


class Scores:
    """log(weights_k N(z; 0, C_k + variance I)) of every patch and component.

    dtype, device: of the patches; the factors are computed in float64.
    """

    def __init__(self, mixture: Mixture, variance: float, dtype, device=None):
        C = mixture.covariances.double()
        _, d, _ = C.shape
        eye = torch.eye(d, dtype=C.dtype, device=C.device)
        L = torch.linalg.cholesky(C + variance * eye)
        whiten = torch.linalg.solve_triangular(L, eye.expand_as(L), upper=False)  # z^T (C + vI)^-1 z = |whiten z|^2
        log_det = 2 * L.diagonal(dim1=1, dim2=2).log().sum(1)
        constant = mixture.weights.double().log() - 0.5 * (log_det + d * math.log(2 * math.pi))
        self.constant = constant.to(device, dtype)
        # Rows a to b of a lower triangle only need the first b entries of a patch.
        self.blocks = [
            whiten[:, a : a + BLOCK, : a + BLOCK].permute(2, 1, 0).reshape(min(a + BLOCK, d), -1).to(device, dtype)
            for a in range(0, d, BLOCK)
        ]

    def __call__(self, z: torch.Tensor) -> torch.Tensor:
        """(n, d) patches -> (n, K)."""
        K = len(self.constant)
        squares = [(z[:, : len(B)] @ B).square_().view(len(z), -1, K).sum(1) for B in self.blocks]
        return self.constant - 0.5 * sum(squares)

    def best(self, z: torch.Tensor) -> torch.Tensor:
        """The most likely component of every patch: (n, d) -> (n,)."""
        return torch.cat([self(part).argmax(1) for part in z.split(ROWS)])


def without_mean(z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Patches (n, d) with their means removed, and the means (n, 1)."""
    mean = z.mean(1, keepdim=True)
    return z - mean, mean


def draw_patches(pictures, count: int, seed: int) -> torch.Tensor:
    """`count` random patches of 8x8 pixels with their means removed, (count, 64) float32; deterministic.

    pictures: [(name, x)], x (h, w) in [0, 1]. Raises InputError if there are no images or one is too small.
    """
    if not pictures:
        raise InputError("patches are drawn from pictures, and there are none: give at least one.")
    for name, x in pictures:
        if min(x.shape) < SIDE:
            raise InputError(f"picture {name} of {x.shape} is smaller than a patch of {SIDE}x{SIDE}: leave it out.")
    rng = np.random.default_rng([seed, PATCH_STREAM])
    chosen = rng.integers(len(pictures), size=count)
    place = rng.random((count, 2))
    out = np.empty((count, SIDE, SIDE), np.float32)
    for i, (number, (a, b)) in enumerate(zip(chosen, place, strict=True)):
        x = pictures[number][1]
        top, left = int(a * (x.shape[0] - SIDE + 1)), int(b * (x.shape[1] - SIDE + 1))
        out[i] = x[top : top + SIDE, left : left + SIDE]
    return without_mean(torch.from_numpy(out).flatten(1))[0]
