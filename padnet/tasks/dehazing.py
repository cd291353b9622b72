"""`dehaze`: haze removal from a photograph; returns scene radiance, transmission, airlight and a certificate."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from os import PathLike
from typing import Any

import numpy as np
import torch

from padnet.core.certificate import Certificate
from padnet.errors import InputError
from padnet.haze.recovery import recovered
from padnet.imaging.arrays import WHITE, Array, channels, check_photograph, dtype_name, set_plane
from padnet.tasks.airlight import estimate_airlight
from padnet.tasks.clear_pictures import advice, haziness, share_of
from padnet.tasks.dehazer import load
from padnet.tasks.json_numbers import MEANING, finite

DARKEST = 0.1  # minimum of each airlight channel: a darker colour cannot be the colour of haze
LEAST = 0.1  # of t in a photograph (He, Sun, Tang, TPAMI 2011): less amplifies sky noise more than tenfold


@dataclass(frozen=True)
class Dehazed:
    """The result of a haze removal.

    image: the radiance J, with the type, shape, dtype, device and range of the input.
    transmission: t, (h, w) float32 in [0, 1], numpy or torch like the input.
    airlight: A, three numbers in [0, 1], as given or estimated. certificate: of Theorem 2.
    strength: the share of the removal that was applied, of what was asked for.
    warnings: what is unusual about the input, as sentences; the certificate does not speak of these.
    """

    image: np.ndarray | torch.Tensor
    transmission: np.ndarray | torch.Tensor
    airlight: tuple[float, float, float]
    certificate: Certificate
    strength: float = 1.0
    warnings: tuple[str, ...] = ()

    def to_json(self) -> str:
        """Airlight, strength, warnings and certificate as JSON text; numbers that are not finite become null."""
        told = {
            "airlight": list(self.airlight),
            "strength": self.strength,
            "warnings": list(self.warnings),
            "certificate": finite(asdict(self.certificate)),
            "certificate_means": MEANING,
        }
        return json.dumps(told, sort_keys=True, indent=1, allow_nan=False) + "\n"


def dehaze(
    image: Array,
    airlight: Sequence[float] | None = None,
    *,
    least: float = LEAST,
    strength: float = 1.0,
    weights: str | PathLike[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Dehazed:
    """Remove haze from a colour photograph.

    Args:
        image: numpy (h, w, 3); torch also (3, h, w) and (1, 3, h, w). uint8, uint16, or floats in [0, 1]. A torch
            tensor is processed on its own device.
        airlight: the colour of the haze, three numbers in [0.1, 1]; None estimates it from the image.
        least: lower bound of t when the image is recovered, in (0, 1]. A larger value leaves more haze in dense
            regions and amplifies noise less. The returned transmission is not bounded.
        strength: share of the haze that is removed, from 0, the input itself, to 1: J is replaced by I + strength
            (J - I). Of a picture that shows little haze less is removed, unless the airlight is given; a warning
            says so.
        weights: folder of a trained network; None uses that of the package.
        progress: called as progress(done, total) after every stage.

    Returns:
        Dehazed. The image has the size of the input and is detached from any computation graph.

    Raises:
        InputError: for an invalid argument, including a grey image. PadnetError: for missing or modified weights.
    """
    image = check_photograph(image)
    seen = channels(image)
    if len(seen) != 3:
        raise InputError("haze removal needs a colour image, and this one is grey")
    given = None if airlight is None else check_airlight(airlight)
    if not 0 < least <= 1:
        raise InputError(f"the least transmission lies in (0, 1], not {least}: {LEAST:g} is a common choice")
    if isinstance(strength, bool) or not isinstance(strength, (int, float)) or not 0 <= strength <= 1:
        raise InputError(f"the strength lies in [0, 1], not {strength}: 1 removes all haze, 0 none")
    dehazer = load(None if weights is None else str(weights), str(getattr(image, "device", "cpu")))
    I = _colours(seen)
    A = estimate_airlight(I)[0].clamp(min=DARKEST) if given is None else torch.tensor(given).to(I)
    haze = float(haziness(I, A[None])[0]) if given is None else 1.0
    applied = strength * share_of(haze)
    t, certificate = dehazer(I, A[None], progress)
    if applied == 0:
        clear = image.clone() if isinstance(image, torch.Tensor) else image.copy()
    else:
        clear = torch.empty_like(image) if isinstance(image, torch.Tensor) else np.empty_like(image)
        I.lerp_(recovered(I, t, A[None], least), applied)  # I is a copy: a large photograph is not kept twice
        for target, plane in zip(channels(clear), I[0], strict=True):
            set_plane(target, plane.cpu().numpy())
    shown = t[0, 0] if isinstance(image, torch.Tensor) else t[0, 0].numpy()
    red, green, blue = A.tolist()
    return Dehazed(clear, shown, (red, green, blue), certificate[0], applied, tuple(advice(haze)))


def check_airlight(airlight: Any) -> tuple[float, float, float]:
    """Return the airlight as three floats. InputError unless it is three numbers in [0.1, 1]."""
    try:
        found = tuple(float(part) for part in airlight)
    except (TypeError, ValueError) as error:
        raise InputError(f"the airlight is three numbers, red, green and blue, not {airlight!r}") from error
    if len(found) != 3:
        raise InputError(f"the airlight is three numbers, red, green and blue, not {len(found)}")
    if not all(DARKEST <= part <= 1 for part in found):
        told = ", ".join(f"{part:g}" for part in found)
        raise InputError(
            f"every channel of the airlight lies in [{DARKEST:g}, 1], these are {told}: divide 8-bit values by 255"
        )
    return found[0], found[1], found[2]


def _colours(seen: Array) -> torch.Tensor:
    """The channels (3, h, w) as a batch of one image, float32 in [0, 1]."""
    white = WHITE[dtype_name(seen)]
    if not isinstance(seen, torch.Tensor):
        # Copy, because torch supports few operations on uint16 and no negative strides, not even for a single row.
        seen = torch.from_numpy(np.array(seen, dtype=np.float32, order="C"))
    return (seen.float() / white)[None]
