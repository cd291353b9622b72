"""The parameters mu^k, rho^k, alpha^k and C_E, with the inequalities that the theorems require."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt
from typing import TYPE_CHECKING

from padnet.core.validation import check_number
from padnet.errors import InputError

if TYPE_CHECKING:
    from padnet.core.conditions import Test


@dataclass(frozen=True)
class Schedule:
    """mu, C_E and rho^k = gamma^k rho^0, alpha^k = sqrt(1 / rho^k) (Theorems 1 and 2, Algorithm 2).

    Args:
        mu: weight of the Moreau-Yosida term (2), > 0.
        rho0: rho^0 > 0.
        gamma: growth factor of rho^k, > 1.
        C_E: constant of Condition 1, > 0, with 2 C_E < mu. None if Condition 1 is not used.
        nu: weight of ||u - x^k||^2 in the preliminary estimation (3), > 0; None uses mu, as in the paper. It does
            not affect the certificate. With a small nu, u follows the previous output v of the network; with a nu
            larger than rho it stays near x^k, and the network has almost no effect.
        rescale: divide lambda by gamma whenever rho grows by it, so that the multiplier rho lambda is unchanged (Boyd
            et al. 2011, 3.4.1). The paper's (5) does not rescale lambda. Every bound of Theorem 2 holds in both
            cases, because rescaling only makes lambda smaller.
        test: the acceptance test for steps of explicit PADNet, ConditionOne() or Descent(a, b) of
            padnet.core.conditions; None for implicit PADNet. With Descent, C_E is optional and only used to record
            Condition 1.

    The theorems hold for all values that satisfy their inequalities. A starting point for a model of your own, with L
    the Lipschitz constant of grad f: mu = 0.1 L, rho0 = nu = 0.001 L, gamma = 1.3 and
    test = Descent(mu / 4, (L + mu) / 0.99), the b that the safeguard's own step (7) satisfies. Set the noise of the
    denoiser to sigma sqrt(rho0), where sigma is the typical error of x^0: the denoiser then removes sigma in the first
    stage and less by sqrt(gamma) in each further one. For inpainting from zeros sigma is about 0.3. mu, nu and rho0
    are in the units of f: if f and r are multiplied by w, multiply these three by w and the noise by sqrt(w).

    Raises:
        InputError: if an inequality fails; the message names it.
    """

    mu: float
    rho0: float
    gamma: float
    C_E: float | None = None
    nu: float | None = None
    rescale: bool = False
    test: Test | None = None

    def __post_init__(self) -> None:
        for name in ("mu", "rho0", "gamma", *(["nu"] if self.nu is not None else [])):
            value = getattr(self, name)
            if not 0 < check_number(value, name) < inf:
                raise InputError(f"{name} must be positive and finite, got {value}.")
            if type(value) not in (int, float):  # PyTorch cannot subtract a bool, and a tensor may be of another device
                object.__setattr__(self, name, check_number(value, name))
        if not isinstance(self.rescale, bool):
            raise InputError(f"rescale must be true or false, got {self.rescale!r}.")
        if self.gamma <= 1:
            raise InputError(f"Theorem 2 needs gamma > 1, got gamma = {self.gamma}: rho^k must grow.")
        if self.C_E is not None and not 0 < 2 * check_number(self.C_E, "C_E") < self.mu:
            raise InputError(
                f"Condition 1 needs 0 < 2 C_E < mu, got C_E = {self.C_E} and mu = {self.mu}: "
                "lower C_E or raise mu, for otherwise nothing is certified."
            )
        if self.test is not None:
            if isinstance(self.test, type) or not hasattr(self.test, "check"):
                raise InputError(f"test is Descent(a, b), ConditionOne() or None, got {self.test!r}.")
            self.test.check(self)

    def asked(self) -> Test:
        """The acceptance test of explicit PADNet. Raises InputError if none was named: there is no default."""
        if self.test is None:
            raise InputError(
                "this schedule names no test for the steps of explicit PADNet: "
                "give it test=Descent(a, b) or test=ConditionOne()."
            )
        return self.test

    def rho(self, k: int) -> float:
        """rho^k = gamma^k rho^0."""
        return self.gamma**k * self.rho0

    def alpha(self, k: int) -> float:
        """alpha^k = sqrt(1 / rho^k)."""
        return sqrt(1 / self.rho(k))

    @property
    def multiplier_factor(self) -> float:
        """The factor by which lambda is multiplied between stages: rho^k / rho^{k+1} if it is rescaled, else 1."""
        return 1 / self.gamma if self.rescale else 1.0

    @property
    def anchor_weight(self) -> float:
        """The weight of x^k in (3): nu if given, else mu."""
        return self.mu if self.nu is None else self.nu

    @property
    def margin(self) -> float:
        """mu / 4 - C_E^2 / mu, the constant of the sufficient decrease (21). Raises InputError without C_E."""
        if self.C_E is None:
            raise InputError(
                "this schedule has no C_E, from which mu/4 - C_E^2/mu of (21) follows: give 0 < C_E < mu / 2."
            )
        return self.mu / 4 - self.C_E**2 / self.mu


@dataclass(frozen=True)
class Stop:
    """Stop when ||x^{k+1} - x^k|| / ||x^k|| <= epsilon or k + 1 >= k_max (Algorithm 2, line 12).

    Args:
        epsilon: zero or more; 0 runs all stages. k_max: the number of stages, at least 1.

    Raises:
        InputError: for other values.
    """

    epsilon: float
    k_max: int

    def __post_init__(self) -> None:
        if not check_number(self.epsilon, "epsilon") >= 0:
            raise InputError(f"epsilon must not be negative, got {self.epsilon}.")
        if self.epsilon == inf:
            raise InputError("epsilon must be finite, got inf.")
        if not (_whole(self.k_max) and self.k_max >= 1):
            raise InputError(f"k_max must be at least 1, got {self.k_max!r}: give a whole number.")


@dataclass(frozen=True)
class Safeguard:
    """Limits for the safeguard of padnet.core.safeguard.

    Args:
        patience: repetitions of (7) from the candidate before it is abandoned.
        limit: repetitions from x^k before the run ends as violated; 0 never restarts, which training uses to keep the
            network in the computation graph.
    """

    patience: int = 30
    limit: int = 5000

    def __post_init__(self) -> None:
        if not (_whole(self.patience) and _whole(self.limit) and self.patience >= 0 and self.limit >= 0):
            raise InputError(
                f"the safeguard needs patience >= 0 and limit >= 0, got {self.patience!r} and {self.limit!r}: "
                "give whole numbers."
            )


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def check_plan(schedule: object, stop: object, guard: object = None) -> None:
    """Raise InputError unless the arguments are a Schedule, a Stop, and a Safeguard or None."""
    for name, found, kind in (("schedule", schedule, Schedule), ("stop", stop, Stop), ("guard", guard, Safeguard)):
        if not (isinstance(found, kind) or (name == "guard" and found is None)):
            raise InputError(
                f"{name} must be a {kind.__name__}, got {type(found).__name__}: check the order of the arguments."
            )
