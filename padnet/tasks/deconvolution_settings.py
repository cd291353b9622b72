"""The settings of image deconvolution: IPADNet's are stored in its weights file, EPADNet's in a file next to it."""

from dataclasses import dataclass
from typing import Any

import torch

from padnet.core.conditions import STEP, Descent
from padnet.core.conv_unit import ConvUnit
from padnet.core.image_fidelity import ImageFidelity, WeightedLeastSquares
from padnet.core.networks import Network
from padnet.core.operators import Blur
from padnet.core.priors import LpNorm
from padnet.core.schedule import Safeguard, Schedule, Stop
from padnet.core.shrinkage_unit import ShrinkageUnit
from padnet.core.unshuffled_unit import UnshuffledUnit
from padnet.errors import InputError

# The section of params.yaml.
SCHEMA: dict[str, dict[str, Any]] = {
    "energy": {"p": float, "lam": float, "beta": float, "noise": float},
    "explicit": {"mu": float, "C_E": float, "a": float, "b": float},
    "implicit": {"mu": float, "rho0": float, "gamma": float, "bound": float, "rescale": bool},
    "stop": {"epsilon": float, "implicit": int, "explicit": int},
    "guard": {"patience": int, "limit": int},
    "shrinkage": {"size": int, "centres": int, "reach": float},
    "unit": {"features": int, "dilations": [int], "scale": float},
    "frame": {"margin": int, "passes": int},
}
# The settings of EPADNet among them. It has no networks of its own, so they can change without retraining.
EXPLICIT: dict[str, tuple[str, ...]] = {
    "energy": ("p", "lam", "beta"),
    "explicit": tuple(SCHEMA["explicit"]),
    "stop": ("explicit",),
    "guard": tuple(SCHEMA["guard"]),
}
# Optional settings and their defaults.
DEFAULTS: dict[str, dict[str, Any]] = {
    "energy": {"least": 0.005, "most": 0.05},
    "implicit": {"power": 2.0},
    "unit": {"unshuffle": 0},
    "frame": {"told": False},
}


def explicit_part(raw: dict) -> dict:
    """The settings of EPADNet, as named in EXPLICIT. KeyError if one is missing."""
    return {part: {name: raw[part][name] for name in names} for part, names in EXPLICIT.items()}


def implicit_part(raw: dict) -> dict:
    """The other settings, with which IPADNet is trained and which its weights file stores. KeyError if one is
    missing.
    """
    names = {part: [*own, *(n for n in DEFAULTS.get(part, ()) if n in raw[part])] for part, own in SCHEMA.items()}
    rest = {part: {n: raw[part][n] for n in own if n not in EXPLICIT.get(part, ())} for part, own in names.items()}
    return {part: numbers for part, numbers in rest.items() if numbers}


def joined(implicit: dict, explicit: dict) -> dict:
    """Merge the settings of both networks, by section and name as for Settings; additional ones are dropped."""
    implicit, explicit = implicit_part(implicit), explicit_part(explicit)
    return {part: {**implicit.get(part, {}), **explicit.get(part, {})} for part in SCHEMA}


@dataclass(frozen=True)
class Settings:
    """Energies (15) and (16), schedules, stopping rules, unit and frame.

    The data term of an image with noise sigma has the weight w = (noise / sigma)^2, where noise is the reference
    level for which lam, beta and rho are specified. One energy and one schedule thus work for every noise level.

    Args:
        raw: the numbers, by section and name as in SCHEMA.

    Raises:
        InputError: for a missing or unknown name, or an invalid value.
    """

    raw: dict

    def __post_init__(self) -> None:
        for part, names in SCHEMA.items():
            if set(self.raw.get(part, ())) - set(DEFAULTS.get(part, ())) != set(names):
                raise InputError(f"the settings of {part} must be exactly {', '.join(names)}.")
        for name in ("lam", "beta", "noise"):
            if not self.raw["energy"][name] > 0:
                raise InputError(f"energy.{name} must be positive, got {self.raw['energy'][name]}.")
        if not 0 <= self.power <= 2:
            raise InputError(f"implicit.power must lie between 0 and 2, got {self.power}.")
        for name, least in (("margin", 0), ("passes", 1)):
            if self.raw["frame"][name] < least:
                raise InputError(f"frame.{name} must be at least {least}, got {self.raw['frame'][name]}.")
        if not 0 < self.trained[0] <= self.trained[1]:
            raise InputError(
                "energy.least must be positive and up to energy.most, got {:g} and {:g}.".format(*self.trained)
            )
        # Build everything once, so that invalid values are rejected here; without consuming global random numbers.
        with torch.random.fork_rng(devices=[]):
            _ = self.implicit, self.explicit, self.prior, self.guard, self.networks([2])
        _ = self.stop(explicit=True), self.stop(explicit=False)

    @property
    def power(self) -> float:
        """The data term of implicit PADNet has the weight (noise / sigma)^power."""
        return self.raw["implicit"].get("power", DEFAULTS["implicit"]["power"])

    @property
    def trained(self) -> tuple[float, float]:
        """The minimum and maximum noise level in training; the input of the networks is clamped to this range."""
        own = DEFAULTS["energy"] | self.raw["energy"]
        return own["least"], own["most"]

    @property
    def told(self) -> bool:
        """Whether the padding of a frame is computed from the noise level, see padnet.imaging.boundary.to_frame."""
        return self.raw["frame"].get("told", DEFAULTS["frame"]["told"])

    @property
    def implicit(self) -> Schedule:
        """mu, rho0 and gamma of IPADNet."""
        return Schedule(**{k: v for k, v in self.raw["implicit"].items() if k not in ("bound", "power")})

    @property
    def explicit(self) -> Schedule:
        """mu and the descent test of EPADNet. C_E is only used to record Condition 1; rho and gamma have no effect."""
        own, implicit, L = self.raw["explicit"], self.raw["implicit"], self.raw["energy"]["beta"]
        found = Schedule(own["mu"], implicit["rho0"], implicit["gamma"], own["C_E"], test=Descent(own["a"], own["b"]))
        most = (L + own["mu"]) / STEP
        if not own["b"] <= most:
            raise InputError(
                f"the descent test of the image domain needs b <= (L + mu) / {STEP} = {most:.4g}, L being beta, got "
                f"b = {own['b']}: a larger b would only weaken the test."
            )
        return found

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

    def unit(self, k: int, t: int) -> ConvUnit | ShrinkageUnit | UnshuffledUnit:
        """A new unit G(.; W^k_t), conditioned on the noise level.

        With ``unshuffle`` >= 1 the unit works on the pixel-unshuffled image. With 0 the first unit of a stage is a
        shrinkage in units of the stage's step alpha^k, and the others are convolutional units at full resolution.
        """
        alpha, raw, own = self.implicit.alpha(k), self.raw["shrinkage"], dict(self.raw["unit"])
        factor = own.pop("unshuffle", DEFAULTS["unit"]["unshuffle"])
        if factor:
            return UnshuffledUnit(factor, **own, step=alpha)
        if t > 0:
            return ConvUnit(1, **own, conditioned=True)
        return ShrinkageUnit(1, raw["size"], raw["centres"], reach=alpha * raw["reach"], gain=1 / alpha)

    def networks(self, counts: list[int]) -> list[Network]:
        """Networks with the given number of units per stage."""
        bound = self.raw["implicit"]["bound"]
        return [Network([self.unit(k, t) for t in range(T)], bound) for k, T in enumerate(counts)]

    def weight(self, noise: torch.Tensor) -> torch.Tensor:
        """w of every sample, (batch,), from its noise level in [0, 1]. InputError if that is not positive."""
        if not (noise > 0).all():
            raise InputError(f"the noise of every image must be positive, got {noise.tolist()}.")
        return (self.raw["energy"]["noise"] / noise) ** 2

    def level(self, noise: torch.Tensor) -> torch.Tensor:
        """The noise level input of the networks, (batch,): a multiple of log(noise), 0 at ``energy.noise``.

        With data weights (noise / sigma)^power, the input of stage k has a noise level proportional to sigma^(1 -
        power/2) alpha^k. For power 2 this does not depend on sigma, and half the logarithm is used instead.
        """
        return (noise / self.raw["energy"]["noise"]).log2() * (0.5 if self.power == 2 else 1 - self.power / 2)

    def f_im(self, y: torch.Tensor, k: torch.Tensor, noise: torch.Tensor) -> WeightedLeastSquares:
        """f_im for observations in their frames, (n, 1, H, W), with kernels and noise levels."""
        weight = self.weight(noise)
        if self.power != 2:
            ratio = self.raw["energy"]["noise"] / noise
            weight = ratio if self.power == 1 else ratio**self.power
        return WeightedLeastSquares(Blur(k, y.shape[-2:]), y, weight)

    def f_ex(self, y: torch.Tensor, k: torch.Tensor, noise: torch.Tensor) -> ImageFidelity:
        """1/2 f_ex of (15) for the same arguments."""
        return ImageFidelity(Blur(k, y.shape[-2:]), y, self.raw["energy"]["beta"], self.weight(noise))
