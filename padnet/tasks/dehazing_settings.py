"""The settings of haze removal, which are stored in the weights file."""

from dataclasses import dataclass

import torch

from padnet.core.conv_unit import ConvUnit
from padnet.core.networks import Network
from padnet.core.schedule import Schedule, Stop
from padnet.errors import InputError
from padnet.haze.boundary_constraint import boundary_transmission

# The section of params.yaml, which a weights file repeats.
SETTINGS = {
    "implicit": {"mu": float, "rho0": float, "gamma": float, "bound": float},
    "stop": {"epsilon": float, "k_max": int},
    "unit": {"features": int, "dilations": [int], "scale": float},
    "guidance": {"C0": float, "C1": float, "size": int},
    "working": {"reduce": int, "side": int, "margin": int, "radius": int, "eps": float},
    "least": float,
}
LEAST = {"reduce": 1, "side": 16, "margin": 0, "radius": 1}


@dataclass(frozen=True)
class HazeSettings:
    """Schedule, stopping rule, unit, guidance t~ and working resolution.

    Args:
        raw: the numbers, by section and name as in SETTINGS.
            guidance: C0, C1 in [0, 1] and the window size in working pixels.
            working: the downscaling factor, the maximum side length of a working image, the margin of its frame, and
                radius and eps of the guided filter that upsamples t.
            least: lower bound of t when J is recovered.

    Raises:
        InputError: for a missing or unknown name, or an invalid value.
    """

    raw: dict

    def __post_init__(self) -> None:
        if set(self.raw) != set(SETTINGS):
            raise InputError(f"the settings of haze removal must be exactly {', '.join(SETTINGS)}.")
        for part, names in SETTINGS.items():
            if isinstance(names, dict) and set(self.raw[part]) != set(names):
                raise InputError(f"the settings of {part} must be exactly {', '.join(names)}.")
        working, guidance = self.raw["working"], self.raw["guidance"]
        for name, least in LEAST.items():
            if working[name] < least:
                raise InputError(f"working.{name} must be at least {least}, got {working[name]}.")
        if not working["eps"] > 0:
            raise InputError(f"working.eps must be positive, got {working['eps']}.")
        if guidance["size"] < 1 or guidance["size"] % 2 == 0:
            raise InputError(f"guidance.size must be odd and positive, got {guidance['size']}.")
        if not 0 < self.raw["least"] <= 1:
            raise InputError(f"least, the lower bound of t, must lie in (0, 1], got {self.raw['least']}.")
        # Build everything once, so that invalid values are rejected here; without consuming global random numbers.
        with torch.random.fork_rng(devices=[]):
            _ = self.schedule, self.stop, self.networks([1])

    @property
    def schedule(self) -> Schedule:
        """mu, rho0 and gamma."""
        return Schedule(**{k: v for k, v in self.raw["implicit"].items() if k != "bound"})

    @property
    def stop(self) -> Stop:
        """The stopping rule."""
        return Stop(**self.raw["stop"])

    def unit(self) -> ConvUnit:
        """A new unit G for t, guided by the three channels of I / A."""
        return ConvUnit(1, **self.raw["unit"], guides=3)

    def networks(self, counts: list[int]) -> list[Network]:
        """Networks with the given number of units per stage, bounded as Condition 2 requires."""
        return [Network([self.unit() for _ in range(T)], self.raw["implicit"]["bound"]) for T in counts]

    def guidance(self, I: torch.Tensor, A: torch.Tensor) -> torch.Tensor:
        """t~ for working images (n, 3, h, w) and airlights (n, 3): (n, 1, h, w)."""
        return boundary_transmission(I, A, **self.raw["guidance"])
