"""The conditions of a certificate judged again: on a true run, on each number altered, and on a run that diverged."""

import copy
from dataclasses import replace

import pytest
import torch

from padnet.core.conditions import ConditionOne, Descent
from padnet.core.explicit import explicit_padnet
from padnet.core.explicit_certificate import explicit_certificates
from padnet.core.fidelity import LeastSquares
from padnet.core.operators import Blur
from padnet.core.priors import LpNorm
from padnet.core.schedule import Safeguard, Schedule, Stop
from padnet.evaluation.records import proof
from padnet.verify.certificates import record_fault
from padnet.verify.conditions import Terms, fault

SCHEDULE = Schedule(mu=0.5, rho0=1.0, gamma=1.5, C_E=0.2, test=ConditionOne())
DESCENT = replace(SCHEDULE, test=Descent(0.04, 1.5))
BOTH = pytest.mark.parametrize("schedule", [SCHEDULE, DESCENT], ids=["condition1", "descent"])


def run(network, guarded=True, epsilon=1e-3, k_max=4, schedule=SCHEDULE):
    """A certificate as a file holds it, and its Terms."""
    torch.manual_seed(0)
    y, k = torch.rand(1, 1, 8, 8, dtype=torch.float64), torch.full((1, 1, 3, 3), 1 / 9, dtype=torch.float64)
    stop = Stop(epsilon, k_max)
    f, r = LeastSquares(Blur(k, (8, 8)), y), LpNorm(1.0, 0.01)
    done = explicit_padnet(f, r, [network] * k_max, schedule, y, stop, Safeguard() if guarded else None)
    (one,) = explicit_certificates(done, schedule, stop)
    return proof(one), Terms(schedule, stop)


def nothing(v, alpha):
    return v


def wild(v, alpha):
    return v + 1e3


@BOTH
@pytest.mark.parametrize("epsilon, word", [(1e-9, "stopped"), (10.0, "converged")])
def test_a_true_run(epsilon, word, schedule):
    one, terms = run(nothing, epsilon=epsilon, schedule=schedule)
    assert one["verdict"].startswith(word) and fault(one, terms, explicit=True) is None


@BOTH
def test_a_run_that_violates(schedule):
    one, terms = run(wild, guarded=False, schedule=schedule)
    assert one["verdict"].startswith("violated at k = 0") and fault(one, terms, explicit=True) is None
    better = {**one, "holds": True}
    assert "holds is True, its rows say False" in fault(better, terms, explicit=True)
    other = {**one, "verdict": one["verdict"].replace("k = 0", "k = 1")}
    assert fault(other, terms, explicit=True).startswith("its rows say: violated at k = 0")


def test_a_run_that_diverged_has_no_numbers_to_judge():
    one, terms = run(wild, guarded=False)
    one["rows"][1].update(energy=None, error=None, decrease=None)
    assert fault(one, terms, explicit=True) is None


def test_a_certificate_of_one_test_is_none_of_the_other():
    for mine, other in ((SCHEDULE, DESCENT), (DESCENT, SCHEDULE)):
        one, terms = run(nothing, schedule=mine)
        strange = replace(terms, schedule=other)
        assert f"it is of the test {mine.test.name}, the run was put to {other.test.name}" in fault(
            one, strange, explicit=True
        )
        # Not even with the other's name, for its bounds are others.
        assert "its constants a, b are not those of the run" in fault(
            {**one, "test": other.test.name}, strange, explicit=True
        )
        renamed = {**one, "test": other.test.name, "constants": run(nothing, schedule=other)[0]["constants"]}
        assert "subgradient_bound at k = 0" in fault(renamed, strange, explicit=True)
        assert "it is of the test None" in fault({k: v for k, v in one.items() if k != "test"}, terms, explicit=True)
        assert "its constants" in fault({**one, "constants": {**one["constants"], "b": 9.0}}, terms, explicit=True)


def test_a_row_that_falls_too_little_is_told_as_the_run_told_it():
    one, terms = run(wild, guarded=False, schedule=DESCENT)
    assert "F rises by" in one["verdict"] or "dist(0, dF)" in one["verdict"]
    one, terms = run(nothing, epsilon=1e-9, schedule=DESCENT)
    one["rows"][2]["distance"] = 9.0
    assert "holds is True, its rows say False" in fault(one, terms, explicit=True)
    one.update(holds=False, verdict="violated at k = 2: well")
    assert (
        f"its rows say: violated at k = 2: dist(0, dF) = 9.000e+00 > b ||dx|| = {1.5 * one['rows'][2]['moved']:.3e}."
        in fault(one, terms, explicit=True)
    )


@pytest.mark.parametrize(
    "change, named",
    [
        (lambda one: one["rows"][0].update(error_bound=1.0), "error_bound at k = 0"),
        (lambda one: one["rows"][2].update(subgradient_bound=1.0), "subgradient_bound at k = 2"),
        (lambda one: one["rows"][1].update(decrease=1.0), "decrease at k = 1"),
        (lambda one: one["rows"][1].update(k=5), "row 1 is called k = 5"),
        (lambda one: one["rows"][3].update(error=9.0), "holds is True, its rows say False"),
        (lambda one: one.update(rows=one["rows"] * 2), "it has 8 rows of at most 4"),
        (lambda one: one.update(rows=one["rows"][:3]), "its 3 rows say otherwise"),
        (
            lambda one: one.update(verdict=one["verdict"].replace("K = 4", "K = 3")),
            "its rows say: stopped at K = 4 as planned",
        ),
        (lambda one: one.update(verdict="well"), "its verdict is 'well'"),
        (lambda one: one.update(verdict=one["verdict"].replace("1e-09", "1e-08")), "its rows say: stopped"),
    ],
)
def test_every_altered_number_is_found(change, named):
    one, terms = run(nothing, epsilon=1e-9)
    one = copy.deepcopy(one)
    change(one)
    assert named in fault(one, terms, explicit=True)


@pytest.mark.parametrize(
    "field, value",
    [
        ("verdict", "stopped"),
        ("iterations", "3"),
        ("accepted", "3"),
        ("energy", "1.5"),
        ("stopped", "epsilon"),
        ("iteration_error", "0.5"),
    ],
)
def test_a_record_says_what_its_certificate_says(field, value):
    one, _ = run(nothing, epsilon=1e-9)
    moved = one["verdict"].split("moved by ")[1].split(" ")[0]
    record = {
        "verdict": one["verdict"],
        "iterations": "4",
        "accepted": str(sum(row["own"] for row in one["rows"])),
        "energy": str(one["rows"][-1]["energy"]),
        "stopped": "k_max",
        "iteration_error": moved,
    }
    assert record_fault(one, record) is None
    assert field in record_fault(one, record | {field: value})


@BOTH
def test_what_no_run_writes_is_found(schedule):
    one, terms = run(nothing, schedule=schedule)
    for change, says in (
        ({"distance": -1.0}, "distance at k = 1 is -1, a norm is not negative"),
        ({"own": 7}, "own at k = 1 is 7"),
        ({"inner": "many"}, "inner at k = 1 is 'many'"),
        ({"subgradient_bound": None}, "subgradient_bound at k = 1 is None"),
        ({"error_bound": None}, "error_bound at k = 1 is None"),
    ):
        other = copy.deepcopy(one)
        other["rows"][1].update(change)
        assert says in fault(other, terms, explicit=True)


@BOTH
def test_a_run_that_rests_at_zero_is_neither_converged_nor_wrong(schedule):
    stop, zero = Stop(1e-3, 3), torch.zeros(1, 1, 8, 8, dtype=torch.float64)
    f = LeastSquares(Blur(torch.ones(1, 1, 3, 3, dtype=torch.float64), (8, 8)), zero)
    done = explicit_padnet(f, LpNorm(1.0, 0.01), [nothing] * 3, schedule, zero, stop)
    (one,) = explicit_certificates(done, schedule, stop)
    assert "x is 0" in one.verdict and fault(proof(one), Terms(schedule, stop), explicit=True) is None
