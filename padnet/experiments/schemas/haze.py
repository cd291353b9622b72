"""The section PROFILE.haze: haze removal, the parameters of its network and of its training.

The parameters of padnet.tasks.dehazing_settings.SETTINGS are duplicated here: those are stored with the weights and
must work without pydantic.
"""

from typing import Annotated, Literal

from pydantic import Field

from padnet.experiments.schemas.parts import Implicit, Layers, Stop
from padnet.project.section import Count, Section, Some


class Guidance(Section):
    """The guidance t~; radiances are bounded by C0 and C1."""

    C0: float
    C1: float
    size: int  # side of the windows, working pixels


class Working(Section):
    """The working resolution: blocks of `reduce` x `reduce` pixels are merged; no image has more than `side` pixels."""

    reduce: int
    side: int
    margin: int  # of the frame
    radius: int  # radius of the guided filter that upsamples t to full resolution
    eps: float  # regularisation of that filter


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
    cast: float
    hue: Some[float]
    white: float
    noise: float
    estimated: float
    astray: float
    error: float


class Plan(Section):
    """Algorithm 2: padnet.core.training.Plan."""

    units: int  # maximum per stage
    steps: int  # per unit
    first_steps: int  # for the first unit
    joint_steps: int  # for joint training of all units
    rate: float
    joint_rate: float
    inherit: bool
    parts: int  # number of parts that a batch is split into
    bfloat16: bool = False  # whether inner layers are trained in bfloat16


class First(Section):
    """The parameters of the first training, in place of those of the same names."""

    data: Data
    plan: Plan
    weight: Annotated[float, Field(ge=0)]


class Haze(Section):
    """The whole section."""

    implicit: Implicit
    stop: Stop
    unit: Layers
    guidance: Guidance
    working: Working
    least: float  # lower bound of t when the radiance is recovered
    data: Data
    plan: Plan
    start: Literal["scratch", "first"] = "scratch"  # the networks a training begins with
    first: First | None = None
    weight: Annotated[float, Field(ge=0)]  # weight of the error of t, dB for an error of 1
    batch: int  # pairs per optimiser step
    checkpoint: Count  # steps between two checkpoints
