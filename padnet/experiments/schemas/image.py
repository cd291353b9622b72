"""The section PROFILE.image: the image domain's energies and networks, and the training of IPADNet.

The parameters of padnet.tasks.deconvolution_settings.SCHEMA are duplicated here: those are stored with the weights and
must work without pydantic.
"""

from typing import Literal

from padnet.experiments.schemas import parts
from padnet.project.section import Count, Section, Some

# The trainings whose unit another one can start from, see padnet.experiments.ladder.
RUNGS = ("before", "denoiser", "denoiser-full", "joint", "longer", "short", "short-again")
AGAIN = "short-again"  # the training "short" with the next seed


class Energy(Section):
    """Energies (15) and (16)."""

    p: float
    lam: float
    beta: float
    noise: float  # standard deviation of the noise for which lam, beta and rho are specified


class Explicit(Section):
    """The padnet.core.schedule.Schedule of EPADNet; a and b belong to the descent test."""

    mu: float
    C_E: float
    a: float
    b: float


class Implicit(parts.Implicit):
    """The schedule of IPADNet; the data term has the weight (noise / sigma)^power."""

    rescale: bool  # whether lambda decreases as rho increases
    power: float


class Stop(Section):
    """The tolerance on the iteration error, and the maximum number of steps of each network."""

    epsilon: float
    implicit: int
    explicit: int


class Shrinkage(Section):
    """padnet.core.shrinkage_unit.ShrinkageUnit, the first unit of a stage."""

    size: int  # side of the filters, pixels
    centres: int
    reach: float


class Unit(parts.Layers):
    """padnet.core.unshuffled_unit.UnshuffledUnit."""

    unshuffle: int  # resolution factor 1 / unshuffle; 0: a ShrinkageUnit, then a ConvUnit, at full resolution


class Frame(Section):
    """The frame around a photograph."""

    margin: int  # pixels
    passes: int  # number of reconstruction passes
    told: bool  # whether the noise level is given, see padnet.imaging.boundary.to_frame


class Data(parts.Pairs):
    """padnet.data.deblurring_pairs.DataSpec, with all fields."""

    kinds: Some[str]
    border: str
    quantise: bool
    fresh: bool
    mistold: float


class Plan(Section):
    """Algorithm 2: padnet.core.training.Plan."""

    units: int  # maximum per stage
    steps: int  # per unit
    first_steps: int  # for the first unit
    joint_steps: int  # for joint training of all units
    rate: float
    joint_rate: float
    accepted: float
    penalty: float
    aim: float
    direct: float
    patience: int
    inherit: bool
    parts: int  # number of parts that a batch is split into
    bfloat16: bool = False  # whether inner layers are trained in bfloat16


class Plans(Section):
    """The plan of each model that is trained."""

    ipadnet: Plan


class Image(Section):
    """The whole section."""

    energy: Energy
    explicit: Explicit
    implicit: Implicit
    stop: Stop
    guard: parts.Guard
    shrinkage: Shrinkage
    unit: Unit
    frame: Frame
    data: Data
    plan: Plans
    batch: int  # pairs per optimiser step
    start: Literal["scratch", *RUNGS]  # the rung whose unit initialises every stage
    checkpoint: Count  # steps between two checkpoints
