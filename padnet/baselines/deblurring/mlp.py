"""Regularised inversion, then a multilayer perceptron on patches (Schuler, Burger, Harmeling, Schölkopf, CVPR 2013).

    z = argmin_x ||x ⊗ k - y||^2 + alpha noise^2 ||D x||^2

turns blur into coloured noise, which the perceptron removes: its input is a patch of z and its output the centre of
the clean patch; overlapping outputs are averaged with Gaussian weights.

Differences from the publication: one perceptron for all kernels and a range of noise levels, with the noise level as
input (published: one per kernel and level); its input contains inversions with several strengths alpha, because with
one, as published, it could not infer the effect of an unknown kernel; it predicts a correction of the first of them;
leaky rectified linear units instead of tanh, trained with Adam; it is much smaller and trained for fewer steps: the
publication has four layers of 2047 units with 39x39 pixels as input and 13x13 as output.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import nn

from padnet.baselines.deblurring.passes import refreshed
from padnet.baselines.inputs import check_inputs
from padnet.baselines.pretrained import load, placed
from padnet.core.operators import Blur, Gradient
from padnet.errors import InputError

REFERENCE = 0.01  # the noise level that corresponds to the input 0
CONTRAST = 0.1  # patches are normalised by this, for images in [0, 1]
ROWS = 16  # rows of patches at a time: limits the memory
SLOPE = 0.1  # slope of a unit below zero; with slope 0 all units died in training
D = Gradient()


@dataclass(frozen=True)
class PatchSpec:
    """The architecture of the method.

    alphas: strengths of the inversions; the output is a correction of the first. seen: side of the input patch, odd.
    made: side of the output patch, odd, at most ``seen``. hidden: number of units of every hidden layer. stride:
    distance of patches in pixels, at most ``made``.
    """

    alphas: tuple[float, ...]
    seen: int
    made: int
    hidden: tuple[int, ...]
    stride: int

    def __post_init__(self):
        if not self.alphas or not all(a > 0 for a in self.alphas):
            raise InputError(f"mlp.alphas must be positive numbers, got {list(self.alphas)}.")
        if not (self.seen % 2 and self.made % 2 and 1 <= self.made <= self.seen):
            raise InputError(
                f"mlp.made and mlp.seen must be odd and made at most seen, got {self.made} and {self.seen}."
            )
        if not self.hidden or min(self.hidden) < 1:
            raise InputError(f"mlp.hidden must be numbers of units, at least 1, got {list(self.hidden)}.")
        if not 1 <= self.stride <= self.made:
            raise InputError(f"mlp.stride must lie between 1 and mlp.made, {self.made}, got {self.stride}.")


def inversions(y, k, noise, alphas) -> torch.Tensor:
    """The regularised inversions of observations in frames: (n, len(alphas), H, W).

    y: (n, 1, H, W). k: (n, 1, m, m). noise: (n,) standard deviations. alphas: their strengths.
    """
    blur = Blur(k, y.shape[-2:])
    point = torch.zeros_like(y[:1])
    point[..., 0, 0] = 1
    dd = torch.fft.rfft2(D.adjoint(D(point))).real  # |D|^2 at every frequency
    data, power = blur.otf.conj() * blur.fft(y), blur.otf.abs().square()
    level = noise.square().reshape(-1, 1, 1, 1)
    return torch.cat([blur.ifft(data / (power + alpha * level * dd)) for alpha in alphas], dim=1)


class PatchNetwork(nn.Module):
    """The perceptron, and its application to an image."""

    def __init__(self, spec: PatchSpec):
        super().__init__()
        self.spec = spec
        sizes = [len(spec.alphas) * spec.seen**2 + 1, *spec.hidden, spec.made**2]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))
        nn.init.zeros_(self.layers[-1].weight)
        nn.init.zeros_(self.layers[-1].bias)

    def forward(self, patches: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        """Restore the centres of patches.

        patches: (N, len(alphas) * seen^2), all inversions concatenated. noise: (N,).
        Returns (N, made^2).
        """
        s = self.spec
        first = patches[:, : s.seen**2]
        mean = first.mean(dim=1, keepdim=True)
        h = torch.cat([(patches - mean) / CONTRAST, (noise / REFERENCE).log2()[:, None]], dim=1)
        for layer in self.layers[:-1]:
            h = nn.functional.leaky_relu(layer(h), SLOPE)
        edge = (s.seen - s.made) // 2
        middle = first.unflatten(1, (s.seen, s.seen))[:, edge : edge + s.made, edge : edge + s.made].flatten(1)
        return middle + CONTRAST * self.layers[-1](h)

    def window(self, like: torch.Tensor) -> torch.Tensor:
        """Gaussian weights of the pixels of an output patch, (made^2,)."""
        at = torch.arange(self.spec.made, dtype=like.dtype, device=like.device) - self.spec.made // 2
        bell = torch.exp(-0.5 * (at / (self.spec.made / 4)) ** 2)
        return (bell[:, None] * bell).flatten()

    def image(self, z: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        """One image, (1, 1, H, W), from its inversions z, (1, len(alphas), H, W), and noise, (1,), with periodic
        boundary.
        """
        s, (H, W) = self.spec, z.shape[-2:]
        half, out = s.seen // 2, s.made // 2
        # Patch (i, j) is centred at (i, j) strides; the last ones reach the last row and column.
        rows, columns = (max(0, math.ceil((n - 1 - out) / s.stride)) + 1 for n in (H, W))
        row, column = (
            torch.arange(-half, (count - 1) * s.stride + half + 1, device=z.device) % n
            for count, n in ((rows, H), (columns, W))
        )
        padded, window = z[..., row[:, None], column], self.window(z)
        height, width = (rows - 1) * s.stride + s.made, (columns - 1) * s.stride + s.made
        total, weight = z.new_zeros(2, 1, 1, height, width)
        for top in range(0, rows, ROWS):
            count = min(ROWS, rows - top)
            part = padded[..., top * s.stride : (top + count - 1) * s.stride + s.seen, :]
            patches = nn.functional.unfold(part, s.seen, stride=s.stride)[0].T
            made = self(patches, noise.expand(len(patches))) * window
            band = ((count - 1) * s.stride + s.made, width)
            both = torch.stack([made, window.expand_as(made)]).mT
            both = nn.functional.fold(both, band, s.made, stride=s.stride)
            place = slice(top * s.stride, top * s.stride + band[0])
            total[..., place, :] += both[:1]
            weight[..., place, :] += both[1:]
        # Drop output pixels beyond the first or last row and column.
        total, weight = (t[..., out : out + H, out : out + W] for t in (total, weight))
        return total / weight


def shape(settings: dict) -> PatchSpec:
    """The architecture given by parameters or a weights file."""
    return PatchSpec(**settings | {name: tuple(settings[name]) for name in ("alphas", "hidden")})


def build(settings: dict) -> PatchNetwork:
    """An untrained network of that architecture."""
    return PatchNetwork(shape(settings))


@torch.no_grad()
def mlp(y, k, noise, seen=None, passes=2, *, weights=None, watch=None) -> torch.Tensor:
    """Deblur with regularised inversion and a trained multilayer perceptron.

    Args:
        y: (n, 1, H, W) observations in periodic frames, in [0, 1]; the result has the same dtype and device.
        k: (n, 1, m, m) convolution kernels. noise: (n,) standard deviations in [0, 1].
        seen: bool, like y, the observed pixels; None: all.
        passes: number of times the image is estimated; from the second time on, unobserved pixels are replaced with
            the blur of the previous estimate.
        weights: a PatchNetwork, or the folder that contains methods-mlp.safetensors and its card; None uses those of
            the package.
        watch: called with the image after the inversion and after the perceptron, in every pass.

    Returns:
        The images, (n, 1, H, W).

    Raises:
        InputError: for an invalid observation, kernel, noise level or number of passes.
        PadnetError: if the weights are missing or modified.
    """
    y, k, noise = check_inputs(y, k, noise, seen)
    network = placed(weights if isinstance(weights, PatchNetwork) else load("mlp", build, weights), y)
    tell = watch or (lambda x: None)

    def restore(y):
        z = inversions(y, k, noise, network.spec.alphas)
        tell(z[:, :1])
        x = torch.cat([network.image(z[i : i + 1], noise[i : i + 1]) for i in range(len(z))])
        tell(x)
        return x

    return refreshed(restore, y, k, seen, passes)
