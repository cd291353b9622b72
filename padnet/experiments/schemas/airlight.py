"""The section PROFILE.airlight: the network that finds the airlight, and its training."""

from padnet.project.section import Count, Section, Some


class Data(Section):
    """Those fields of padnet.data.haze_spec.HazeData that an airlight depends on."""

    pairs: int
    held: int
    held_scenes: int
    held_photographs: int
    scenes: float
    near: float
    beta: Some[float]
    airlight: Some[float]
    tint: float
    gamma: Some[float]
    gain: Some[float]
    cast: float
    hue: Some[float]
    white: float
    noise: float


class Airlight(Section):
    """The whole section."""

    class Shape(Section):
        features: int
        places: int
        hidden: int

    class Plan(Section):
        steps: int
        rate: float
        batch: int

    data: Data
    shape: Shape
    plan: Plan
    checkpoint: Count
