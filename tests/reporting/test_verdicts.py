"""Rules and verdicts: which number stands beside which, and what is said of it."""

import math

import pytest
from ruamel.yaml import YAML

from padnet.errors import InputError
from padnet.labels import NAMES
from padnet.project.params import read_yaml
from padnet.reporting.verdicts import (
    BETTER,
    CELL,
    NO_ROW,
    NOT,
    REPRODUCED,
    VERDICTS,
    WORSE,
    cells,
    counts,
    judge,
    printed,
    read_rules,
)

PSNR = {"better": "higher", "tolerance": 0.25, "why": "a test"}
ERROR = {"better": "lower", "relative": 0.05, "why": "a test"}
TABLES = {
    "table1": {
        "iterations": {"l1": {"ADMM": 29, "IPADNet": 6}},
        "reconstruction_error": {"l1": {"ADMM": 1.3, "IPADNet": 0.4}},
    },
    "table2": {"levin": {"psnr": {"TV": 30.0}}, "sun": {"psnr": {"TV": 31.0}}},
}
RULES = {
    "metrics": {"psnr": PSNR, "error": ERROR, "iterations": {"better": "lower", "tolerance": 1, "why": "a test"}},
    "protocols": {
        "table1": {"a": {"beside": "levin", "comparable": True, "why": "fits"}},
        "table2": {
            "a": {"beside": "levin", "comparable": True, "why": "fits"},
            "b": {"beside": "sun", "comparable": False, "why": "other pictures"},
        },
    },
    "except": [{"name": "tuned", "tables": ["table1"], "variants": ["tuned"], "why": "not printed"}],
    "published": {"why": "none", "same": {}},
}


def row(table, protocol, method, variant, metric, value, prior="", test=None):
    return {
        "table": table,
        "protocol": protocol,
        "prior": prior,
        "method": method,
        "variant": variant,
        "test": test,
        "metric": metric,
        "value": value,
    }


@pytest.mark.parametrize(
    "ours, rule, verdict",
    [
        (30.25, PSNR, REPRODUCED),
        (29.75, PSNR, REPRODUCED),
        (30.26, PSNR, BETTER),
        (29.74, PSNR, WORSE),
        (31.5, ERROR, REPRODUCED),
        (31.51, ERROR, WORSE),
        (28.49, ERROR, BETTER),
        (math.nan, PSNR, WORSE),
        (math.nan, ERROR, WORSE),
        (math.inf, ERROR, WORSE),
    ],
)
def test_a_verdict_is_what_its_rule_says(ours, rule, verdict):
    said = judge(30.0, ours, rule)
    assert said["verdict"] == verdict
    assert said["tolerance"] == (0.25 if rule is PSNR else 1.5)
    if math.isfinite(ours):
        assert said["difference"] == pytest.approx(ours - 30)


def test_the_last_digit_of_a_sum_does_not_decide():
    # 0.95 - 0.94 is more than 0.01 in binary
    assert judge(0.94, 0.95, {"better": "higher", "tolerance": 0.01})["verdict"] == REPRODUCED


def test_each_number_of_ours_meets_the_papers_or_none():
    ours = [
        row("table1", "a", "admm", "same", "error", 1.31, "l1"),
        row("table1", "a", "admm", "tuned", "error", 0.6, "l1"),
        row("table1", "a", "admm", "same", "energy", 5.0, "l1"),
        row("table1", "a", "ipadnet", "bounded", "error", 0.5, "l1"),
        row("table2", "a", "tv", "tuned", "psnr", 30.5),
        row("table2", "a", "sparse", "published", "psnr", 33.0),
        row("table2", "b", "tv", "tuned", "psnr", 31.0),
    ]
    found = cells(ours, TABLES, RULES)
    said = {(c["table"], c["protocol"], c["method"], c["variant"], c["metric"]): c for c in found}
    assert len(said) == len(found) == 7
    assert said["table1", "a", "admm", "same", "error"]["verdict"] == REPRODUCED
    tuned = said["table1", "a", "admm", "tuned", "error"]
    assert (tuned["verdict"], tuned["why"], tuned["paper"], tuned["difference"]) == (NOT, "not printed", 1.3, None)
    assert said["table1", "a", "ipadnet", "bounded", "error"]["verdict"] == WORSE
    # the exception is of Table 1 alone
    assert said["table2", "a", "tv", "tuned", "psnr"]["verdict"] == BETTER
    assert said["table2", "a", "tv", "tuned", "psnr"]["why"] == "fits; a test"
    # equal, and yet not reproduced: the pictures are others
    assert said["table2", "b", "tv", "tuned", "psnr"]["verdict"] == NOT
    lonely = [c for c in found if c["ours"] is None]
    assert [(c["method"], c["metric"], c["verdict"], c["why"]) for c in lonely] == [
        ("admm", "iterations", NOT, NO_ROW),
        ("ipadnet", "iterations", NOT, NO_ROW),
    ]


def test_the_counts_hold_every_cell_once():
    ours = [
        row("table1", "a", "ipadnet", "bounded", "error", 0.3, "l1"),
        row("table2", "b", "tv", "tuned", "psnr", 31.0),
    ]
    found = cells(ours, TABLES, RULES)
    of = counts(found, RULES)
    assert sum(sum(entry.values()) for entry in of.values()) == len(found)
    assert of["table1", "a", "PADNet"] == {REPRODUCED: 0, BETTER: 1, WORSE: 0, NOT: 0}
    # one number with ours under another protocol, one without
    assert of["table2", "", ""][NOT] == 2


def test_of_the_guarded_rows_one_test_is_judged_of_the_unguarded_both_and_no_control(root):
    rules, tables = read_rules(root / "reference/compare.yaml"), read_yaml(root / "reference/tables.yaml")
    runs = [
        ("guarded", "descent"),
        ("guarded", "condition1"),
        ("unguarded", "descent"),
        ("unguarded", "condition1"),
        ("left out", "descent"),
        ("random", "descent"),
    ]
    ours = [row("table1", "levin-1pct", "epadnet", v, "error", 0.44, "l1", test) for v, test in runs]
    ours += [row("table2", "levin-1pct", "epadnet", v, "psnr", 33.4, test="descent") for v in ("guarded", "left out")]
    found = {(c["table"], c["variant"], c["test"]): c for c in cells(ours, tables, rules) if c["ours"] is not None}
    assert [key for key, cell in found.items() if cell["verdict"] == REPRODUCED] == [
        ("table1", "guarded", "descent"),
        ("table1", "unguarded", "descent"),
        ("table1", "unguarded", "condition1"),
        ("table2", "guarded", "descent"),
    ]
    assert {cell["verdict"] for cell in found.values()} == {REPRODUCED, NOT} and len(found) == len(ours)
    assert "Condition 1" in found["table1", "guarded", "condition1"]["why"]
    assert "trained networks are worth" in found["table1", "random", "descent"]["why"]


def test_a_row_without_a_test_has_an_empty_one():
    (cell,) = [c for c in cells([row("table2", "a", "tv", "tuned", "psnr", 30.0)], TABLES, RULES) if c["variant"]]
    assert cell["test"] == "" and set(cell) == set(CELL)


def test_a_protocol_and_a_metric_without_a_rule(root):
    with pytest.raises(InputError, match="has no rule for c in table2: add one"):
        cells([row("table2", "c", "tv", "tuned", "psnr", 30.0)], TABLES, RULES)
    with pytest.raises(InputError, match="has no tolerance for psnr"):
        cells([row("table2", "a", "tv", "tuned", "psnr", 30.0)], TABLES, RULES | {"metrics": {}})


def test_every_number_of_the_paper_is_read(root):
    tables = read_yaml(root / "reference/tables.yaml")

    def leaves(node):
        return [leaf for each in node.values() for leaf in leaves(each)] if isinstance(node, dict) else [node]

    found = printed(tables)
    assert sorted(found.values()) == sorted(leaves(tables)) and len(found) == 80
    assert found["table1", "levin", "error", "l0.8", "EPADNet"] == 0.4140
    assert found["table3", "fattal", "time", "", "Chen"] == 272.07
    assert {key[-1] for key in found} <= set(NAMES.values())


def test_the_projects_rules_can_be_applied(root):
    rules = read_rules(root / "reference/compare.yaml")
    sets = {(key[0], key[1]) for key in printed(read_yaml(root / "reference/tables.yaml"))}
    places = {(table, rule["beside"]) for table, of in rules["protocols"].items() for rule in of.values()}
    assert places == sets
    # a set of the paper is judged under one protocol, but for Table 1, whose noise is not named
    judged = [(t, rule["beside"]) for t, of in rules["protocols"].items() for rule in of.values() if rule["comparable"]]
    assert sorted(judged) == [("table1", "levin")] * 2 + [("table2", "levin"), ("table2", "sun"), ("table3", "fattal")]
    assert VERDICTS == ("reproduced", "better", "worse", "not comparable")


@pytest.mark.parametrize(
    "change, named",
    [
        (lambda rules: rules.pop("except"), "has no section except"),
        (lambda rules: rules["metrics"]["psnr"].pop("why"), "does not say why for psnr"),
        (lambda rules: rules["protocols"]["table2"]["b"].update(why=""), "does not say why for b"),
        (lambda rules: rules["except"][0].pop("why"), "does not say why for tuned"),
        (
            lambda rules: rules["except"][0].update(test=["descent"]),
            "names test in tuned, which is not a property of a cell",
        ),
        (lambda rules: rules["published"].pop("why"), "does not say why for published"),
        (lambda rules: rules["metrics"]["psnr"].update(better="more"), "cannot judge psnr"),
        (lambda rules: rules["metrics"]["psnr"].update(relative=0.1), "cannot judge psnr"),
        (lambda rules: rules["metrics"]["error"].pop("relative"), "cannot judge error"),
        (lambda rules: rules["protocols"]["table2"]["a"].pop("beside"), "cannot place a"),
        (lambda rules: rules["protocols"]["table2"]["a"].update(comparable="perhaps"), "cannot place a"),
        (lambda rules: rules.clear(), "has no section metrics"),
    ],
)
def test_rules_that_cannot_be_applied(tmp_path, change, named):
    yaml, path = YAML(typ="safe"), tmp_path / "compare.yaml"
    with open(path, "w") as file:
        yaml.dump(RULES, file)
    assert read_rules(path) == RULES
    rules = read_yaml(path)
    change(rules)
    with open(path, "w") as file:
        yaml.dump(rules, file)
    with pytest.raises(InputError, match=named):
        read_rules(path)
