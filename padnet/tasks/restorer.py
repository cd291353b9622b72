"""Run IPADNet and EPADNet on observations in their frames, with certificates."""

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
    """The restored images of a batch with their certificates.

    x: (n, 1, H, W) float64, in the frame. run: of the last pass. certificates: one per image.
    """

    x: torch.Tensor
    run: Run
    certificates: list[Certificate]


class Restorer:
    """Trained IPADNet networks, whose iterates are also the proposals of EPADNet, with the settings of both.

    Args:
        settings: the energies, schedules and frame.
        networks: of IPADNet; folded here for inference.

    All iterates are float64; a network only makes proposals and runs in float32. The energy uses the given noise
    level; the input of the networks is clamped to the training range.
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
        """Run implicit PADNet from x^0 = y.

        y: (n, 1, H, W) float64 in frames. k: (n, 1, m, m). noise: (n,).
        seen: bool, like y; the other pixels are padding, which every further pass replaces with the blur of the
        previous estimate; if all pixels were observed there is only one pass.
        passes: None uses the number in the settings.
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
                del f, run  # of a large photograph, before the next pass
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
        """Run explicit PADNet on the gradient field from x^0 = D y; in each stage the IPADNet iterate x gives v = D
        x.

        Unobserved pixels of y are replaced with the blur of IPADNet's image. Theorem 1 holds for any v, so the
        image-domain networks can be used here too.

        Arguments are as for ipadnet. guarded: False runs the scheme as printed in the paper. begin: IPADNet's result
        on the same observation, with its iterates, if already computed. networks: False ignores the networks, so that
        every stage is a proximal gradient step from x^k on the same energy.

        Raises:
            InputError: for a ``begin`` without iterates.
        """
        s = self.settings
        if begin is None:
            begin = self.ipadnet(y, k, noise, seen, passes, keep=True)
        if not begin.run.iterates:
            raise InputError("explicit PADNet needs the iterates of all stages of IPADNet: run that with keep=True.")
        if seen is not None:
            y = torch.where(seen, y, Blur(k, y.shape[-2:])(begin.x))
        f = s.f_ex(y, k, noise)
        guard = s.guard if guarded else None
        monitor = (lambda x, u, v: watch(f.image(x))) if watch else None
        # Not validated: a proposal may have any values.
        proposals = [differences(x) for x in begin.run.iterates[1:]] if networks else []
        run = proposed_padnet(f, s.prior, proposals, s.explicit, D(y), s.stop(True), guard, monitor, keep)
        return Restored(f.image(run.x), run, explicit_certificates(run, s.explicit, s.stop(True)))


def _ready(networks: list[Network]) -> list[SinglePrecision]:
    for network in networks:
        for unit in cast("list[Unit]", list(network.units)):
            unit.fold()
        network.requires_grad_(False).eval()
    return [SinglePrecision(network) for network in networks]
