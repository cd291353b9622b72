"""The specification of training pairs for haze removal, as in params.yaml."""

from dataclasses import dataclass

from padnet.errors import InputError


@dataclass(frozen=True)
class HazeData:
    """How training pairs are made.

    pairs, held: number of pairs for training and held out. held_scenes, held_photographs: number of held-out scenes
    and photographs, the last ones; without a scene, held-out pairs only use photographs.
    size: side of a pair in working pixels. margin: of its frame.
    scenes: fraction of the pairs made from scenes of known depth. near: fraction of the pairs with added near
    objects.
    scene_factors, photograph_factors: downscaling factors, drawn from those that the image is large enough for.
    beta: range of the scattering coefficient, log-uniform. airlight: range of its grey value. tint: standard
    deviation of its channels around that. gamma: range of the exponent applied to the image. gain: range of the
    brightness factor.
    astray: fraction of the pairs for which the network receives a wrong airlight. error: relative standard deviation
    of that error.
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
