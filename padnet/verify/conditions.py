"""Both tests of Theorem 1 and Condition 2, recomputed from the numbers in a certificate.

Numbers have ten digits, so comparisons tolerate an error in the eleventh. Numbers that are not determined by others
(||e||, dist(0, dF), the left sides of (30) to (32)) are only protected by the hash of the file.
"""

import re
from dataclasses import dataclass

from padnet.core.certificate import ROUNDING, verdict
from padnet.core.explicit_certificate import constants, flaw
from padnet.core.schedule import Schedule, Stop

DIGITS = 2e-9  # relative tolerance for two numbers of ten digits
MOVED = re.compile(r"moved by (\S+) (<=|>) epsilon")
NUMBERS = ("moved", "energy", "error", "distance", "decrease")
ORDER = ("(30)", "(31)", "(32)", "(33)")


@dataclass(frozen=True)
class Terms:
    """The parameters behind the certificates of one method; bound: C_N per square root of the number of entries of a
    field.
    """

    schedule: Schedule
    stop: Stop
    bound: float | None = None


COUNTED = {"inner": int, "own": bool, "restarted": bool}


def close(a, b, scale=0.0):
    """Whether two numbers of ten digits agree, or are both missing; scale: size of the terms whose difference they
    are.
    """
    if a is None or b is None:
        return a is b
    return abs(a - b) <= DIGITS * max(abs(a), abs(b), scale)


def explicit_faults(rows, terms):
    """(an inconsistency in a row, or None; where the test or (21) first fails, or None)."""
    s, before, broken = terms.schedule, None, None
    a, b = s.asked().constants(s)
    for k, row in enumerate(rows):
        moved, energy = row["moved"], row["energy"]
        if row["k"] != k:
            return f"row {k} is called k = {row['k']}", None
        if wrong := [name for name, kind in COUNTED.items() if type(row.get(name, kind())) is not kind]:
            return f"{wrong[0]} at k = {k} is {row[wrong[0]]!r}", None
        if wrong := [name for name in ("moved", "error", "distance") if row[name] is not None and row[name] < 0]:
            return f"{wrong[0]} at k = {k} is {row[wrong[0]]:g}, a norm is not negative", None
        if not all(isinstance(row[name], (float, int)) for name in NUMBERS):
            before = None  # a run that diverged: JSON has no infinity
            broken = broken or (k, None)
            continue
        for name, right in (("error_bound", s.C_E and s.C_E * moved), ("subgradient_bound", b * moved)):
            if not close(row[name], right):
                return f"{name} at k = {k} is {row[name]}, it has to be {right:.10g}", None
        least = a * moved**2
        if before is not None:
            due, scale = before - energy - least, abs(before) + abs(energy) + least
            if not close(row["decrease"], due, scale):
                return f"decrease at k = {k} is {row['decrease']:g}, (21) gives {due:.10g}", None
        if broken is None and (text := flaw(row, row["decrease"] + energy + least, s, ROUNDING + DIGITS, DIGITS)):
            broken = k, text
        before = energy
    return None, broken


def implicit_faults(rows, terms):
    """The same for an implicit run: the constants M and C_N, and all right sides of (30) to (34)."""
    s, broken = terms.schedule, None
    C_N = rows[0]["(31)"]["right"] / s.alpha(0)
    # (3) is solved exactly, so rho^k ||u - (v - lambda)|| is the gradient norm, whose maximum is M.
    M = max(row["(30)"]["left"] * s.rho(k) for k, row in enumerate(rows))
    count = (C_N / terms.bound) ** 2
    if abs(count - round(count)) > 2 * DIGITS * count:
        return f"C_N = {C_N:.10g} belongs to a field of {count:.6g} numbers", None
    for k, row in enumerate(rows):
        root = s.alpha(k)
        right = {
            "(30)": M / s.rho(k),
            "(31)": C_N * root,
            "(32)": (C_N + M * s.alpha(0)) * root,
            "(33)": C_N * root,
            "(33) second, as printed": 2 * C_N * root,
            "(34), as printed": ((3 + 2 * s.gamma) * C_N + M / s.rho0) * root,
        }
        if row["k"] != k:
            return f"row {k} is called k = {row['k']}", None
        for name, value in right.items():
            if not close(row[name]["right"], value):
                return f"right side of {name} at k = {k} is {row[name]['right']:g}, it has to be {value:.10g}", None
        # (5): lambda^{k+1} is the quantity in (31), multiplied by the factor of the schedule.
        left = [("(33)", s.multiplier_factor * row["(31)"]["left"])]
        if k == 0:  # from u^0 = v^0 and lambda^0 = 0
            left += [("(33) second, as printed", row["(33)"]["left"]), ("(34), as printed", row["(30)"]["left"])]
        for name, value in left:
            if not close(row[name]["left"], value):
                return f"left side of {name} at k = {k} is {row[name]['left']:g}, it has to be {value:.10g}", None
        for name in ORDER:
            left, most = row[name]["left"], row[name]["right"]
            if broken is None and left > most * (1 + ROUNDING + DIGITS):
                broken = k, f"k = {k}: {name} reads {left:.3e} <= {most:.3e}"
    return None, broken


def fault(one, terms, explicit):
    """What is wrong with a certificate (a dict as stored in the file), in a few words, or None."""
    rows, said, stop = one["rows"], one["verdict"], terms.stop
    if not 1 <= len(rows) <= stop.k_max:
        return f"it has {len(rows)} rows of at most {stop.k_max}"
    if explicit and (wrong := fault_of_test(one, terms.schedule)):
        return wrong
    wrong, broken = (explicit_faults if explicit else implicit_faults)(rows, terms)
    if wrong:
        return wrong
    if one["holds"] is not (broken is None):
        return f"holds is {one['holds']}, its rows say {broken is None}"
    if broken:
        k, text = broken
        stated = verdict(0, "", False, stop, text) if text else said
        return None if said == stated and said.startswith(f"violated at k = {k}:") else f"its rows say: {stated}"
    moved = MOVED.search(said)
    if said == verdict(len(rows), "0.00e+00", False, stop, None) and len(rows) == stop.k_max:
        return None
    if not moved:
        return f"its verdict is {said!r}, its rows break nothing"
    last, K = float(moved[1]), len(rows)
    settled = last <= stop.epsilon and moved[2] == "<="
    if not settled and (last < stop.epsilon or K != stop.k_max):
        return f"its verdict is {said!r}, its {K} rows say otherwise"
    stated = verdict(K, moved[1], settled, stop, None)
    return None if said == stated else f"its rows say: {stated}"


def fault_of_test(one, schedule):
    """What is wrong with the test named by the certificate of an explicit run, or None.

    A certificate for one test is not valid for the other, whatever its rows contain.
    """
    name, told = schedule.asked().name, constants(schedule)
    if one.get("test") != name:
        return f"it is of the test {one.get('test')}, the run was put to {name}"
    given = one.get("constants") or {}
    wrong = [key for key, value in told.items() if key not in given or not same(given[key], value)]
    return f"its constants {', '.join(wrong)} are not those of the run, {told}" if wrong else None


def same(a, b):
    """Whether two constants agree to ten digits, or are both missing."""
    return close(a, b)
