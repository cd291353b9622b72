"""Validation of a fidelity, a prior and networks at the starting point, with one error message per mistake."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import nn

from padnet.core.fidelity import norm
from padnet.core.linear_operators import random_like
from padnet.core.schedule import Stop
from padnet.errors import InputError, PadnetError

if TYPE_CHECKING:
    from padnet.core.protocols import Fidelity, Prior

FIDELITY, PRIOR = ("value", "grad", "value_and_grad", "prox"), ("value", "prox")
SLACK = 1e-3  # relative: of the energies that a prox must not raise
AGREE = 1e-4  # relative: between value and grad and the results of value_and_grad


def check_fidelity(f: Fidelity, x: torch.Tensor, weight: float) -> None:
    """Raise InputError unless f has the required methods. x: the starting point. weight: of the prox in (3)."""
    _offers(f, FIDELITY, "fidelity", "the prior" if hasattr(f, "prox") and not hasattr(f, "grad") else "")
    shape = getattr(f, "shape", None)
    if isinstance(shape, tuple) and tuple(x.shape) != shape:
        raise InputError(
            f"the starting point has the shape {tuple(x.shape)}, and the images of the fidelity have {shape}"
            + (": start for example from f.A.adjoint(y)." if hasattr(f, "A") else ".")
        )
    if not hasattr(f, "lipschitz"):
        raise InputError(f"the fidelity {_name(f)} has no lipschitz: L of grad f of every sample, (batch,).")
    L = _numbers(f.lipschitz, x, "lipschitz of the fidelity")
    if not ((L > 0) & L.isfinite()).all():
        raise InputError(f"lipschitz of the fidelity must be positive and finite, got {L.tolist()}.")
    # A run often starts at the minimum of f, where a gradient of 0 hides a wrong factor: check a point nearby.
    near = x + random_like(x, 11) * 0.01 * x.abs().amax()
    value = _numbers(_called(f.value, "f.value", near), x, "f.value")
    kept = near.clone()
    grad = _like(_called(f.grad, "f.grad", near), x, "f.grad")
    if not torch.equal(near, kept):
        raise InputError("f.grad changes its argument in place: it must work on a copy.")
    both = _called(f.value_and_grad, "f.value_and_grad", near)
    if not isinstance(both, tuple) or len(both) != 2:
        raise InputError(f"f.value_and_grad must return the pair (value, gradient), and returned {_what(both)}.")
    again, slope = (
        _numbers(both[0], x, "the first result of f.value_and_grad"),
        _like(both[1], x, "the second result of f.value_and_grad"),
    )
    if not _agree(value, again) or not _agree(norm(grad - slope), torch.zeros_like(value), norm(grad)):
        raise InputError("f.value_and_grad disagrees with f.value and f.grad at the same x.")
    if not all(one.isfinite().all() for one in f.value_and_grad(x)):
        raise InputError("f or its gradient is not finite at the starting point: choose another x0.")
    _check_slope(f, near, grad, L)
    _like(_called(f.prox, "f.prox", x, weight, order="prox(z, weight)"), x, "f.prox")


def _check_slope(f: Fidelity, x: torch.Tensor, grad: torch.Tensor, L: torch.Tensor) -> None:
    """Raise InputError where f contradicts its gradient, or the gradient its L, along one direction from x."""
    h, loose = (1e-5, 1e-4) if x.dtype == torch.float64 else (1e-2, 0.05)
    d = random_like(x, 12)
    slope = (f.value(x + h * d) - f.value(x - h * d)) / (2 * h)
    told = (grad * d).flatten(1).sum(dim=1)
    # Rounding of the two values, and what L allows the slope to change within the step.
    rounding = 16 * torch.finfo(x.dtype).eps * f.value(x).abs() / h + h * L * norm(d) ** 2
    if ((slope - told).abs() > loose * torch.maximum(slope.abs(), norm(grad)) + rounding).any():
        i = int((slope - told).abs().argmax())
        raise InputError(
            f"f.grad is not the gradient of f.value: along a random direction f changes by {slope[i].item():.6g} per "
            f"unit, and the gradient gives {told[i].item():.6g}; padnet.testing.check_gradient shows where."
        )
    moved = norm(f.grad(x + h * d) - grad)
    allowed = L * h * norm(d) + 16 * torch.finfo(x.dtype).eps * norm(grad)
    if (moved > (1 + loose) * allowed).any():
        i = int((moved / allowed).argmax())
        raise InputError(
            f"lipschitz of the fidelity is {L[i].item():.4g}, and its gradient changes by "
            f"{(moved / (h * norm(d)))[i].item():.4g} per unit: L must be an upper bound."
        )


def check_prior(r: Prior, x: torch.Tensor, step: torch.Tensor) -> None:
    """Raise InputError unless r has the methods that explicit PADNet needs. step: (batch,), of (7)."""
    _offers(r, PRIOR, "prior", "")
    if not _numbers(_called(r.value, "r.value", x), x, "r.value").isfinite().all():
        raise InputError("r is not finite at the starting point: choose another x0.")
    x_new = _like(_called(r.prox, "r.prox", x, step, order="prox(z, step)"), x, "r.prox")
    energy = r.value(x_new) + norm(x_new - x) ** 2 / (2 * step)
    # A minimiser has at most the energy of z itself; the slack is for a prox that is computed iteratively.
    if not (energy <= r.value(x) + SLACK * (r.value(x).abs() + norm(x) ** 2 / (2 * step))).all():
        raise InputError(
            "r.prox(z, step) does not minimise r(x) + ||x - z||^2 / (2 step): z itself has a smaller value; "
            "padnet.testing.check_prox shows more."
        )
    if hasattr(r, "subgradient_distance"):
        told = _called(cast("Any", r).subgradient_distance, "r.subgradient_distance", x, torch.zeros_like(x))
        if (_numbers(told, x, "r.subgradient_distance") < 0).any():
            raise InputError("r.subgradient_distance must be a distance, and is negative at the starting point.")


def as_networks(networks: Any, stop: Stop) -> Sequence[Any]:
    """The networks of all stages; a single one is used in every stage. InputError unless each takes (v, alpha)."""
    if callable(networks) and not isinstance(networks, Sequence | nn.ModuleList):
        networks = [networks] * stop.k_max
    try:
        many = list(networks)
    except TypeError:
        raise InputError(
            f"networks must be a list of networks, or one for all stages, got {_what(networks)}."
        ) from None
    for k, network in enumerate(many):
        if not callable(network):
            raise InputError(f"the network of stage {k} cannot be called, it is {_what(network)}.")
        try:
            # Calling a module calls its forward, whose signature counts.
            inspect.signature(network.forward if isinstance(network, nn.Module) else network).bind(None, 1.0)
        except TypeError:
            raise InputError(
                f"the network of stage {k} does not take (v, alpha): give a denoiser of pictures as Denoiser(fn, ...)."
            ) from None
        except ValueError:  # compiled code has no signature
            pass
    return [_Stage(network, k) for k, network in enumerate(many)]


class _Stage:
    """The network of stage k; its exceptions become an InputError. NaN is the safeguard's affair."""

    def __init__(self, network: Any, k: int):
        self.network, self.k = network, k

    def __call__(self, v: torch.Tensor, alpha: float) -> Any:
        try:
            return self.network(v, alpha)
        except PadnetError:
            raise
        except Exception as error:
            said = (str(error).splitlines() or [""])[0]
            weight = next(self.network.parameters(), v) if isinstance(self.network, nn.Module) else v
            cure = "" if weight.dtype == v.dtype else f"; its weights are {weight.dtype}: convert them or the images"
            raise InputError(
                f"the network of stage {self.k} failed on {_what(v)} with {type(error).__name__}: {said}{cure}."
            ) from error

    def __getattr__(self, name: str) -> Any:
        return getattr(self.network, name)


def check_bounded(networks: Sequence[Any], x: torch.Tensor) -> None:
    """Raise InputError unless every network has a positive C_N (Condition 2)."""
    for k, network in enumerate(networks):
        if not callable(getattr(network, "C_N", None)):
            raise InputError(
                f"the network of stage {k} has no method C_N(v), and implicit PADNet needs Condition 2: give Network "
                "or Denoiser a bound."
            )
        found = _called(network.C_N, f"C_N of the network of stage {k}", x)
        if not isinstance(found, float | int) or not 0 < found < float("inf"):
            raise InputError(f"C_N of the network of stage {k} must be a positive number, got {found!r}.")


def _offers(part: Any, names: Sequence[str], kind: str, other: str) -> None:
    if inspect.isclass(part):
        raise InputError(f"the {kind} is the class {part.__name__}: give an object, {part.__name__}(...).")
    missing = [name for name in names if not callable(getattr(part, name, None))]
    if missing:
        told = f": is it {other}?" if other else f", and a {kind} needs {', '.join(names)}."
        raise InputError(f"the {kind} {_name(part)} has no method {missing[0]}{told}")


def _called(method: Callable[..., Any], name: str, x: torch.Tensor, *rest: Any, order: str = "") -> Any:
    try:
        return method(x, *rest)
    except PadnetError:
        raise
    except Exception as error:
        said = (str(error).splitlines() or [""])[0]
        told = f"{x.dtype} {tuple(x.shape)}"
        said += f"; it is called as {order}" if order else ""
        raise InputError(f"{name} failed at the starting point, {told}, with {type(error).__name__}: {said}") from error


def _numbers(found: Any, x: torch.Tensor, name: str) -> torch.Tensor:
    """Return ``found`` if it has one number per sample of x, (batch,). InputError otherwise."""
    if not isinstance(found, torch.Tensor) or found.shape != (len(x),):
        cure = f": torch.full(({len(x)},), number, dtype=x.dtype)" if isinstance(found, float | int) else ""
        cure = ": call it, or make it a property" if callable(found) else cure
        raise InputError(f"{name} must be a tensor of one number per sample, ({len(x)},), and is {_what(found)}{cure}.")
    return _of_dtype(found, x, name)


def _like(found: Any, x: torch.Tensor, name: str) -> torch.Tensor:
    """Return ``found`` if it is a tensor of the shape of x. InputError otherwise."""
    if not isinstance(found, torch.Tensor) or found.shape != x.shape:
        raise InputError(f"{name} must be a tensor of the shape of x, {tuple(x.shape)}, and is {_what(found)}.")
    return _of_dtype(found, x, name)


def _of_dtype(found: torch.Tensor, x: torch.Tensor, name: str) -> torch.Tensor:
    if found.dtype != x.dtype or found.device != x.device:
        there, here = (f"{t.dtype} on {t.device}" for t in (found, x))
        raise InputError(f"{name} is {there} and the starting point {here}: convert one to the other.")
    return found


def _agree(a: torch.Tensor, b: torch.Tensor, size: torch.Tensor | None = None) -> bool:
    size = torch.maximum(a.abs(), b.abs()) if size is None else size
    return bool((~((a - b).abs() > AGREE * size)).all())


def _name(part: Any) -> str:
    return part.__name__ if inspect.isclass(part) else type(part).__name__


def _what(found: Any) -> str:
    if isinstance(found, torch.Tensor):
        return f"{found.dtype} {tuple(found.shape)}"
    return f"a numpy array {found.shape}" if type(found).__module__ == "numpy" else type(found).__name__
