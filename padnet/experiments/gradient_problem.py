"""Training and test pairs as problems in the gradient domain: energy (14), starting point and reconstruction error."""

from collections.abc import Callable

import torch

from padnet.core.fidelity import LeastSquares
from padnet.core.operators import Blur, Gradient
from padnet.core.training import relative_error
from padnet.imaging.batch import Fields
from padnet.imaging.boundary import crop_scored

D = Gradient()


def problem(fields: Fields) -> tuple[LeastSquares, torch.Tensor, Callable]:
    """f of (14), the starting point x^0 = 0, and the error ||g - g_gt|| / ||g_gt|| on the scored pixels.

    g is the gradient field (n, 2, H, W) of the frame; g_gt is cropped from the gradient of the ground truth.
    """
    f = LeastSquares(Blur(fields.k, fields.y.shape[-2:]), D(fields.y))
    size = fields.x.shape[-2:]
    truth = crop_scored(D(fields.x), size, fields.crop)

    def error(g: torch.Tensor) -> torch.Tensor:
        return relative_error(crop_scored(g, size, fields.crop), truth)

    return f, torch.zeros_like(f.y), error
