"""The trained networks for haze removal: loading, and inference of transmissions with certificates."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

import torch

from padnet.core.certificate import Certificate, implicit_certificates
from padnet.core.conv_unit import ImageGuided
from padnet.core.fidelity import QuadraticFidelity
from padnet.core.history import Monitor, Run
from padnet.core.mixed_precision import SinglePrecision
from padnet.core.networks import Network
from padnet.core.propagation import implicit_padnet
from padnet.errors import InputError, PadnetError
from padnet.haze.resampling import Place, brought_up, factor_of, mirrored, reduced
from padnet.tasks.dehazing_settings import HazeSettings
from padnet.tasks.weights import SHIPPED, checksummed_tensors, fill, unit_counts

if TYPE_CHECKING:
    from padnet.core.protocols import Unit

Progress = Callable[[int, int], None]


class Dehazer:
    """Trained networks with their settings; the batch normalisations are folded for inference."""

    def __init__(self, settings: HazeSettings, networks: list[Network]):
        self.settings = settings
        for network in networks:
            for unit in _units(network):
                unit.fold()
            network.requires_grad_(False).eval()
        self.networks = [SinglePrecision(network) for network in networks]

    @torch.no_grad()
    def __call__(
        self, I: torch.Tensor, A: torch.Tensor, progress: Progress | None = None
    ) -> tuple[torch.Tensor, list[Certificate]]:
        """Images (n, 3, h, w) in [0, 1] and airlights (n, 3) -> (t, (n, 1, h, w), n certificates).

        progress: called as progress(done, total) after every stage. All iterates are float64 at the working
        resolution; t is returned in the dtype of I.
        """
        working, stop = self.settings.raw["working"], self.settings.stop
        factor = factor_of(tuple(I.shape[-2:]), working["reduce"], working["side"])
        small = reduced(I, factor)
        run, place = self.propagate(small, A.to(I), _counted(progress, stop.k_max))
        certificates = implicit_certificates(run, self.settings.schedule, stop)
        t = place(run.x).clamp(0, 1).to(I.dtype)
        return brought_up(t, small, I, factor, working["radius"], working["eps"]), certificates

    @torch.no_grad()
    def propagate(
        self, small: torch.Tensor, A: torch.Tensor, monitor: Monitor | None = None, keep: bool = False
    ) -> tuple[Run, Place]:
        """Run Algorithm 1 on (18) from x^0 = t~, for images at the working resolution: (Run in the frame, Place in
        it).
        """
        halo = max(unit.halo for network in self.networks for unit in _units(network.network))
        margin = self.settings.raw["working"]["margin"]
        guidance, _ = mirrored(self.settings.guidance(small, A).double(), margin, halo)
        guide, place = mirrored((small / A[:, :, None, None]).double(), margin, halo)
        networks = [ImageGuided(network, guide) for network in self.networks]
        s = self.settings
        return implicit_padnet(
            QuadraticFidelity(guidance), networks, s.schedule, guidance, s.stop, monitor, keep
        ), place


@functools.lru_cache(maxsize=4)
def load(folder: str | None = None, device: str = "cpu") -> Dehazer:
    """Load the trained networks of a folder; cached.

    folder: contains haze-ipadnet.safetensors and its card haze-ipadnet.json; None uses those of the package.
    Raises PadnetError if a file is missing or modified, or the training was not finished.
    """
    path = (SHIPPED if folder is None else Path(folder)) / "haze-ipadnet.safetensors"
    tensors, meta = checksummed_tensors(path)
    try:
        settings = HazeSettings(json.loads(meta["settings"]))
    except (AttributeError, InputError, KeyError, TypeError, ValueError) as error:
        raise PadnetError(f"{path} does not say how it was trained: train it again") from error
    counts = unit_counts(tensors)
    if len(counts) < settings.stop.k_max:
        raise PadnetError(f"{path} holds {len(counts)} of {settings.stop.k_max} stages: finish its training first")
    return Dehazer(settings, [n.to(device) for n in fill(settings.networks(counts), tensors, path)])


def _units(network: Network) -> list[Unit]:
    return cast("list[Unit]", list(network.units))


def _counted(progress: Progress | None, total: int) -> Monitor:
    """A monitor that counts stages; it adds no columns."""
    done = 0

    def monitor(x: torch.Tensor, u: torch.Tensor, v: torch.Tensor) -> dict[str, torch.Tensor]:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)
        return {}

    return monitor
