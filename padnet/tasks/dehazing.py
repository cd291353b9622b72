"""`dehaze`: a hazy photograph in; the scene, the transmission, the airlight and a certificate out."""

import functools
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from padnet.core.certificate import Certificate, implicit_certificates
from padnet.core.convolutional import Guided
from padnet.core.fidelity import Nearness
from padnet.core.precision import SinglePrecision
from padnet.core.propagation import implicit_padnet
from padnet.errors import InputError, PadnetError
from padnet.haze.airlight import estimate_airlight
from padnet.haze.model import radiance
from padnet.haze.working import brought_up, factor_of, mirrored, reduced
from padnet.tasks.finite import finite
from padnet.tasks.haze_settings import HazeSettings
from padnet.tasks.photograph import WHITE, channels, check_photograph, dtype_name, set_plane
from padnet.tasks.pretrained import SHIPPED, sealed_tensors
from padnet.tasks.weights import fill, unit_counts

DARKEST = 0.1  # of a channel of the airlight: darker than this it is no light that haze scatters
STRIP = 2**20  # pixels whose radiance is computed at once


@dataclass(frozen=True)
class Dehazed:
    """A photograph without its haze, and the evidence.

    image: the radiance J, of the kind, shape, dtype and device of the hazy photograph, in its range.
    transmission: t, (h, w) float32 in [0, 1], numpy or torch as the photograph. airlight: A, three numbers in
    [0, 1], as given or estimated. certificate: of Theorem 2.
    """

    image: np.ndarray | torch.Tensor
    transmission: np.ndarray | torch.Tensor
    airlight: tuple[float, float, float]
    certificate: Certificate

    def to_json(self):
        """Airlight and certificate as JSON text; what is not finite becomes null."""
        told = {"airlight": list(self.airlight), "certificate": finite(asdict(self.certificate))}
        return json.dumps(told, sort_keys=True, indent=1, allow_nan=False) + "\n"


def dehaze(
    image, airlight: Sequence[float] | None = None, *, weights=None, progress: Callable[[int, int], None] | None = None
) -> Dehazed:  # fmt: skip
    """Remove haze from a colour photograph.

    Args:
        image: numpy (h, w, 3); torch also (3, h, w) and (1, 3, h, w). uint8, uint16, or floats in [0, 1]. A
            torch tensor is worked on where it lies.
        airlight: the colour of the haze, three numbers in [0.1, 1]; None estimates it from the picture.
        weights: folder of a trained network; None is the project's own.
        progress: called as progress(done, total) after every stage.

    Returns:
        Dehazed. The image has the size of the input, and no gradient.

    Raises:
        InputError: for a bad argument, a grey picture among them. PadnetError: for missing or altered weights.
    """
    image = check_photograph(image)
    seen = channels(image)
    if len(seen) != 3:
        raise InputError("haze is told from the colours around it, and this picture is grey: give it in colour")
    A = None if airlight is None else check_airlight(airlight)
    dehazer = load(None if weights is None else str(weights), str(getattr(image, "device", "cpu")))
    I = _colours(seen)
    A = estimate_airlight(I)[0].clamp(min=DARKEST) if A is None else torch.tensor(A).to(I)
    t, certificate = dehazer(I, A[None], progress)
    clear = torch.empty_like(image) if isinstance(image, torch.Tensor) else np.empty_like(image)
    for target, J in zip(channels(clear), _radiance(I, t, A[None], dehazer.settings.raw["least"]), strict=True):
        set_plane(target, J.cpu().numpy())
    t = t[0, 0] if isinstance(image, torch.Tensor) else t[0, 0].numpy()
    return Dehazed(clear, t, tuple(A.tolist()), certificate[0])


class Dehazer:
    """Trained networks with the settings that they were trained for; the networks are folded for inference."""

    def __init__(self, settings: HazeSettings, networks: list):
        self.settings = settings
        for network in networks:
            for unit in network.units:
                unit.fold()
            network.requires_grad_(False).eval()
        self.networks = [SinglePrecision(network) for network in networks]

    @torch.no_grad()
    def __call__(self, I: torch.Tensor, A: torch.Tensor, progress=None):
        """Pictures (n, 3, h, w) in [0, 1] and airlights (n, 3) -> (t, (n, 1, h, w), n certificates).

        progress: called as progress(done, total) after every stage. All iterates are float64, at the working
        size; t comes back in the dtype of I.
        """
        working, stop = self.settings.raw["working"], self.settings.stop
        factor = factor_of(tuple(I.shape[-2:]), working["reduce"], working["side"])
        small = reduced(I, factor)
        run, place = self.propagate(small, A.to(I), _counted(progress, stop.k_max))
        certificates = implicit_certificates(run, self.settings.schedule, stop)
        t = place(run.x).clamp(0, 1).to(I.dtype)
        return brought_up(t, small, I, factor, working["radius"], working["eps"]), certificates

    @torch.no_grad()
    def propagate(self, small: torch.Tensor, A: torch.Tensor, monitor=None, keep: bool = False):
        """Algorithm 1 on (18) from x^0 = t~, for pictures at the working size: (Run in the frame, Place in it)."""
        halo = max(unit.halo for network in self.networks for unit in network.network.units)
        margin = self.settings.raw["working"]["margin"]
        guidance, _ = mirrored(self.settings.guidance(small, A).double(), margin, halo)
        guide, place = mirrored((small / A[:, :, None, None]).double(), margin, halo)
        networks = [Guided(network, guide) for network in self.networks]
        s = self.settings
        return implicit_padnet(Nearness(guidance), networks, s.schedule, guidance, s.stop, monitor, keep), place


def check_airlight(airlight) -> tuple[float, float, float]:
    """The airlight as three floats. InputError unless it is three numbers in [0.1, 1]."""
    try:
        found = tuple(float(part) for part in airlight)
    except (TypeError, ValueError) as error:
        raise InputError(f"the airlight is three numbers, red, green and blue, not {airlight!r}") from error
    if len(found) != 3:
        raise InputError(f"the airlight is three numbers, red, green and blue, not {len(found)}")
    if not all(DARKEST <= part <= 1 for part in found):
        told = ", ".join(f"{part:g}" for part in found)
        raise InputError(f"every channel of the airlight lies in [{DARKEST:g}, 1], these are {told}: "
                         "divide by 255 what 8 bits give")
    return found


@functools.lru_cache(maxsize=4)
def load(folder: str | None = None, device: str = "cpu") -> Dehazer:
    """The trained networks of a folder, kept for the next call.

    folder: holds haze-ipadnet.safetensors and its card haze-ipadnet.json; None: those of the package.
    Raises PadnetError when a file is missing, altered, or not of a finished training.
    """
    path = (SHIPPED if folder is None else Path(folder)) / "haze-ipadnet.safetensors"
    tensors, meta = sealed_tensors(path)
    try:
        settings = HazeSettings(json.loads(meta["settings"]))
    except (AttributeError, InputError, KeyError, TypeError, ValueError) as error:
        raise PadnetError(f"{path} does not say how it was trained: train it again") from error
    counts = unit_counts(tensors)
    if len(counts) < settings.stop.k_max:
        raise PadnetError(f"{path} holds {len(counts)} of {settings.stop.k_max} stages: finish its training first")
    return Dehazer(settings, [n.to(device) for n in fill(settings.networks(counts), tensors, path)])


def _colours(seen) -> torch.Tensor:
    """The channels (3, h, w) as a batch of one, float32 in [0, 1]."""
    white = WHITE[dtype_name(seen)]
    if not isinstance(seen, torch.Tensor):
        # uint16 has few operations in torch.
        seen = torch.from_numpy(np.ascontiguousarray(seen, dtype=np.float32))
    return (seen.float() / white)[None]


def _radiance(I, t, A, least):
    """J, (3, h, w): strip by strip, so that the arrays between are small."""
    rows = max(1, STRIP // I.shape[-1])
    J = torch.empty_like(I)
    for top in range(0, I.shape[-2], rows):
        part = (..., slice(top, top + rows), slice(None))
        J[part] = radiance(I[part], t[part], A, least)
    return J[0]


def _counted(progress, total):
    """A monitor that counts stages; it adds no columns."""
    done = 0

    def monitor(x, u, v):
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)
        return {}

    return monitor
