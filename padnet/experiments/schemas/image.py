"""The section PROFILE.image: the image domain's energies and networks, and the training of IPADNet.

The parameters of padnet.tasks.deconvolution_settings.SCHEMA are duplicated here: those are stored with the weights and
must work without pydantic.
"""

from padnet.experiments.schemas import parts
from padnet.project.section import Count, Section


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
    """The schedule of IPADNet, and whether lambda decreases as rho increases."""

    rescale: bool


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


class Frame(Section):
    """The frame around a photograph."""

    margin: int  # pixels
    passes: int  # number of reconstruction passes


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
    unit: parts.Layers
    frame: Frame
    data: parts.Pairs
    plan: Plans
    batch: int  # pairs per optimiser step
    checkpoint: Count  # steps between two checkpoints
