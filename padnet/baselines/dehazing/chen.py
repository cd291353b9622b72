"""Haze removal with suppression of visual artefacts (Chen, Do, Wang, ECCV 2016): guided TGV, then gradient residuals.

C. Chen, M. N. Do, J. Wang, "Robust image and video dehazing with visual artifact suppression via gradient residual
minimization". The dark channel gives a coarse transmission, whose edges are too wide because of its windows. Total
generalised variation with a tensor of the image edges refines it (padnet.haze.tgv). The radiance is computed such
that few of its edges are absent in the image (padnet.haze.gradient_residual).

The coarse map is the erosion of 1 - omega * dark channel, as in a published copy of the authors' code. Differences
from the publication, partly uncertain: the gradients of w are not symmetrised; radiance and residual are computed
jointly instead of alternately; the weights, omega (0.95 there) and the window size of the dark channel were tuned
here, on a few training scenes of the haze benchmark, and the lower bound of t is that of the other methods, not the
authors' 0.3. Both algorithms take a fixed number of steps and stop before they have converged.
"""

from itertools import islice

import torch

from padnet.baselines.inputs import check_count, check_positive
from padnet.errors import InputError
from padnet.haze.dark_channel import dark_channel
from padnet.haze.filters import local_minimum
from padnet.haze.gradient_residual import Residual, residual_minimisation
from padnet.haze.model import LEAST, check_airlight, check_colour, radiance
from padnet.haze.tgv import Guided, primal_dual, tensor

__all__ = ["chen"]


@torch.no_grad()
def chen(
    I: torch.Tensor,
    A: torch.Tensor,
    *,
    omega: float = 0.85,
    size: int = 35,
    alpha1: float = 5.0,
    alpha0: float = 20.0,
    gamma: float = 20.0,
    power: float = 0.85,
    steps: int = 400,
    lam: float = 0.01,
    eta: float = 0.01,
    residual_steps: int = 60,
    least: float = LEAST,
) -> tuple[torch.Tensor, torch.Tensor]:
    """The transmission and radiance of hazy images, (n, 1, h, w) in [0, 1] and (n, 3, h, w) not clipped.

    Args:
        I: (n, 3, h, w) in [0, 1]. A: (n, 3), the airlight, in (0, 1].
        omega: fraction of the haze that is removed, in (0, 1].
        size: window size of the dark channel in pixels, odd.
        alpha1, alpha0: weights of the total generalised variation of t, see padnet.haze.tgv.
        gamma, power: how much an image edge, in units of grey levels, reduces the penalty of an edge of t.
        steps: of the primal-dual algorithm for t.
        lam, eta: weights of the residual and of the differing gradients, see padnet.haze.gradient_residual.
        residual_steps: of the primal-dual algorithm for J.
        least: lower bound of t in J.

    Raises:
        InputError: for an image that is not in colour, an airlight of the wrong shape, or a number out of its range.
    """
    if not 0 < omega <= 1:
        raise InputError(f"omega is the share of haze that is removed, in (0, 1], not {omega}.")
    check_positive(alpha1=alpha1, alpha0=alpha0, gamma=gamma, power=power, lam=lam, eta=eta)
    check_count(steps=steps, residual_steps=residual_steps)
    a = check_airlight(A, check_colour(I))
    coarse = local_minimum(1 - omega * dark_channel(I / a, size), size).clamp(0, 1)
    problem = Guided(coarse, tensor(I.mean(dim=1, keepdim=True), gamma, power), alpha1, alpha0)
    t = _after(steps, primal_dual(problem))[0]
    start = radiance(I, t, A, least)
    J = _after(residual_steps, residual_minimisation(Residual(I, t.clamp(min=least), a, lam, eta), start))[0]
    return t, J


def _after(steps, iterates):
    return next(islice(iterates, steps - 1, None))
