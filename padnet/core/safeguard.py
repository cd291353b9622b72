"""Error correction (7) with its safeguard, which enforces the assumptions of Theorem 1 at every step and sample.

The paper assumes that its trained networks satisfy Condition 1, and (20) assumes a global minimiser where (11) only
gives a stationary point. Here every step is tested with the test that the schedule names (padnet.core.conditions). If
the network's own step fails, (7) is repeated from the candidate: on the sub-problem f^mu_x + r for Condition 1, on F
itself (mu' = 0) for descent with a subgradient bound. As a last resort it is repeated from x^k on the sub-problem,
with a step size below 1 / (L + mu): each repetition decreases f^mu_x + r and the residual tends to zero, so the loop
terminates. Sufficient decrease and a relative subgradient bound then give the convergence result of Attouch, Bolte
and Svaiter (2013) for any network.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import torch

from padnet.core.conditions import STEP
from padnet.core.fidelity import norm, per_sample
from padnet.core.schedule import Safeguard, Schedule

if TYPE_CHECKING:
    from padnet.core.protocols import Fidelity, Prior, Weight


@dataclass(frozen=True)
class Correction:
    """x^{k+1} of every sample and the quantities that were tested; each number is (batch,).

    Attributes:
        x: (batch, channel, height, width).
        error: ||e|| by (12), with mu.
        distance: dist(0, dF(x^{k+1})); for a prior without `subgradient_distance` the norm of the known subgradient w
            = (v - x^{k+1})/s + grad f(x^{k+1}) - grad f(v) - mu' (v - x^k).
        ratio: left side over right side of the test for the network's own step; accepted up to 1.
        error_ratio: the same for Condition 1, ||e|| / (C_E ||x^{k+1} - x^k||), whichever test is used; NaN without
            C_E.
        excess: violation of (21) by the network's own step, (F(x^{k+1}) + a ||dx||^2 - F(x^k)) / F(x^k); accepted up
            to 0, infinite if the step is not finite.
        moved: ||x^{k+1} - x^k||.
        energy: F(x^{k+1}).
        inner: repetitions of (7) after the first.
        own: True if the network's own step was accepted.
        restarted: True if the candidate was abandoned and the step was taken from x^k.
        holds: True if the test passes, including the decrease.
    """

    x: torch.Tensor
    error: torch.Tensor
    distance: torch.Tensor
    ratio: torch.Tensor
    error_ratio: torch.Tensor
    excess: torch.Tensor
    moved: torch.Tensor
    energy: torch.Tensor
    inner: torch.Tensor
    own: torch.Tensor
    restarted: torch.Tensor
    holds: torch.Tensor


def error_correction(
    f: Fidelity, r: Prior, x: torch.Tensor, v: torch.Tensor, grad_v: torch.Tensor, mu: Weight, s: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """One step of (7) with step size s. Returns x+, f(x+), grad f(x+) and the error (12).

    ``grad_v`` is grad f(v), s is one number per sample, mu a number or (batch, 1, 1, 1). For step size s, e = (mu -
    1/s)(x+ - v) + grad f(x+) - grad f(v).
    """
    s = per_sample(s, v)
    x_new = r.prox(v - s * (grad_v + mu * (v - x)), s)  # Eq. (7)
    value, grad_new = f.value_and_grad(x_new)
    e = (mu - 1 / s) * (x_new - v) + grad_new - grad_v  # Eq. (12)
    return x_new, value, grad_new, e


def step_size(f: Fidelity, mu: float) -> torch.Tensor:
    """0.99 / (L + mu), (batch,): below 1 / (L + mu), a proximal gradient step decreases f^mu_x + r."""
    return STEP / (f.lipschitz + mu)


def corrected_step(
    f: Fidelity,
    r: Prior,
    x: torch.Tensor,
    v: torch.Tensor,
    energy: torch.Tensor,
    schedule: Schedule,
    guard: Safeguard | None,
) -> Correction:
    """Compute x^{k+1} from the network's output v by (7), with or without the safeguard.

    Args:
        f, r: fidelity and prior.
        x: x^k. v: the network's output; any values are allowed, including NaN.
        energy: F(x^k), (batch,).
        schedule: mu and the test.
        guard: the safeguard; None takes the paper's single step as it is and only records the test.

    Raises:
        InputError: if the schedule names no test.
    """
    test, mu = schedule.asked(), schedule.mu
    a, _ = test.constants(schedule)
    s = step_size(f, mu)
    eps = torch.finfo(x.dtype).eps
    # Rounding of a sum of n terms: without this tolerance a step at convergence could never pass.
    slack = 64 * eps * energy.abs()
    # For smaller movements e is dominated by rounding, and the test is meaningless. If the constants are so small
    # that this limit would exceed the rounding of x, the test is applied anyway, and may fail.
    _, per_move = test.sides(schedule, None, None, 1.0)
    floor = (8 * eps / (s * per_move)).clamp(max=256 * eps) * norm(x)
    sane = torch.isfinite(v).flatten(1).all(dim=1)
    v = torch.where(per_sample(sane, x).bool(), v, x) if guard else v
    restarted = ~sane if guard else torch.zeros_like(sane)
    grad_v = f.grad(v)
    best: Correction | None = None
    for i in range(1 + (guard.patience + guard.limit if guard else 0)):
        # mu' of (7): mu, or 0 if a candidate is corrected on F itself.
        on_F = test.on_F and i > 0
        pull = mu * per_sample(restarted, x) if on_F else mu
        x_new, value, grad_new, e = error_correction(f, r, x, v, grad_v, pull, s)
        w = e - pull * (x_new - x)  # Eq. (23), with mu'
        distance = r.subgradient_distance(x_new, grad_new) if hasattr(r, "subgradient_distance") else norm(w)
        error = norm(w + mu * (x_new - x) if on_F else e)
        moved, F = norm(x_new - x), value + r.value(x_new)
        still = restarted & (moved <= floor)
        if still.any():  # x^k is a fixed point of (7) up to rounding, so it is critical: keep it
            x_new = torch.where(per_sample(still, x).bool(), x, x_new)
            error, distance, moved = (q.masked_fill(still, 0) for q in (error, distance, moved))
            F = torch.where(still, energy, F)
        left, right = test.sides(schedule, error, distance, moved)  # Condition 1, or Eq. (24)
        least = F + a * moved**2
        holds = (left <= right) & (least <= energy + slack)  # Eq. (21); NaN compares as False
        inner = torch.full_like(restarted, i, dtype=torch.long)
        if i == 0:
            ratio, own = _ratio(left, right, sane), holds & sane
            error_ratio = _ratio(error, (schedule.C_E or float("nan")) * moved, sane)
            excess = torch.where(sane, (least - energy) / energy.clamp(min=torch.finfo(x.dtype).tiny), inf)
        now = Correction(x_new, error, distance, ratio, error_ratio, excess, moved, F, inner, own, restarted, holds)
        best = now if best is None else _keep(best, now)
        if guard is None or best.holds.all():
            return best
        v, grad_v = x_new, grad_new  # repeat (7) from the candidate ...
        give_up = ~best.holds & ~restarted & (i >= guard.patience)
        give_up |= ~best.holds & ~torch.isfinite(left)
        if give_up.any():  # ... and finally from x^k
            where = per_sample(give_up, x).bool()
            restarted = restarted | give_up
            v = torch.where(where, x, v)
            grad_v = torch.where(where, f.grad(x), grad_v)
    assert best is not None  # (7) runs at least once
    return best


def _ratio(left: torch.Tensor, right: torch.Tensor, sane: torch.Tensor) -> torch.Tensor:
    """left / right, (batch,): 0 if both are 0, because 0 <= 0 holds; infinite if the step is not finite."""
    ratio = torch.where(left == 0, torch.zeros_like(left), left / right)
    return torch.where(sane, ratio, torch.full_like(left, inf))


def _keep(best: Correction, now: Correction) -> Correction:
    """``best`` for the samples whose step was already accepted, ``now`` for the others."""

    def choose(old: torch.Tensor, new: torch.Tensor) -> torch.Tensor:
        return torch.where(best.holds if old.dim() == 1 else best.holds.reshape(-1, 1, 1, 1), old, new)

    return Correction(*(choose(getattr(best, n), getattr(now, n)) for n in Correction.__dataclass_fields__))
