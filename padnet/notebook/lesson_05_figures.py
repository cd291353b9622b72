"""The figures of lesson 05: matplotlib Figures, which the lesson also saves as files."""

import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from padnet.labels import CONTROLS, NAMES
from padnet.notebook.cells import mean
from padnet.notebook.lesson_05 import cut, own
from padnet.reporting.table2 import METHODS

__all__ = ["details", "error_pictures", "stage_curves", "time_points", "training_curves", "wholes_and_details"]

OURS, THEIRS = "#d55e00", "#0072b2"


def wholes_and_details(views: Mapping, at: list[int]) -> Figure:
    """Full images above, crops of 64 pixels below. views: {title: (h, w)}; at: the corner of the crops."""
    figure = Figure(figsize=(9.2, 4.9), layout="constrained")
    for column, (title, picture) in zip(figure.subplots(2, len(views)).T, views.items(), strict=True):
        for axes, part in zip(column, (picture, cut(picture, at)), strict=True):
            axes.imshow(part, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
            axes.axis("off")
        column[0].set_title(title)
    return figure


def stage_curves(psnrs: Mapping) -> Figure:
    """The PSNR in dB over the stages. psnrs: {(method, variant): (K,)} of IPADNet and all variants of EPADNet."""
    figure = Figure(figsize=(6.4, 3.4), layout="constrained")
    axes = figure.subplots()
    curve = psnrs["ipadnet", "bounded"]
    axes.plot(range(1, len(curve) + 1), curve, "s-", color="#009e73", label="IPADNet")
    for variant, style in (("guarded", "o-"), ("unguarded", "x--"), ("left out", "^:")):
        curve, label = psnrs["epadnet", variant], f"EPADNet, {CONTROLS.get(variant, variant)}"
        axes.plot(range(1, len(curve) + 1), curve, style, color=OURS, label=label)
    axes.set_xlabel("stage")
    axes.set_ylabel("PSNR in dB")
    axes.legend()
    return figure


def details(views: Mapping, at: list[int]) -> Figure:
    """Crops of 64 pixels of every image, in two rows.

    views: {title: ((h, w), its PSNR in dB or None)}; at: the corner of the crops.
    """
    figure = Figure(figsize=(9.2, 4.4), layout="constrained")
    places = figure.subplots(2, -(-len(views) // 2), squeeze=False).flat
    for axes in places:
        axes.axis("off")
    for axes, (title, (picture, psnr)) in zip(figure.axes, views.items(), strict=False):
        axes.imshow(cut(picture, at), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        axes.set_title(title + ("" if psnr is None else f"\n{psnr:.2f} dB"), fontsize=9)
    return figure


def time_points(value: Mapping, name: str, root: Path) -> Figure:
    """Mean PSNR on the set `name` against the seconds per image from reference/seconds.csv, by method.

    value: the numbers of Table 2, {(set, method, variant, metric): value}.
    """
    with open(root / "reference" / "seconds.csv", newline="", encoding="utf-8") as file:
        seconds = {row["method"]: row for row in csv.DictReader(file)}
    points = {m: (float(seconds[m]["seconds"]), psnr) for m, psnr in own(value, name).items() if m in seconds}
    figure = Figure(figsize=(6.4, 3.6), layout="constrained")
    axes = figure.subplots()
    for method, (time, psnr) in points.items():
        padnet = method in METHODS
        axes.plot(time, psnr, "s" if padnet else "o", color=OURS if padnet else THEIRS)
        # A label is placed below its point if another point is close above.
        others = [point for other, point in points.items() if other != method]
        close = any(abs(np.log10(t / time)) < 0.35 and 0 <= p - psnr < 0.25 for t, p in others)
        place = {"xytext": (5, -11 if close else 4), "textcoords": "offset points"}
        axes.annotate(NAMES[method], (time, psnr), fontsize=9, **place)
    axes.set_xscale("log")
    axes.margins(x=0.15, y=0.12)
    axes.set_xlabel(f"seconds a picture, {seconds['tv']['threads']} CPU threads")
    axes.set_ylabel(f"PSNR in dB, {name}")
    return figure


def error_pictures(truth: np.ndarray, observed: np.ndarray, found: np.ndarray) -> Figure:
    """A pair, the result of IPADNet, and its error, amplified five times about mid-grey; all (h, w)."""
    views = {"truth": truth, "observed": observed, "IPADNet": found}
    views["error, five times"] = 0.5 + 5 * (found - truth)
    figure = Figure(figsize=(9.2, 3.1), layout="constrained")
    for axes, (title, picture) in zip(figure.subplots(1, len(views)), views.items(), strict=True):
        axes.imshow(picture, cmap="gray", vmin=0, vmax=1)
        axes.set_title(title)
        axes.axis("off")
    return figure


def training_curves(shown: list) -> Figure:
    """The PSNR on training batches over the steps. shown: (title, model, path of its files without file extension)."""
    figure = Figure(figsize=(9.2, 2.8), layout="constrained")
    for axes, (title, model, path) in zip(figure.subplots(1, len(shown), squeeze=False)[0], shown, strict=True):
        with open(path.with_suffix(".csv"), newline="", encoding="utf-8") as file:
            found = [-float(row["error"]) for row in csv.DictReader(file)]
        width = max(1, len(found) // 25)
        starts = range(0, len(found) - width + 1, width)
        means = [mean(found[start : start + width]) for start in starts]
        axes.plot([start + width / 2 for start in starts], means, color=THEIRS)
        axes.set_title(f"{METHODS[model]}, {title}", fontsize=9)
        axes.set_xlabel("step")
    figure.axes[0].set_ylabel("PSNR in dB, training batches")
    return figure
