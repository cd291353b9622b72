"""Observations in their frames through IPADNet and EPADNet, with certificates."""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from padnet.core.certificate import Certificate, implicit_certificates
from padnet.core.convolutional import AtLevel
from padnet.core.explicit import explicit_padnet
from padnet.core.explicit_certificate import explicit_certificates
from padnet.core.images import D
from padnet.core.operators import Blur
from padnet.core.precision import SinglePrecision
from padnet.core.propagation import implicit_padnet
from padnet.core.trace import Run
from padnet.errors import InputError
from padnet.tasks.settings import TRAINED, Settings

Watch = Callable[[torch.Tensor], dict[str, torch.Tensor]]


@dataclass(frozen=True)
class Restored:
    """Images of a batch and the evidence.

    x: (n, 1, H, W) float64, in the frame. run: of the last pass. certificates: one per image.
    """

    x: torch.Tensor
    run: Run
    certificates: list[Certificate]


class Restorer:
    """Trained networks with the settings that they were trained for.

    Args:
        settings: the energies, schedules and frame.
        implicit, explicit: networks of IPADNet, and of EPADNet or None; folded here for inference.

    All iterates are float64; a network only proposes, and runs in float32. The energy takes the noise as
    it is given; the networks are told the nearest level of those that they were trained for, TRAINED.
    """

    def __init__(self, settings: Settings, implicit: list, explicit: list | None = None):
        self.settings = settings
        self.networks = {"ipadnet": _ready(implicit), "epadnet": _ready(explicit or [])}

    def _told(self, model: str, noise: torch.Tensor) -> list[AtLevel]:
        return [AtLevel(network, self.settings.level(noise.clamp(*TRAINED))) for network in self.networks[model]]

    @torch.no_grad()
    def ipadnet(self, y, k, noise, seen=None, passes=None, watch: Watch | None = None, keep=False) -> Restored:
        """Implicit PADNet from x^0 = y.

        y: (n, 1, H, W) float64 in frames. k: (n, 1, m, m). noise: (n,). seen: bool, like y; its other
        pixels are padding, which every further pass replaces by the blur of the image found before; where
        all were seen one pass is all there is. passes: None for that of the settings.
        watch: called with the image after every stage; its columns are kept for the last pass.
        """
        s, networks = self.settings, self._told("ipadnet", noise)
        passes = s.raw["frame"]["passes"] if passes is None else passes
        if passes < 1:
            raise InputError(f"passes must be at least 1, got {passes}.")
        passes = 1 if seen is None else passes
        monitor = (lambda x, u, v: watch(x)) if watch else None
        for i in range(passes):
            f = s.f_im(y, k, noise)
            run = implicit_padnet(f, networks, s.implicit, y, s.stop(False), monitor, keep and i == passes - 1)
            if i < passes - 1:
                y = torch.where(seen, y, Blur(k, y.shape[-2:])(run.x))
        return Restored(run.x, run, implicit_certificates(run, s.implicit, s.stop(False)))

    @torch.no_grad()
    def epadnet(
        self, y, k, noise, seen=None, passes=None, guarded: bool = True, watch: Watch | None = None, keep=False,
        begin: Restored | None = None,
    ) -> Restored:  # fmt: skip
        """Explicit PADNet on the gradient field, from the gradient of IPADNet's image.

        Arguments as for ipadnet; guarded False runs the scheme as printed; begin is IPADNet's result on
        the same observation, where it is known already.
        """
        s = self.settings
        if begin is None:
            begin = self.ipadnet(y, k, noise, seen, passes)
        if seen is not None:
            y = torch.where(seen, y, Blur(k, y.shape[-2:])(begin.x))
        f = s.f_ex(y, k, noise)
        guard = s.guard if guarded else None
        monitor = (lambda x, u, v: watch(f.image(x))) if watch else None
        run = explicit_padnet(
            f, s.prior, self._told("epadnet", noise), s.explicit, D(begin.x), s.stop(True), guard, monitor, keep
        )
        return Restored(f.image(run.x), run, explicit_certificates(run, s.explicit, s.stop(True)))


def _ready(networks: list) -> list[SinglePrecision]:
    for network in networks:
        for unit in network.units:
            unit.fold()
        network.requires_grad_(False).eval()
    return [SinglePrecision(network) for network in networks]
