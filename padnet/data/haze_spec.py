"""How training pairs for haze removal are made, as params.yaml says it."""

from dataclasses import dataclass

from padnet.errors import InputError


@dataclass(frozen=True)
class HazeData:
    """How training pairs are made.

    pairs, held: number for training and held out. held_scenes, held_photographs: the last so many are
    held out; without a scene the held-out pairs are all of photographs. size: side of a pair in working
    pixels. margin: of its frame. scenes: share of the pairs made from scenes of known depth.
    near: share of the pairs that get near objects before them. scene_factors, photograph_factors: pixels
    a side that become one, drawn from those of these that a picture is large enough for. beta: range of
    the scattering coefficient, its logarithm uniform. airlight: range of its grey. tint: spread of its
    channels about that. gamma: range of the exponent that the picture is raised to. gain: range of its
    brightness. astray: share of the pairs whose network is shown a wrong airlight. error: spread of that
    error, relative.
    """

    pairs: int
    held: int
    held_scenes: int
    held_photographs: int
    size: int
    margin: int
    scenes: float
    near: float
    scene_factors: tuple[int, ...]
    photograph_factors: tuple[int, ...]
    beta: tuple[float, float]
    airlight: tuple[float, float]
    tint: float
    gamma: tuple[float, float]
    gain: tuple[float, float]
    astray: float
    error: float

    def __post_init__(self):
        for name in ("pairs", "held", "held_photographs", "size"):
            if getattr(self, name) < 1:
                raise InputError(f"data.{name} must be at least 1, got {getattr(self, name)}.")
        for name in ("held_scenes", "margin", "tint", "error"):
            if not getattr(self, name) >= 0:
                raise InputError(f"data.{name} must be zero or more, got {getattr(self, name)}.")
        for name in ("scenes", "near", "astray"):
            if not 0 <= getattr(self, name) <= 1:
                raise InputError(f"data.{name} is a share, from 0 to 1, not {getattr(self, name)}.")
        for name in ("beta", "airlight", "gamma", "gain"):
            limits = getattr(self, name)
            if len(limits) != 2 or not 0 < limits[0] <= limits[1]:
                raise InputError(f"data.{name} is a range of two positive numbers, not {list(limits)}.")
        if self.airlight[1] > 1:
            raise InputError(f"data.airlight must not exceed 1, got {list(self.airlight)}.")
        if (
            not self.scene_factors
            or not self.photograph_factors
            or min(self.scene_factors + self.photograph_factors) < 1
        ):
            raise InputError("data.scene_factors and data.photograph_factors are whole numbers of 1 or more.")
