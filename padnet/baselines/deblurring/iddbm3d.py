"""Deconvolution in BM3D frames (IDD-BM3D; Danielyan, Katkovnik, Egiazarian, TIP 2012).

Two objectives are minimised alternately, each with the other's variable fixed, until neither changes (a Nash
equilibrium):

    x     = argmin_x 1/(2 noise^2) ||k * x - y||^2 + 1/(2 gamma) ||x - Psi omega||^2    (decoupled inverse)
    omega = argmin_w t^2/2 ||w||_0 + 1/2 ||w - Phi x||^2                                (denoising)

The second is Phi x with coefficients below t set to zero. The groups and weights of the frame, Phi and Psi, are
computed once, from the estimate of BM3D-DEB, which is also the initial value; groups that keep more coefficients have
lower weights. The authors' demo selects gamma and t for each experiment: t hardly changes, gamma grows slowly with
the noise. Here t is fixed and gamma is proportional to a small power of the noise level. All these numbers were tuned
on training images.
"""

import torch
import torch.nn.functional as F

from padnet.baselines.deblurring.blocks import Grouping
from padnet.baselines.deblurring.bm3ddeb import bm3ddeb
from padnet.baselines.deblurring.frames import Frame
from padnet.baselines.deblurring.passes import refreshed
from padnet.baselines.inputs import check_count, check_inputs, check_positive
from padnet.core.fidelity import LeastSquares
from padnet.core.operators import Blur

GROWTH = 0.3  # gamma is proportional to this power of the noise
QUIET = 1e-4  # minimum noise level, a fortieth of a grey level in 8 bits: smaller values are raised to it


class NashIteration:
    """The alternating minimisation for one observation.

    Args:
        y: (1, 1, H, W).   k: (1, 1, m, m).   noise: ().   gamma, threshold, grouping: as for iddbm3d.

    Attributes:
        x: the image, (1, 1, H, W); initially BM3D-DEB's estimate.
        frame: Phi and Psi.
    """

    def __init__(self, y, k, noise, gamma: float, threshold: float, grouping: Grouping):
        blur, noise = Blur(k, y.shape[-2:]), noise.clamp(min=QUIET)
        self.f, self.threshold = LeastSquares(blur, y), threshold
        self.weight = noise**2 / (gamma * (noise / 0.01) ** GROWTH)
        self.x = bm3ddeb(y, blur, noise, grouping)
        self.frame = Frame(self.x, grouping)
        self.frame.weigh(1 / self.frame.measured(self._kept, self.x))

    def _kept(self, omega: torch.Tensor) -> torch.Tensor:
        return (omega.abs() > self.threshold).sum((0, 2)).clamp(min=1).to(omega.dtype)

    def step(self) -> torch.Tensor:
        """Solve both subproblems once; returns the new image."""
        z = self.frame.filtered(self.x, lambda omega: F.hardshrink(omega, self.threshold))  # Psi omega
        self.x = self.f.prox(z, self.weight)
        return self.x


@torch.no_grad()
def iddbm3d(
    y, k, noise, seen=None, passes=2, *, gamma=4.5e-4, threshold=0.031, iterations=40, grouping=Grouping(), watch=None
) -> torch.Tensor:
    """Restore `y` by decoupled inverse and denoising: (n, 1, H, W), in the frame of y.

    y: (n, 1, H, W) observations in periodic frames, images in [0, 1]. k: (n, 1, m, m) convolution kernels.
    noise: (n,) standard deviations in [0, 1]. seen: bool like y, the observed pixels; None: all.
    passes: number of restorations; unobserved pixels are updated between them.
    gamma: variance of the image around its sparse synthesis, at 1 % noise. threshold: t above.
    iterations: in each pass. grouping: parameters of block matching.
    watch: called with the images after every iteration.
    Raises InputError for invalid observations, kernels, noise levels or parameters, or frames that are smaller than
    the search window.
    """
    check_positive(gamma=gamma, threshold=threshold)
    check_count(iterations=iterations)
    y, k, noise = check_inputs(y, k, noise, seen)
    k = k.expand(len(y), -1, -1, -1)

    def restore(y):
        # One image at a time: groups are not shared, so the result does not depend on the batch.
        games = [
            NashIteration(*one, gamma, threshold, grouping) for one in zip(y.split(1), k.split(1), noise, strict=True)
        ]
        for _ in range(iterations):
            x = torch.cat([game.step() for game in games])
            if watch:
                watch(x)
        return x

    return refreshed(restore, y, k, seen, passes)
