"""Algorithm 1: the propagation of explicit and implicit PADNet."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from padnet.core.checks import check_image
from padnet.core.fidelity import norm, per_sample
from padnet.core.safeguard import Correction, Safeguard, corrected_step
from padnet.core.schedule import Schedule, Stop
from padnet.core.trace import Monitor, Recorder, Run
from padnet.errors import InputError


@dataclass(frozen=True)
class State:
    """The variables of Algorithm 1 between two stages, each (batch, channel, height, width)."""

    x: torch.Tensor
    u: torch.Tensor
    v: torch.Tensor
    lam: torch.Tensor

    @staticmethod
    def start(x0: torch.Tensor) -> "State":
        """u^0 = v^0 = x^0, lambda^0 = 0."""
        check_image(x0, "starting point")
        return State(x0, x0, x0, torch.zeros_like(x0))


def preliminary(f, x, w, mu: float, rho: float):
    """(3): argmin_u f(u) + mu/2 ||u - x||^2 + rho/2 ||u - w||^2, one quadratic about a mean."""
    return f.prox((mu * x + rho * w) / (mu + rho), mu + rho)


def propose(f, network, schedule: Schedule, k: int, state: State):
    """Preliminary estimation and network propagation of stage k: u^{k+1}, v^{k+1}."""
    u = preliminary(f, state.x, state.v - state.lam, schedule.pull, schedule.rho(k))  # Eq. (3)
    v = network(u + state.lam, schedule.alpha(k))  # Eq. (6)
    return u, v


def explicit_stage(f, r, network, schedule, k, state, energy, guard) -> tuple[State, Correction]:
    """Stage k of explicit PADNet. ``energy`` is F(x^k), (batch,)."""
    u, v = propose(f, network, schedule, k, state)
    step = corrected_step(f, r, state.x, v, energy, schedule, guard)  # Eq. (7)
    lam = schedule.kept * (state.lam + (u - v))  # Eq. (5)
    # A candidate that was given up must not come back through v and lambda: start them afresh.
    lost = per_sample(step.restarted, lam).bool()
    v = torch.where(lost, step.x, v)
    u = torch.where(lost, step.x, u)
    lam = torch.where(lost, torch.zeros_like(lam), lam)
    return State(step.x, u, v, lam), step


def implicit_stage(f, network, schedule, k, state) -> State:
    """Stage k of implicit PADNet: its output is the network's, x^{k+1} = v^{k+1}."""
    u, v = propose(f, network, schedule, k, state)
    return State(v, u, v, schedule.kept * (state.lam + (u - v)))  # Eq. (5)


def _enough(networks: Sequence, stop: Stop) -> None:
    if len(networks) < stop.k_max:
        raise InputError(f"{stop.k_max} stages need as many networks, got {len(networks)}.")


def explicit_padnet(
    f, r, networks: Sequence, schedule: Schedule, x0: torch.Tensor, stop: Stop,
    guard: Safeguard | None = Safeguard(), monitor: Monitor | None = None, keep: bool = False,
) -> Run:  # fmt: skip
    """Algorithm 1 with error correction, for F = f + r.

    Args:
        f, r: fidelity (value, grad, prox, lipschitz) and prior (value, prox).
        networks: N of every stage, each called as ``network(v, alpha)``.
        schedule: mu, rho, gamma and C_E with 2 C_E < mu.
        x0: (batch, channel, height, width).
        guard: enforces Condition 1 and the decrease (21); None runs the paper's scheme as printed.
        keep: keep the iterates, for certificates that are recomputed.

    Returns:
        a Run with the columns energy, energy_before, error, moved, inner, own, restarted, holds.

    Raises:
        InputError: for a bad x0, too few networks, or a schedule without C_E.
    """
    _enough(networks, stop)
    state, record = State.start(x0), Recorder(x0, stop, monitor, keep)
    energy = f.value(x0) + r.value(x0)
    for k in range(stop.k_max):
        state, step = explicit_stage(f, r, networks[k], schedule, k, state, energy, guard)
        columns = {n: getattr(step, n) for n in Correction.__dataclass_fields__ if n != "x"}
        columns["energy_before"] = energy
        energy = step.energy
        if record.step(state.x, columns, u=state.u, v=state.v):
            break
    return record.run()


def implicit_padnet(
    f, networks: Sequence, schedule: Schedule, x0: torch.Tensor, stop: Stop,
    monitor: Monitor | None = None, keep: bool = False,
) -> Run:  # fmt: skip
    """Algorithm 1 without error correction; every network must be bounded (Condition 2).

    Returns:
        a Run whose columns are the left sides of (30)-(34), the residual of Condition 2 and its
        bound C_N alpha^k, and the gradient norm ||grad f^mu_x(u)|| that (30) calls M.

    Raises:
        InputError: for a bad x0, too few networks, or a network without a bound.
    """
    _enough(networks, stop)
    state, record = State.start(x0), Recorder(x0, stop, monitor, keep)
    for k in range(stop.k_max):
        new = implicit_stage(f, networks[k], schedule, k, state)
        residual = new.v - (new.u + state.lam)
        columns = {
            "gradient": norm(f.grad(new.u) + schedule.pull * (new.u - state.x)),
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
