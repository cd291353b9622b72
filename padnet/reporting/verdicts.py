"""Cell-by-cell comparison of the paper's numbers with ours, judged by the rules in reference/compare.yaml."""

import math
from pathlib import Path

from padnet.errors import InputError
from padnet.evaluation.records import short
from padnet.labels import NAMES
from padnet.project.params import read_yaml

RULES = "reference/compare.yaml"
REPRODUCED, BETTER, WORSE, NOT = VERDICTS = ("reproduced", "better", "worse", "not comparable")
CELL = [
    "table",
    "protocol",
    "prior",
    "method",
    "variant",
    "test",
    "metric",
    "paper",
    "ours",
    "difference",
    "tolerance",
    "verdict",
    "why",
]
# The properties of a cell that a rule in `except` may name: the plural, as in the file, and the column.
NAMED = {"tables": "table", "variants": "variant", "tests": "test", "metrics": "metric", "methods": "method"}
# The names of our metrics in reference/tables.yaml.
METRICS = {"reconstruction_error": "error"}
ONE_SET = "levin"  # Table 1 has one data set, which is only named in a comment
NO_ROW = "this profile has no row to set beside it"


def read_rules(path):
    """The rules in `path` as a dict with the keys metrics, protocols, except and published.

    Raises InputError if one of them or a reason is missing, a metric's rule is invalid, or an exception names a value
    that no cell has.
    """
    rules, name = read_yaml(path), Path(path).name
    for section in ("metrics", "protocols", "except", "published"):
        if section not in (rules or {}):
            raise InputError(f"{name} has no section {section}: restore it with git checkout")
    places = [(protocol, rule) for of in rules["protocols"].values() for protocol, rule in of.items()]
    single = [(rule.get("name"), rule) for rule in rules["except"]]
    for what, rule in [*rules["metrics"].items(), *places, *single, ("published", rules["published"])]:
        if not rule.get("why"):
            raise InputError(f"{name} does not say why for {what}: give each rule a sentence of reason")
    for metric, rule in rules["metrics"].items():
        if rule.get("better") not in ("higher", "lower") or ("tolerance" in rule) == ("relative" in rule):
            raise InputError(
                f"{name} cannot judge {metric}: it needs better (higher or lower), and either tolerance or relative"
            )
    for exempt, rule in single:
        if unknown := set(rule) - {"name", "why", *NAMED}:
            raise InputError(
                f"{name} names {min(unknown)} in {exempt}, which is not a property of a cell: use {', '.join(NAMED)}"
            )
    for protocol, rule in places:
        if "beside" not in rule or not isinstance(rule.get("comparable"), bool):
            raise InputError(f"{name} cannot place {protocol}: it needs beside, and comparable as true or false")
    return rules


def printed(tables):
    """{(table, set, metric, prior, method as named in the paper): number} for everything in reference/tables.yaml."""
    found = {}
    for table, of_table in tables.items():
        sets = {ONE_SET: of_table} if table == "table1" else of_table
        for name, metrics in sets.items():
            for metric, numbers in metrics.items():
                for prior, methods in (numbers if table == "table1" else {"": numbers}).items():
                    for method, number in methods.items():
                        found[table, name, METRICS.get(metric, metric), prior, method] = number
    return found


def cells(ours, tables, rules):
    """Every number of the paper paired with each comparable number of ours: dicts with the keys CELL.

    ours: rows with the keys table ("table1", …), protocol, prior, method, variant, metric and value, and for EPADNet
    test, its acceptance test.
    tables, rules: the contents of reference/tables.yaml and, by read_rules, of reference/compare.yaml.
    A number of the paper without a counterpart gets a cell without ours.
    Raises InputError for a protocol without a rule and a metric without a tolerance.
    """
    paper, found, seen = printed(tables), [], set()
    for row in ours:
        rule = rules["protocols"].get(row["table"], {}).get(row["protocol"])
        if rule is None:
            raise InputError(f"{RULES} has no rule for {row['protocol']} in {row['table']}: add one, with its reason")
        key = row["table"], rule["beside"], row["metric"], row["prior"], NAMES.get(row["method"])
        if key in paper:
            seen.add(key)
            found.append(_cell(row, paper[key], rule, rules))
    titles = {title: method for method, title in NAMES.items()}
    for key in [key for key in paper if key not in seen]:
        table, _, metric, prior, title = key
        found.append(
            {
                "table": table,
                "protocol": "",
                "prior": prior,
                "method": titles[title],
                "variant": "",
                "test": "",
                "metric": metric,
                "paper": paper[key],
                "ours": None,
                "difference": None,
                "tolerance": None,
                "verdict": NOT,
                "why": NO_ROW,
            }
        )
    return sorted(found, key=lambda cell: cell["table"])


def exception(row, rules):
    """The first rule in `except` that applies to this row of ours, or None."""
    named = {key: row.get(column) or "" for key, column in NAMED.items()}
    meant = (all(value in rule[key] for key, value in named.items() if key in rule) for rule in rules["except"])
    return next((rule for rule, is_meant in zip(rules["except"], meant, strict=True) if is_meant), None)


def _cell(row, paper, rule, rules):
    cell = {key: row[key] for key in ("table", "protocol", "prior", "method", "variant", "metric")}
    cell |= {"test": row.get("test") or "", "paper": paper, "ours": row["value"]}
    cell |= {"difference": None, "tolerance": None, "verdict": NOT}
    if not rule["comparable"]:
        return cell | {"why": rule["why"]}
    if exempt := exception(row, rules):
        return cell | {"why": exempt["why"]}
    if (metric := rules["metrics"].get(row["metric"])) is None:
        raise InputError(f"{RULES} has no tolerance for {row['metric']}: add one, with its reason")
    return cell | judge(paper, row["value"], metric) | {"why": f"{rule['why']}; {metric['why']}"}


def judge(paper, ours, rule):
    """{"difference": ours - paper, "tolerance", "verdict"} by a metric's rule.

    A run that diverged (ours is NaN or infinite) counts as worse.
    """
    tolerance = short(rule["tolerance"] if "tolerance" in rule else rule["relative"] * abs(paper))
    difference = short(ours - paper)
    if not math.isfinite(difference):
        verdict = WORSE
    elif abs(difference) <= tolerance:
        verdict = REPRODUCED
    else:
        verdict = BETTER if (difference > 0) == (rule["better"] == "higher") else WORSE
    return {"difference": difference, "tolerance": tolerance, "verdict": verdict}


def counts(found, rules):
    """{(table, protocol, methods): {verdict: number of cells}}, in the order of the cells.

    methods: "PADNet" or "compared". Protocols that are not comparable form a single entry of their table, with "" and
    "".
    """
    of = {}
    for cell in found:
        rule = rules["protocols"][cell["table"]].get(cell["protocol"], {"comparable": False})
        whose = "PADNet" if cell["method"].endswith("padnet") else "compared"
        key = (cell["table"], cell["protocol"], whose) if rule["comparable"] else (cell["table"], "", "")
        of.setdefault(key, dict.fromkeys(VERDICTS, 0))[cell["verdict"]] += 1
    return of
