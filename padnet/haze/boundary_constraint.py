"""The guidance t~ of (18): the boundary constraint of Meng et al. and its closing.

G. Meng, Y. Wang, J. Duan, S. Xiang, C. Pan, "Efficient image dehazing with boundary constraint and
contextual regularization", ICCV 2013. PADNet's paper takes t~ from there.
"""

import torch

from padnet.errors import InputError
from padnet.haze.filters import local_maximum, local_minimum
from padnet.haze.model import check_airlight, check_colour

__all__ = ["boundary_transmission"]


def boundary_transmission(
    I: torch.Tensor, A: torch.Tensor, C0: float = 20 / 255, C1: float = 300 / 255, size: int = 15
) -> torch.Tensor:
    """t~: the least transmission for which the radiance lies in [C0, C1], closed over square windows.

    By (17), J lies on the ray from A through I; the smaller t, the further out. The smallest t that keeps
    every channel of J between C0 and C1 is a lower bound of the truth (Meng et al., Eq. (7) and (8)). The
    closing (Eq. (10)) takes t as constant in some window about each pixel.

    Args:
        I: (n, 3, h, w) in [0, 1].
        A: (n, 3) in (0, 1].
        C0: darkest radiance, below every airlight.   C1: brightest, above every airlight.
        size: pixels a side of the windows of the closing, odd; 1 leaves the bound as it is.

    Returns:
        (n, 1, h, w) in [0, 1].

    Raises:
        InputError: for a picture that is not colour, an A of another shape, C0 or C1 on the wrong side of it,
            or an even size.
    """
    check_colour(I)
    A = check_airlight(A, I)
    if not (C0 < A.min() and A.max() < C1):
        raise InputError(
            f"the airlight, {A.min():.3g} to {A.max():.3g}, must lie between the bounds of the radiance, "
            f"C0 = {C0:.3g} and C1 = {C1:.3g}: give a brighter airlight or wider bounds."
        )
    bound = torch.maximum((A - I) / (A - C0), (A - I) / (A - C1)).amax(dim=1, keepdim=True).clamp(max=1)
    return local_minimum(local_maximum(bound, size), size)
