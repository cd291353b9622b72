"""`deconvolve`: a blurred photograph and its kernel in, the sharp photograph and its certificate out."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from os import PathLike
from typing import Any

import numpy as np
import torch

from padnet.core.certificate import Certificate
from padnet.errors import InputError
from padnet.imaging.arrays import Array, channels, check_blur, check_photograph, dtype_name
from padnet.tasks.deconvolution_settings import Settings
from padnet.tasks.framing import check_boundary, framed
from padnet.tasks.json_numbers import finite
from padnet.tasks.noise_level import LEAST, ROUNDING, estimate_noise
from padnet.tasks.opponent_colours import Planes
from padnet.tasks.pretrained import check_method, load
from padnet.tasks.restorer import Restorer, Watch

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Deconvolved:
    """A sharp photograph and the evidence.

    image: of the kind, shape, dtype and device of the blurred one, in its range.
    certificate: one per plane: of a grey picture its own, of a coloured one those of (R + G + B) / 3, (R - B) / 2 and
    (R - 2 G + B) / 4.   noise: the standard deviation, in [0, 1], of a channel.   levels: that of every plane, as used.
    """

    image: np.ndarray | torch.Tensor
    certificate: list[Certificate]
    noise: float
    levels: tuple[float, ...] = ()

    def to_json(self) -> str:
        """Noise, levels and certificates as JSON text; what is not finite becomes null."""
        proofs = [finite(asdict(one)) for one in self.certificate]
        told = {"noise": self.noise, "levels": list(self.levels), "certificate": proofs}
        return json.dumps(told, sort_keys=True, indent=1, allow_nan=False) + "\n"


def deconvolve(
    image: Array,
    kernel: Array,
    noise: float | None = None,
    *,
    method: str = "ipadnet",
    passes: int | None = None,
    boundary: str = "unknown",
    weights: str | PathLike[str] | None = None,
    progress: Progress | None = None,
) -> Deconvolved:
    """Remove a known blur from a photograph.

    Of a colour photograph (R + G + B) / 3, (R - B) / 2 and (R - 2 G + B) / 4 are deconvolved and made its channels
    again: these share less of the scene than the channels do, so that more of the noise is known for what it is. Each
    has a level of noise of its own.

    Args:
        image: numpy (h, w) or (h, w, 3); torch also (1, h, w), (3, h, w) and (1, c, h, w). uint8, uint16,
            or floats in [0, 1]. At least as large as the kernel. A torch tensor is worked on where it lies.
        kernel: (m, n) numpy or torch, divided by its sum here. A kernel of convolution, its centre the
            pixel (m // 2, n // 2): the image of a point of light. Rotate a correlation kernel by 180 degrees.
        noise: standard deviation of that in a channel, in [0, 1]; None estimates it for every plane, between 0.005 and
            0.25. Less than 0.001 counts as 0.001, and 8 bits add their rounding. The energy takes what is given; the
            networks are told the nearest level of those that they were trained for.
        method: "ipadnet", or "epadnet": the energy (15) on the gradient field from the blurred photograph's own, each
            step proposed by a stage of IPADNet and put to the safeguard.
        passes: how often the image is found; each further time the border, which the photograph does not
            show, is the blur of the image found before. None is the number the networks come with.
        boundary: "unknown", as photographs have it, or "periodic": the blur went on at the other side of the picture,
            as in simulations with Fourier transforms.
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
    check_boundary(boundary)
    if passes is not None and (isinstance(passes, bool) or not isinstance(passes, int) or passes < 1):
        raise InputError(f"passes is a whole number, at least 1, not {passes!r}")
    given = None if noise is None else _noise(noise)
    device = str(image.device) if isinstance(image, torch.Tensor) else "cpu"
    restorer, planes = load(None if weights is None else str(weights), device), Planes(seen)
    count = _Count(progress, len(planes), _stages(restorer.settings, method, 1 if boundary == "periodic" else passes))
    rounding = ROUNDING if dtype_name(image) == "uint8" else 0.0
    unclipped = planes.unclipped() if given is None else None
    pictures, certificates, levels, shares = [], [], [], []
    # One after the other: the memory of a colour photograph is that of a grey one.
    for i, y in enumerate(planes):
        share = planes.share(i)
        level = estimate_noise(y, k, unclipped) if given is None else share * float(np.hypot(given, rounding))
        x, proved = restore(restorer, method, [y], k, level, passes, count.stage, device, boundary)
        pictures.append(x[0])
        certificates += proved
        levels.append(level)
        shares.append(share)
        count.plane()
    planes.write(pictures, found)
    if given is None:
        given = float(np.sqrt(np.mean(np.square(np.divide(levels, shares)))))
    return Deconvolved(sharp, certificates, given, tuple(levels))


def restore(
    restorer: Restorer,
    method: str,
    planes: list[np.ndarray],
    k: np.ndarray,
    noise: float,
    passes: int | None = None,
    watch: Watch | None = None,
    device: str = "cpu",
    boundary: str = "unknown",
) -> tuple[np.ndarray, list[Certificate]]:
    """Pictures of one size, one kernel and one noise, as a batch in their frames.

    planes: n arrays (h, w) float64. k: (m, n) numpy, sum 1. noise: its standard deviation.
    passes, watch: as a Restorer takes them. boundary: as deconvolve does.
    Returns (images, (n, h, w) float64, n certificates).
    """
    frame = framed(planes, k, noise, restorer.settings, boundary, device)
    told = frame.y.new_full((len(planes),), noise)
    given = frame.y, torch.from_numpy(k)[None, None].to(device), told, frame.seen, passes
    result = restorer.ipadnet(*given, watch=watch, keep=method == "epadnet")
    if method == "epadnet":
        result = restorer.epadnet(*given, watch=watch, begin=result)
    return frame.cut(result.x), result.certificates


def _noise(noise: Any) -> float:
    try:
        number = float(noise)
    except (TypeError, ValueError, RuntimeError) as error:
        raise InputError(f"noise is a number, a standard deviation in [0, 1], not {type(noise).__name__}") from error
    if not 0 <= number <= 1:
        raise InputError(f"noise is a standard deviation in [0, 1], not {number:g}: divide by 255 what 8 bits give")
    return max(number, LEAST)


def _stages(settings: Settings, method: str, passes: int | None) -> int:
    """How many stages a plane takes at most."""
    passes = settings.raw["frame"]["passes"] if passes is None else passes
    return passes * settings.stop(False).k_max + (settings.stop(True).k_max if method == "epadnet" else 0)


class _Count:
    """Stages done, for `progress`; a run that stops early jumps to the end of its plane."""

    def __init__(self, progress: Progress | None, planes: int, stages: int):
        self.progress, self.total, self.stages, self.done, self.finished = progress, planes * stages, stages, 0, 0

    def stage(self, image: torch.Tensor) -> dict[str, torch.Tensor]:
        """What a Restorer calls after every stage; it adds no columns."""
        self._tell(self.done + 1)
        return {}

    def plane(self) -> None:
        """The end of a plane."""
        self.finished += 1
        self._tell(self.finished * self.stages)

    def _tell(self, done: int) -> None:
        if self.progress is not None and done != self.done:
            self.progress(done, self.total)
        self.done = done
