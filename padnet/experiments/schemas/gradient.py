"""The section PROFILE.gradient: both PADNets of the gradient domain, their peers and their benchmark."""

from typing import Literal

from padnet import labels
from padnet.experiments.schemas.parts import Guard, Implicit, Stop
from padnet.project.section import Count, Natural, Section, Some, of_each

PRIORS = tuple(labels.PRIORS)


class Explicit(Section):
    """EPADNet's padnet.core.schedule.Schedule; a and b are those of the descent test."""

    mu: float
    C_E: float
    a: float
    b: float
    rho0: float
    gamma: float
    nu: float


class ConditionOne(Section):
    """EPADNet under Condition 1; the rest is that of Explicit."""

    mu: float
    C_E: float


class Peers(Section):
    """ADMM and HQS."""

    k_max: int


class Admm(Section):
    """The grid of ADMM."""

    rho: Some[float]


class Hqs(Section):
    """The grid of HQS."""

    rho: Some[float]
    gamma: Some[float]


class Tune(Section):
    """The numbers among which those of the peers are sought."""

    lam: of_each(PRIORS, Some[float])
    admm: Admm
    hqs: Hqs
    pairs: Count  # held-out pairs on which they are compared


class Unit(Section):
    """padnet.core.networks.RBFUnit."""

    features: int
    size: int  # of the filters, pixels a side
    centres: int
    scale: float


class Data(Section):
    """padnet.data.deblurring_pairs.DataSpec, for pairs of one level of noise."""

    pairs: int  # for training
    held: int  # held out
    held_pictures: int  # that these are cut from
    size: int  # of the truth, pixels a side
    noise: float  # standard deviation, white being 1
    margin: int  # of the frame, pixels
    crop: int  # pixels a side that are not scored


class Grown(Section):
    """Algorithm 2: padnet.core.training.Plan."""

    stages: int
    units: int  # of a stage, at most
    steps: int  # for a unit
    joint_steps: int  # for all units together
    rate: float
    joint_rate: float
    accepted: float
    penalty: float
    violation: float
    aim: float
    direct: float
    patience: int


class Plan(Grown):
    """The trainings: Algorithm 2, what differs for explicit networks, and the pairs of an optimiser step."""

    # Explicit networks begin with the implicit ones and are fine-tuned jointly, or grow by Algorithm 2.
    explicit_start: Literal["ipadnet", "scratch"]
    explicit_steps: Natural
    explicit_rate: float
    explicit_batch: int
    batch: int
    checkpoint: Count  # steps between two


class Choice(Section):
    """The choice among explicit networks."""

    pairs: Count  # held-out pairs on which they are compared


class Benchmark(Section):
    """The benchmarks, and the test sets on which EPADNet also runs unguarded and as its controls."""

    margin: int  # of the frame, pixels
    batch: Count  # pairs that are run together
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
