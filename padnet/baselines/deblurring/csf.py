"""Cascade of shrinkage fields (Schmidt and Roth, CVPR 2014).

Each stage is one half-quadratic step with learned filters and shrinkage functions:

    x+ = argmin_x lam w ||x ⊗ k - y||^2 + sum_i ||f_i ⊗ x - phi_i(f_i ⊗ x^t)||^2

in closed form in the Fourier domain. The filters are linear combinations of the discrete cosine basis without the
constant, so they have mean zero.

Differences from the publication: w = (0.01 / noise)^2 lets one cascade handle several noise levels; phi is the
identity plus Gaussian radial basis functions on at most 17 centres, so that large responses pass (published: 53
centres, zero beyond them); the boundary handling is that of this project, where the publication tapers edges;
training uses Adam, not L-BFGS, with fewer pairs and steps.
"""

from dataclasses import dataclass

import torch
from torch import nn

from padnet.baselines.deblurring.passes import refreshed
from padnet.baselines.inputs import check_inputs
from padnet.baselines.pretrained import load, placed
from padnet.core.operators import Blur
from padnet.core.rbf import RBF
from padnet.core.shrinkage_unit import cosine_basis
from padnet.errors import InputError

REFERENCE = 0.01  # the noise level for which the weight of the data term is lam
FIRST = 1500.0  # initial lam of the first stage
FALL = 0.45  # initial ratio of lam between stages


@dataclass(frozen=True)
class CascadeSpec:
    """The architecture of a cascade.

    stages: number of half-quadratic steps. size: side of the filters, odd; a stage has size^2 - 1 of them. centres:
    number of radial basis functions, odd, 3 to 17. reach: the response at the outermost centre, for images in [0, 1].
    """

    stages: int
    size: int
    centres: int
    reach: float

    def __post_init__(self):
        if self.stages < 1:
            raise InputError(f"csf.stages must be at least 1, got {self.stages}.")
        if self.size < 3 or self.size % 2 == 0:
            raise InputError(f"csf.size, the side of the filters, must be odd and at least 3, got {self.size}.")
        if not self.reach > 0:
            raise InputError(f"csf.reach must be positive, got {self.reach}.")


class Stage(nn.Module):
    """One shrinkage field; see the equation above."""

    def __init__(self, spec: CascadeSpec, number: int):
        super().__init__()
        count, self.reach = spec.size**2 - 1, spec.reach
        self.register_buffer("basis", cosine_basis(spec.size), persistent=False)
        self.mix = nn.Parameter(torch.eye(count))
        self.shrink = RBF(count, spec.centres)
        self.lam = nn.Parameter(torch.tensor(FIRST * FALL**number).log())
        # Initially small responses are mapped close to zero and large ones pass: z - z exp(-(z / 0.3)^2), in units of
        # reach.
        m = torch.linspace(-1, 1, spec.centres)
        with torch.no_grad():
            self.shrink.weight.mul_(-torch.exp(-((m / 0.3) ** 2)))

    def filters(self) -> torch.Tensor:
        """(count, 1, size, size), each of mean zero."""
        return torch.einsum("ij,jab->iab", self.mix, self.basis)[:, None]

    def phi(self, z: torch.Tensor) -> torch.Tensor:
        """The shrinkage functions, elementwise, one per channel of z, (n, count, H, W)."""
        return z + self.reach * self.shrink(z / self.reach)

    def forward(self, x: torch.Tensor, blur: Blur, Y: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
        """x^t -> x^(t+1), (n, 1, H, W). Y: rfft2 of the observation. w: (n, 1, 1, 1), weight of the data term."""
        f = self.filters()
        half = f.shape[-1] // 2
        padded = nn.functional.pad(x, (half,) * 4, mode="circular")
        z = self.phi(nn.functional.conv2d(padded, f))
        # The adjoint of the periodic correlation: full convolution of z with periodic padding.
        z = nn.functional.pad(z, (half,) * 4, mode="circular")
        back = nn.functional.conv2d(z, f.flip(-2, -1).transpose(0, 1))
        # sum_i |F_i|^2; the position of the filters in the frame only changes their phase
        power = torch.fft.rfft2(f, s=blur.shape).abs().square().sum(dim=0, keepdim=True)
        data = w * self.lam.exp()
        return blur.ifft((data * blur.otf.conj() * Y + blur.fft(back)) / (data * blur.otf.abs().square() + power))


class Cascade(nn.Module):
    """A sequence of shrinkage fields, starting from x^0 = y."""

    def __init__(self, spec: CascadeSpec):
        super().__init__()
        self.stages = nn.ModuleList(Stage(spec, t) for t in range(spec.stages))

    def forward(self, y, k, noise, stages: int | None = None, watch=None) -> torch.Tensor:
        """The image after ``stages`` stages (None: all); see csf for the other arguments."""
        blur = Blur(k, y.shape[-2:])
        Y, w, x = blur.fft(y), (REFERENCE / noise.to(y)).square().reshape(-1, 1, 1, 1), y
        for stage in self.stages[:stages]:
            x = stage(x, blur, Y, w)
            if watch:
                watch(x)
        return x


def shape(settings: dict) -> CascadeSpec:
    """The architecture given by parameters or a weights file."""
    return CascadeSpec(**settings)


def build(settings: dict) -> Cascade:
    """An untrained cascade of that architecture."""
    return Cascade(shape(settings))


@torch.no_grad()
def csf(y, k, noise, seen=None, passes=2, *, weights=None, watch=None) -> torch.Tensor:
    """Deblur with a trained cascade of shrinkage fields.

    Args:
        y: (n, 1, H, W) observations in periodic frames, in [0, 1]; the result has the same dtype and device.
        k: (n, 1, m, m) convolution kernels. noise: (n,) standard deviations in [0, 1].
        seen: bool, like y, the observed pixels; None: all.
        passes: number of times the image is estimated; from the second time on, unobserved pixels are replaced with
            the blur of the previous estimate.
        weights: a Cascade, or the folder that contains methods-csf.safetensors and its card; None uses those of the
            package.
        watch: called with the image after every stage.

    Returns:
        The images, (n, 1, H, W).

    Raises:
        InputError: for an invalid observation, kernel, noise level or number of passes.
        PadnetError: if the weights are missing or modified.
    """
    y, k, noise = check_inputs(y, k, noise, seen)
    model = placed(weights if isinstance(weights, Cascade) else load("csf", build, weights), y)
    return refreshed(lambda y: model(y, k, noise, watch=watch), y, k, seen, passes)
