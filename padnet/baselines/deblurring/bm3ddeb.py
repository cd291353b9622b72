"""Deconvolution by regularised inversion and BM3D (BM3D-DEB; Dabov, Foi, Katkovnik, Egiazarian, SPIE 6812, 2008).

A regularised inverse gives coloured noise, which BM3D removes with hard thresholding. The result provides the signal
power of a regularised Wiener inverse, and the pilot of the collaborative Wiener filter that follows. Here the first
transform is the DCT (in the paper: DST).
"""

import torch

from padnet.baselines.deblurring.blocks import Grouping
from padnet.baselines.deblurring.bm3d import thresholded, wiener
from padnet.baselines.deblurring.frames import dct
from padnet.core.operators import Blur
from padnet.core.powers import root

INVERSE, WIENER = 4e-4, 5e-3  # regularisation of the two inverses, from the paper
HARD = 2.9  # threshold in standard deviations, from the paper
LEAST = 1e-3  # of the noise: what an inverse removes completely, as in a flat image, keeps this much


def spread_after(transfer: torch.Tensor, noise: torch.Tensor, shape: tuple[int, int], size: int) -> torch.Tensor:
    """Standard deviations of filtered white noise in the DCT coefficients of a block: (size^2,).

    transfer: (1, 1, h, w // 2 + 1), of the filter.   noise: standard deviation before filtering; at least LEAST of it
    remains.
    """
    # The covariance of two pixels is the autocorrelation of the filter at their distance.
    correlation = torch.fft.irfft2(transfer.abs() ** 2, s=shape)[0, 0]
    i = torch.arange(size, device=transfer.device)
    row, column = i.repeat_interleave(size), i.repeat(size)
    h, w = shape
    covariance = correlation[(row[:, None] - row) % h, (column[:, None] - column) % w]
    T = dct(size, correlation)
    return noise * root(((T @ covariance) * T).sum(1).clamp(min=LEAST**2))


def bm3ddeb(y: torch.Tensor, blur: Blur, noise: torch.Tensor, g: Grouping) -> torch.Tensor:
    """Restore one observation: (1, 1, h, w) -> (1, 1, h, w).

    y: in a periodic frame, in [0, 1].   blur: with one kernel.   noise: (), the standard deviation, positive.
    Raises InputError if y is smaller than the search window.
    """
    power = blur.otf.abs() ** 2
    level = y[0, 0].numel() * noise**2  # noise power per frequency
    inverse = blur.otf.conj() / (power + INVERSE * level)
    spread = spread_after(inverse, noise, blur.shape, g.size)
    x = blur.ifft(inverse * blur.fft(y))
    pilot = thresholded(x, spread, HARD, x, g)

    signal = blur.fft(pilot).abs() ** 2
    inverse = blur.otf.conj() * signal / (power * signal + WIENER * level)
    spread = spread_after(inverse, noise, blur.shape, g.size)
    return wiener(blur.ifft(inverse * blur.fft(y)), pilot, spread, g)
