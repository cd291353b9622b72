"""The compared methods beside what other publications, or released weights on the same files, let expect of them.

A method that was written anew could be weaker than its authors' own. The ranges are in reference/published.yaml.
"""

import math

from padnet.labels import HAZE, NAMES
from padnet.reporting.markdown import grid

HEAD = ["protocol", "method", "PSNR", "expected", "", "from"]


def limits(band: dict, found: dict[str, float]) -> tuple[float, float, str]:
    """(lower limit, upper limit, both as text) of a range in dB. found: {method: PSNR} on its set."""
    if "above" in band:
        low = found[band["above"]]
        return low, math.inf, f"above {NAMES[band['above']]}, {low:.2f}"
    low, high = band["from"], band.get("to", math.inf)
    return low, high, f"{low:.2f} or more" if high == math.inf else f"{low:.2f} to {high:.2f}"


def judged(psnr: float, low: float, high: float) -> str:
    """Whether a PSNR is within a range, or how far outside it is."""
    if low <= psnr <= high:
        return "inside"
    return f"{psnr - high:+.2f} dB above" if psnr > high else f"{psnr - low:+.2f} dB"


def section(ours: list[dict], published: dict) -> list[str]:
    """The parts of the page's section on expected ranges; empty if no method of this profile has one.

    ours: rows as for padnet.reporting.verdicts.cells. published: the content of reference/published.yaml.
    """
    lines = []
    for band in published.get("bands", []):
        found = _psnrs(ours, "table2", band["protocol"], "psnr")
        lines += _line(band, found, NAMES[band["method"]])
    for band in published.get("haze_bands", []):
        found = _psnrs(ours, "table3", band["protocol"], f"psnr@{band['beta']:g}")
        lines += _line(band, found, f"{HAZE[band['method']]}, beta {band['beta']:g}")
    if not lines:
        return []
    met = sum(line[4] == "inside" for line in lines)
    told = (
        "A method that was written anew could be weaker than its authors' own. PSNR in dB of the compared methods, of "
        "haze removal with the known airlight, beside what other publications and measurements of released weights "
        f"let expect. A row outside is printed all the same: {met} of {len(lines)} are inside. Means "
        "alone are compared; notebook 05 shows how to judge two methods whose means are near."
    )
    return ["## Expected ranges", told, grid(HEAD, lines)]


def _psnrs(ours, table, protocol, metric):
    """{method: PSNR} on a protocol; of the rows of Table 3 those with the known airlight."""
    key = table, protocol, metric
    rows = [row for row in ours if tuple(row[name] for name in ("table", "protocol", "metric")) == key]
    return {row["method"]: row["value"] for row in rows if table == "table2" or row["variant"] == "known"}


def _line(band, found, name):
    """The row of a range as a list with one element; empty if a method that it needs was not run."""
    if band["method"] not in found or band.get("above", band["method"]) not in found:
        return []
    psnr = found[band["method"]]
    low, high, asked = limits(band, found)
    return [[f"`{band['protocol']}`", name, f"{psnr:.2f}", asked, judged(psnr, low, high), band["source"]]]
