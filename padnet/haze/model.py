"""The haze model (17): image formation, and recovery of the radiance from t and A.

Shapes in the whole package: images I and J (n, 3, h, w) in [0, 1]; transmissions t (n, 1, h, w) in [0, 1]; airlights
A (n, 3), one colour per image.
"""

import torch

from padnet.core.validation import check_image, check_number
from padnet.errors import InputError

__all__ = ["check_airlight", "check_colour", "hazy", "radiance", "transmission"]

LEAST = 0.05  # minimum transmission in radiance(): behind denser haze only noise remains


def hazy(J: torch.Tensor, t: torch.Tensor, A: torch.Tensor) -> torch.Tensor:
    """The hazy image I of a scene with radiance J, transmission t and airlight A.

    Raises:
        InputError: for an image that is not in colour, or a t or A of the wrong shape.
    """
    A = _checked(J, t, A)
    return t * J + (1 - t) * A  # Eq. (17)


def radiance(I: torch.Tensor, t: torch.Tensor, A: torch.Tensor, least: float = LEAST) -> torch.Tensor:
    """The scene radiance J = (I - A) / max(t, least) + A, not clipped to [0, 1].

    Args:
        I: (n, 3, h, w). t: (n, 1, h, w). A: (n, 3).
        least: lower bound of the transmission, in (0, 1]; without it, noise dominates the result where t is nearly
            zero.

    Raises:
        InputError: for an image that is not in colour, a t or A of the wrong shape, or an invalid bound.
    """
    least = check_number(least, "the least transmission")
    if not 0 < least <= 1:
        raise InputError(f"the least transmission lies in (0, 1], not {least}: 0.05 is a common choice.")
    A = _checked(I, t, A)
    return (I - A) / t.clamp(min=least) + A  # Eq. (17), solved for J


def transmission(depth: torch.Tensor, beta: float | torch.Tensor) -> torch.Tensor:
    """t = exp(-beta d) of homogeneous haze.

    Args:
        depth: d >= 0, any shape.
        beta: scattering coefficient >= 0 in inverse units of the depth; a number, or a tensor that can be broadcast
            to the depth.

    Raises:
        InputError: for a negative depth or coefficient, or NaN.
    """
    if not (torch.as_tensor(beta) >= 0).all():
        raise InputError(f"the scattering coefficient beta must not be negative or NaN, got {beta}.")
    if not (depth >= 0).all():
        raise InputError("a depth is negative or NaN: distances from the camera are zero or more.")
    return torch.exp(-beta * depth)


def check_colour(I: torch.Tensor, name: str = "picture") -> torch.Tensor:
    """Return ``I`` if it is a batch of colour images, (n, 3, h, w), float and finite.

    Raises:
        InputError: otherwise, with the property that fails.
    """
    check_image(I, name)
    if I.shape[1] != 3:
        raise InputError(
            f"{name} must be in colour, 3 channels, got {I.shape[1]}: haze is recognised by its "
            "colour, so a grey picture cannot be used."
        )
    return I


def check_airlight(A: torch.Tensor, I: torch.Tensor) -> torch.Tensor:
    """Return A as (n, 3, 1, 1), for broadcasting with the images I.

    Raises:
        InputError: unless A is (n, 3), floating point, and in (0, 1].
    """
    if not isinstance(A, torch.Tensor) or not A.is_floating_point() or tuple(A.shape) != (I.shape[0], 3):
        what = f"shape {tuple(A.shape)}, {A.dtype}" if isinstance(A, torch.Tensor) else type(A).__name__
        raise InputError(f"the airlight must be a float tensor (pictures, 3), here ({I.shape[0]}, 3), got {what}.")
    if not ((A > 0) & (A <= 1)).all():
        raise InputError("the airlight must lie in (0, 1] in every channel: divide 8-bit colours by 255.")
    return A[:, :, None, None]


def _checked(picture, t, A):
    check_colour(picture)
    check_image(t, "transmission")
    n, _, h, w = picture.shape
    if tuple(t.shape) != (n, 1, h, w):
        raise InputError(f"the transmission must be {(n, 1, h, w)} as the picture is, got shape {tuple(t.shape)}.")
    return check_airlight(A, picture)
