"""The section PROFILE.haze: haze removal, its network's numbers and training.

The numbers of padnet.tasks.dehazing_settings.SETTINGS are here once more: those that travel with the weights, where no
pydantic is.
"""

from typing import Annotated

from pydantic import Field

from padnet.experiments.schemas.parts import Implicit, Layers, Stop
from padnet.project.section import Count, Section, Some


class Guidance(Section):
    """The guidance t~: radiances lie between C0 and C1."""

    C0: float
    C1: float
    size: int  # of the windows, working pixels a side


class Working(Section):
    """The working size: blocks of `reduce` pixels a side are one, and no picture has more than `side`."""

    reduce: int
    side: int
    margin: int  # of the frame
    radius: int  # of the filter that brings t back, and
    eps: float  # its softness


class Data(Section):
    """padnet.data.haze_spec.HazeData."""

    pairs: int
    held: int
    held_scenes: int
    held_photographs: int
    size: int
    margin: int
    scenes: float
    near: float
    scene_factors: Some[int]
    photograph_factors: Some[int]
    beta: Some[float]
    airlight: Some[float]
    tint: float
    gamma: Some[float]
    gain: Some[float]
    astray: float
    error: float


class Plan(Section):
    """Algorithm 2: padnet.core.training.Plan."""

    units: int  # of a stage, at most
    steps: int  # for a unit
    first_steps: int  # for the first unit
    joint_steps: int  # for all units together
    rate: float
    joint_rate: float
    inherit: bool
    parts: int  # that a batch is computed in


class Haze(Section):
    """The whole section."""

    implicit: Implicit
    stop: Stop
    unit: Layers
    guidance: Guidance
    working: Working
    least: float  # bound of t when the radiance is recovered
    data: Data
    plan: Plan
    weight: Annotated[float, Field(ge=0)]  # of the error of t, dB for an error of 1
    batch: int  # pairs of an optimiser step
    checkpoint: Count  # steps between two
