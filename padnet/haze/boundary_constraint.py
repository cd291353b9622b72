"""The guidance t~ of (18): the boundary constraint of Meng et al. with a morphological closing.

G. Meng, Y. Wang, J. Duan, S. Xiang, C. Pan, "Efficient image dehazing with boundary constraint and contextual
regularization", ICCV 2013. The PADNet paper uses their t~.
"""

import torch

from padnet.errors import InputError
from padnet.haze.filters import local_maximum, local_minimum
from padnet.haze.model import check_airlight, check_colour

__all__ = ["boundary_transmission"]


def boundary_transmission(
    I: torch.Tensor, A: torch.Tensor, C0: float = 20 / 255, C1: float = 300 / 255, size: int = 15
) -> torch.Tensor:
    """t~: the smallest transmission for which the radiance is in [C0, C1], closed over square windows.

    By (17), J lies on the ray from A through I, and farther out for smaller t. The smallest t that keeps every
    channel of J between C0 and C1 is a lower bound of the true one (Meng et al., Eq. (7) and (8)). The closing (Eq.
    (10)) assumes that t is constant in some window around each pixel.

    Args:
        I: (n, 3, h, w) in [0, 1].
        A: (n, 3) in (0, 1].
        C0: minimum radiance, below every airlight.   C1: maximum radiance, above every airlight.
        size: window size of the closing in pixels, odd; 1 disables the closing.

    Returns:
        (n, 1, h, w) in [0, 1].

    Raises:
        InputError: for an image that is not in colour, an A of the wrong shape, C0 or C1 on the wrong side of it, or
            an even size.
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
