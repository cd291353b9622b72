"""Pairs as problems on the gradient domain: energy (14), the start, and the reconstruction error."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from padnet.benchmarks.frame import crop_scored, frame_shape, to_frame
from padnet.benchmarks.pairs import Pair
from padnet.core.fidelity import LeastSquares
from padnet.core.learning import relative_error
from padnet.core.operators import Blur, Gradient
from padnet.errors import InputError

D = Gradient()


@dataclass(frozen=True)
class Fields:
    """Pairs of one size, stacked: what a training or a benchmark keeps in memory.

    y: (n, 1, H, W) observations in their periodic frames. k: (n, 1, m, m) kernels, padded to one
    size about their centres. x: (n, 1, h, w) truths, h <= H. crop: pixels a side not scored.
    """

    y: torch.Tensor
    k: torch.Tensor
    x: torch.Tensor
    crop: int

    def __getitem__(self, index) -> "Fields":
        return Fields(self.y[index], self.k[index], self.x[index], self.crop)

    def __len__(self) -> int:
        return len(self.y)

    def to(self, *args) -> "Fields":
        """The same on another device or of another dtype."""
        return Fields(self.y.to(*args), self.k.to(*args), self.x.to(*args), self.crop)


def centred(k: np.ndarray, size: int) -> np.ndarray:
    """The kernel in the middle of (size, size) zeros; its pixel (m // 2, n // 2) becomes the centre."""
    out = np.zeros((size, size))
    top, left = size // 2 - k.shape[0] // 2, size // 2 - k.shape[1] // 2
    if min(top, left) < 0:
        raise InputError(f"a kernel of {k.shape[0]}x{k.shape[1]} does not fit into {size}x{size} pixels.")
    out[top : top + k.shape[0], left : left + k.shape[1]] = k
    return out


def stack(pairs: Sequence[Pair], margin: int) -> Fields:
    """Pairs of one truth size and crop as Fields, float64.

    margin: pixels that the frame adds at least on each side of the truth's.
    Raises InputError when the pairs differ in size or crop.
    """
    pairs = list(pairs)  # a lazy sequence makes each pair once
    if len({(pair.x.shape, pair.crop) for pair in pairs}) != 1:
        raise InputError("pairs that are stacked must share the size of the truth and the crop.")
    shape = frame_shape(*pairs[0].x.shape, margin)
    size = max(max(pair.k.shape) for pair in pairs) | 1
    y = np.stack([to_frame(p.y, p.offset, p.x.shape, p.k, shape) for p in pairs])
    k = np.stack([centred(p.k, size) for p in pairs])
    x = np.stack([p.x for p in pairs])
    return Fields(*(torch.from_numpy(a)[:, None] for a in (y, k, x)), pairs[0].crop)


def problem(fields: Fields) -> tuple[LeastSquares, torch.Tensor, Callable]:
    """f of (14), the start x^0 = 0, and the error ||g - g_gt|| / ||g_gt|| on the scored pixels.

    g is the gradient field (n, 2, H, W) of the frame; g_gt is cut from the gradient of the truth.
    """
    f = LeastSquares(Blur(fields.k, fields.y.shape[-2:]), D(fields.y))
    size = fields.x.shape[-2:]
    truth = crop_scored(D(fields.x), size, fields.crop)

    def error(g: torch.Tensor) -> torch.Tensor:
        return relative_error(crop_scored(g, size, fields.crop), truth)

    return f, torch.zeros_like(f.y), error
