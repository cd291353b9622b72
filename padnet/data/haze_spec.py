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
    cast: fraction of the pairs with a coloured airlight. hue: range of the factor on its least channel; a factor
    between that and 1 applies to the middle one. white: fraction of the pairs with a white object near the camera.
    noise: standard deviation of the noise of a pair, uniform from 0 on.
    estimated: fraction of the pairs for which the network receives the airlight that is estimated from the hazy pair.
    astray: fraction of the others for which it receives a wrong airlight; the rest receive the true one. error:
    relative standard deviation of that error.
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
    cast: float
    hue: tuple[float, float]
    white: float
    noise: float
    estimated: float
    astray: float
    error: float

    def __post_init__(self):
        for name in ("pairs", "held", "held_photographs", "size"):
            if getattr(self, name) < 1:
                raise InputError(f"data.{name} must be at least 1, got {getattr(self, name)}.")
        for name in ("held_scenes", "margin", "tint", "noise", "error"):
            if not getattr(self, name) >= 0:
                raise InputError(f"data.{name} must be zero or more, got {getattr(self, name)}.")
        for name in ("scenes", "near", "cast", "white", "estimated", "astray"):
            if not 0 <= getattr(self, name) <= 1:
                raise InputError(f"data.{name} is a share, from 0 to 1, not {getattr(self, name)}.")
        for name in ("beta", "airlight", "gamma", "gain", "hue"):
            limits = getattr(self, name)
            if len(limits) != 2 or not 0 < limits[0] <= limits[1]:
                raise InputError(f"data.{name} is a range of two positive numbers, not {list(limits)}.")
        for name in ("airlight", "hue"):
            if getattr(self, name)[1] > 1:
                raise InputError(f"data.{name} must not exceed 1, got {list(getattr(self, name))}.")
        if (
            not self.scene_factors
            or not self.photograph_factors
            or min(self.scene_factors + self.photograph_factors) < 1
        ):
            raise InputError("data.scene_factors and data.photograph_factors are whole numbers of 1 or more.")


def split(scenes, photographs, spec: HazeData):
    """((scenes, photographs) for training, the same held out): the last ones are held out, as many as spec says.

    Raises InputError if no training data remain.
    """
    parts = []
    for name, found, held in (
        ("scenes", scenes, spec.held_scenes),
        ("photographs", photographs, spec.held_photographs),
    ):
        if not held < len(found):
            raise InputError(f"held_{name} is {held}, it must leave some of {len(found)} {name}.")
        kept = list(found)
        parts.append((kept[: len(kept) - held], kept[len(kept) - held :]))
    return tuple(zip(*parts, strict=True))
