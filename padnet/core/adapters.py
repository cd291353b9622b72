"""Adapters for linear operators of other libraries; neither pylops nor deepinv has to be installed."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch

from padnet.errors import InputError

if TYPE_CHECKING:
    from padnet.core.protocols import LinearOperator


def as_operator(A: Any, picture: Sequence[int] | None = None) -> LinearOperator:
    """Wrap A as an operator with ``A(x)`` and ``A.adjoint(y)`` on tensors.

    Args:
        A: an operator of this library, which is returned unchanged; an object with the methods ``A`` and
            ``A_adjoint`` (a physics of deepinv), which take tensors; or one with ``matvec`` and ``rmatvec`` (pylops
            or scipy), which take numpy vectors.
        picture: (channel, height, width) of the input of ``matvec``. None uses its ``dims``, which pylops defines; if
            ``dims`` has two entries, A is applied to each channel.

    Raises:
        InputError: for any other object, or if the image shape is unknown.
    """
    if isinstance(A, type):
        raise InputError(f"A is the class {A.__name__}, not an operator: give an object, {A.__name__}(...).")
    if hasattr(A, "matvec") and hasattr(A, "rmatvec"):
        return _Vectors(A, picture)
    if callable(getattr(A, "A", None)) and callable(getattr(A, "A_adjoint", None)):
        return _Physics(A)
    if callable(A) and callable(getattr(A, "adjoint", None)):
        return cast("LinearOperator", A)
    raise InputError(
        f"{type(A).__name__} is not a linear operator: it needs A(x) and A.adjoint(y), or A and A_adjoint, or "
        "matvec and rmatvec, which scipy.sparse.linalg.aslinearoperator gives to a matrix."
    )


class _Physics:
    """A(x) and A_adjoint(y), without the noise that calling a deepinv physics adds."""

    def __init__(self, physics: Any):
        self.physics = physics

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return self.physics.A(x)

    def adjoint(self, y: torch.Tensor) -> torch.Tensor:
        return self.physics.A_adjoint(y)


class _Vectors:
    """matvec and rmatvec, one vector at a time, in numpy and without derivatives."""

    def __init__(self, A: Any, picture: Sequence[int] | None):
        given = picture if picture is not None else getattr(A, "dims", ())
        self.A, self.dims = A, tuple(int(n) for n in given)
        rows, columns = A.shape
        if picture is not None and (len(self.dims) != 3 or prod(self.dims) != columns):
            raise InputError(
                f"picture must be (channel, height, width) with {columns} numbers, the columns of the operator, got "
                f"{self.dims} with {prod(self.dims)}."
            )
        if len(self.dims) not in (2, 3) or prod(self.dims) != columns:
            raise InputError(
                f"cannot infer the image shape of an operator with {columns} columns (dims {self.dims}): give "
                "as_operator(A, picture=(channel, height, width))."
            )
        made = tuple(int(n) for n in getattr(A, "dimsd", ()))
        self.dimsd = made if prod(made) == rows else (rows,)

    def _mapped(self, apply: Any, x: torch.Tensor, to: tuple[int, ...], of: tuple[int, ...]) -> torch.Tensor:
        """x (..., *of) -> (..., *to)."""
        if x.dim() <= len(of) or tuple(x.shape[-len(of) :]) != of:
            cure = f": reshape it, y.reshape(len(y), {of[0]})" if len(of) == 1 else ""
            raise InputError(f"the operator takes (batch, ..., {', '.join(map(str, of))}), got {tuple(x.shape)}{cure}.")
        outer = x.shape[: -len(of)]
        vectors = x.detach().cpu().numpy().reshape(-1, prod(of))
        found = np.stack([np.asarray(apply(vector)).reshape(-1) for vector in vectors])
        if np.iscomplexobj(found):
            raise InputError("the operator returns complex numbers for real input: stack the real and imaginary parts.")
        return torch.from_numpy(found).to(x).reshape(*outer, *to)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return self._mapped(self.A.matvec, x, self.dimsd, self.dims)

    def adjoint(self, y: torch.Tensor) -> torch.Tensor:
        return self._mapped(self.A.rmatvec, y, self.dims, self.dimsd)
