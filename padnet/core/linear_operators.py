"""Linear operators for fidelities: identity, pixel mask, block averaging; and a norm bound for any operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F

from padnet.core.fidelity import norm, per_sample
from padnet.core.validation import check_image
from padnet.errors import InputError

if TYPE_CHECKING:
    from padnet.core.protocols import LinearOperator

STEPS, SAFETY = 60, 1.05  # of norm_bound


class Identity:
    """x -> x, for denoising; ``norm`` is 1."""

    norm = torch.ones(1)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Return x itself."""
        return x

    def adjoint(self, y: torch.Tensor) -> torch.Tensor:
        """Return y itself."""
        return y


class Mask:
    """Keep observed pixels and set the others to 0, for inpainting; self-adjoint.

    Args:
        seen: (batch or 1, channel or 1, height, width), bool, or numbers that are 0 or 1.

    Attributes:
        norm: (1,), the spectral norm 1.

    Raises:
        InputError: for any other shape or values, or if no pixel is observed.
    """

    def __init__(self, seen: torch.Tensor):
        if not isinstance(seen, torch.Tensor) or seen.dim() != 4:
            what = f"the shape {tuple(seen.shape)}" if isinstance(seen, torch.Tensor) else type(seen).__name__
            raise InputError(f"a Mask takes a tensor (batch, channel, height, width) of the seen pixels, got {what}.")
        if not ((seen == 0) | (seen == 1)).all() or not (seen == 1).any():
            raise InputError("a Mask must be 1 for observed pixels and 0 elsewhere, with at least one observed pixel.")
        self.seen, self.norm = seen == 1, torch.ones(1, device=seen.device)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channel, height, width) -> the same shape."""
        fits = x.dim() == 4 and all(m in (1, n) for m, n in zip(self.seen.shape, x.shape, strict=True))
        if not fits or self.seen.shape[-2:] != x.shape[-2:]:
            raise InputError(f"a Mask of the shape {tuple(self.seen.shape)} does not fit {tuple(x.shape)}.")
        return torch.where(self.seen, x, torch.zeros_like(x))

    def adjoint(self, y: torch.Tensor) -> torch.Tensor:
        """The same as ``__call__``."""
        return self(y)


class Downsample:
    """Average blocks of factor x factor pixels, for super-resolution.

    Args:
        factor: an integer, at least 1; both sides of an image must be multiples of it.

    Attributes:
        norm: (1,), the spectral norm 1 / factor.

    Raises:
        InputError: for an invalid factor, or an image whose sides are not multiples of it.
    """

    def __init__(self, factor: int):
        if not isinstance(factor, int) or isinstance(factor, bool) or factor < 1:
            raise InputError(f"factor must be a whole number, at least 1, got {factor!r}.")
        self.factor, self.norm = factor, torch.full((1,), 1 / factor)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channel, height, width) -> (batch, channel, height / factor, width / factor)."""
        if x.shape[-2] % self.factor or x.shape[-1] % self.factor:
            raise InputError(
                f"{x.shape[-2]}x{x.shape[-1]} pixels cannot be divided into blocks of {self.factor}x{self.factor}: "
                "crop the image."
            )
        return F.avg_pool2d(x, self.factor)

    def adjoint(self, y: torch.Tensor) -> torch.Tensor:
        """Copy every value / factor^2 to all pixels of its block."""
        wide = y.repeat_interleave(self.factor, dim=-1).repeat_interleave(self.factor, dim=-2)
        return wide / self.factor**2


def random_like(x: torch.Tensor, seed: int) -> torch.Tensor:
    """Standard normal numbers with the shape, dtype and device of x; the same on every call with the same seed."""
    draw = torch.Generator().manual_seed(seed)
    return torch.randn(x.shape, generator=draw, dtype=x.dtype).to(x.device)


def norm_bound(A: LinearOperator, x: torch.Tensor, steps: int = STEPS, safety: float = SAFETY) -> torch.Tensor:
    """An upper bound of ||A||^2 for images like x, (batch,).

    Uses the Krylov subspace that power iteration on A^T A generates (Lanczos 1950): the largest eigenvalue on it, a
    lower bound of ||A||^2, is multiplied by ``safety``. From a random start the relative error exceeds e with a
    probability of at most 1.648 sqrt(n) exp(-(2 steps - 1) sqrt(e)) for n pixels, for any operator (Kuczynski and
    Wozniakowski 1992): less than 1 in 10^8 for a million pixels and the default margin of 5 %.

    Raises:
        InputError: if the operator maps every trial image to 0.
    """
    check_image(x)
    q, before, beta = random_like(x, 17), torch.zeros_like(x), torch.zeros_like(x[:, 0, 0, 0])
    q = q / per_sample(norm(q), q)
    diagonal, beside = [], []
    for _ in range(min(steps, x[0].numel())):
        w = A.adjoint(A(q)) - per_sample(beta, q) * before
        alpha = (w * q).flatten(1).sum(dim=1)
        w = w - per_sample(alpha, q) * q
        beta = norm(w)
        diagonal.append(alpha)
        # A remainder of rounding size is not a new direction: the subspace is complete.
        beta = torch.where(beta > 64 * torch.finfo(x.dtype).eps * torch.stack(diagonal).abs().amax(0), beta, 0)
        beside.append(beta)
        before, q = q, torch.where(per_sample(beta, w) > 0, w / per_sample(beta, w), 0)
    T = torch.diag_embed(torch.stack(diagonal, dim=1))
    T = T + sum(torch.diag_embed(torch.stack(beside[:-1], dim=1), offset) for offset in (-1, 1)) if beside[1:] else T
    found = torch.linalg.eigvalsh(T)[:, -1]
    if not (found > 0).all():
        raise InputError("the operator maps every trial image to 0, so y contains no information about x.")
    return safety * found
