"""The image-domain experiment's numbers as one object: it travels inside the weights file."""

from dataclasses import dataclass

import torch

from padnet.core.conditions import ConditionOne
from padnet.core.convolutional import ConvUnit
from padnet.core.images import ImageFidelity, WeightedLeastSquares
from padnet.core.networks import Network
from padnet.core.operators import Blur
from padnet.core.priors import LpNorm
from padnet.core.schedule import Safeguard, Schedule, Stop
from padnet.core.shrinkage import ShrinkageUnit
from padnet.errors import InputError

TRAINED = (0.005, 0.05)  # the noise that the networks have seen: they are told no less and no more
# What params.yaml holds of it, and what a weights file repeats.
SCHEMA = {
    "energy": {"p": float, "lam": float, "beta": float, "noise": float},
    "explicit": {"mu": float, "C_E": float, "rho0": float, "gamma": float, "nu": float},
    "implicit": {"mu": float, "rho0": float, "gamma": float, "bound": float, "rescale": bool},
    "stop": {"epsilon": float, "implicit": int, "explicit": int},
    "guard": {"patience": int, "limit": int},
    "shrinkage": {"size": int, "centres": int, "reach": float},
    "unit": {"features": int, "dilations": [int], "scale": float},
    "frame": {"margin": int, "passes": int},
}


@dataclass(frozen=True)
class Settings:
    """Energies (15) and (16), schedules, stopping rules, unit and frame.

    The data term of a picture with noise sigma weighs w = (noise / sigma)^2, noise being the level at
    which lam, beta and rho mean what they say; so one energy and one schedule serve every level.

    Args:
        raw: the numbers, by section and name as in SCHEMA.

    Raises:
        InputError: for a missing or unknown name, or a number that its object refuses.
    """

    raw: dict

    def __post_init__(self):
        for part, names in SCHEMA.items():
            if set(self.raw.get(part, ())) != set(names):
                raise InputError(f"the settings of {part} must be exactly {', '.join(names)}.")
        for name in ("lam", "beta", "noise"):
            if not self.raw["energy"][name] > 0:
                raise InputError(f"energy.{name} must be positive, got {self.raw['energy'][name]}.")
        for name, least in (("margin", 0), ("passes", 1)):
            if self.raw["frame"][name] < least:
                raise InputError(f"frame.{name} must be at least {least}, got {self.raw['frame'][name]}.")
        # Made once here, so that a wrong number is refused at the door; without a draw that others would miss.
        with torch.random.fork_rng(devices=[]):
            _ = self.implicit, self.explicit, self.prior, self.guard, self.networks(explicit=False, counts=[2])
        _ = self.stop(explicit=True), self.stop(explicit=False)

    @property
    def implicit(self) -> Schedule:
        """mu, rho0 and gamma of IPADNet."""
        return Schedule(**{k: v for k, v in self.raw["implicit"].items() if k != "bound"})

    @property
    def explicit(self) -> Schedule:
        """mu, C_E, rho0, gamma and nu of EPADNet, whose steps are put to Condition 1."""
        return Schedule(**self.raw["explicit"], test=ConditionOne())

    @property
    def prior(self) -> LpNorm:
        """r(g) = lam ||g||_p^p of (15)."""
        return LpNorm(self.raw["energy"]["p"], self.raw["energy"]["lam"])

    @property
    def guard(self) -> Safeguard:
        """The safeguard of EPADNet."""
        return Safeguard(**self.raw["guard"])

    def stop(self, explicit: bool) -> Stop:
        """The stopping rule of EPADNet or IPADNet."""
        return Stop(self.raw["stop"]["epsilon"], self.raw["stop"]["explicit" if explicit else "implicit"])

    def unit(self, explicit: bool, k: int, t: int) -> ConvUnit | ShrinkageUnit:
        """A new unit G(.; W^k_t), convolutions that are told the noise level: two channels for g, one for x.

        The first of an implicit stage is a shrinkage in units of the stage's step alpha^k. It learns in
        minutes what convolutions alone learn slowly, and leaves them the rest.
        """
        if explicit or t > 0:
            return ConvUnit(2 if explicit else 1, **self.raw["unit"], conditioned=True)
        alpha, raw = self.implicit.alpha(k), self.raw["shrinkage"]
        return ShrinkageUnit(1, raw["size"], raw["centres"], reach=alpha * raw["reach"], gain=1 / alpha)

    def networks(self, explicit: bool, counts: list[int]) -> list[Network]:
        """Networks of that many units a stage; explicit ones act on g and have no bound."""
        bound = None if explicit else self.raw["implicit"]["bound"]
        return [Network([self.unit(explicit, k, t) for t in range(T)], bound) for k, T in enumerate(counts)]

    def weight(self, noise: torch.Tensor) -> torch.Tensor:
        """w of every sample, (batch,), from its noise in [0, 1]. InputError when that is not positive."""
        if not (noise > 0).all():
            raise InputError(f"the noise of every image must be positive, got {noise.tolist()}.")
        return (self.raw["energy"]["noise"] / noise) ** 2

    def level(self, noise: torch.Tensor) -> torch.Tensor:
        """What the networks are told of the noise, (batch,): its logarithm, 0 at ``energy.noise``."""
        return (noise / self.raw["energy"]["noise"]).log2() / 2

    def f_im(self, y: torch.Tensor, k: torch.Tensor, noise: torch.Tensor) -> WeightedLeastSquares:
        """f_im of observations in their frames, (n, 1, H, W), kernels and noise."""
        return WeightedLeastSquares(Blur(k, y.shape[-2:]), y, self.weight(noise))

    def f_ex(self, y: torch.Tensor, k: torch.Tensor, noise: torch.Tensor) -> ImageFidelity:
        """f_ex of (16) for the same."""
        return ImageFidelity(Blur(k, y.shape[-2:]), y, self.raw["energy"]["beta"], self.weight(noise))
