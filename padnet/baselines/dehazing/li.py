"""Haze removal that does not amplify JPEG's block artefacts (Li, Guo, Tan, Brown, ECCV 2014).

    I = S + T,   S = argmin 1/2 ||S - I||^2 + weight TV(S)          structure and texture
    J = (S - A) / t + A + M T / t                                   t from S alone, M in [0, 1] from T alone

Y. Li, F. Guo, R. T. Tan, M. S. Brown, "A contrast enhancement framework with JPEG artifacts suppression". JPEG leaves
the blocks of a smooth region with few coefficients each: what is seen there of the texture is their borders. So a
block of the texture, 8 pixels a side, counts as scene detail where its DCT has energy in high frequencies; elsewhere
the texture is left out.

What differs from the publication, or is not known for certain: t of the structure layer is found as in
padnet.baselines.dehazing.he, with the guided filter in place of a matting step, for it and for M; the deblocking of the
blocks that do hold detail is left out; `weight`, `threshold`, `omega` and `size` were chosen here, on training scenes
of the haze benchmark and on JPEG copies of them. A dark pixel that the structure layer lost counts as haze: hence
an omega below He's 0.95. The grid of blocks is JPEG's own, from the picture's upper left corner:
a picture that was cut or resized after its compression has another.
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

BLOCK = 8  # pixels a side, of JPEG
LOW = 2  # frequencies a side of a block that its smooth content may use
MAP_RADIUS = 4  # of the guided filter that brings M to the structure's edges, in pixels
STEPS, CLOSE = 100, 1e-4  # of the total variation: at most so many steps, or an energy that changes by less, relatively


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
    """The transmission and the radiance of hazy pictures, (n, 1, h, w) in [0, 1] and (n, 3, h, w) not clipped.

    Args:
        I: (n, 3, h, w) in [0, 1]. A: (n, 3), the airlight, in (0, 1].
        weight: of the total variation, in units of the picture: what is fainter counts as texture.
        threshold: energy of a block's high frequencies, in units of the picture squared, above which it is detail;
            0 keeps the whole texture, and J is then the plain recovery by t.
        omega, size, radius, eps: of the dark channel and the guided filter, see padnet.baselines.dehazing.he.
        least: lower bound of the transmission in J.

    Raises:
        InputError: for a picture that is not colour, an airlight of another shape, or a number out of its range.
    """
    check_airlight(A, check_colour(I))
    if not 0 <= threshold < float("inf"):
        raise InputError(f"threshold is an energy: zero or positive and finite, not {threshold}.")
    S = structure(I, weight)
    t = he(S, A, omega=omega, size=size, radius=radius, eps=eps)
    J = radiance(S, t, A, least)
    detail = detail_map(I - S, threshold)
    if threshold > 0:  # the blocks' borders are no edges of the scene: M takes those of the structure
        detail = guided_filter(detail, S, MAP_RADIUS, eps).clamp(0, 1)
    return t, J + detail * (I - S) / t.clamp(min=least)


def structure(I: torch.Tensor, weight: float) -> torch.Tensor:
    """The structure layer, argmin_S 1/2 ||S - I||^2 + weight TV(S), every channel by itself, by Chambolle's method.

    I: (n, c, h, w). Returns the same shape, within the range of I. Raises InputError unless weight is positive.
    """
    check_positive(weight=weight)
    layers = [
        denoise_tv_chambolle(channel, weight=weight, eps=CLOSE, max_num_iter=STEPS)
        for channel in I.flatten(0, 1).cpu().numpy()
    ]
    return torch.from_numpy(np.stack(layers)).to(I).view_as(I)


def detail_map(T: torch.Tensor, threshold: float) -> torch.Tensor:
    """1 in the blocks of a texture layer that hold detail of the scene, 0 in the others.

    T: (n, c, h, w); the grid begins at its upper left corner, and border pixels are repeated to fill the last blocks.
    threshold: a block holds detail when the squares of its DCT coefficients, means of the channels, of a frequency
    of at least 2 in one direction sum up to this or more. Returns (n, 1, h, w).
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
