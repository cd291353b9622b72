"""Observations in their frames through IPADNet and EPADNet, with certificates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import torch

from padnet.core.certificate import Certificate, implicit_certificates
from padnet.core.conv_unit import NoiseConditioned
from padnet.core.explicit_certificate import explicit_certificates
from padnet.core.history import Run
from padnet.core.image_fidelity import D
from padnet.core.mixed_precision import SinglePrecision
from padnet.core.networks import Network
from padnet.core.operators import Blur, differences
from padnet.core.propagation import implicit_padnet
from padnet.core.proposals import proposed_padnet
from padnet.errors import InputError
from padnet.tasks.deconvolution_settings import Settings

if TYPE_CHECKING:
    from padnet.core.protocols import Unit

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
    """Trained networks of IPADNet, whose pictures EPADNet is proposed, with the settings of both.

    Args:
        settings: the energies, schedules and frame.
        networks: of IPADNet; folded here for inference.

    All iterates are float64; a network only proposes, and runs in float32. The energy takes the noise as
    it is given; the networks are told the nearest level of those that they were trained for.
    """

    def __init__(self, settings: Settings, networks: list[Network]):
        self.settings, self.networks = settings, _ready(networks)

    def _told(self, noise: torch.Tensor) -> list[NoiseConditioned]:
        return [
            NoiseConditioned(network, self.settings.level(noise.clamp(*self.settings.trained)))
            for network in self.networks
        ]

    @torch.no_grad()
    def ipadnet(
        self,
        y: torch.Tensor,
        k: torch.Tensor,
        noise: torch.Tensor,
        seen: torch.Tensor | None = None,
        passes: int | None = None,
        watch: Watch | None = None,
        keep: bool = False,
    ) -> Restored:
        """Implicit PADNet from x^0 = y.

        y: (n, 1, H, W) float64 in frames. k: (n, 1, m, m). noise: (n,). seen: bool, like y; its other
        pixels are padding, which every further pass replaces by the blur of the image found before; where
        all were seen one pass is all there is. passes: None for that of the settings.
        watch: called with the image after every stage; its columns are kept for the last pass.
        """
        s, networks = self.settings, self._told(noise)
        passes = s.raw["frame"]["passes"] if passes is None else passes
        if passes < 1:
            raise InputError(f"passes must be at least 1, got {passes}.")
        passes = 1 if seen is None else passes
        monitor = (lambda x, u, v: watch(x)) if watch else None
        for i in range(passes):
            f = s.f_im(y, k, noise)
            run = implicit_padnet(f, networks, s.implicit, y, s.stop(False), monitor, keep and i == passes - 1)
            if seen is not None and i < passes - 1:
                y = torch.where(seen, y, Blur(k, y.shape[-2:])(run.x))
        return Restored(run.x, run, implicit_certificates(run, s.implicit, s.stop(False)))

    @torch.no_grad()
    def epadnet(
        self,
        y: torch.Tensor,
        k: torch.Tensor,
        noise: torch.Tensor,
        seen: torch.Tensor | None = None,
        passes: int | None = None,
        guarded: bool = True,
        watch: Watch | None = None,
        keep: bool = False,
        begin: Restored | None = None,
        networks: bool = True,
    ) -> Restored:
        """Explicit PADNet on the gradient field from x^0 = D y; stage by stage IPADNet's picture x gives v = D x.

        Of y, the pixels that were not seen are the blur of IPADNet's image. Theorem 1 holds for any v, so the
        networks that work best on pictures serve here too.

        Arguments as for ipadnet; guarded False runs the scheme as printed; begin is IPADNet's result on
        the same observation, with its iterates, where it is known already. networks False leaves them out: every
        stage is the plain step from x^k, on the same energy.

        Raises:
            InputError: for a begin without iterates.
        """
        s = self.settings
        if begin is None:
            begin = self.ipadnet(y, k, noise, seen, passes, keep=True)
        if not begin.run.iterates:
            raise InputError(
                "explicit PADNet is proposed the pictures of all stages of IPADNet: run it with keep=True."
            )
        if seen is not None:
            y = torch.where(seen, y, Blur(k, y.shape[-2:])(begin.x))
        f = s.f_ex(y, k, noise)
        guard = s.guard if guarded else None
        monitor = (lambda x, u, v: watch(f.image(x))) if watch else None
        # Unchecked: a proposal may be anything.
        proposals = [differences(x) for x in begin.run.iterates[1:]] if networks else []
        run = proposed_padnet(f, s.prior, proposals, s.explicit, D(y), s.stop(True), guard, monitor, keep)
        return Restored(f.image(run.x), run, explicit_certificates(run, s.explicit, s.stop(True)))


def _ready(networks: list[Network]) -> list[SinglePrecision]:
    for network in networks:
        for unit in cast("list[Unit]", list(network.units)):
            unit.fold()
        network.requires_grad_(False).eval()
    return [SinglePrecision(network) for network in networks]
