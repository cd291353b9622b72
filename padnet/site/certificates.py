"""The page "Certificates": counts of all verdicts, and one complete certificate."""

import json
import math

from padnet.errors import PadnetError
from padnet.labels import CONTROLS, NAMES, TESTS
from padnet.project.paths import results

WORDS = ("converged", "stopped", "violated")
EXPERIMENTS = {"gradient": "gradient domain", "image": "pictures", "haze": "haze removal"}
INTRODUCTION = """# Certificates

A certificate belongs to one run of a network on one picture. It holds, for every step, both sides of each inequality
that the paper's convergence theorem asks for, and a verdict: *converged* when the last step moved by no more than
epsilon, *stopped* when the run ended as planned, at its last stage, before that, *violated* when an inequality failed \
at
some step. In the first two cases all conditions hold. The verdict measures a step beside the length of x. EPADNet is
judged by the test that it ran under: the decrease (21) with the bound (24) on a subgradient, which is all that the \
proof
uses, or Condition 1 with (21). IPADNet is judged by Condition 2 with (30) to (33).

## Verdicts
"""
EXPLICIT = (
    ("k", "k"),
    ("energy", "F"),
    ("decrease", "(21), at least 0"),
    ("distance", "(24), dist(0, ∂F)"),
    ("subgradient_bound", "(24), b ‖Δx‖"),
    ("error", "Condition 1, ‖e‖"),
    ("error_bound", "Condition 1, C_E ‖Δx‖"),
    ("moved", "‖Δx‖"),
    ("inner", "corrections"),
    ("own", "own step"),
    ("restarted", "restarted"),
)


def read_certificates(profile, root):
    """{(protocol, experiment, method): [certificate]}, the certificates as stored in the files (dicts).

    Raises PadnetError if there are none, or a file cannot be read or is incomplete.
    """
    folder = results(profile, root) / "certificates"
    found = {}
    for path in sorted(folder.glob("*/*.json")):
        experiment, _, method = path.stem.partition("-")
        try:
            found[path.parent.name, experiment, method] = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            name = path.relative_to(folder)
            raise PadnetError(f"the certificates {name} cannot be read as JSON: restore them with git") from error
        _check(found[path.parent.name, experiment, method], path.relative_to(folder))
    if not any(found.values()):
        raise PadnetError(f"{folder.relative_to(root)} holds no certificates: run make {_target(profile)} first")
    return found


def _check(certificates, name):
    """Raise PadnetError for the first certificate of a file that this page cannot show."""
    for number, given in enumerate(certificates if isinstance(certificates, list) else [certificates]):
        if not (isinstance(certificates, list) and isinstance(given, dict) and _is_whole(given)):
            raise PadnetError(
                f"certificate {number} of {name} lacks its variant, verdict, holds, rows or test: restore the file "
                "with git"
            )


def _is_whole(given):
    rows = given.get("rows")
    if not (isinstance(given.get("variant"), str) and isinstance(given.get("verdict"), str) and "holds" in given):
        return False
    if not (isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows)):
        return False
    if "error_bound" in rows[0]:
        told = given.get("constants")
        named = (
            given.get("test") in list(TESTS) and isinstance(told, dict) and bool(told) and _are_numbers(told.values())
        )
        return named and all(_are_numbers(row.get(key, "") for key, _ in EXPLICIT) for row in rows)
    sides = [row.get(key) for row in rows for key in rows[0] if key != "k"]
    return (
        given.get("test") is None
        and all("k" in row for row in rows)
        and all(
            isinstance(side, dict) and _are_numbers(side.get(name, "") for name in ("left", "right")) for side in sides
        )
    )


def _are_numbers(values):
    return all(value is None or isinstance(value, int | float) for value in values)


def counts(found):
    """[(protocol, experiment, method, variant, test, {word: number of verdicts}, number that hold)], in file order.

    test: the acceptance test, "descent" or "condition1"; "" for IPADNet.
    """
    rows = []
    for (protocol, experiment, method), certificates in found.items():
        for kind in dict.fromkeys(map(_kind, certificates)):
            these = [c for c in certificates if _kind(c) == kind]
            verdicts = {word: sum(c["verdict"].startswith(word) for c in these) for word in WORDS}
            rows.append((protocol, experiment, method, *kind, verdicts, sum(c["holds"] for c in these)))
    return rows


def _kind(certificate):
    return certificate["variant"], certificate.get("test") or ""


def example(found):
    """((protocol, experiment, method), certificate): the first of EPADNet with the descent test, else the first of
    all.
    """
    for key, certificates in found.items():
        for certificate in certificates:
            if key[2] == "epadnet" and _kind(certificate) == ("guarded", "descent"):
                return key, certificate
    return next((key, certificates[0]) for key, certificates in found.items() if certificates)


def page(profile, root):
    """The page, MyST Markdown. Raises PadnetError if there are no certificates."""
    found = read_certificates(profile, root)
    lines = [INTRODUCTION, _row(["protocol", "on", "method", "variant", "test", *WORDS, "hold"]), _rule(5, 4)]
    for protocol, experiment, method, variant, test, verdicts, held in counts(found):
        total = sum(verdicts.values())
        name = NAMES.get(method, method)
        kind = CONTROLS.get(variant, variant), TESTS.get(test, test)
        cells = [f"`{protocol}`", EXPERIMENTS.get(experiment, experiment), name, *kind, *verdicts.values()]
        lines.append(_row([*cells, f"{held} of {total}"]))
    (protocol, experiment, method), shown = example(found)
    where = ", ".join(f"{key} {shown[key]}" for key in ("image", "kernel", "beta", "prior") if shown.get(key))
    lines += [
        "",
        "## One in full",
        "",
        f"{NAMES.get(method, method)}, {shown['variant']}, on `{protocol}` "
        f"({EXPERIMENTS.get(experiment, experiment)}; {where}).{_asked(shown)} The verdict:",
        "",
        f"> {shown['verdict']}",
        "",
        *_table(shown["rows"]),
        "",
    ]
    return "\n".join(lines)


def _asked(certificate):
    """A sentence with the test of an explicit run and its constants; empty for an implicit run."""
    if not (test := certificate.get("test")):
        return ""
    names, constants = ["mu", "a", "b", *["C_E"] * (test == "condition1")], certificate["constants"]
    told = ", ".join(f"{name} = {constants[name]:g}" for name in names if constants.get(name) is not None)
    return f" Every step was put to {TESTS[test]} with {told}; the columns have the other test's sides too."


def _table(rows):
    """The steps of a certificate as Markdown: the columns of EPADNet, or both sides of each inequality of IPADNet."""
    if "error_bound" in rows[0]:
        names = [title for _, title in EXPLICIT]
        cells = [[_number(row[key]) for key, _ in EXPLICIT] for row in rows]
    else:
        inequalities = [key for key in rows[0] if key != "k"]
        names = ["k", *(f"{key}, {side}" for key in inequalities for side in ("left", "right"))]
        cells = [
            [str(row["k"]), *(_number(row[key][side]) for key in inequalities for side in ("left", "right"))]
            for row in rows
        ]
    return [_row(names), _rule(0, len(names)), *map(_row, cells)]


def _number(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "not finite"
    return str(value) if isinstance(value, int) else f"{value:.4g}"


def _row(cells):
    return "| " + " | ".join(map(str, cells)) + " |"


def _rule(left, right):
    return _row(["---"] * left + ["---:"] * right)


def _target(profile):
    return "repro" if profile == "quick" else profile
