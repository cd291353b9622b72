"""Algorithm 1: the common part of explicit and implicit PADNet, and the implicit PADNet iteration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from padnet.core.fidelity import norm
from padnet.core.history import Monitor, Recorder, Run
from padnet.core.schedule import Schedule, Stop
from padnet.core.validation import check_image
from padnet.errors import InputError

if TYPE_CHECKING:
    from padnet.core.protocols import BoundedPropagation, Fidelity, Propagation


@dataclass(frozen=True)
class State:
    """The variables of Algorithm 1 between two stages, each (batch, channel, height, width)."""

    x: torch.Tensor
    u: torch.Tensor
    v: torch.Tensor
    lam: torch.Tensor

    @staticmethod
    def start(x0: torch.Tensor) -> State:
        """u^0 = v^0 = x^0, lambda^0 = 0."""
        check_image(x0, "starting point")
        return State(x0, x0, x0, torch.zeros_like(x0))


def preliminary(f: Fidelity, x: torch.Tensor, w: torch.Tensor, mu: float, rho: float) -> torch.Tensor:
    """(3): argmin_u f(u) + mu/2 ||u - x||^2 + rho/2 ||u - w||^2, solved as a single prox by completing the square."""
    return f.prox((mu * x + rho * w) / (mu + rho), mu + rho)


def propose(
    f: Fidelity, network: Propagation, schedule: Schedule, k: int, state: State
) -> tuple[torch.Tensor, torch.Tensor]:
    """Preliminary estimation and network propagation of stage k: u^{k+1}, v^{k+1}."""
    u = preliminary(f, state.x, state.v - state.lam, schedule.anchor_weight, schedule.rho(k))  # Eq. (3)
    v = network(u + state.lam, schedule.alpha(k))  # Eq. (6)
    return u, check_output(v, u, k)


def check_output(v: Any, like: torch.Tensor, k: int) -> torch.Tensor:
    """Return v, the output of the network of stage k. InputError unless it has the shape and dtype of ``like``."""
    if not isinstance(v, torch.Tensor) or (v.shape, v.dtype) != (like.shape, like.dtype):
        found = f"{v.dtype} {tuple(v.shape)}" if isinstance(v, torch.Tensor) else type(v).__name__
        raise InputError(
            f"the network of stage {k} returned {found} for {like.dtype} {tuple(like.shape)}: dtype and shape must be "
            "the same."
        )
    return v


def implicit_stage(f: Fidelity, network: Propagation, schedule: Schedule, k: int, state: State) -> State:
    """Stage k of implicit PADNet: the network output is the new iterate, x^{k+1} = v^{k+1}."""
    u, v = propose(f, network, schedule, k, state)
    return State(v, u, v, schedule.multiplier_factor * (state.lam + (u - v)))  # Eq. (5)


def enough(networks: Sequence[object], stop: Stop) -> None:
    """Raise InputError if there are fewer networks than stages."""
    if len(networks) < stop.k_max:
        raise InputError(f"{stop.k_max} stages need as many networks, got {len(networks)}.")


def implicit_padnet(
    f: Fidelity,
    networks: Sequence[BoundedPropagation],
    schedule: Schedule,
    x0: torch.Tensor,
    stop: Stop,
    monitor: Monitor | None = None,
    keep: bool = False,
) -> Run:
    """Run Algorithm 1 without error correction; every network must be bounded (Condition 2).

    Args:
        f: the fidelity, see padnet.core.protocols.
        networks: N of every stage, each with a C_N.
        schedule: mu, rho and gamma.
        x0: (batch, channel, height, width).
        stop: the stopping rule.
        monitor, keep: as for padnet.core.explicit.explicit_padnet.

    Returns:
        a Run whose columns are the left sides of (30)-(34), the residual of Condition 2 and its bound C_N alpha^k,
        and the gradient norm ||grad f^mu_x(u)||, which (30) denotes M.

    Raises:
        InputError: for an invalid x0, too few networks, or a network without a bound.
    """
    enough(networks, stop)
    state, record = State.start(x0), Recorder(x0, stop, monitor, keep)
    for k in range(stop.k_max):
        new = implicit_stage(f, networks[k], schedule, k, state)
        residual = new.v - (new.u + state.lam)
        columns = {
            "gradient": norm(f.grad(new.u) + schedule.anchor_weight * (new.u - state.x)),
            "u_step": norm(new.u - (state.v - state.lam)),  # left side of (30)
            "residual": norm(residual),  # left side of (31)
            "bound": torch.full_like(new.u[:, 0, 0, 0], networks[k].C_N(new.v) * schedule.alpha(k)),
            "v_moved": norm(new.v - state.v),  # left side of (32)
            "lam": norm(new.lam),  # left sides of (33)
            "lam_moved": norm(new.lam - state.lam),
            "u_moved": norm(new.u - state.u),  # left side of (34)
        }
        state = new
        if record.step(state.x, columns, u=state.u, v=state.v):
            break
    return record.run()
