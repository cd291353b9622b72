"""Pairs of one size, stacked as tensors, as training and evaluation use them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from padnet.errors import InputError
from padnet.imaging.boundary import crop_scored, frame_shape, place, to_frame
from padnet.imaging.pairs import Pair


@dataclass(frozen=True)
class Fields:
    """Pairs of one size, stacked.

    y: (n, 1, H, W) observations in their periodic frames. k: (n, 1, m, m) kernels, zero-padded to one size about
    their centres. x: (n, 1, h, w) ground truths, h <= H. crop: pixels on each side that are not scored.
    seen: (n, 1, H, W) bool, True for observed pixels of y; the others are padding. noise: (n,) standard deviations
    for values in [0, 1], if known.
    """

    y: torch.Tensor
    k: torch.Tensor
    x: torch.Tensor
    crop: int
    seen: torch.Tensor | None = None
    noise: torch.Tensor | None = None

    def _each(self, change) -> "Fields":
        tensors = {name: getattr(self, name) for name in ("y", "k", "x", "seen", "noise")}
        return replace(self, **{name: change(t) for name, t in tensors.items() if t is not None})

    def __getitem__(self, index) -> "Fields":
        return self._each(lambda t: t[index])

    def __len__(self) -> int:
        return len(self.y)

    def parts(self) -> tuple[torch.Tensor, ...]:
        """The training data: observations, kernels and ground truths."""
        return self.y, self.k, self.x

    def scene(self, x: torch.Tensor) -> np.ndarray:
        """The part of a frame, (1, 1, H, W), that corresponds to the ground truth: (h, w), of one pair."""
        return crop_scored(x, self.x.shape[-2:], 0)[0, 0].cpu().numpy()

    def to(self, *args) -> "Fields":
        """Convert to another device or dtype; ``seen`` stays boolean."""
        return self._each(lambda t: t.to(*args).bool() if t.dtype == torch.bool else t.to(*args))


def centred(k: np.ndarray, size: int) -> np.ndarray:
    """Zero-pad a kernel to (size, size); its pixel (m // 2, n // 2) becomes the centre."""
    out = np.zeros((size, size))
    top, left = size // 2 - k.shape[0] // 2, size // 2 - k.shape[1] // 2
    if min(top, left) < 0:
        raise InputError(f"a kernel of {k.shape[0]}x{k.shape[1]} does not fit into {size}x{size} pixels.")
    out[top : top + k.shape[0], left : left + k.shape[1]] = k
    return out


def stack(pairs: Sequence[Pair], margin: int, noise: Sequence[float] | None = None) -> Fields:
    """Stack pairs with the same truth size and crop as Fields, float64.

    margin: minimum padding of the frame on each side of the truth. noise: of every pair, if the padding is to be
    computed from it, see padnet.imaging.boundary.to_frame.
    Raises InputError if the pairs differ in size or crop.
    """
    pairs = list(pairs)  # evaluates a lazy sequence only once
    if len({(pair.x.shape, pair.crop) for pair in pairs}) != 1:
        raise InputError("pairs that are stacked must share the size of the truth and the crop.")
    shape = frame_shape(*pairs[0].x.shape, margin)
    size = max(max(pair.k.shape) for pair in pairs) | 1
    told = [None] * len(pairs) if noise is None else noise
    y = np.stack([to_frame(p.y, p.offset, p.x.shape, p.k, shape, s) for p, s in zip(pairs, told, strict=True)])
    seen = np.zeros_like(y, dtype=bool)
    for p, mask in zip(pairs, seen, strict=True):
        top, left = np.add(place(p.x.shape, shape), p.offset)
        mask[top : top + p.y.shape[0], left : left + p.y.shape[1]] = True
    k = np.stack([centred(p.k, size) for p in pairs])
    x = np.stack([p.x for p in pairs])
    y, k, x, seen = (torch.from_numpy(a)[:, None] for a in (y, k, x, seen))
    return Fields(y, k, x, pairs[0].crop, seen)
