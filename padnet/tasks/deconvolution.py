"""`deconvolve`: non-blind deconvolution of a photograph with a known kernel, with certificates."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from os import PathLike
from typing import Any

import numpy as np
import torch

from padnet.core.certificate import Certificate
from padnet.errors import InputError
from padnet.imaging.arrays import WHITE, Array, channels, check_blur, check_photograph, dtype_name
from padnet.imaging.value_range import largest_of, restored_range, stretched, white_of
from padnet.tasks.advice import is_turned, kernel_advice
from padnet.tasks.deconvolution_settings import Settings
from padnet.tasks.doubts import doubts
from padnet.tasks.framing import check_boundary, framed
from padnet.tasks.json_numbers import MEANING, finite
from padnet.tasks.noise_level import LEAST, ROUNDING, estimate_noise
from padnet.tasks.opponent_colours import Planes, contrast
from padnet.tasks.pretrained import check_method, load
from padnet.tasks.restorer import Restorer, Watch
from padnet.tasks.turns import averaged, check_turns

TURNED = (
    "the kernel fits better turned by 180 degrees: if it is one of correlation give --flip-kernel, "
    "in Python kernel[::-1, ::-1]"
)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Deconvolved:
    """The result of a deconvolution.

    image: the restored image, with the type, shape, dtype, device and range of the input.
    certificate: one per plane: the grey plane, or for a colour image (R + G + B) / 3, (R - B) / 2 and (R - 2 G + B) /
    4; then one for each further orientation of the first plane.
    noise: standard deviation of the noise in a channel, for values in [0, 1]. levels: the value used for each plane,
    with what compression adds to it.
    warnings: what is unusual about the input or the result, as sentences; the certificate does not speak of these.
    """

    image: np.ndarray | torch.Tensor
    certificate: list[Certificate]
    noise: float
    levels: tuple[float, ...] = ()
    warnings: tuple[str, ...] = ()

    def to_json(self) -> str:
        """Noise, levels and certificates as JSON text; numbers that are not finite become null."""
        proofs = [finite(asdict(one)) for one in self.certificate]
        told = {
            "noise": self.noise,
            "levels": list(self.levels),
            "warnings": list(self.warnings),
            "certificate": proofs,
            "certificate_means": MEANING,
        }
        return json.dumps(told, sort_keys=True, indent=1, allow_nan=False) + "\n"


def deconvolve(
    image: Array,
    kernel: Array,
    noise: float | None = None,
    *,
    method: str = "ipadnet",
    passes: int | None = None,
    turns: int | None = None,
    boundary: str = "unknown",
    white: float | None = None,
    compression: tuple[float, float] = (0.0, 0.0),
    weights: str | PathLike[str] | None = None,
    progress: Progress | None = None,
) -> Deconvolved:
    """Remove a known blur from a photograph.

    A colour photograph is converted to (R + G + B) / 3, (R - B) / 2 and (R - 2 G + B) / 4; these planes are
    deconvolved and converted back. They are less correlated than the channels, which helps to separate noise from the
    scene. Each plane has its own noise level. IPADNet gets the last two with twice their contrast and noise, up to 7 %
    noise.

    Args:
        image: numpy (h, w) or (h, w, 3); torch also (1, h, w), (3, h, w) and (1, c, h, w). uint8, uint16, or floats
            in [0, 1]. At least as large as the kernel. A torch tensor is processed on its own device.
        kernel: (m, n) numpy or torch; normalised to sum 1 here. A convolution kernel (point spread function) with its
            centre at the pixel (m // 2, n // 2). Rotate a correlation kernel by 180 degrees.
        noise: standard deviation of the noise in a channel, for values in [0, 1]; None estimates it for every plane,
            between 0.005 and 0.25. Values below 0.001 are raised to 0.001, and for 8-bit images the quantisation
            noise is added. The energy uses this value; the networks receive it clamped to the training range.
        method: "ipadnet", or "epadnet": the energy (15) on the gradient field, starting from the gradient of the
            blurred photograph, where IPADNet proposes each step and the safeguard checks it.
        passes: number of times the image is estimated; from the second time on, the unobserved border is filled with
            the blur of the previous estimate. None uses the number stored with the networks.
        turns: number of orientations, 1 to 4, in which the first plane is restored; the results are averaged. None is
            4 for IPADNet on a colour photograph, which doubles the time and gains 0.1 dB, and otherwise 1.
        boundary: "unknown", as for real photographs, or "periodic": the blur wraps around, as in simulations with
            Fourier transforms.
        white: the value of white in the image, at least its largest value; noise is relative to the dtype's white as
            before. None finds it: an image that uses less than half of its range, such as 12 bits in uint16, is
            scaled for the networks and back, see padnet.imaging.value_range.
        compression: standard deviations of the error that lossy compression left in the brightness and in the
            colours, for values in [0, 1]; added to the noise of the planes. padnet.imaging.jpeg_noise computes them
            from a JPEG's quantisation tables, and `padnet deconvolve` does so.
        weights: folder of trained networks; None uses those of the package.
        progress: called as progress(done, total) after every stage.

    Returns:
        Deconvolved. The image has the size of the input and is detached from any computation graph.

    Raises:
        InputError: for an invalid argument. PadnetError: for missing or modified weights.
    """
    image = check_photograph(image)
    white = white_of(image, white)
    if white != WHITE[dtype_name(image)]:
        return _in_range(image, white, kernel, noise, method, passes, turns, boundary, compression, weights, progress)
    sharp = torch.empty_like(image) if isinstance(image, torch.Tensor) else np.empty_like(image)
    seen, found = channels(image), channels(sharp)
    k = check_blur(kernel, seen.shape[1:])
    check_method(method)
    check_boundary(boundary)
    if passes is not None and (isinstance(passes, bool) or not isinstance(passes, int) or passes < 1):
        raise InputError(f"passes is a whole number, at least 1, not {passes!r}")
    given = None if noise is None else _noise(noise)
    lossy = _errors(compression)
    device = str(image.device) if isinstance(image, torch.Tensor) else "cpu"
    restorer, planes = load(None if weights is None else str(weights), device), Planes(seen)
    turns = check_turns(turns, method, planes.coloured)
    stages = _stages(restorer.settings, method, 1 if boundary == "periodic" else passes)
    count = _Count(progress, len(planes) + turns - 1, stages)
    rounding = ROUNDING if dtype_name(image) == "uint8" else 0.0
    unclipped = planes.unclipped() if given is None else None
    saturated = planes.saturated() if boundary == "unknown" else None
    pictures, certificates, others, levels, quiet, warnings = [], [], [], [], [], kernel_advice(k)
    # One plane at a time, so that a colour photograph needs no more memory than a grey one.
    for i, y in enumerate(planes):
        share = planes.share(i)
        level = estimate_noise(y, k, unclipped) if given is None else share * float(np.hypot(given, rounding))
        quiet.append(level / share)
        level = float(np.hypot(level, lossy[min(i, 1)]))
        if i == 0 and is_turned(y, k, level):
            warnings.append(TURNED)
        factor = contrast(i, level, restorer.settings.trained[1]) if method == "ipadnet" else 1.0

        def run(
            y: np.ndarray,
            k: np.ndarray,
            saturated: np.ndarray | None,
            grey: bool = i == 0,
            level: float = factor * level,
        ) -> tuple[np.ndarray, list[Certificate]]:
            # Where a channel is saturated nothing is known of a colour difference.
            told = restorer, method, [y], k, level
            found, proved = restore(*told, passes, count.stage, device, boundary, saturated, grey)
            count.end()
            return found[0], proved

        shown = y if factor == 1 else 0.5 + factor * (y - 0.5)
        x, proved = averaged(run, shown, k, saturated, turns if i == 0 else 1)
        x = x if factor == 1 else 0.5 + (x - 0.5) / factor
        if i == 0:
            warnings += doubts(y, np.clip(x, 0, 1), k, level, saturated)  # as it is written
        pictures.append(x)
        certificates.append(proved[0])
        others += proved[1:]
        levels.append(level)
    planes.write(pictures, found)
    if given is None:
        given = float(np.sqrt(np.mean(np.square(quiet))))
    return Deconvolved(sharp, certificates + others, given, tuple(levels), tuple(warnings))


def _in_range(image: Array, white: float, kernel: Array, noise: float | None, *rest: Any) -> Deconvolved:
    """Deconvolve an image that uses values up to ``white`` only; noise is relative to the dtype's white."""
    part = white / WHITE[dtype_name(image)]
    method, passes, turns, boundary, compression, weights, progress = rest
    grey, colours = _errors(compression)
    found = deconvolve(
        stretched(image, white),
        kernel,
        None if noise is None else min(_noise(noise) / part, 1.0),
        method=method,
        passes=passes,
        turns=turns,
        boundary=boundary,
        white=1.0,
        compression=(min(grey / part, 1.0), min(colours / part, 1.0)),
        weights=weights,
        progress=progress,
    )
    told = f"the image uses values up to {largest_of(image):g} only: {white:g} is taken as white"
    return replace(
        found,
        image=restored_range(found.image, image, white),
        noise=found.noise * part,
        levels=tuple(level * part for level in found.levels),
        warnings=(told, *found.warnings),
    )


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
    clipped: np.ndarray | None = None,
    floor: bool = False,
) -> tuple[np.ndarray, list[Certificate]]:
    """Restore images of the same size, kernel and noise level as one batch.

    planes: n arrays (h, w) float64. k: (m, n) numpy, sum 1. noise: its standard deviation.
    passes, watch: passed to the Restorer. boundary: as for deconvolve. clipped, floor: as for
    padnet.tasks.framing.framed.
    Returns (images, (n, h, w) float64, n certificates).
    """
    frame = framed(planes, k, noise, restorer.settings, boundary, device, clipped, floor)
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
        raise InputError(f"noise is a standard deviation in [0, 1], not {number:g}: divide 8-bit values by 255")
    return max(number, LEAST)


def _errors(compression: Any) -> tuple[float, float]:
    try:
        grey, colours = (float(part) for part in compression)
    except (TypeError, ValueError, RuntimeError) as error:
        raise InputError(f"compression is two standard deviations in [0, 1], not {compression!r}") from error
    if not (0 <= grey <= 1 and 0 <= colours <= 1):
        raise InputError(f"compression is two standard deviations in [0, 1], not {grey:g} and {colours:g}")
    return grey, colours


def _stages(settings: Settings, method: str, passes: int | None) -> int:
    """The maximum number of stages of one run."""
    passes = settings.raw["frame"]["passes"] if passes is None else passes
    return passes * settings.stop(False).k_max + (settings.stop(True).k_max if method == "epadnet" else 0)


class _Count:
    """Counts finished stages for `progress`; a run that stops early jumps to its end."""

    def __init__(self, progress: Progress | None, runs: int, stages: int):
        self.progress, self.total, self.stages, self.done, self.finished = progress, runs * stages, stages, 0, 0

    def stage(self, image: torch.Tensor) -> dict[str, torch.Tensor]:
        """Called by a Restorer after every stage; it adds no columns."""
        self._tell(self.done + 1)
        return {}

    def end(self) -> None:
        """Mark the end of a run."""
        self.finished += 1
        self._tell(self.finished * self.stages)

    def _tell(self, done: int) -> None:
        if self.progress is not None and done != self.done:
            self.progress(done, self.total)
        self.done = done
