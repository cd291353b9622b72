"""The section PROFILE.image: the image domain's energies and networks, and the training of IPADNet.

The numbers of padnet.tasks.deconvolution_settings.SCHEMA are here once more: those that travel with the
weights, where no pydantic is.
"""

from padnet.experiments.schemas import parts
from padnet.project.section import Count, Section


class Energy(Section):
    """Energies (15) and (16)."""

    p: float
    lam: float
    beta: float
    noise: float  # standard deviation at which lam, beta and rho mean what they say


class Explicit(Section):
    """EPADNet's padnet.core.schedule.Schedule; a and b are those of the descent test."""

    mu: float
    C_E: float
    a: float
    b: float


class Implicit(parts.Implicit):
    """IPADNet; whether lambda shrinks as rho grows."""

    rescale: bool


class Stop(Section):
    """The iteration error that ends a run, and the most steps of each network."""

    epsilon: float
    implicit: int
    explicit: int


class Shrinkage(Section):
    """padnet.core.shrinkage_unit.ShrinkageUnit, the first of a stage."""

    size: int  # of the filters, pixels a side
    centres: int
    reach: float


class Frame(Section):
    """What a photograph is embedded in."""

    margin: int  # pixels
    passes: int  # how often the image is found


class Plan(Section):
    """Algorithm 2: padnet.core.training.Plan."""

    units: int  # of a stage, at most
    steps: int  # for a unit
    first_steps: int  # for the first unit
    joint_steps: int  # for all units together
    rate: float
    joint_rate: float
    accepted: float
    penalty: float
    aim: float
    direct: float
    patience: int
    inherit: bool
    parts: int  # that a batch is computed in


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
    batch: int  # pairs of an optimiser step
    checkpoint: Count  # steps between two
