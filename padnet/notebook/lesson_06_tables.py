"""The tables of lesson 06 on its example, its worst pair, photographs and networks."""

import json
from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from padnet.imaging.haze_scores import score
from padnet.labels import HAZE
from padnet.notebook.lesson_06 import HazeRecords
from padnet.notebook.tables import table
from padnet.tasks.dehazing import LEAST

__all__ = [
    "certificate_table",
    "error_by_whiteness",
    "error_shares",
    "networks_table",
    "photographs_table",
    "pixels_table",
    "runs_table",
]


def pixels_table(names, J, t, I, bound, taken) -> None:
    """Show single pixels under haze.

    names: of the pixels; J, I, taken: (1, 3, 1, pixels); t, bound: (1, 1, 1, pixels).
    """
    lines = []
    for i, name in enumerate(names):
        true, seen, found = (", ".join(f"{v:.3f}" for v in x[0, :, 0, i]) for x in (J, I, taken))
        lines.append([name, true, f"{t[0, 0, 0, i]:.3f}", seen, f"{bound[0, 0, 0, i]:.3f}", found])
    table(["pixel", "J", "true t", "I", "bound of t", "J with the bound for t"], lines)


def runs_table(live: Mapping, kept: HazeRecords, pair) -> None:
    """Show all methods on one pair, and whether each agrees with its record of kept.main, if it has one.

    live: {variant: {method: Estimate}}.
    """
    lines = []
    for variant, found in live.items():
        for method, estimate in found.items():
            kind = "none" if method == "hazy" else variant
            rows = kept.select(kept.main, method, kind)
            here = [row for row in rows if (row["image"], row["beta"]) == (pair.image, pair.beta)]
            scores = score(pair, estimate.t, estimate.J)
            gaps = [abs(scores[metric] - row[metric]) for row in here for metric in scores]
            same = max(gaps) < 1e-6 if gaps else "no record"
            told = [f"{scores['psnr']:.3f}", f"{scores['ssim']:.4f}", f"{scores['l1_t']:.4f}", same]
            lines.append([HAZE[method], kind, *told])
    table(["method", "airlight", "PSNR in dB", "SSIM", "L1 error of t", "as its record"], lines)


def certificate_table(certificate) -> None:
    """Show the rows of a certificate of IPADNet: both sides of (30) to (33) for each k."""
    sides = [(name, side) for name in ("(30)", "(31)", "(32)", "(33)") for side in ("left", "right")]
    table(
        ["k", *(f"{name}, {side}" for name, side in sides)],
        [[row["k"], *(f"{row[name][side]:.4g}" for name, side in sides)] for row in certificate.rows],
    )


def error_shares(pair, squares: Mapping) -> None:
    """Show the share of the squared error of J by quartiles of the true t over the scored pixels.

    squares: {title: squared error of J (h, w), summed over the channels}.
    """
    lines, edges = [], np.quantile(pair.t[pair.mask], (0, 0.25, 0.5, 0.75, 1))
    for low, high in pairwise(edges):
        inside = pair.mask & (pair.t >= low) & ((pair.t < high) | (high == edges[-1]))
        shares = [f"{square[inside].sum() / square[pair.mask].sum():.0%}" for square in squares.values()]
        lines.append([f"{low:.3f} to {high:.3f}", f"{inside.sum() / pair.mask.sum():.0%}", *shares])
    table(["true t", "share of the pixels", *(f"of the squared error of J, {name}" for name in squares)], lines)


def error_by_whiteness(pair, found: Mapping) -> None:
    """Show the error of t by the whiteness of the scene. found: {"guidance" and "ipadnet": Estimate}."""
    whiteness, lines = (pair.J / pair.A).min(axis=2), []
    for low, high in ((0, 0.1), (0.1, 0.3), (0.3, 0.6), (0.6, np.inf)):
        inside = pair.mask & (whiteness >= low) & (whiteness < high)
        if inside.any():
            apart = {method: (found[method].t - pair.t)[inside] for method in ("guidance", "ipadnet")}
            errors = [f"{np.abs(gap).mean():.3f}" for gap in apart.values()]
            title = f"{low:g} to {high:g}" if high < np.inf else f"over {low:g}"
            share, over = inside.sum() / pair.mask.sum(), f"{apart['ipadnet'].mean():+.3f}"
            lines.append([title, f"{share:.0%}", *errors, over])
    head = ["darkest channel of J / A", "share of the picture", "L1 error of t~", "of IPADNet's t"]
    table([*head, "IPADNet's t - true t, mean"], lines)


def photographs_table(done: list) -> None:
    """Show the results on photographs. done: (name, photograph (h, w, 3), result of dehaze)."""
    lines = []
    for name, photograph, result in done:
        t = result.transmission
        size = "x".join(map(str, photograph.shape[1::-1]))
        airlight = ", ".join(f"{v:.2f}" for v in result.airlight)
        holds = "holds" if result.certificate.holds else "violated"
        lines.append([name, size, airlight, f"{np.median(t):.2f}", f"{(t < LEAST).mean():.1%}", holds])
    table(["photograph", "pixels", "airlight", "median of t", f"t under {LEAST:g}", "certificate"], lines)


def networks_table(trained: list) -> None:
    """Show the networks of IPADNet. trained: (title, path of a network's files without file extension)."""
    lines = []
    for title, path in trained:
        card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        told = [", ".join(map(str, card["units"])), card["parameters"], card["steps"], card["device"]]
        lines.append([title, *told, f"{card['validation']['psnr']:.2f}"])
    head = ["network", "units of each stage", "weights", "steps", "device", "held-out PSNR of J in dB"]
    table(head, lines)
