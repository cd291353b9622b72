"""The section PROFILE.ladder: intermediate configurations between the previous image networks and better ones."""

from typing import Literal

from padnet.experiments.schemas import image, parts
from padnet.project.section import Section, Some, of_each

RUNGS = ("denoiser", "denoiser-full", "joint", "longer")


class Implicit(image.Implicit):
    """The schedule of IPADNet; the data term has the weight (noise / sigma)^power."""

    power: float


class Unit(parts.Layers):
    """padnet.core.unshuffled_unit.UnshuffledUnit."""

    unshuffle: int  # resolution factor 1 / unshuffle


class Data(parts.Pairs):
    """padnet.data.deblurring_pairs.DataSpec, with all fields."""

    kinds: Some[str]
    border: str
    quantise: bool
    fresh: bool
    mistold: float


class Frame(image.Frame):
    """The frame around a photograph, used after training."""

    told: bool  # whether the noise level is given, see padnet.imaging.boundary.to_frame


class Plan(image.Plan):
    """Algorithm 2: padnet.core.training.Plan."""

    bfloat16: bool = False  # whether the inner layers are trained in bfloat16


class Rung(Section):
    """The parameters that replace those of the image experiment."""

    implicit: Implicit
    stop: image.Stop
    unit: Unit
    frame: Frame | None = None  # None: that of the image experiment
    data: Data
    plan: Plan
    batch: int  # pairs per optimiser step
    start: Literal["scratch", *RUNGS]  # the rung whose unit initialises every stage


Ladder = of_each(RUNGS, Rung)
