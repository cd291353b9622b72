"""Haze removal by the boundary constraint and contextual regularisation (Meng et al., ICCV 2013).

    min_t lam/2 ||t - t~||^2 + sum_j ||W_j o (D_j * t)||_1,    W_j = exp(-||D_j * I||^2 / (2 sigma^2)) / 9

t~ is the bound of padnet.haze.boundary_constraint; D_j are eight Kirsch operators and a Laplacian; W_j is small at
image edges, where t may jump. The factor 1/9, for nine filters, and their unit norm come from the authors' code, as
do lam and sigma^2; the publication's W_j has no such factor. With u_j in place of D_j * t,

    min_{t, u} lam/2 ||t - t~||^2 + sum_j ||W_j o u_j||_1 + beta/2 sum_j ||u_j - D_j * t||^2,

each half step is exact: u by shrinkage, t in the Fourier domain. beta grows from 1 by the factor 2 sqrt 2 while it is
below 2^8, with one iteration each, as published.

Differences: the image is mirrored into a larger frame before the periodic transform; t is not raised to the power of
0.85 for the radiance; the bound C0 is 40/255, not 20/255, and the window of the closing is 55 pixels per side, not 3,
which give better results on the training scenes of the haze benchmark.

G. Meng, Y. Wang, J. Duan, S. Xiang, C. Pan, "Efficient image dehazing with boundary constraint and contextual
regularization", ICCV 2013.
"""

from collections.abc import Iterator

import torch

from padnet.baselines.deblurring.hyperlaplacian import betas
from padnet.baselines.inputs import check_positive
from padnet.haze.boundary_constraint import boundary_transmission
from padnet.haze.model import check_airlight, check_colour
from padnet.haze.resampling import mirrored

__all__ = ["meng"]

MARGIN = 16  # pixels of mirrored padding on each side, which keep the seam of the periodic frame away from the image
GROWTH = 8**0.5  # of beta


def filter_bank(like: torch.Tensor) -> torch.Tensor:
    """The eight Kirsch operators and a Laplacian, (9, 3, 3), each of unit norm; dtype and device of `like`."""
    ring = [(0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0)]  # clockwise around the centre
    D = torch.zeros(9, 3, 3, dtype=like.dtype, device=like.device)
    for j in range(8):
        for i, (row, column) in enumerate(ring):
            D[j, row, column] = 5 if (i - j) % 8 < 3 else -3
    D[8] = -1
    D[8, 1, 1] = 8
    return D / D.flatten(1).norm(dim=1)[:, None, None]


class Bank:
    """t -> D_j * t for all nine filters at once, periodic: (n, 1, h, w) -> (n, 9, h, w).

    shape: (h, w) of the frames, at least 3 pixels per side.   like: a tensor of their dtype and device.
    """

    def __init__(self, shape: tuple[int, int], like: torch.Tensor):
        self.shape = tuple(shape)
        frame = like.new_zeros(1, 9, *self.shape)
        frame[0, :, :3, :3] = filter_bank(like)
        self.otf = torch.fft.rfft2(frame.roll((-1, -1), dims=(-2, -1)))  # centre to pixel (0, 0)
        self.power = self.otf.abs().square().sum(dim=1, keepdim=True)

    def __call__(self, t: torch.Tensor) -> torch.Tensor:
        return torch.fft.irfft2(self.otf * torch.fft.rfft2(t), s=self.shape)

    def adjoint(self, u: torch.Tensor) -> torch.Tensor:
        """sum_j D_j^T u_j: (n, 9, h, w) -> (n, 1, h, w)."""
        return torch.fft.irfft2((self.otf.conj() * torch.fft.rfft2(u)).sum(dim=1, keepdim=True), s=self.shape)

    def fitted(self, t0: torch.Tensor, u: torch.Tensor, ratio: float) -> torch.Tensor:
        """argmin_t ratio ||t - t0||^2 + sum_j ||u_j - D_j * t||^2, in closed form."""
        right = ratio * torch.fft.rfft2(t0) + (self.otf.conj() * torch.fft.rfft2(u)).sum(dim=1, keepdim=True)
        return torch.fft.irfft2(right / (ratio + self.power), s=self.shape)


def weights(I: torch.Tensor, sigma2: float, bank: Bank) -> torch.Tensor:
    """W_j of the colour frames I, (n, 9, h, w) in [0, 1/9]; the norm is over the colours."""
    return torch.exp(sum(bank(channel).square() for channel in I.split(1, dim=1)) / (-2 * sigma2)) / 9


def half_steps(
    t0: torch.Tensor, W: torch.Tensor, lam: float, schedule: list[float], bank: Bank
) -> Iterator[tuple[float, torch.Tensor, torch.Tensor]]:
    """Yield (beta, t, u) after each half step, u first, for every beta of `schedule`, starting from t = t0, the t~
    above.
    """
    t = t0
    for beta in schedule:
        g = bank(t)
        u = g.sign() * (g.abs() - W / beta).clamp(min=0)  # argmin_u ||W o u||_1 + beta/2 ||u - D t||^2
        yield beta, t, u
        t = bank.fitted(t0, u, lam / beta)  # argmin_t lam/2 ||t - t~||^2 + beta/2 ||u - D t||^2
        yield beta, t, u


def energy(t, u, t0, W, lam: float, beta: float, bank: Bank) -> torch.Tensor:
    """The half-quadratic energy at (t, u) of every image, (n,)."""
    misfit, apart = ((x.flatten(1).square().sum(dim=1)) for x in (t - t0, u - bank(t)))
    return 0.5 * (lam * misfit + beta * apart) + (W * u).abs().flatten(1).sum(dim=1)


@torch.no_grad()
def meng(
    I: torch.Tensor,
    A: torch.Tensor,
    *,
    lam: float = 2.0,
    sigma2: float = 0.5,
    C0: float = 40 / 255,
    C1: float = 300 / 255,
    size: int = 55,
) -> torch.Tensor:
    """The transmission of hazy images, (n, 1, h, w) in [0, 1].

    Args:
        I: (n, 3, h, w) in [0, 1]. A: (n, 3), the airlight, in (0, 1].
        lam: weight of t~, positive: a larger value keeps t closer to it.
        sigma2: squared difference of the filtered colours at which t may change, positive.
        C0, C1: bounds of the radiance, below and above every airlight. size: window size of the closing in pixels,
            odd.

    Raises:
        InputError: for an image that is not in colour, an airlight of the wrong shape, or a number out of its range.
    """
    check_positive(lam=lam, sigma2=sigma2)
    check_airlight(A, check_colour(I))
    t0, place = mirrored(boundary_transmission(I, A, C0, C1, size), MARGIN)
    bank = Bank(t0.shape[-2:], I)
    W = weights(mirrored(I, MARGIN)[0], sigma2, bank)
    for _, t, _ in half_steps(t0, W, lam, betas(GROWTH), bank):  # noqa: B007 - the last t is the result
        pass
    return place(t).clamp(0, 1)
