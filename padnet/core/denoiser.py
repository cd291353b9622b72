"""Plug-and-play: any image denoiser as the network of a stage of Algorithm 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from padnet.core.fidelity import norm, per_sample
from padnet.core.validation import check_number
from padnet.errors import InputError

TAKES = ("numpy", "torch")


class Denoiser:
    """N_alpha(v) = fn(v, sigma) with sigma = noise alpha: a denoiser in place of the network (6).

        Denoiser(lambda x, sigma: denoise_nl_means(x, h=0.8 * sigma, sigma=sigma, fast_mode=True), noise=0.1)
        Denoiser(trained_module, noise=None)

    The paper's network approximates (4), which removes noise of variance 1 / rho^k: sigma = noise alpha^k, where
    alpha^k starts at 1 / sqrt(rho0) and is divided by sqrt(gamma) in every stage (Venkatakrishnan, Bouman and
    Wohlberg 2013). Explicit PADNet accepts any denoiser. Implicit PADNet needs
    Condition 2, ||N_alpha(v) - v|| <= C_N alpha, i.e. a bounded denoiser in the sense of Chan, Wang and Elgendy
    (2017): set ``bound``, and larger residuals are scaled back.

    Args:
        fn: called as fn(image, sigma), or fn(image) if ``noise`` is None; returns an image of the same shape.
        noise: the standard deviation removed at alpha = 1; None for a denoiser without a sigma argument.
        bound: C_N of Condition 2 per square root of the number of pixels and channels, or None.
        takes: "numpy": one image at a time, (height, width), or (height, width, channel) for several channels, in the
            dtype of v; "torch": the batch (batch, channel, height, width), in the dtype of the module's weights.
            None: torch for an nn.Module, numpy for anything else.

    No derivatives are propagated through the denoiser. The output of fn may be NaN: the safeguard of explicit PADNet
    replaces such a step, and with ``bound`` the output is then v itself.

    Raises:
        InputError: if fn is not callable, noise or bound is not positive, or ``takes`` is invalid; on a call, if fn
            does not take these arguments or its result has a different shape.
    """

    def __init__(
        self, fn: Callable[..., Any], noise: float | None = 1.0, bound: float | None = None, takes: str | None = None
    ):
        if not callable(fn):
            raise InputError(f"a denoiser is a function of pictures or a torch module, got {type(fn).__name__}.")
        self.fn, self.takes = fn, takes or TAKES[isinstance(fn, nn.Module)]
        if self.takes not in TAKES:
            raise InputError(f"takes is one of {', '.join(TAKES)}, got {takes!r}.")
        for name, value in (("noise", noise), ("bound", bound)):
            if value is not None and not 0 < check_number(value, name) < float("inf"):
                raise InputError(f"{name} must be positive, or None, got {value}.")
        self.noise, self.bound = noise, bound

    def C_N(self, v: torch.Tensor) -> float:
        """The constant of Condition 2 for images of the size of v. Raises InputError without a bound."""
        if self.bound is None:
            raise InputError("this denoiser has no bound, which Condition 2 needs: give Denoiser(..., bound=...).")
        return self.bound * v[0].numel() ** 0.5

    @torch.no_grad()
    def __call__(self, v: torch.Tensor, alpha: float) -> torch.Tensor:
        """N_alpha(v), (batch, channel, height, width), of the shape, dtype and device of v."""
        told = () if self.noise is None else (self.noise * alpha,)
        proposal = self._torch(v, told) if self.takes == "torch" else self._numpy(v, told)
        if self.bound is None:
            return proposal
        moved = proposal - v
        radius, size = self.C_N(v) * alpha, norm(moved)
        # A residual of infinite or NaN norm has no direction and is treated as zero.
        moved = torch.where(per_sample(size.isfinite(), v).bool(), moved, 0)
        return v + per_sample((radius / size.nan_to_num().clamp(min=radius)).clamp(max=1), v) * moved

    def _torch(self, v: torch.Tensor, told: tuple[float, ...]) -> torch.Tensor:
        weight = next(self.fn.parameters(), v) if isinstance(self.fn, nn.Module) else v
        found = self._called(v.to(weight.dtype), *told)
        if not isinstance(found, torch.Tensor) or found.shape != v.shape:
            raise InputError(_other(found, tuple(v.shape)))
        return found.to(v)

    def _called(self, *given: Any) -> Any:
        try:
            return self.fn(*given)
        except TypeError as error:
            said = (str(error).splitlines() or [""])[0]
            cure = ""
            if len(given) > 1 and "Tensor" not in said:
                cure = "; it was called as fn(image, sigma), and one without a sigma needs noise=None"
            elif "Tensor" in said and self.takes == "numpy":
                cure = '; a denoiser of tensors needs takes="torch"'
            raise InputError(f"the denoiser failed with TypeError: {said}{cure}.") from error

    def _numpy(self, v: torch.Tensor, told: tuple[float, ...]) -> torch.Tensor:
        found = []
        for sample in v.detach().cpu().numpy():
            picture = sample[0] if len(sample) == 1 else np.moveaxis(sample, 0, -1)
            # Copy, so that an fn that works in place does not modify an iterate.
            clean = self._called(np.ascontiguousarray(picture).copy(), *told)
            if not isinstance(clean, np.ndarray) or clean.shape != picture.shape or clean.dtype.kind not in "fiu":
                raise InputError(_other(clean, picture.shape))
            found.append(clean[None] if len(sample) == 1 else np.moveaxis(clean, -1, 0))
        return torch.from_numpy(np.stack(found)).to(v)


def _other(found: Any, shape: tuple[int, ...]) -> str:
    what = f"{found.dtype} {tuple(found.shape)}" if hasattr(found, "shape") else type(found).__name__
    return f"the denoiser was given a picture {shape} and returned {what}: return real numbers of the same shape."
