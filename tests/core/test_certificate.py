"""Certificates: they hold where the theory holds, and name the k and both sides where it does not."""

from dataclasses import replace

import pytest
import torch
from toys import GARBAGE, prior, random_networks, toy

from padnet.core.certificate import explicit_certificates, implicit_certificates, recompute
from padnet.core.propagation import explicit_padnet, implicit_padnet
from padnet.core.safeguard import Safeguard
from padnet.core.schedule import Schedule, Stop
from padnet.errors import InputError

EXPLICIT = Schedule(mu=0.5, rho0=0.05, gamma=1.5, C_E=0.2)
IMPLICIT = Schedule(mu=0.01, rho0=0.05, gamma=1.5)
K = 4


@pytest.fixture(autouse=True)
def _no_grad():
    with torch.no_grad():
        yield


def explicit(networks, stop, guard=Safeguard(), p=0.8, batch=2):
    t = toy(batch, 12)
    return t.f, prior(p), explicit_padnet(t.f, prior(p), networks, EXPLICIT, t.x0, stop, guard, keep=True)


def implicit(stop=Stop(0, K)):
    t = toy(2, 12)
    return implicit_padnet(t.f, random_networks(stop.k_max, bound=0.1), IMPLICIT, t.x0, stop)


def tampered(run, name, k, i, value):
    """The run with one figure replaced."""
    column = run.columns[name].clone()
    column[k, i] = value
    return replace(run, columns=run.columns | {name: column})


@pytest.mark.parametrize("p", [1, 0.8, 0])
def test_a_guarded_run_holds_and_says_that_k_max_ended_it(p):
    stop = Stop(0, K)
    _, _, run = explicit(random_networks(K), stop, p=p)
    found = explicit_certificates(run, EXPLICIT, stop)
    assert len(found) == 2
    for i, one in enumerate(found):
        assert one.holds
        assert one.verdict.startswith(f"stopped at K = {K}: all conditions hold, the last step moved by ")
        assert one.verdict.endswith("> epsilon = 0.")
        assert [row["k"] for row in one.rows] == list(range(K))
        for k, row in enumerate(one.rows):
            moved = run.columns["moved"][k, i].item()
            assert row["error"] <= row["error_bound"] == EXPLICIT.C_E * moved
            assert row["subgradient_bound"] == pytest.approx(0.7 * moved)
            before, after = run.columns["energy_before"][k, i], run.columns["energy"][k, i]
            assert row["decrease"] == pytest.approx((before - after - EXPLICIT.margin * moved**2).item())


def test_a_settled_run_says_converged_and_ends_where_the_sample_did():
    stop = Stop(1.0, 6)
    _, _, run = explicit(random_networks(6, amplitude=0.1), stop)
    assert run.settled.all()
    for i, one in enumerate(explicit_certificates(run, EXPLICIT, stop)):
        n = int(run.K[i])
        assert one.holds
        assert one.verdict.startswith(f"converged: all conditions hold, and step {n} moved by ")
        assert one.verdict.endswith("<= epsilon = 1.")
        assert len(one.rows) == n


@pytest.mark.parametrize("name", GARBAGE)
def test_unguarded_garbage_is_violated_and_both_sides_are_named(name):
    stop = Stop(0, 30)
    _, _, run = explicit([GARBAGE[name]] * 30, stop, guard=None, p=1)
    for i, one in enumerate(explicit_certificates(run, EXPLICIT, stop)):
        assert not one.holds
        assert one.verdict.startswith("violated at k = ")
        k = int(one.verdict.split("k = ")[1].split(":")[0])
        assert run.columns["holds"][:k, i].all()
        assert not run.columns["holds"][k, i]
        error, bound = run.columns["error"][k, i].item(), EXPLICIT.C_E * run.columns["moved"][k, i].item()
        if not error <= bound:
            assert one.verdict == f"violated at k = {k}: ||e|| = {error:.3e} > C_E ||dx|| = {bound:.3e}."


def test_one_bad_figure_of_an_explicit_run_is_found():
    stop = Stop(0, K)
    _, _, run = explicit(random_networks(K), stop)
    good, bad = explicit_certificates(tampered(run, "error", 2, 1, 1e9), EXPLICIT, stop)
    assert good.holds
    assert bad.verdict.startswith("violated at k = 2: ||e|| = 1.000e+09 > C_E ||dx|| = ")
    before = run.columns["energy_before"][1, 0].item()
    bad, good = explicit_certificates(tampered(run, "energy", 1, 0, before + 1), EXPLICIT, stop)
    assert good.holds
    assert bad.verdict.startswith("violated at k = 1: F decreases by -")
    assert bad.verdict.endswith(" less than (21) asks for.")
    for value in ("error", "energy"):
        assert not explicit_certificates(tampered(run, value, 0, 0, float("nan")), EXPLICIT, stop)[0].holds


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
        assert one.verdict.startswith(f"stopped at K = {K}: all conditions hold")
        assert [row["k"] for row in one.rows] == list(range(K))
        names = {"k", "(30)", "(31)", "(32)", "(33)", "(33) second, as printed", "(34), as printed"}
        assert all(set(row) == names for row in one.rows)
        assert all(row[n]["left"] <= row[n]["right"] * (1 + 1e-9) for row in one.rows for n in ("(30)", "(31)", "(32)", "(33)"))


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
    for certify, one, schedule in ((explicit_certificates, run, EXPLICIT), (implicit_certificates, implicit(), IMPLICIT)):
        with pytest.raises(InputError, match="needs a run in float64, this one is torch.float32: convert f and x0 first"):
            certify(replace(one, x=one.x.float()), schedule, stop)


@pytest.mark.parametrize("p", [1, 0.8, 0])
def test_recomputed_from_the_iterates_alone(p):
    stop = Stop(0, K)
    f, r, run = explicit(random_networks(K), stop, p=p)
    found = recompute(run.iterates, f, r, EXPLICIT)
    assert set(found) == {"distance", "moved", "decrease"}
    assert all(column.shape == (K, 2) for column in found.values())
    error, moved = run.columns["error"], run.columns["moved"]
    assert (found["distance"] <= error * (1 + 1e-9) + 1e-12).all()
    torch.testing.assert_close(found["moved"], moved, rtol=1e-12, atol=1e-14)
    decrease = run.columns["energy_before"] - run.columns["energy"] - EXPLICIT.margin * moved**2
    torch.testing.assert_close(found["decrease"], decrease, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ["noise 1", "noise 1000", "constant"])
def test_no_subgradient_saves_an_unguarded_garbage_run(name):
    f, r, run = explicit([GARBAGE[name]] * K, Stop(0, K), guard=None, p=1)
    found = recompute(run.iterates, f, r, EXPLICIT)
    assert (found["distance"] > EXPLICIT.C_E * found["moved"]).any(dim=0).all()


def test_recompute_refuses_too_little():
    f, r, run = explicit(random_networks(2), Stop(0, 2))
    for iterates in ((), run.iterates[:1], [x.float() for x in run.iterates]):
        with pytest.raises(InputError, match="at least two iterates in float64: run with keep=True in float64"):
            recompute(iterates, f, r, EXPLICIT)
