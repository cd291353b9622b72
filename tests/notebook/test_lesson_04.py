"""What lesson 04 computes beside its mathematics: averages, choices of records, verdicts on claims."""

import json
import math

import pytest

from padnet.notebook import lesson_04_claims
from padnet.notebook.cells import mean, number
from padnet.notebook.lesson_04 import GradientRecords
from padnet.notebook.lesson_04_limits import limit_groups, limit_sentences, survival_table


def test_numbers_that_left_all_bounds_are_called_so():
    assert number(0.25) == "0.2500" and number(1234.5, ".1e") == "1.2e+03"
    assert {number(value) for value in (None, math.nan, math.inf, -1e4)} == {"diverged"}
    assert mean(value for value in (1, 2, 6)) == 3


@pytest.fixture
def kept(toy, monkeypatch):
    """Records of two pairs and the certificates of one, in a project of their own."""
    kept = GradientRecords("quick", toy)
    row = {"image": "a", "kernel": "b", "variant": "guarded", "p": 0.8, "test": "descent", "error": 0.5}
    rows = [row, row | {"image": "c", "error": 0.25}, row | {"test": "condition1", "error": 0.75}]
    net = {"variant": "bounded", "p": None, "test": None, "error": 0.125}
    monkeypatch.setattr(kept, "_records", {("quick", "epadnet"): rows, ("quick", "ipadnet"): [row | net]})
    path = kept.folder / "certificates/quick/gradient-epadnet.json"
    path.parent.mkdir(parents=True)
    steps = [
        {"error": 1.0, "error_bound": 2.0},
        {"error": None, "error_bound": 1.0},
        {"error": 3.0, "error_bound": 1.0},
    ]
    one = {"image": "a", "kernel": "b", "prior": "l0.8", "variant": "unguarded", "test": "condition1", "rows": steps}
    path.write_text(json.dumps([one, one | {"image": "c"}]))
    return kept


def test_records_are_chosen_by_variant_prior_and_test(kept):
    assert kept.main == "quick"
    assert [row["error"] for row in kept.select("quick", "epadnet", "guarded", "l0.8")] == [0.5, 0.25]
    assert [row["error"] for row in kept.select("quick", "epadnet", "guarded", "l0.8", "condition1")] == [0.75]
    assert kept.error("quick", "epadnet", "guarded", "l0.8") == 0.375
    assert kept.error("quick", "ipadnet", "bounded", "l0.8") == 0.125  # which has no prior
    assert kept.select("quick", "epadnet", "guarded", "l1") == []


def test_a_certificate_is_that_of_the_pair(kept):
    pair = {"image": "c", "kernel": "b"}
    assert kept.certificate(pair, "epadnet", "l0.8", "unguarded", "condition1")["image"] == "c"
    with pytest.raises(ValueError, match="not enough"):
        kept.certificate(pair, "epadnet", "l1", "unguarded")


def test_condition_1_is_counted_step_by_step(kept):
    told = lesson_04_claims.claim_of_condition1(kept)
    assert "**our runs contradict it**. It holds at 2 of 6 steps" in told


def test_the_first_step_is_judged_by_the_worse_network_and_the_better_peer():
    kinds = {("ipadnet", "bounded"): 0.8, ("epadnet", "guarded"): 0.9, ("admm", "same"): 1.0, ("hqs", "same"): 1.5}
    first = {(p, *kind): error for p in ("l1", "l0.8", "l0") for kind, error in kinds.items()}
    assert "our runs agree" in lesson_04_claims.claim_of_first_step(first)
    told = lesson_04_claims.claim_of_first_step(first | {("l0", "ipadnet", "bounded"): 0.95})
    assert "our runs contradict it" in told and "l0 0.950 against 1.000" in told


def test_where_a_run_is_better(monkeypatch):
    shown = []
    monkeypatch.setattr("padnet.notebook.lesson_04_limits.display", lambda told: shown.append(told.data))
    row = {"p": 1.0, "variant": "trained", "test": "descent", "early_error": 0.5, "error": 0.75, "stopped": "epsilon"}
    others = {"variant": "left out", "early_error": 1.0}
    rows = [row | {"p": p} | more for p in (1.0, 0.8, 0.0) for more in ({}, {"test": "condition1"}, others)]
    groups = limit_groups(rows)
    assert len(groups) == 9 and all(len(group) == 1 for group in groups.values())
    limit_sentences(groups)
    lines = shown[0].splitlines()
    assert lines[0].endswith(
        "0.500 after the planned stages, 0.750 at the limit; the run that stops as planned is better, by 0.250."
    )
    assert "the run that goes on is better" in lines[2]
    assert "Of 6 runs with trained networks, 6 are better" in lines[-1] and "stopping early" in lines[-1]


def test_what_survives_is_averaged_over_the_steps_that_have_a_share(monkeypatch, capsys):
    monkeypatch.setattr("padnet.notebook.lesson_04_limits.table", lambda head, lines: None)
    steps = [(0.5, True), (0.25, False), (None, True)]
    rows = [
        {"p": p, "test": test, "share": share, "own": own}
        for p in (1.0, 0.8, 0.0)
        for test in ("descent", "condition1")
        for share, own in steps
    ]
    survival_table(rows)
    assert "l1: 38% of a proposal survive under (21) and (24), 38% under Condition 1" in capsys.readouterr().out
