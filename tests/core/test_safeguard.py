"""The safeguard: any network fails unguarded and converges guarded, sample by sample."""

import pytest
import torch
from toys import GARBAGE, prior, random_networks, same, toy

from padnet.core.fidelity import norm, per_sample
from padnet.core.propagation import explicit_padnet
from padnet.core.safeguard import Safeguard, step_size
from padnet.core.schedule import Schedule, Stop
from padnet.errors import InputError

SCHEDULE = Schedule(mu=0.5, rho0=0.05, gamma=1.5, C_E=0.2)
NETWORKS = [*GARBAGE, "random", "random, huge", "random, two units"]
K = 60
TIGHT = {"rtol": 1e-10, "atol": 1e-12}


@pytest.fixture(autouse=True)
def _no_grad():
    with torch.no_grad():
        yield


def networks(name, stages=K):
    if name in GARBAGE:
        return [GARBAGE[name]] * stages
    return random_networks(stages, 2 if "two" in name else 1, 1e3 if "huge" in name else 1.0)


def residual(f, r, x):
    """||x - prox_{s r}(x - s grad f(x))||, zero at a fixed point of proximal gradient steps."""
    s = step_size(f, SCHEDULE.mu)
    return norm(x - r.prox(x - per_sample(s, x) * f.grad(x), s))


def assert_certified(run, f, r):
    """Condition 1, no increase, (21) and (24) at every k, from the iterates themselves."""
    mu, C_E = SCHEDULE.mu, SCHEDULE.C_E
    for k, (x, x_new) in enumerate(zip(run.iterates, run.iterates[1:], strict=False)):
        going = k < run.K
        assert run.columns["holds"][k][going].all()
        error = torch.where(going, run.columns["error"][k], 0)
        before, after, moved = f.value(x) + r.value(x), f.value(x_new) + r.value(x_new), norm(x_new - x)
        assert (error <= C_E * moved).all()
        assert (after <= before * (1 + 1e-10)).all()
        assert (before - after >= (mu / 4 - C_E**2 / mu) * moved**2 - 1e-10 * before).all()  # Eq. (21)
        distance = r.subgradient_distance(x_new, f.grad(x_new))
        assert (distance <= (mu + C_E) * moved * (1 + 1e-9) + 1e-12).all()  # Eq. (24)


@pytest.mark.parametrize("p", [1, 0.8, 0])
@pytest.mark.parametrize("name", NETWORKS)
def test_any_network_fails_unguarded_and_converges_guarded(p, name):
    t, r = toy(1, 12, centre=10.0), prior(p)
    f, nets = t.f, networks(name)
    free = explicit_padnet(f, r, nets, SCHEDULE, t.x0, Stop(0, 30), guard=None)
    assert not free.columns["holds"].all(dim=0).any()
    run = explicit_padnet(f, r, nets, SCHEDULE, t.x0, Stop(0, K), Safeguard(5, 5000), keep=True)
    assert_certified(run, f, r)
    assert (residual(f, r, run.x) <= 1e-6 * residual(f, r, t.x0)).all()


@pytest.mark.parametrize("p", [1, 0])
def test_a_run_that_has_converged_to_rounding_stays_and_holds(p):
    """At a critical point Condition 1 is 0 <= 0: no violation, no endless correction."""
    t, r = toy(), prior(p)
    f, stages = t.f, 140
    run = explicit_padnet(f, r, networks("NaN", stages), SCHEDULE, t.x0, Stop(0, stages), keep=True)
    assert run.settled.all()
    assert (run.K < stages).all()
    assert run.columns["inner"].max() < 100
    assert_certified(run, f, r)
    again = explicit_padnet(f, r, networks("NaN", 2), SCHEDULE, run.x, Stop(0, 2))
    assert torch.equal(again.x, run.x)
    assert again.columns["holds"][0].all()


def test_zero_stays_zero():
    t = toy()
    f = type(t)(t.k, torch.zeros_like(t.y), t.truth).f
    run = explicit_padnet(f, prior(0.8), [same] * 3, SCHEDULE, t.x0, Stop(0, 3))
    assert (run.x == 0).all()
    assert run.columns["holds"][0].all()
    assert (run.columns["ratio"][0] == 0).all()


def test_a_good_step_is_left_alone():
    """Where the network's own step is accepted, guarded and unguarded are the same to the bit."""
    t, r = toy(), prior(1)
    schedule = Schedule(mu=0.5, rho0=0.01, gamma=1.5, C_E=0.24)
    free = explicit_padnet(t.f, r, [same], schedule, t.x0, Stop(0, 1), guard=None)
    run = explicit_padnet(t.f, r, [same], schedule, t.x0, Stop(0, 1))
    assert free.columns["own"].all()
    assert torch.equal(run.x, free.x)
    assert (run.columns["inner"] == 0).all()
    assert (run.columns["ratio"] <= 1).all()


@pytest.mark.parametrize("name", ["NaN", "inf"])
def test_what_is_no_number_counts_as_the_network_s_failure(name):
    t = toy()
    for guard in (None, Safeguard()):
        run = explicit_padnet(t.f, prior(0), networks(name, 3), SCHEDULE, t.x0, Stop(0, 3), guard)
        assert not run.columns["own"].any()
        assert not (run.columns["ratio"] <= 1).any()


@pytest.mark.parametrize("kind", ["NaN", "noise 1e+30", "constant"])
def test_a_bad_sample_leaves_the_others_alone(kind):
    t, r, stages = toy(3), prior(0.8), 6
    good = random_networks(stages, amplitude=0.1)

    def spoilt(network):
        def call(v, alpha):
            out = network(v, alpha).clone()
            out[1] = GARBAGE[kind](v, alpha)[1]
            return out

        return call

    run = explicit_padnet(t.f, r, good, SCHEDULE, t.x0, Stop(0, stages))
    mixed = explicit_padnet(t.f, r, [spoilt(n) for n in good], SCHEDULE, t.x0, Stop(0, stages))
    for i in (0, 2):
        assert torch.equal(mixed.x[i], run.x[i])
        for name, column in run.columns.items():
            assert torch.equal(mixed.columns[name][:, i], column[:, i]), name
    assert not torch.equal(mixed.x[1], run.x[1])
    assert mixed.columns["holds"].all()


@pytest.mark.parametrize("name", ["random", "noise 1000", "constant"])
def test_batch_is_the_stack_of_singles(name):
    t, r, stages = toy(3), prior(0.8), 8
    run = explicit_padnet(t.f, r, networks(name, stages), SCHEDULE, t.x0, Stop(0, stages))
    for i in range(3):
        one = t.only(i)
        alone = explicit_padnet(one.f, r, networks(name, stages), SCHEDULE, one.x0, Stop(0, stages))
        torch.testing.assert_close(alone.x[0], run.x[i], **TIGHT)
        for column in ("inner", "own", "restarted", "holds"):
            assert torch.equal(alone.columns[column][:, 0], run.columns[column][:, i])


def test_patience_and_limit_change_the_result():
    t, r = toy(), prior(1)

    def run(guard):
        return explicit_padnet(t.f, r, networks("noise 1e+10", 3), SCHEDULE, t.x0, Stop(0, 3), guard)

    usual = run(Safeguard(30, 5000))
    hasty = run(Safeguard(0, 5000))
    assert usual.columns["restarted"].all()
    assert (usual.columns["inner"] > hasty.columns["inner"]).all()
    patient = run(Safeguard(3000, 5000))
    assert not patient.columns["restarted"].all()
    assert patient.columns["holds"].all()
    assert not torch.equal(patient.x, usual.x)
    bounded = run(Safeguard(30, 0))
    assert not bounded.columns["holds"].any()
    assert not bounded.columns["restarted"].any()
    assert (bounded.columns["inner"] == 30).all()
    assert not run(Safeguard(0, 1)).columns["restarted"].logical_not().any()


def test_a_candidate_that_was_given_up_does_not_come_back():
    """After a restart u, v and lambda start afresh, so one bad stage does not spoil the next."""
    t, r = toy(), prior(1)
    seen = {}

    def monitor(x, u, v):
        seen["v"], seen["x"], seen["u"] = v, x, u
        return {}

    run = explicit_padnet(t.f, r, networks("noise 1e+10", 1), SCHEDULE, t.x0, Stop(0, 1), monitor=monitor)
    assert run.columns["restarted"].all()
    assert torch.equal(seen["v"], seen["x"])
    assert torch.equal(seen["u"], seen["x"])


def test_a_single_proximal_step_from_x_decreases_the_energy():
    t = toy()
    for p in (1, 0.8, 0):
        f, r, x = t.f, prior(p), t.y
        for _ in range(5):
            s = step_size(f, SCHEDULE.mu)
            x_new = r.prox(x - per_sample(s, x) * f.grad(x), s)
            assert (f.value(x_new) + r.value(x_new) <= f.value(x) + r.value(x)).all()
            x = x_new


@pytest.mark.parametrize("patience, limit", [(-1, 5), (5, -1)])
def test_negative_counts_are_refused(patience, limit):
    with pytest.raises(InputError, match=f"needs patience >= 0 and limit >= 0, got {patience} and {limit}"):
        Safeguard(patience, limit)
