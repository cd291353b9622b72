"""Deconvolution by regularised inversion and BM3D (BM3D-DEB; Dabov, Foi, Katkovnik, Egiazarian, SPIE 6812, 2008).

A regularised inverse colours the noise; hard thresholds in BM3D remove it; the result is the signal's power in
a regularised Wiener inverse, and the pilot of a collaborative Wiener filter after it. Here the first
transform is the DCT (the paper: DST).
"""

import torch

from padnet.baselines.deblurring.blocks import Grouping
from padnet.baselines.deblurring.bm3d import thresholded, wiener
from padnet.baselines.deblurring.frames import dct
from padnet.core.operators import Blur
from padnet.core.powers import root

INVERSE, WIENER = 4e-4, 5e-3  # regularisation of the two inverses, the paper's
HARD = 2.9  # threshold in standard deviations, the paper's
LEAST = 1e-3  # of the noise: what an inverse removes wholly, as all of a flat picture but its mean, keeps a spread


def spread_after(transfer: torch.Tensor, noise: torch.Tensor, shape: tuple[int, int], size: int) -> torch.Tensor:
    """Standard deviations of filtered white noise in the DCT coefficients of a block: (size^2,).

    transfer: (1, 1, h, w // 2 + 1), of the filter.   noise: standard deviation before it; LEAST of it stays.
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
    """The image behind one observation: (1, 1, h, w) -> (1, 1, h, w).

    y: in a periodic frame, in [0, 1].   blur: of one kernel.   noise: (), the standard deviation, positive.
    Raises InputError when y is smaller than the search.
    """
    power = blur.otf.abs() ** 2
    level = y[0, 0].numel() * noise**2  # power of the noise at a frequency
    inverse = blur.otf.conj() / (power + INVERSE * level)
    spread = spread_after(inverse, noise, blur.shape, g.size)
    x = blur.ifft(inverse * blur.fft(y))
    pilot = thresholded(x, spread, HARD, x, g)

    signal = blur.fft(pilot).abs() ** 2
    inverse = blur.otf.conj() * signal / (power * signal + WIENER * level)
    spread = spread_after(inverse, noise, blur.shape, g.size)
    return wiener(blur.ifft(inverse * blur.fft(y)), pilot, spread, g)
