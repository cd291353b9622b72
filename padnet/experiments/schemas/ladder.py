"""The section PROFILE.ladder: the rungs between the image networks of before and better ones."""

from typing import Literal

from padnet.experiments.schemas import image, parts
from padnet.project.section import Section, Some, of_each

RUNGS = ("denoiser", "denoiser-full", "joint")


class Implicit(image.Implicit):
    """IPADNet; the data term weighs (noise / sigma)^power."""

    power: float


class Unit(parts.Layers):
    """padnet.core.unshuffled_unit.UnshuffledUnit."""

    unshuffle: int  # the size that it works at is 1 / unshuffle


class Data(parts.Pairs):
    """padnet.data.deblurring_pairs.DataSpec, all of it."""

    kinds: Some[str]
    border: str
    quantise: bool
    fresh: bool
    mistold: float


class Frame(image.Frame):
    """What a photograph is embedded in, once the networks are trained."""

    told: bool  # whether the noise is told, see padnet.imaging.boundary.to_frame


class Rung(Section):
    """What takes the place of the image experiment's own."""

    implicit: Implicit
    stop: image.Stop
    unit: Unit
    frame: Frame | None = None  # where it is not the image experiment's
    data: Data
    plan: image.Plan
    batch: int  # pairs of an optimiser step
    start: Literal["scratch", *RUNGS]  # the rung whose unit every stage begins with


Ladder = of_each(RUNGS, Rung)
