"""Prepare blurred images for Fourier transforms: in padded frames, or unchanged if the blur is periodic."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from padnet.errors import InputError
from padnet.imaging.boundary import frame_shape, place, to_frame
from padnet.tasks.deconvolution_settings import Settings

AROUND = 8  # pixels of the frame in addition to half a kernel
BOUNDARIES = ("unknown", "periodic")  # what lies outside the image


@dataclass(frozen=True)
class Framed:
    """Images of one size, ready for a Restorer.

    y: (n, 1, H, W) float64. seen: bool, like y, True for observed pixels; None if all are observed.
    """

    y: torch.Tensor
    seen: torch.Tensor | None
    rows: slice
    columns: slice

    def cut(self, x: torch.Tensor) -> np.ndarray:
        """Cut the images out of a batch of frames, (n, 1, H, W) -> (n, h, w)."""
        return x[:, 0, self.rows, self.columns].cpu().numpy()


def check_boundary(boundary: str) -> str:
    """Return `boundary`. InputError unless it is one of BOUNDARIES."""
    if boundary not in BOUNDARIES:
        raise InputError(f"there is no boundary {boundary!r}: use one of {', '.join(BOUNDARIES)}")
    return boundary


def frame_of(size: Sequence[int], k: np.ndarray, settings: Settings) -> tuple[int, ...]:
    """(H, W) of the frame for an image of the given size, (h, w), and a kernel."""
    h, w = size
    return frame_shape(h, w, max(settings.raw["frame"]["margin"], max(k.shape) // 2 + AROUND))


def framed(
    planes: Sequence[np.ndarray],
    k: np.ndarray,
    noise: float,
    settings: Settings,
    boundary: str = "unknown",
    device: str = "cpu",
    clipped: np.ndarray | None = None,
    floor: bool = False,
) -> Framed:
    """Place images of one size in frames and stack them.

    planes: n arrays (h, w) float64. k: (m, n), sum 1. noise: its standard deviation, > 0.
    boundary: "unknown", as for real photographs, or "periodic": the blur wraps around, as in simulations, and no
    frame is added. clipped, floor: saturated pixels, see padnet.imaging.boundary.to_frame; ignored for a
    periodic boundary.
    """
    size = planes[0].shape
    if check_boundary(boundary) == "periodic":
        y = torch.stack([torch.from_numpy(np.ascontiguousarray(plane)) for plane in planes])[:, None].to(device)
        return Framed(y, None, slice(None), slice(None))
    shape, told = frame_of(size, k, settings), noise if settings.told else None
    top, left = place(size, shape)
    rows, columns = slice(top, top + size[0]), slice(left, left + size[1])
    filled = [to_frame(plane, (0, 0), size, k, shape, told, clipped, floor) for plane in planes]
    y = torch.stack([torch.from_numpy(plane) for plane in filled])
    seen = torch.zeros(len(planes), 1, *shape, dtype=torch.bool, device=device)
    seen[..., rows, columns] = True if clipped is None else torch.from_numpy(~clipped).to(device)
    return Framed(y[:, None].to(device), seen, rows, columns)
