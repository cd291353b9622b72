"""Check the committed certificates: recompute bounds and verdicts from their numbers, and compare with the records."""

import csv
import json
import math
from collections import Counter
from pathlib import Path

from padnet.errors import PadnetError
from padnet.experiments.gradient import Experiment
from padnet.project.paths import results
from padnet.tasks.dehazing_settings import HazeSettings
from padnet.tasks.pretrained import settings_of
from padnet.tasks.weights import read_tensors
from padnet.verify.conditions import MOVED, Terms, close, fault
from padnet.verify.outcome import Outcome


def terms(root, profile, stem):
    """{test: Terms} of a file EXPERIMENT-METHOD.json: from params.yaml, or from the shipped weights that were used.

    The keys are the tests that its certificates may name, or only None for implicit PADNet.
    """
    experiment, method, *_ = stem.split("-")
    explicit = method == "epadnet"
    if experiment in ("gradient", "seeds"):
        found = Experiment(profile, root / "params.yaml")
        schedules = found.tests if explicit else {None: found.implicit}
        return {test: Terms(schedule, found.stop, found.bound) for test, schedule in schedules.items()}
    if (experiment, method) not in (("image", "ipadnet"), ("image", "epadnet"), ("haze", "ipadnet")):
        raise PadnetError(f"there is no method {stem}")
    shipped = root / "padnet" / "pretrained"
    if experiment == "haze":
        _, meta = read_tensors(shipped / f"{stem}.safetensors")
        found = HazeSettings(json.loads(meta["settings"]))
        return {None: Terms(found.schedule, found.stop, found.raw["implicit"]["bound"])}
    found = settings_of(shipped)
    schedule = found.explicit if explicit else found.implicit
    test = schedule.test.name if explicit else None
    return {test: Terms(schedule, found.stop(explicit), found.raw["implicit"]["bound"])}


def _finite(text):
    """A number in a JSON file; null replaces numbers that are not finite."""
    if not math.isfinite(number := float(text)):
        raise ValueError(f"{text} is not finite")
    return number


def _key(row):
    prior = f"l{float(row['p']):g}" if row.get("p") else row.get("prior")
    return row["image"], row.get("kernel"), str(row.get("beta")), prior, row["variant"], row.get("test") or None


def record_fault(one, record):
    """Where a record (a dict of strings) contradicts its certificate, or None."""
    rows = one["rows"]
    told = {
        "verdict": one["verdict"],
        "iterations": len(rows),
        "accepted": sum(bool(row.get("own")) for row in rows),
        "energy": rows[-1].get("energy"),
    }
    for name, value in told.items():
        stated = record.get(name) or None
        if stated is None or value is None:
            continue
        if stated != value if isinstance(value, str) else not close(float(stated), value):
            return f"{name} is {stated} in the record and {value} in the certificate"
    moved = MOVED.search(one["verdict"])
    if (
        moved
        and record.get("iteration_error")
        and not math.isclose(float(record["iteration_error"]), float(moved[1]), rel_tol=0.006)
    ):
        return f"iteration_error is {record['iteration_error']} in the record and {moved[1]} in the certificate"
    if moved and record.get("stopped") and (record["stopped"] == "epsilon") != one["verdict"].startswith("converged"):
        return f"stopped is {record['stopped']} in the record, the certificate says {one['verdict']!r}"
    return None


def check_file(root, profile, path, records):
    """(number of certificates, number of rows, findings) of one file of certificates and its file of records."""
    terms_of = terms(root, profile, path.stem)
    name, told = path.relative_to(root), records.relative_to(root)
    found = json.loads(path.read_text(encoding="utf-8"), parse_float=_finite, parse_constant=_finite)
    with open(records, newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    by_key = {_key(row): row for row in lines}
    findings = []
    if len(found) != len(lines):
        findings.append(f"{name}: {len(found)} certificates, {told} has {len(lines)} rows")
    for where, keys in ((name, [_key(one) for one in found]), (told, [_key(row) for row in lines])):
        twice = [" ".join(filter(None, key)) for key, count in Counter(keys).items() if count > 1]
        findings += [f"{where}: {key} stands there twice" for key in twice]
    for number, one in enumerate(found):
        names = ("image", "kernel", "beta", "prior", "variant", "test")
        who = " ".join(str(one[name]) for name in names if one.get(name) is not None)
        if (judged := terms_of.get(one.get("test"))) is None:
            known = ", ".join(map(str, terms_of))
            findings.append(f"{name}: certificate {number} ({who}): its test is {one.get('test')}, not of {known}")
        elif wrong := fault(one, judged, path.stem.split("-")[1] == "epadnet"):
            findings.append(f"{name}: certificate {number} ({who}): {wrong}")
        elif (record := by_key.get(_key(one))) is None:
            findings.append(f"{told}: no record of certificate {number} ({who})")
        elif wrong := record_fault(one, record):
            findings.append(f"{told}: {who}: {wrong}")
    return len(found), sum(len(one["rows"]) for one in found), findings


def check(root, profile="paper"):
    """Every file of certificates of a profile."""
    root, findings, count, rows, held = Path(root), [], 0, 0, 0
    folder = results(profile, root)
    paths = sorted((folder / "certificates").glob("*/*.json"))
    for path in paths:
        records = folder / "records" / path.parent.name / f"{path.stem}.csv"
        try:
            more, lines, wrong = check_file(root, profile, path, records)
        except (PadnetError, OSError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
            said = str(error).replace(f"{root}/", "")
            why = f"it cannot be read with its records ({type(error).__name__}: {said})"
            findings.append(f"{path.relative_to(root)}: {why}")
            continue
        count, rows, findings = count + more, rows + lines, findings + wrong
        held += 1
    said = f"{count} in {held} files: bounds and verdicts follow from their {rows} rows, and the records repeat them"
    return Outcome("certificates", said, findings)
