"""The section PROFILE.gradient: both PADNets of the gradient domain, the compared methods and the benchmark."""

from typing import Literal

from padnet import labels
from padnet.experiments.schemas.parts import Guard, Implicit, Stop
from padnet.project.section import Count, Natural, Section, Some, of_each

PRIORS = tuple(labels.PRIORS)


class Explicit(Section):
    """The padnet.core.schedule.Schedule of EPADNet; a and b belong to the descent test."""

    mu: float
    C_E: float
    a: float
    b: float
    rho0: float
    gamma: float
    nu: float


class ConditionOne(Section):
    """EPADNet under Condition 1; the other parameters are those of Explicit."""

    mu: float
    C_E: float


class Peers(Section):
    """ADMM and HQS."""

    k_max: int


class Admm(Section):
    """The search grid of ADMM."""

    rho: Some[float]


class Hqs(Section):
    """The search grid of HQS."""

    rho: Some[float]
    gamma: Some[float]


class Tune(Section):
    """The search grids of the compared methods."""

    lam: of_each(PRIORS, Some[float])
    admm: Admm
    hqs: Hqs
    pairs: Count  # number of held-out pairs for the comparison


class Unit(Section):
    """padnet.core.networks.RBFUnit."""

    features: int
    size: int  # side of the filters, pixels
    centres: int
    scale: float


class Data(Section):
    """padnet.data.deblurring_pairs.DataSpec, for pairs with a single noise level."""

    pairs: int  # for training
    held: int  # held out
    held_pictures: int  # number of images that these are cropped from
    size: int  # side of the ground truth, pixels
    noise: float  # standard deviation, for an intensity range of [0, 1]
    margin: int  # of the frame, pixels
    crop: int  # pixels per side that are not scored


class Grown(Section):
    """Algorithm 2: padnet.core.training.Plan."""

    stages: int
    units: int  # maximum per stage
    steps: int  # per unit
    joint_steps: int  # for joint training of all units
    rate: float
    joint_rate: float
    accepted: float
    penalty: float
    violation: float
    aim: float
    direct: float
    patience: int


class Plan(Grown):
    """The trainings: Algorithm 2, the differences for explicit networks, and the batch sizes."""

    # Explicit networks are initialised with the implicit ones and fine-tuned jointly, or grown by Algorithm 2.
    explicit_start: Literal["ipadnet", "scratch"]
    explicit_steps: Natural
    explicit_rate: float
    explicit_batch: int
    batch: int
    checkpoint: Count  # steps between two checkpoints


class Choice(Section):
    """The selection of explicit networks."""

    pairs: Count  # number of held-out pairs for the comparison


class Benchmark(Section):
    """The benchmarks, and the test sets on which EPADNet also runs without safeguard and as its controls."""

    margin: int  # of the frame, pixels
    batch: Count  # pairs per batch
    unguarded: Some[str]
    controls: Some[str]


class Gradient(Section):
    """The whole section."""

    prior: of_each(PRIORS, float)  # lambda of energy (14)
    explicit: Explicit
    condition1: ConditionOne
    implicit: Implicit
    stop: Stop
    guard: Guard
    peers: Peers
    tune: Tune
    unit: Unit
    data: Data
    plan: Plan
    choice: Choice
    benchmark: Benchmark
