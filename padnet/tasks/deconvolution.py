"""`deconvolve`: a blurred photograph and its kernel in, the sharp photograph and its certificate out."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from os import PathLike
from typing import Any

import numpy as np
import torch

from padnet.benchmarks.frame import frame_shape, place, to_frame
from padnet.core.certificate import Certificate
from padnet.errors import InputError
from padnet.tasks.finite import finite
from padnet.tasks.noise import estimate_noise
from padnet.tasks.photograph import Array, channels, check_blur, check_photograph, plane, set_plane
from padnet.tasks.pretrained import check_method, load
from padnet.tasks.restoration import Restorer, Watch
from padnet.tasks.settings import Settings

Progress = Callable[[int, int], None]
LEAST_NOISE = 0.001  # rounding to 8 bits alone is 0.0011; with none at all the data term would be infinite
AROUND = 8  # pixels of frame beyond half a kernel


@dataclass(frozen=True)
class Deconvolved:
    """A sharp photograph and the evidence.

    image: of the kind, shape, dtype and device of the blurred one, in its range.
    certificate: one per channel.   noise: the standard deviation, in [0, 1], that was used.
    """

    image: np.ndarray | torch.Tensor
    certificate: list[Certificate]
    noise: float

    def to_json(self) -> str:
        """Noise and certificates as JSON text; what is not finite becomes null."""
        told = {"noise": self.noise, "certificate": [finite(asdict(one)) for one in self.certificate]}
        return json.dumps(told, sort_keys=True, indent=1, allow_nan=False) + "\n"


def deconvolve(
    image: Array,
    kernel: Array,
    noise: float | None = None,
    *,
    method: str = "ipadnet",
    passes: int | None = None,
    weights: str | PathLike[str] | None = None,
    progress: Progress | None = None,
) -> Deconvolved:
    """Remove a known blur from a photograph; every channel by itself.

    Args:
        image: numpy (h, w) or (h, w, 3); torch also (1, h, w), (3, h, w) and (1, c, h, w). uint8, uint16,
            or floats in [0, 1]. At least as large as the kernel. A torch tensor is worked on where it lies.
        kernel: (m, n) numpy or torch, divided by its sum here. A kernel of convolution, its centre the
            pixel (m // 2, n // 2): the image of a point of light. Rotate a correlation kernel by 180 degrees.
        noise: its standard deviation, in [0, 1]; None estimates it, between 0.005 and 0.05. Less than 0.001
            counts as 0.001. The energy takes what is given; the networks, trained for 0.005 to 0.05, are
            told the nearest level of these.
        method: "ipadnet", or "epadnet": the energy (15) on the gradient field from the blurred photograph's own, each
            step proposed by a stage of IPADNet and put to the safeguard.
        passes: how often the image is found; each further time the border, which the photograph does not
            show, is the blur of the image found before. None is the number the networks come with.
        weights: folder of trained networks; None is the project's own.
        progress: called as progress(done, total) after every stage.

    Returns:
        Deconvolved. The image has the size of the input, and no gradient.

    Raises:
        InputError: for a bad argument. PadnetError: for missing or altered weights.
    """
    image = check_photograph(image)
    sharp = torch.empty_like(image) if isinstance(image, torch.Tensor) else np.empty_like(image)
    seen, found = channels(image), channels(sharp)
    k = check_blur(kernel, seen.shape[1:])
    check_method(method)
    if passes is not None and (isinstance(passes, bool) or not isinstance(passes, int) or passes < 1):
        raise InputError(f"passes is a whole number, at least 1, not {passes!r}")
    device = str(image.device) if isinstance(image, torch.Tensor) else "cpu"
    restorer = load(None if weights is None else str(weights), device)
    noise = _noise(noise, seen)
    count = _Count(progress, len(seen), _stages(restorer.settings, method, passes))
    certificates = []
    # One after the other: the memory of a colour photograph is that of a grey one.
    for channel, target in zip(seen, found, strict=True):
        x, proved = restore(restorer, method, [plane(channel)], k, noise, passes, count.stage, device)
        set_plane(target, x[0])
        certificates += proved
        count.channel()
    return Deconvolved(sharp, certificates, noise)


def restore(
    restorer: Restorer,
    method: str,
    planes: list[np.ndarray],
    k: np.ndarray,
    noise: float,
    passes: int | None = None,
    watch: Watch | None = None,
    device: str = "cpu",
) -> tuple[np.ndarray, list[Certificate]]:
    """Pictures of one size, one kernel and one noise, as a batch in their frames.

    planes: n arrays (h, w) float64. k: (m, n) numpy, sum 1. noise: its standard deviation.
    passes, watch: as a Restorer takes them.   Returns (images, (n, h, w) float64, n certificates).
    """
    size = planes[0].shape
    shape = frame_shape(size[0], size[1], max(restorer.settings.raw["frame"]["margin"], max(k.shape) // 2 + AROUND))
    top, left = place(size, shape)
    inside = (..., slice(top, top + size[0]), slice(left, left + size[1]))
    framed = torch.stack([torch.from_numpy(to_frame(y, (0, 0), size, k, shape)) for y in planes])[:, None].to(device)
    seen = torch.zeros_like(framed, dtype=torch.bool)
    seen[inside] = True
    given = framed, torch.from_numpy(k)[None, None].to(device), framed.new_full((len(planes),), noise), seen, passes
    result = restorer.ipadnet(*given, watch=watch, keep=method == "epadnet")
    if method == "epadnet":
        result = restorer.epadnet(*given, watch=watch, begin=result)
    return result.x[inside][:, 0].cpu().numpy(), result.certificates


def _noise(noise: Any, seen: Array) -> float:
    if noise is None:
        return estimate_noise(plane(channel) for channel in seen)
    try:
        number = float(noise)
    except (TypeError, ValueError, RuntimeError) as error:
        raise InputError(f"noise is a number, a standard deviation in [0, 1], not {type(noise).__name__}") from error
    if not 0 <= number <= 1:
        raise InputError(f"noise is a standard deviation in [0, 1], not {number:g}: divide by 255 what 8 bits give")
    return max(number, LEAST_NOISE)


def _stages(settings: Settings, method: str, passes: int | None) -> int:
    """How many stages a channel takes at most."""
    passes = settings.raw["frame"]["passes"] if passes is None else passes
    return passes * settings.stop(False).k_max + (settings.stop(True).k_max if method == "epadnet" else 0)


class _Count:
    """Stages done, for `progress`; a run that stops early jumps to the end of its channel."""

    def __init__(self, progress: Progress | None, channels: int, stages: int):
        self.progress, self.total, self.stages, self.done, self.finished = progress, channels * stages, stages, 0, 0

    def stage(self, image: torch.Tensor) -> dict[str, torch.Tensor]:
        """What a Restorer calls after every stage; it adds no columns."""
        self._tell(self.done + 1)
        return {}

    def channel(self) -> None:
        """The end of a channel."""
        self.finished += 1
        self._tell(self.finished * self.stages)

    def _tell(self, done: int) -> None:
        if self.progress is not None and done != self.done:
            self.progress(done, self.total)
        self.done = done
