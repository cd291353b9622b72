"""The two acceptance tests for a step of explicit PADNet: Condition 1, and descent with a subgradient bound.

Condition 1 with 2 C_E < mu is sufficient for Theorem 1, but not necessary. The proof only uses it to derive (21) and
(24), which are H1 and H2 of Attouch, Bolte and Svaiter (2013). `Descent` tests these two directly. Condition 1
additionally restricts the direction: the angle between dx and -w, w in dF(x^{k+1}), must be at most arcsin(C_E / mu),
and the useful steps of a network need not satisfy this.

A Schedule names one of the two. The iteration, the certificates and the recomputation all take the test from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any

import torch

from padnet.core.validation import check_number
from padnet.errors import InputError

if TYPE_CHECKING:
    from padnet.core.protocols import Weight
    from padnet.core.schedule import Schedule

STEP = 0.99  # fraction of 1 / (L + mu): the step size of (7)


@dataclass(frozen=True)
class ConditionOne:
    """||E^k(x^{k+1})|| <= C_E ||dx|| and the decrease (21), with dx = x^{k+1} - x^k and C_E from the schedule.

    A step that fails is always corrected on the sub-problem f^mu_x + r.
    """

    name = "condition1"
    on_F = False  # whether a candidate is corrected on F itself

    def check(self, schedule: Schedule) -> None:
        """Raise InputError if the schedule has no C_E. The schedule itself checks 2 C_E < mu."""
        if schedule.C_E is None:
            raise InputError("this schedule has no C_E, and Condition 1 needs one: give 0 < C_E < mu / 2.")

    def constants(self, schedule: Schedule) -> tuple[float, float]:
        """(a, b) of (21) and (24): mu/4 - C_E^2/mu and mu + C_E."""
        a = schedule.margin  # raises InputError for a schedule without C_E
        assert schedule.C_E is not None
        return a, schedule.mu + schedule.C_E

    def sides(self, schedule: Schedule, error: Any, distance: Any, moved: Any) -> tuple[Any, Any]:
        """Left and right sides of the condition besides the decrease: ||e|| and C_E ||dx||."""
        return error, schedule.C_E * moved

    def words(self, left: float, right: float) -> str:
        """Describe both sides of a violated test."""
        return f"||e|| = {left:.3e} > C_E ||dx|| = {right:.3e}"


@dataclass(frozen=True)
class Descent:
    """F(x^{k+1}) + a ||dx||^2 <= F(x^k) and dist(0, dF(x^{k+1})) <= b ||dx||, the forms of (21) and (24).

    A step that fails is corrected by proximal gradient steps on F itself, starting from the candidate.

    Args:
        a: in (0, mu/2], where the safeguard is guaranteed to terminate.
        b: greater than mu, for the same reason. With b >= (L + mu) / 0.99 the first step from x^k is accepted; with a
            much smaller b a step may take thousands of repetitions.
    """

    a: float
    b: float

    name = "descent"
    on_F = True

    def __post_init__(self) -> None:
        for name in ("a", "b"):
            object.__setattr__(self, name, check_number(getattr(self, name), name))

    @staticmethod
    def implied(schedule: Schedule, lipschitz: Weight) -> Descent:
        """Return the test with a = mu/4 - C_E^2/mu, as printed in (21), and b = (L + mu) / 0.99, so that every step
        from x^k passes.

        schedule: with mu and C_E. lipschitz: L of grad f, a number or one per sample; the largest is used.
        Raises InputError for something other than a schedule, or one without C_E.
        """
        if not hasattr(schedule, "margin"):
            raise InputError(f"Descent.implied takes a Schedule and then L, got {type(schedule).__name__}.")
        L = lipschitz.max().item() if isinstance(lipschitz, torch.Tensor) else float(lipschitz)
        return Descent(schedule.margin, (L + schedule.mu) / STEP)

    def check(self, schedule: Schedule) -> None:
        """Raise InputError unless 0 < a <= mu/2 and mu < b."""
        a, b, mu = self.a, self.b, schedule.mu
        if not (0 < a <= mu / 2 and mu < b < inf):
            raise InputError(
                f"the descent test needs 0 < a <= mu/2 and b > mu, got a = {a}, b = {b} and mu = {mu}: "
                "with other constants the safeguard may not terminate."
            )

    def constants(self, schedule: Schedule) -> tuple[float, float]:
        """(a, b)."""
        return self.a, self.b

    def sides(self, schedule: Schedule, error: Any, distance: Any, moved: Any) -> tuple[Any, Any]:
        """Left and right sides of the condition besides the decrease: dist(0, dF(x^{k+1})) and b ||dx||."""
        return distance, self.b * moved

    def words(self, left: float, right: float) -> str:
        """Describe both sides of a violated test."""
        return f"dist(0, dF) = {left:.3e} > b ||dx|| = {right:.3e}"


Test = ConditionOne | Descent
