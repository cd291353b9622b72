"""Error correction (7) and its safeguard: Condition 1 and the decrease (21), enforced.

The paper assumes Condition 1 of its trained networks, and (20) asks for a global minimiser where
(11) gives a stationary point. Here both inequalities are tested at every step and sample. Where
the network's own step fails, (7) is repeated on the same sub-problem: first from the candidate,
at last from x^k with a step under 1 / (L + mu), where each repetition decreases f^mu_x + r and the
residual goes to zero. Sufficient decrease and the relative error bound then give the convergence
of Attouch, Bolte and Svaiter (2013) for any network.
"""

from dataclasses import dataclass

import torch

from padnet.core.fidelity import norm, per_sample
from padnet.core.schedule import Schedule
from padnet.errors import InputError


@dataclass(frozen=True)
class Safeguard:
    """How hard the safeguard tries.

    Args:
        patience: repetitions of (7) from the candidate before it is given up.
        limit: repetitions from x^k before the run ends as violated; 0 never restarts, which a
            training uses to keep the network in the loop.
    """

    patience: int = 30
    limit: int = 5000

    def __post_init__(self):
        if self.patience < 0 or self.limit < 0:
            raise InputError(
                f"the safeguard needs patience >= 0 and limit >= 0, got {self.patience} and {self.limit}."
            )


@dataclass(frozen=True)
class Correction:
    """x^{k+1} of every sample and the evidence for it; each number is (batch,).

    Attributes:
        x: (batch, channel, height, width).
        error: ||e|| by (12).
        ratio: ||e|| / (C_E ||x^{k+1} - x^k||) of the network's own step; up to 1 is Condition 1.
        moved: ||x^{k+1} - x^k||.
        energy: F(x^{k+1}).
        inner: repetitions of (7) after the first.
        own: the network's own step was accepted.
        restarted: the candidate was given up and the step taken from x^k.
        holds: Condition 1 and the decrease (21) hold.
    """

    x: torch.Tensor
    error: torch.Tensor
    ratio: torch.Tensor
    moved: torch.Tensor
    energy: torch.Tensor
    inner: torch.Tensor
    own: torch.Tensor
    restarted: torch.Tensor
    holds: torch.Tensor


def error_correction(f, r, x, v, grad_v, mu, s):
    """One step of (7) with step size s, one per sample: x+, f(x+), grad f(x+) and the error (12).

    ``grad_v`` is grad f(v). With a step size, e = (mu - 1/s)(x+ - v) + grad f(x+) - grad f(v).
    """
    s = per_sample(s, v)
    x_new = r.prox(v - s * (grad_v + mu * (v - x)), s)  # Eq. (7)
    value, grad_new = f.value_and_grad(x_new)
    e = (mu - 1 / s) * (x_new - v) + grad_new - grad_v  # Eq. (12)
    return x_new, value, grad_new, e


def step_size(f, mu: float) -> torch.Tensor:
    """0.99 / (L + mu), (batch,): below it a proximal gradient step on f^mu_x + r decreases it."""
    return 0.99 / (f.lipschitz + mu)


def corrected_step(f, r, x, v, energy, schedule: Schedule, guard: Safeguard | None) -> Correction:
    """x^{k+1} from the network's output v by (7), guarded or not.

    Args:
        f, r: fidelity and prior.
        x: x^k. v: the network's output; it may be anything, NaN included.
        energy: F(x^k), (batch,).
        schedule: mu and C_E, with 2 C_E < mu.
        guard: None leaves the paper's single step as it is.
    """
    mu, C_E, margin = schedule.mu, schedule.C_E, schedule.margin
    s = step_size(f, mu)
    # Rounding of a sum of n terms: without this allowance a step at the limit could never pass.
    slack = 64 * torch.finfo(x.dtype).eps * energy.abs()
    # A smaller movement than this leaves no more of e than rounding: Condition 1 says nothing there.
    floor = 8 * torch.finfo(x.dtype).eps / (s * C_E) * norm(x)
    sane = torch.isfinite(v).flatten(1).all(dim=1)
    v = torch.where(per_sample(sane, x).bool(), v, x) if guard else v
    restarted = ~sane if guard else torch.zeros_like(sane)
    grad_v = f.grad(v)
    best = None
    for i in range(1 + (guard.patience + guard.limit if guard else 0)):
        x_new, value, grad_new, e = error_correction(f, r, x, v, grad_v, mu, s)
        error, moved, F = norm(e), norm(x_new - x), value + r.value(x_new)
        still = restarted & (moved <= floor)
        if still.any():  # x^k is a fixed point of (7) to rounding, so it is critical: it stays
            nothing = torch.zeros_like(moved)
            x_new = torch.where(per_sample(still, x).bool(), x, x_new)
            error, moved = torch.where(still, nothing, error), torch.where(still, nothing, moved)
            F = torch.where(still, energy, F)
        # Condition 1 and the sufficient decrease (21); NaN compares as False.
        holds = (error <= C_E * moved) & (F + margin * moved**2 <= energy + slack)
        inner = torch.full_like(restarted, i, dtype=torch.long)
        if i == 0:
            # No error: Condition 1 holds, even as 0 <= 0, and the ratio is called 0.
            ratio = torch.where(error == 0, torch.zeros_like(error), error / (C_E * moved))
            # Of NaN and infinity there is no step to judge, whatever took its place.
            ratio = torch.where(sane, ratio, torch.full_like(error, float("inf")))
            own = holds & sane
        now = Correction(x_new, error, ratio, moved, F, inner, own, restarted, holds)
        best = now if best is None else _keep(best, now)
        if guard is None or best.holds.all():
            return best
        v, grad_v = x_new, grad_new  # repeat (7) from the candidate ...
        give_up = ~best.holds & ~restarted & (i >= guard.patience)
        give_up |= ~best.holds & ~torch.isfinite(error)
        if give_up.any():  # ... at last from x^k
            where = per_sample(give_up, x).bool()
            restarted = restarted | give_up
            v = torch.where(where, x, v)
            grad_v = torch.where(where, f.grad(x), grad_v)
    return best


def _keep(best: Correction, now: Correction) -> Correction:
    """``best`` for the samples whose step is accepted, ``now`` for the others."""

    def choose(old, new):
        return torch.where(best.holds if old.dim() == 1 else best.holds.reshape(-1, 1, 1, 1), old, new)

    return Correction(*(choose(getattr(best, n), getattr(now, n)) for n in Correction.__dataclass_fields__))
