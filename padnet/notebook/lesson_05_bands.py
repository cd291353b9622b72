"""Comparison of lesson 05's results of the compared methods with expected ranges (bands) from other publications."""

import json
from collections.abc import Mapping

import numpy as np

from padnet.labels import NAMES
from padnet.notebook.lesson_05 import ImageRecords, own
from padnet.notebook.tables import table

__all__ = ["bands_table"]


def bands_table(value: Mapping, bands: list[dict], kept: ImageRecords) -> None:
    """Show the rows of Table 2 that have a band, with details on those outside their band.

    value: {(set, method, variant, metric): value}; bands: from reference/published.yaml.
    """
    lines, outside = [], []
    for band in bands:
        name, found = NAMES[band["method"]], own(value, band["protocol"])
        if band["method"] not in found or band.get("above", band["method"]) not in found:
            continue  # not run on the sets of this profile
        psnr = found[band["method"]]
        low, high, asked = limits(band, found)
        verdict = judged(psnr, low, high)
        if verdict != "inside":
            outside.append(band)
        lines.append([band["protocol"], name, f"{psnr:.2f}", asked, verdict, band["source"]])
    if lines:
        table(["protocol", "method", "PSNR", "band", "", "from"], lines)
    met = sum(line[4] == "inside" for line in lines)
    print(f"{len(lines)} of {len(bands)} bands are on sets of this profile that were run; {met} of them are met.")
    for band in outside:
        print(f"{band['protocol']}, {NAMES[band['method']]}:{gap(band, kept)}{training(band['method'], kept)}")


def limits(band, found):
    """(lower limit, upper limit, both as text) of a band in dB; found: {method: PSNR} on its set."""
    if "above" in band:
        low = found[band["above"]]
        return low, np.inf, f"above {NAMES[band['above']]}, {low:.2f}"
    low, high = band["from"], band.get("to", np.inf)
    return low, high, f"{low:.2f} or more" if high == np.inf else f"{low:.2f} to {high:.2f}"


def judged(psnr, low, high):
    """Whether a PSNR is within a band, or how far outside it is."""
    if low <= psnr <= high:
        return "inside"
    return f"{psnr - high:+.2f} dB above" if psnr > high else f"{psnr - low:+.2f} dB"


def gap(band, kept):
    """Pairwise differences between a method and the method that it should exceed, if its band names one."""
    if "above" not in band:
        return ""
    a, b = (kept.compared(band["protocol"], method) for method in (band["method"], band["above"]))
    gaps = np.array([a[key] - b[key] for key in a])
    spread = gaps.std(ddof=1) / len(gaps) ** 0.5
    return (
        f" above {NAMES[band['above']]} on {(gaps > 0).sum()} of {len(gaps)} pairs, by {gaps.mean():+.2f} dB on "
        f"average, standard error {spread:.2f} dB."
    )


def training(method, kept):
    """A sentence on the training of a method, if this project trained its weights."""
    path = kept.root / "padnet" / "baselines" / "weights" / f"methods-{method}.json"
    if not path.is_file():
        return ""
    card = json.loads(path.read_text(encoding="utf-8"))
    return (
        f" Its {card['parameters']} weights were trained for {card['steps']} steps, {card['minutes']:.0f} minutes on a "
        f"{card['device'].upper()}."
    )
