"""Certificates: they hold where the theory holds, and name the k and both sides where it does not."""

from dataclasses import replace

import pytest
import torch
from toys import GARBAGE, prior, random_networks, smooth, toy

from padnet.core.certificate import implicit_certificates
from padnet.core.conditions import ConditionOne, Descent
from padnet.core.explicit import explicit_padnet
from padnet.core.explicit_certificate import explicit_certificates, recompute
from padnet.core.propagation import implicit_padnet
from padnet.core.schedule import Safeguard, Schedule, Stop
from padnet.errors import InputError

EXPLICIT = Schedule(mu=0.5, rho0=0.05, gamma=1.5, C_E=0.2, test=ConditionOne())
DESCENT = replace(EXPLICIT, test=Descent(0.04, 1.6))
BOTH = pytest.mark.parametrize("schedule", [EXPLICIT, DESCENT], ids=["condition1", "descent"])
IMPLICIT = Schedule(mu=0.01, rho0=0.05, gamma=1.5)
K = 4


@pytest.fixture(autouse=True)
def _no_grad():
    with torch.no_grad():
        yield


def explicit(networks, stop, guard=Safeguard(), p=0.8, batch=2, schedule=EXPLICIT):
    t = toy(batch, 12)
    return t.f, prior(p), explicit_padnet(t.f, prior(p), networks, schedule, t.x0, stop, guard, keep=True)


def implicit(stop=Stop(0, K)):
    t = toy(2, 12)
    return implicit_padnet(t.f, random_networks(stop.k_max, bound=0.1), IMPLICIT, t.x0, stop)


def tampered(run, name, k, i, value):
    """The run with one figure replaced."""
    column = run.columns[name].clone()
    column[k, i] = value
    return replace(run, columns=run.columns | {name: column})


@BOTH
@pytest.mark.parametrize("p", [1, 0.8, 0])
def test_a_guarded_run_holds_and_says_that_it_stopped_as_planned(p, schedule):
    stop = Stop(0, K)
    _, _, run = explicit(random_networks(K), stop, p=p, schedule=schedule)
    found = explicit_certificates(run, schedule, stop)
    a, b = (0.04, 1.6) if schedule is DESCENT else (EXPLICIT.margin, 0.7)
    assert len(found) == 2
    for i, one in enumerate(found):
        assert one.holds
        assert one.test == schedule.test.name
        assert one.constants == {"mu": 0.5, "C_E": 0.2, "a": a, "b": b}
        assert one.verdict.startswith(f"stopped at K = {K} as planned: all conditions hold, the last step moved by ")
        assert one.verdict.endswith("> epsilon = 0.")
        assert [row["k"] for row in one.rows] == list(range(K))
        for k, row in enumerate(one.rows):
            moved = run.columns["moved"][k, i].item()
            assert row["error_bound"] == 0.2 * moved and row["subgradient_bound"] == pytest.approx(b * moved)
            assert row["error"] <= row["error_bound"] or schedule is DESCENT
            assert row["distance"] <= row["subgradient_bound"]  # under Condition 1 too, as (24) says
            before, after = run.columns["energy_before"][k, i], run.columns["energy"][k, i]
            assert row["decrease"] == pytest.approx((before - after - a * moved**2).item())


def test_without_C_E_there_is_no_side_of_condition_1():
    stop, schedule = Stop(0, K), replace(DESCENT, C_E=None)
    _, _, run = explicit(random_networks(K), stop, schedule=schedule)
    for one in explicit_certificates(run, schedule, stop):
        assert one.holds and one.constants["C_E"] is None
        assert all(row["error_bound"] is None for row in one.rows)
    assert run.columns["error_ratio"].isnan().all()


@BOTH
def test_a_settled_run_says_converged_and_ends_where_the_sample_did(schedule):
    stop = Stop(1.0, 6)
    _, _, run = explicit(random_networks(6, amplitude=0.1), stop, schedule=schedule)
    assert run.settled.all()
    for i, one in enumerate(explicit_certificates(run, schedule, stop)):
        n = int(run.K[i])
        assert one.holds
        assert one.verdict.startswith(f"converged: all conditions hold, and step {n} moved by ")
        assert one.verdict.endswith("<= epsilon = 1.")
        assert len(one.rows) == n


@BOTH
@pytest.mark.parametrize("name", GARBAGE)
def test_unguarded_garbage_is_violated_and_both_sides_are_named(name, schedule):
    stop = Stop(0, 30)
    _, _, run = explicit([GARBAGE[name]] * 30, stop, guard=None, p=1, schedule=schedule)
    for i, one in enumerate(explicit_certificates(run, schedule, stop)):
        assert not one.holds
        assert one.verdict.startswith("violated at k = ")
        k = int(one.verdict.split("k = ")[1].split(":")[0])
        assert run.columns["holds"][:k, i].all()
        assert not run.columns["holds"][k, i]
        moved, descent = run.columns["moved"][k, i].item(), schedule is DESCENT
        left = run.columns["distance" if descent else "error"][k, i].item()
        right = (1.6 if descent else 0.2) * moved
        if not left <= right:
            words = "dist(0, dF) = {:.3e} > b ||dx|| = {:.3e}" if descent else "||e|| = {:.3e} > C_E ||dx|| = {:.3e}"
            assert one.verdict == f"violated at k = {k}: {words.format(left, right)}."


def test_one_bad_figure_of_an_explicit_run_is_found():
    stop = Stop(0, K)
    for schedule, column, words in (
        (EXPLICIT, "error", "||e|| = 1.000e+09 > C_E"),
        (DESCENT, "distance", "dist(0, dF) = 1.000e+09 > b"),
    ):
        _, _, run = explicit(random_networks(K), stop, schedule=schedule)
        good, bad = explicit_certificates(tampered(run, column, 2, 1, 1e9), schedule, stop)
        assert good.holds
        assert bad.verdict.startswith(f"violated at k = 2: {words} ||dx|| = ")
        for value in (column, "energy"):
            assert not explicit_certificates(tampered(run, value, 0, 0, float("nan")), schedule, stop)[0].holds


@BOTH
@pytest.mark.parametrize("rise, words", [(1.0, "F rises by 1.000e+00"), (-1e-12, "F falls by ")])
def test_a_step_that_falls_too_little_says_so_without_a_double_negative(rise, words, schedule):
    stop = Stop(0, K)
    _, _, run = explicit(random_networks(K), stop, schedule=schedule)
    before = run.columns["energy_before"][1, 0].item()
    bad, good = explicit_certificates(tampered(run, "energy", 1, 0, before + rise), schedule, stop)
    assert good.holds
    least = bad.constants["a"] * run.columns["moved"][1, 0].item() ** 2
    assert bad.verdict.startswith(f"violated at k = 1: {words}") and "by -" not in bad.verdict
    assert bad.verdict.endswith(f", (21) asks that it falls by {least:.3e}.")


def test_a_run_that_one_test_guards_is_judged_by_the_other_on_its_own_merits():
    stop = Stop(0, K)
    _, _, run = explicit([smooth] * K, stop, p=1, schedule=DESCENT)
    assert all(one.holds for one in explicit_certificates(run, DESCENT, stop))
    assert not any(one.holds for one in explicit_certificates(run, EXPLICIT, stop))


def test_a_certificate_names_its_test_or_is_none():
    stop = Stop(0, K)
    _, _, run = explicit(random_networks(K), stop)
    with pytest.raises(InputError, match="this schedule names no test"):
        explicit_certificates(run, replace(EXPLICIT, test=None), stop)


def test_a_larger_C_E_than_the_run_s_is_not_what_is_judged():
    """The bound is that of the schedule given."""
    stop = Stop(0, K)
    _, _, run = explicit(random_networks(K), stop)
    strict = replace(EXPLICIT, C_E=1e-9)
    assert all(one.verdict.startswith("violated at k = ") for one in explicit_certificates(run, strict, stop))


def test_a_bounded_network_holds():
    stop = Stop(0, K)
    run = implicit(stop)
    for one in implicit_certificates(run, IMPLICIT, stop):
        assert one.holds
        assert one.verdict.startswith(f"stopped at K = {K} as planned: all conditions hold")
        assert [row["k"] for row in one.rows] == list(range(K))
        names = {"k", "(30)", "(31)", "(32)", "(33)", "(33) second, as printed", "(34), as printed"}
        assert all(set(row) == names for row in one.rows)
        assert all(
            row[n]["left"] <= row[n]["right"] * (1 + 1e-9) for row in one.rows for n in ("(30)", "(31)", "(32)", "(33)")
        )


COLUMNS = {"u_step": "(30)", "residual": "(31)", "v_moved": "(32)", "lam": "(33)"}


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("value", [1e9, float("nan")])
def test_one_bad_figure_of_an_implicit_run_is_found(column, value):
    stop = Stop(0, K)
    good, bad = implicit_certificates(tampered(implicit(stop), column, 2, 1, value), IMPLICIT, stop)
    assert good.holds
    assert not bad.holds
    right = bad.rows[2][COLUMNS[column]]["right"]
    assert bad.verdict == f"violated at k = 2: {COLUMNS[column]} reads {value:.3e} <= {right:.3e}."


@pytest.mark.parametrize("column", ["lam_moved", "u_moved"])
def test_the_printed_constants_are_recorded_and_not_judged(column):
    stop = Stop(0, K)
    one = implicit_certificates(tampered(implicit(stop), column, 2, 0, 1e9), IMPLICIT, stop)[0]
    assert one.holds
    assert 1e9 in [side["left"] for name, side in one.rows[2].items() if name != "k"]


def test_single_precision_is_refused():
    stop = Stop(0, K)
    _, _, run = explicit(random_networks(K), stop)
    for certify, one, schedule in (
        (explicit_certificates, run, EXPLICIT),
        (implicit_certificates, implicit(), IMPLICIT),
    ):
        with pytest.raises(
            InputError, match="needs a run in float64, this one is torch.float32: convert f and x0 first"
        ):
            certify(replace(one, x=one.x.float()), schedule, stop)


@BOTH
@pytest.mark.parametrize("p", [1, 0.8, 0])
@pytest.mark.parametrize("name", ["random", "NaN", "constant", "minus identity"])
@pytest.mark.parametrize("epsilon", [0.0, 0.3])
def test_recomputed_from_the_iterates_alone(p, name, epsilon, schedule):
    stop = Stop(epsilon, 8)
    f, r, run = explicit(random_networks(8) if name == "random" else [GARBAGE[name]] * 8, stop, p=p, schedule=schedule)
    again = recompute(run.iterates, f, r, schedule, stop)
    assert torch.equal(again.K, run.K) and torch.equal(again.settled, run.settled) and torch.equal(again.x, run.x)
    for one in ("moved", "energy", "energy_before", "distance", "iteration_error"):
        torch.testing.assert_close(again.columns[one], run.columns[one], rtol=1e-9, atol=1e-12, equal_nan=True)
    going = ~again.columns["error"].isnan()
    assert (again.columns["error"] <= run.columns["error"] * (1 + 1e-9) + 1e-12)[going].all()
    made = explicit_certificates(run, schedule, stop)
    for one, other in zip(made, explicit_certificates(again, schedule, stop), strict=True):
        assert one.holds and (one.verdict, one.test, one.constants) == (other.verdict, other.test, other.constants)


def test_a_violated_run_is_violated_again():
    """The subgradient of descent is the best one both times, so the sentence is the same."""
    stop = Stop(0, K)
    for name in ("noise 1", "noise 1000", "constant"):
        f, r, run = explicit([GARBAGE[name]] * K, stop, guard=None, p=1, schedule=DESCENT)
        verdicts = [
            [c.verdict for c in explicit_certificates(q, DESCENT, stop)]
            for q in (run, recompute(run.iterates, f, r, DESCENT, stop))
        ]
        assert verdicts[0] == verdicts[1] and all(one.startswith("violated") for one in verdicts[0])


@BOTH
def test_a_run_that_has_come_to_rest_holds_again_and_a_false_rest_does_not(schedule):
    stop = Stop(0, 700)
    f, r, run = explicit([GARBAGE["NaN"]] * 700, stop, p=1, schedule=schedule)
    assert run.settled.all()
    assert all(
        one.holds for one in explicit_certificates(recompute(run.iterates, f, r, schedule, stop), schedule, stop)
    )
    frozen = recompute([run.iterates[2]] * 3, f, r, schedule, stop)  # settled, for nothing moves
    assert not any(one.holds for one in explicit_certificates(frozen, schedule, stop))


@BOTH
@pytest.mark.parametrize("name", ["noise 1", "noise 1000", "constant"])
def test_no_subgradient_saves_an_unguarded_garbage_run(name, schedule):
    f, r, run = explicit([GARBAGE[name]] * K, Stop(0, K), guard=None, p=1, schedule=schedule)
    again = recompute(run.iterates, f, r, schedule, Stop(0, K))
    assert not any(one.holds for one in explicit_certificates(again, schedule, Stop(0, K)))


def test_recompute_refuses_too_little():
    f, r, run = explicit(random_networks(2), Stop(0, 2))
    for iterates in ((), run.iterates[:1], [x.float() for x in run.iterates]):
        with pytest.raises(InputError, match="at least two iterates in float64: run with keep=True in float64"):
            recompute(iterates, f, r, EXPLICIT, Stop(0, 2))

    class Unknown:
        value, prox = r.value, r.prox

    with pytest.raises(InputError, match="cannot be recomputed from x alone: Unknown knows no subgradient_distance"):
        recompute(run.iterates, f, Unknown(), EXPLICIT, Stop(0, 2))
