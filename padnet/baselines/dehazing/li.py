"""Haze removal that does not amplify JPEG block artefacts (Li, Guo, Tan, Brown, ECCV 2014).

    I = S + T,   S = argmin 1/2 ||S - I||^2 + weight TV(S)          structure and texture
    J = (S - A) / t + A + M T / t                                   t from S alone, M in [0, 1] from T alone

Y. Li, F. Guo, R. T. Tan, M. S. Brown, "A contrast enhancement framework with JPEG artifacts suppression". JPEG keeps
few coefficients per block in a smooth region, and the texture visible there consists of block borders. So a block of
the texture, 8 pixels per side, counts as scene detail if its DCT has energy at high frequencies; elsewhere the
texture is dropped.

Differences from the publication, partly uncertain: t of the structure layer is computed as in
padnet.baselines.dehazing.he, and the guided filter replaces matting for both t and M; deblocking of the blocks with
detail is omitted; `weight`, `threshold`, `omega` and `size` were tuned here, on training scenes of the haze benchmark
and JPEG-compressed copies of them. A dark pixel that is lost in the structure layer counts as haze, hence an omega
below He's 0.95. The block grid is JPEG's own, starting at the upper left corner: an image that was cropped or resized
after compression has a different one.
"""

import numpy as np
import torch
import torch.nn.functional as F
from scipy.fft import dct
from skimage.restoration import denoise_tv_chambolle

from padnet.baselines.dehazing.he import he
from padnet.baselines.inputs import check_positive
from padnet.errors import InputError
from padnet.haze.filters import guided_filter
from padnet.haze.model import LEAST, check_airlight, check_colour, radiance

__all__ = ["detail_map", "li", "structure"]

BLOCK = 8  # block size of JPEG in pixels
LOW = 2  # frequencies per axis that smooth content of a block may use
MAP_RADIUS = 4  # radius in pixels of the guided filter that aligns M with the structure's edges
STEPS, CLOSE = 100, 1e-4  # of the total variation: maximum number of steps, relative change of the energy to stop at


@torch.no_grad()
def li(
    I: torch.Tensor,
    A: torch.Tensor,
    *,
    weight: float = 0.01,
    threshold: float = 2e-4,
    omega: float = 0.85,
    size: int = 35,
    radius: int = 20,
    eps: float = 1e-3,
    least: float = LEAST,
) -> tuple[torch.Tensor, torch.Tensor]:
    """The transmission and radiance of hazy images, (n, 1, h, w) in [0, 1] and (n, 3, h, w) not clipped.

    Args:
        I: (n, 3, h, w) in [0, 1]. A: (n, 3), the airlight, in (0, 1].
        weight: of the total variation, in units of the image: fainter variations count as texture.
        threshold: energy of a block's high frequencies, in units of the image squared, above which it is detail; 0
            keeps the whole texture, and J is then the plain recovery with t.
        omega, size, radius, eps: of the dark channel and the guided filter, see padnet.baselines.dehazing.he.
        least: lower bound of the transmission in J.

    Raises:
        InputError: for an image that is not in colour, an airlight of the wrong shape, or a number out of its range.
    """
    check_airlight(A, check_colour(I))
    if not 0 <= threshold < float("inf"):
        raise InputError(f"threshold is an energy: zero or positive and finite, not {threshold}.")
    S = structure(I, weight)
    t = he(S, A, omega=omega, size=size, radius=radius, eps=eps)
    J = radiance(S, t, A, least)
    detail = detail_map(I - S, threshold)
    if threshold > 0:  # block borders are not edges of the scene: M follows the edges of the structure
        detail = guided_filter(detail, S, MAP_RADIUS, eps).clamp(0, 1)
    return t, J + detail * (I - S) / t.clamp(min=least)


def structure(I: torch.Tensor, weight: float) -> torch.Tensor:
    """The structure layer, argmin_S 1/2 ||S - I||^2 + weight TV(S), per channel, by Chambolle's method.

    I: (n, c, h, w). Returns the same shape, within the range of I. Raises InputError unless weight is positive.
    """
    check_positive(weight=weight)
    layers = [
        denoise_tv_chambolle(channel, weight=weight, eps=CLOSE, max_num_iter=STEPS)
        for channel in I.flatten(0, 1).cpu().numpy()
    ]
    return torch.from_numpy(np.stack(layers)).to(I).view_as(I)


def detail_map(T: torch.Tensor, threshold: float) -> torch.Tensor:
    """1 in the blocks of a texture layer that contain scene detail, 0 in the others.

    T: (n, c, h, w); the grid starts at its upper left corner, and border pixels are replicated to fill the last
    blocks.
    threshold: a block contains detail if its squared DCT coefficients, averaged over the channels, at frequencies of
    at least 2 in one direction have a sum of at least this. Returns (n, 1, h, w).
    """
    h, w = T.shape[-2:]
    grey = F.pad(T.mean(dim=1, keepdim=True), (0, -w % BLOCK, 0, -h % BLOCK), mode="replicate")
    n, _, H, W = grey.shape
    cells = grey.view(n, H // BLOCK, BLOCK, W // BLOCK, BLOCK).transpose(2, 3)
    C = torch.from_numpy(dct(np.eye(BLOCK), axis=0, norm="ortho")).to(T)
    B = C @ cells @ C.T
    energy = B.square().sum(dim=(-2, -1)) - B[..., :LOW, :LOW].square().sum(dim=(-2, -1))
    held = (energy >= threshold).to(T)[:, None] if threshold > 0 else torch.ones_like(energy)[:, None]
    return held.repeat_interleave(BLOCK, dim=-2).repeat_interleave(BLOCK, dim=-1)[..., :h, :w]
