"""The section PROFILE.methods: the compared methods that require training.

The parameters are documented in padnet.baselines: ``shape`` of METHOD.py and ``Plan`` of METHOD_training.py.
"""

from padnet.experiments.schemas.parts import Pairs
from padnet.project.section import Count, Section, Some


class Csf(Section):
    """Cascade of shrinkage fields."""

    class Shape(Section):
        stages: int
        size: int
        centres: int
        reach: float

    class Plan(Section):
        steps: int
        joint_steps: int
        rate: float
        joint_rate: float
        batch: int

    shape: Shape
    plan: Plan


class Mlp(Section):
    """Multi-layer perceptron on image patches."""

    class Shape(Section):
        alphas: Some[float]
        seen: int
        made: int
        hidden: Some[int]
        stride: int

    class Plan(Section):
        steps: int
        rate: float
        patches: int

    shape: Shape
    plan: Plan


class Epll(Section):
    """Expected patch log likelihood."""

    class Shape(Section):
        components: int

    class Plan(Section):
        patches: int
        steps: int

    shape: Shape
    plan: Plan


class Cai(Section):
    """DehazeNet, trained on the pairs of PROFILE.haze."""

    class Shape(Section):
        maps: int
        units: int
        filters: int

    class Plan(Section):
        steps: int
        rate: float
        batch: int
        crop: int  # side of the training crops, working pixels

    shape: Shape
    plan: Plan


class Ren(Section):
    """MSCNN, trained on the pairs of PROFILE.haze."""

    class Shape(Section):
        coarse: Some[int]
        fine: Some[int]

    class Plan(Section):
        steps: int
        fine_steps: int
        rate: float
        fine_rate: float
        batch: int
        crop: int  # side of the training crops, working pixels

    shape: Shape
    plan: Plan


class Methods(Section):
    """The whole section."""

    data: Pairs
    csf: Csf
    mlp: Mlp
    epll: Epll
    cai: Cai
    ren: Ren
    checkpoint: Count  # steps between two checkpoints
