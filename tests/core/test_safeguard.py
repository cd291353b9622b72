"""The safeguard: any network fails unguarded and converges guarded, sample by sample."""

from dataclasses import replace
from functools import cache

import pytest
import torch
from toys import GARBAGE, noise, prior, random_networks, same, smooth, toy

from padnet.core.conditions import ConditionOne, Descent
from padnet.core.explicit import explicit_padnet
from padnet.core.explicit_certificate import explicit_certificates
from padnet.core.fidelity import norm, per_sample
from padnet.core.safeguard import corrected_step, step_size
from padnet.core.schedule import Safeguard, Schedule, Stop
from padnet.errors import InputError

MU, C_E, A, B = 0.5, 0.2, 0.04, 1.6  # the toys' L is 1, so that B is over (L + MU) / 0.99
SCHEDULES = {
    "condition1": Schedule(mu=MU, rho0=0.05, gamma=1.5, C_E=C_E, test=ConditionOne()),
    "descent": Schedule(mu=MU, rho0=0.05, gamma=1.5, C_E=C_E, test=Descent(A, B)),
}
NETWORKS = [*GARBAGE, "random", "random, huge", "random, two units"]
K = 60
TIGHT = {"rtol": 1e-10, "atol": 1e-12}


@pytest.fixture(autouse=True)
def _no_grad():
    with torch.no_grad():
        yield


def networks(name, stages=K):
    if name == "smooth":
        return [smooth] * stages
    if name in GARBAGE:
        return [GARBAGE[name]] * stages
    return random_networks(stages, 2 if "two" in name else 1, 1e3 if "huge" in name else 1.0)


@cache
def side_by_side(stages=K):
    """A toy for each of NETWORKS, all alike, in one batch, and networks of which sample i meets the one of name i.

    The samples of a batch do not know of each other (see test_a_bad_sample_leaves_the_others_alone), and a batch takes
    no longer than its slowest sample.
    """
    t, of = toy(1, 12, centre=10.0), [networks(name, stages) for name in NETWORKS]

    def stage(several):
        return lambda v, alpha: torch.cat([one(v[i : i + 1], alpha) for i, one in enumerate(several)])

    return t.repeated(len(NETWORKS)), [stage(several) for several in zip(*of, strict=True)]


def failing(good):
    """The names of the networks whose sample is not good; good: (…, batch) bool."""
    return [name for name, one in zip(NETWORKS, good.reshape(-1, len(NETWORKS)).all(dim=0), strict=True) if not one]


def residual(f, r, x):
    """||x - prox_{s r}(x - s grad f(x))||, zero at a fixed point of proximal gradient steps."""
    s = step_size(f, MU)
    return norm(x - r.prox(x - per_sample(s, x) * f.grad(x), s))


def assert_certified(run, f, r, test):
    """Both inequalities of a test at every k, from the iterates themselves: Condition 1 and (21), or (24) and (21)."""
    a, b = (A, B) if test == "descent" else (MU / 4 - C_E**2 / MU, MU + C_E)
    for k, (x, x_new) in enumerate(zip(run.iterates, run.iterates[1:], strict=False)):
        going = k < run.K
        assert run.columns["holds"][k][going].all()
        before, after, moved = f.value(x) + r.value(x), f.value(x_new) + r.value(x_new), norm(x_new - x)
        assert (before - after >= a * moved**2 - 1e-10 * before).all()  # Eq. (21)
        assert (r.subgradient_distance(x_new, f.grad(x_new)) <= b * moved * (1 + 1e-9) + 1e-12).all()  # Eq. (24)
        if test == "condition1":
            assert (run.columns["error"][k] <= C_E * moved)[going].all()
            nearest = r.subgradient_distance(x_new, f.grad(x_new) + MU * (x_new - x))
            assert (nearest <= C_E * moved * (1 + 1e-9) + 1e-12).all()  # Eq. (9)


@pytest.mark.parametrize("test", SCHEDULES)
@pytest.mark.parametrize("p", [1, 0.8, 0])
def test_any_network_fails_unguarded_and_holds_guarded(p, test):
    (t, nets), r, schedule = side_by_side(), prior(p), SCHEDULES[test]
    f = t.f
    free = explicit_padnet(f, r, nets, schedule, t.x0, Stop(0, 30), guard=None)
    assert failing(~free.columns["own"].all(dim=0)) == []
    run = explicit_padnet(f, r, nets, schedule, t.x0, Stop(0, K), Safeguard(5, 5000), keep=True)
    assert_certified(run, f, r, test)
    assert failing(run.columns["inner"] < 5000) == []
    # Descent is content with one step a stage where Condition 1 asks for several, so it comes less far in K.
    near = (1e-4 if test == "descent" else 1e-6) * residual(f, r, t.x0)
    assert failing(residual(f, r, run.x) <= near) == []


@pytest.mark.parametrize("test", SCHEDULES)
@pytest.mark.parametrize("p", [1, 0.8, 0])
def test_a_long_run_ends_at_a_critical_point(p, test):
    (t, nets), r = side_by_side(200), prior(p)
    run = explicit_padnet(t.f, r, nets, SCHEDULES[test], t.x0, Stop(0, 200), Safeguard(5, 5000))
    assert failing(run.columns["holds"].all(dim=0) | run.settled) == []
    assert failing(r.subgradient_distance(run.x, t.f.grad(run.x)) <= 1e-6 * norm(run.x).clamp(min=1)) == []


def test_what_the_test_asks_decides_which_steps_are_the_network_s_own():
    t, r = toy(), prior(1)
    runs = {
        name: explicit_padnet(t.f, r, networks("smooth", 6), one, t.x0, Stop(0, 6)) for name, one in SCHEDULES.items()
    }
    assert runs["descent"].columns["own"].sum() > runs["condition1"].columns["own"].sum()
    assert not torch.allclose(runs["descent"].x, runs["condition1"].x)


@pytest.mark.parametrize("change", [{"a": 0.25}, {"b": 0.51}])
def test_the_constants_of_descent_change_the_result(change):
    t, r, schedule = toy(), prior(1), SCHEDULES["descent"]
    other, nets = replace(schedule, test=replace(schedule.test, **change)), random_networks(12, amplitude=0.3)
    found = [explicit_padnet(t.f, r, nets, one, t.x0, Stop(0, 12)) for one in (schedule, other)]
    assert not torch.allclose(found[0].x, found[1].x)
    assert all(run.columns["holds"].all() for run in found)


@pytest.mark.parametrize("name", ["NaN", "noise 1e+30", "random"])
def test_any_constants_that_are_not_refused_end(name):
    """a = mu/2 and b just over mu are the hardest; the repetitions from x^k end all the same."""
    t, r = toy(), prior(0.8)
    schedule = replace(SCHEDULES["descent"], test=Descent(MU / 2, MU * 1.001))
    run = explicit_padnet(t.f, r, networks(name, 5), schedule, t.x0, Stop(0, 5))
    assert run.columns["holds"].all()
    easy = explicit_padnet(t.f, r, networks("NaN", 5), SCHEDULES["descent"], t.x0, Stop(0, 5))
    assert (easy.columns["inner"] == 0).all()  # b >= (L + mu) / 0.99: the first step from x^k is accepted


@pytest.mark.parametrize("SCHEDULE", SCHEDULES.values(), ids=SCHEDULES)
@pytest.mark.parametrize("dtype, size", [(torch.float32, 1e30), (torch.float64, 1e200), (torch.float64, 1e-300)])
def test_sizes_whose_squares_are_no_numbers_end_too(dtype, size, SCHEDULE):
    t = toy()
    f, wild = type(t)(*(one.to(dtype) for one in (t.k, t.y, t.truth))).f, noise(size)
    for p in (1, 0.8, 0):
        run = explicit_padnet(
            f, prior(p), [lambda v, alpha: wild(v, alpha).to(dtype)] * 4, SCHEDULE, t.x0.to(dtype), Stop(0, 4)
        )
        assert run.columns["holds"].all() and torch.isfinite(run.x).all()


@pytest.mark.parametrize(
    "a, b",
    [
        (0, 1),
        (-0.1, 1),
        (0.2501, 1),
        (float("nan"), 1),
        (0.1, 0.5),
        (0.1, 0.4),
        (0.1, float("nan")),
        (0.1, float("inf")),
    ],
)
def test_constants_that_promise_no_end_are_refused(a, b):
    with pytest.raises(
        InputError, match=f"needs 0 < a <= mu/2 and b > mu, got a = {float(a)}, b = {float(b)} and mu = 0.5"
    ):
        replace(SCHEDULES["descent"], test=Descent(a, b))


def test_constants_that_are_no_numbers_and_a_condition_without_C_E_are_refused():
    with pytest.raises(InputError, match="a must be a number, got 'much'"):
        replace(SCHEDULES["descent"], test=Descent("much", 1))
    with pytest.raises(InputError, match="no C_E, and Condition 1 needs one"):
        replace(SCHEDULES["condition1"], C_E=None)


def test_the_implied_constants():
    schedule = replace(SCHEDULES["condition1"], test=None)
    for L in (1.0, torch.tensor([0.3, 1.0], dtype=torch.float64)):
        found = Descent.implied(schedule, L)
        assert found.a == pytest.approx(0.5 / 4 - 0.2**2 / 0.5, rel=1e-15)
        assert found.b == pytest.approx(1.5 / 0.99, rel=1e-15)


class Unknown:
    """A prior of which only value and prox are known."""

    def __init__(self, r):
        self.value, self.prox = r.value, r.prox


@pytest.mark.parametrize("test", SCHEDULES)
@pytest.mark.parametrize("name", ["NaN", "constant", "random, huge", "noise 1"])
def test_a_prior_without_subgradient_distance_is_judged_by_the_subgradient_that_is_known(name, test):
    t, r, schedule = toy(1, 12, centre=10.0), prior(0.8), SCHEDULES[test]
    run = explicit_padnet(t.f, Unknown(r), networks(name), schedule, t.x0, Stop(0, K), Safeguard(5, 5000), keep=True)
    assert_certified(run, t.f, r, test)  # the best subgradient is at most the known one
    for k, (x, x_new) in enumerate(zip(run.iterates, run.iterates[1:], strict=False)):
        least = r.subgradient_distance(x_new, t.f.grad(x_new))
        assert (least <= run.columns["distance"][k] * (1 + 1e-9) + 1e-12)[k < run.K].all()
        assert (run.columns["distance"][k] <= (B if test == "descent" else MU + C_E) * norm(x_new - x) + 1e-12)[
            k < run.K
        ].all()


@pytest.mark.parametrize("test", SCHEDULES)
@pytest.mark.parametrize("p", [1, 0])
def test_a_run_that_has_converged_to_rounding_stays_and_holds(p, test):
    """At a critical point the test is 0 <= 0: no violation, no endless correction."""
    t, r, SCHEDULE = toy(), prior(p), SCHEDULES[test]
    f, stages = t.f, 140 if test == "condition1" else 800
    run = explicit_padnet(f, r, networks("NaN", stages), SCHEDULE, t.x0, Stop(0, stages), keep=True)
    assert run.settled.all()
    assert (run.K < stages).all()
    assert run.columns["inner"].max() < 100
    assert_certified(run, f, r, test)
    again = explicit_padnet(f, r, networks("NaN", 2), SCHEDULE, run.x, Stop(0, 2))
    assert torch.equal(again.x, run.x)
    assert again.columns["holds"][0].all()


@pytest.mark.parametrize(
    "schedule",
    [Schedule(0.3, 0.1, 1.5, 1e-16, test=ConditionOne()), Schedule(1e-16, 0.1, 1.5, test=Descent(4e-17, 2e-16))],
    ids=["condition1", "descent"],
)
def test_constants_too_small_to_judge_make_no_point_critical(schedule):
    """A certificate that cannot be earned is not given: the iterate is far from critical."""
    t = toy()
    run = explicit_padnet(t.f, prior(1), networks("NaN", 1), schedule, t.x0, Stop(1e-3, 1), Safeguard(2, 5))
    assert (prior(1).subgradient_distance(run.x, t.f.grad(run.x)) > 1e-3).all()
    assert not any(one.holds for one in explicit_certificates(run, schedule, Stop(1e-3, 1)))


@pytest.mark.parametrize("SCHEDULE", SCHEDULES.values(), ids=SCHEDULES)
def test_zero_stays_zero(SCHEDULE):
    t = toy()
    f = type(t)(t.k, torch.zeros_like(t.y), t.truth).f
    run = explicit_padnet(f, prior(0.8), [same] * 3, SCHEDULE, t.x0, Stop(0, 3))
    assert (run.x == 0).all()
    assert run.columns["holds"][0].all()
    assert (run.columns["ratio"][0] == 0).all()
    told = explicit_certificates(run, SCHEDULE, Stop(0, 3))
    assert {one.verdict for one in told} == {
        "stopped at K = 3 as planned: all conditions hold, x is 0 and the last step did not move it."
    }


def test_a_good_step_is_left_alone():
    """Where the network's own step is accepted, guarded and unguarded are the same to the bit."""
    t, r = toy(), prior(1)
    schedule = Schedule(mu=0.5, rho0=0.01, gamma=1.5, C_E=0.24, test=ConditionOne())
    free = explicit_padnet(t.f, r, [same], schedule, t.x0, Stop(0, 1), guard=None)
    run = explicit_padnet(t.f, r, [same], schedule, t.x0, Stop(0, 1))
    assert free.columns["own"].all()
    assert torch.equal(run.x, free.x)
    assert (run.columns["inner"] == 0).all()
    assert (run.columns["ratio"] <= 1).all()


@pytest.mark.parametrize("SCHEDULE", SCHEDULES.values(), ids=SCHEDULES)
def test_what_a_step_is_over_the_decrease_is_told_of_the_network_s_own_step(SCHEDULE):
    t, r = toy(), prior(0.8)
    for name in ("random", "NaN"):
        free, run = (
            explicit_padnet(t.f, r, networks(name, 1), SCHEDULE, t.x0, Stop(0, 1), guard, keep=True)
            for guard in (None, Safeguard())
        )
        before, x, x_new = t.f.value(t.x0) + r.value(t.x0), *free.iterates
        a, _ = SCHEDULE.test.constants(SCHEDULE)
        over = (t.f.value(x_new) + r.value(x_new) + a * norm(x_new - x) ** 2) / before - 1  # Eq. (21), relative
        expected = over if name == "random" else torch.full_like(over, float("inf"))
        for one in (free, run):
            torch.testing.assert_close(one.columns["excess"][0], expected, **TIGHT)


@pytest.mark.parametrize("p", [0, 0.8, 1])
def test_the_excess_has_a_finite_derivative_where_entries_of_x_are_zero(p):
    t = toy()
    with torch.enable_grad():
        v = noise(0.1)(t.x0, 1.0).detach().requires_grad_()
        energy = (t.f.value(t.x0) + prior(p).value(t.x0)).detach()
        step = corrected_step(t.f, prior(p), t.x0, v, energy, SCHEDULES["descent"], Safeguard(2, 0))
        step.excess.sum().backward()
    assert (step.x == 0).any() and v.grad.isfinite().all() and (v.grad != 0).any()


@pytest.mark.parametrize("SCHEDULE", SCHEDULES.values(), ids=SCHEDULES)
@pytest.mark.parametrize("name", ["NaN", "inf"])
def test_what_is_no_number_counts_as_the_network_s_failure(name, SCHEDULE):
    t = toy()
    for guard in (None, Safeguard()):
        run = explicit_padnet(t.f, prior(0), networks(name, 3), SCHEDULE, t.x0, Stop(0, 3), guard)
        assert not run.columns["own"].any()
        assert not (run.columns["ratio"] <= 1).any()


@pytest.mark.parametrize("SCHEDULE", SCHEDULES.values(), ids=SCHEDULES)
@pytest.mark.parametrize("kind", ["NaN", "noise 1e+30", "constant"])
def test_a_bad_sample_leaves_the_others_alone(kind, SCHEDULE):
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


@pytest.mark.parametrize("SCHEDULE", SCHEDULES.values(), ids=SCHEDULES)
@pytest.mark.parametrize("name", ["random", "noise 1000", "constant"])
def test_batch_is_the_stack_of_singles(name, SCHEDULE):
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
        return explicit_padnet(t.f, r, networks("noise 1e+10", 3), SCHEDULES["condition1"], t.x0, Stop(0, 3), guard)

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

    run = explicit_padnet(
        t.f, r, networks("noise 1e+10", 1), SCHEDULES["condition1"], t.x0, Stop(0, 1), monitor=monitor
    )
    assert run.columns["restarted"].all()
    assert torch.equal(seen["v"], seen["x"])
    assert torch.equal(seen["u"], seen["x"])


def test_a_single_proximal_step_from_x_decreases_the_energy():
    t = toy()
    for p in (1, 0.8, 0):
        f, r, x = t.f, prior(p), t.y
        for _ in range(5):
            s = step_size(f, MU)
            x_new = r.prox(x - per_sample(s, x) * f.grad(x), s)
            assert (f.value(x_new) + r.value(x_new) <= f.value(x) + r.value(x)).all()
            x = x_new


@pytest.mark.parametrize("patience, limit", [(-1, 5), (5, -1)])
def test_negative_counts_are_refused(patience, limit):
    with pytest.raises(InputError, match=f"needs patience >= 0 and limit >= 0, got {patience} and {limit}"):
        Safeguard(patience, limit)
