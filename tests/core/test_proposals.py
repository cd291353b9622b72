"""Explicit PADNet whose steps are proposed: certified for any proposals, and the half of (15) changes F alone."""

import pytest
import torch
from toys import kernels, normal, pictures

from padnet.core.conditions import Descent
from padnet.core.explicit import explicit_padnet
from padnet.core.explicit_certificate import explicit_certificates, recompute
from padnet.core.fidelity import norm, per_sample
from padnet.core.image_fidelity import D, ImageFidelity
from padnet.core.operators import Blur
from padnet.core.priors import LpNorm
from padnet.core.propagation import State
from padnet.core.proposals import proposed_padnet
from padnet.core.safeguard import step_size
from padnet.core.schedule import Safeguard, Schedule, Stop
from padnet.errors import InputError

BETA, MU, LAM, K = 0.4, 0.4, 0.001, 6
B = (BETA + MU) / 0.99
SCHEDULE = Schedule(mu=MU, rho0=0.16, gamma=2, C_E=0.196, nu=1.6, test=Descent(0.00396, B))
SHAPE = (16, 16)


@pytest.fixture(autouse=True)
def _no_grad():
    with torch.no_grad():
        yield


def problem():
    """(f, r, y) of two blurred pictures."""
    blur = Blur(kernels(2, 3, 3), SHAPE)
    y = blur(pictures(2, SHAPE[0])) + 0.01 * normal(2, 1, *SHAPE, seed=4)
    return ImageFidelity(blur, y, BETA), LpNorm(0.8, LAM), y


def proposals(y, size=0.05):
    return [D(y) + size * normal(2, 2, *SHAPE, seed=20 + k) for k in range(K)]


GARBAGE = {"large": 1e3, "huge": 1e200, "nan": float("nan"), "inf": float("inf")}


@pytest.mark.parametrize("size", GARBAGE.values(), ids=GARBAGE)
def test_any_proposals_are_certified_by_both_inequalities(size):
    f, r, y = problem()
    stop = Stop(0.0, K)
    run = proposed_padnet(f, r, proposals(y, size), SCHEDULE, D(y), stop, keep=True)
    F = [f.value(g) + r.value(g) for g in run.iterates]
    for x, new, before, after in zip(run.iterates, run.iterates[1:], F, F[1:], strict=False):
        moved = norm(new - x)
        assert (after + SCHEDULE.test.a * moved**2 <= before * (1 + 1e-12)).all()
        assert (r.subgradient_distance(new, f.grad(new)) <= B * moved * (1 + 1e-9)).all()
    found = explicit_certificates(run, SCHEDULE, stop)
    assert [one.holds for one in found] == [True, True]
    assert [
        one.verdict for one in explicit_certificates(recompute(run.iterates, f, r, SCHEDULE, stop), SCHEDULE, stop)
    ] == [one.verdict for one in found]
    free = proposed_padnet(f, r, proposals(y, size), SCHEDULE, D(y), stop, guard=None)
    assert not any(one.holds for one in explicit_certificates(free, SCHEDULE, stop))


def test_the_guard_changes_the_result_only_where_a_step_fails():
    f, r, y = problem()
    for size, same in ((0.01, True), (100.0, False)):
        v = [D(f.image(D(y))) + size * 0.01 * normal(2, 2, *SHAPE, seed=30)]
        kept, free = (proposed_padnet(f, r, v, SCHEDULE, D(y), Stop(0.0, 1), guard) for guard in (Safeguard(), None))
        assert bool(kept.columns["own"].all()) is torch.equal(kept.x, free.x) is same


def test_a_step_is_the_error_correction_of_its_proposal_and_after_the_last_of_x_itself():
    f, r, y = problem()
    v = proposals(y)[:2]
    run = proposed_padnet(f, r, v, SCHEDULE, D(y), Stop(0.0, 4), guard=None, keep=True)
    s = per_sample(step_size(f, MU), y)
    for k, (x, new) in enumerate(zip(run.iterates, run.iterates[1:], strict=False)):
        at = v[k] if k < 2 else x
        assert torch.equal(new, r.prox(at - s * (f.grad(at) + MU * (at - x)), s))  # Eq. (7)


def test_without_proposals_every_step_from_x_is_accepted():
    """What b = (L + mu) / 0.99 is for: a plain step has dist(0, dF) <= ||dx|| / s."""
    f, r, y = problem()
    run = proposed_padnet(f, r, [], SCHEDULE, D(y), Stop(0.0, 30))
    assert run.columns["own"].all() and not run.columns["inner"].any()
    assert (run.columns["energy"] <= run.columns["energy_before"]).all()


def test_the_monitor_and_the_stop_are_obeyed():
    f, r, y = problem()
    told = []
    run = proposed_padnet(
        f, r, proposals(y), SCHEDULE, D(y), Stop(1e9, K), monitor=lambda x, u, v: told.append(v) or {}
    )
    assert run.K.tolist() == [1, 1] and run.settled.all() and torch.equal(told[0], proposals(y)[0])
    with pytest.raises(InputError, match="names no test"):
        proposed_padnet(f, r, [], Schedule(mu=MU, rho0=1.0, gamma=2.0), D(y), Stop(0.0, 1))
    with pytest.raises(InputError, match="starting point holds NaN"):
        proposed_padnet(f, r, [], SCHEDULE, torch.nan * D(y), Stop(0.0, 1))


class Doubled:
    """f_ex of (16) without the half that (15) has before it."""

    def __init__(self, f):
        self.f, self.lipschitz = f, 2 * f.lipschitz

    def value_and_grad(self, g):
        """Twice those of the half."""
        value, grad = self.f.value_and_grad(g)
        return 2 * value, 2 * grad

    def value(self, g):
        """f_ex(g)."""
        return 2 * self.f.value(g)

    def grad(self, g):
        """Its gradient."""
        return 2 * self.f.grad(g)

    def prox(self, z, weight):
        """argmin f_ex + weight/2 ||. - z||^2."""
        return self.f.prox(z, weight / 2)


@pytest.mark.parametrize("guard", [Safeguard(), None])
@pytest.mark.parametrize("size", [0.01, 1.0])
def test_the_half_of_15_leaves_the_iterates_and_halves_the_energy(guard, size):
    """f_ex with lam, mu, C_E, rho, nu, a and b, and its half with half of them: in the propagation and in the proposals."""
    f, r, y = problem()
    twice = Schedule(mu=2 * MU, rho0=0.32, gamma=2, C_E=0.392, nu=3.2, test=Descent(2 * SCHEDULE.test.a, 2 * B))
    v, stop = proposals(y, size), Stop(0.0, K)
    # The step size alpha^k of a network is sqrt(1 / rho^k), so these do not look at it.
    networks = [lambda z, alpha, k=k: z + size * 0.1 * normal(2, 2, *SHAPE, seed=40 + k) for k in range(K)]
    for run, given in ((proposed_padnet, v), (explicit_padnet, networks)):
        half = run(f, r, given, SCHEDULE, D(y), stop, guard, keep=True)
        whole = run(Doubled(f), r.scaled(2 * LAM), given, twice, D(y), stop, guard, keep=True)
        for a, b in zip(half.iterates, whole.iterates, strict=True):
            torch.testing.assert_close(a, b, rtol=1e-10, atol=1e-12)
        for name in ("energy", "error", "distance"):
            torch.testing.assert_close(2 * half.columns[name], whole.columns[name], rtol=1e-8, atol=1e-10)
        for name in ("own", "inner", "restarted", "holds"):
            assert torch.equal(half.columns[name], whole.columns[name])
    assert State.start(D(y)).lam.abs().max() == 0


def test_a_proposal_is_like_the_start():
    f, r, y = problem()
    for wrong, says in (
        (D(y)[:1], "stage 0 returned torch.float64"),
        (D(y).float(), "returned torch.float32"),
        (None, "returned NoneType"),
    ):
        with pytest.raises(InputError, match=says):
            proposed_padnet(f, r, [wrong], SCHEDULE, D(y), Stop(0.0, 1))
