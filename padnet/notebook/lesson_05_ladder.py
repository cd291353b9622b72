"""The ladder of lesson 05: image networks from the previous ones to the present ones, on held-out images."""

import csv
import json
from pathlib import Path

from padnet.evaluation.heldout import LEVELS
from padnet.labels import IMAGE_NETWORKS
from padnet.notebook.tables import table

__all__ = ["ladder_table", "mistold_table"]

# What changes from one rung to the next.
CHANGES = {
    "ladder-before": "a shrinkage, then 16 channels at full size; trained stage by stage",
    "ladder-joint": "48 channels at half size; every stage begins as a denoiser, then all are trained jointly",
    "ladder-longer": "the same, trained on with larger pictures and more wrong noise levels",
    "image-ipadnet": "the same, trained on in the frames of photographs; the networks of the package",
}


def ladder_table(root: Path) -> None:
    """Show the networks of every rung, and their mean PSNR on held-out images by noise level.

    The numbers are those of results/paper/tables/heldout.csv, the cards beside the weights, and
    reference/seconds_ladder.csv.
    """
    found, seconds = _means(root, "true"), _seconds(root)
    lines = []
    for name, title in IMAGE_NETWORKS.items():
        card = json.loads((root / f"weights/paper/{name}.json").read_text(encoding="utf-8"))
        psnrs = [f"{found[name, level]:.2f}" for level in LEVELS]
        lines.append([title, CHANGES[name], card["parameters"], card["steps"], seconds[name], *psnrs])
    head = ["network", "what is new", "weights", "steps", "seconds"]
    table([*head, *(f"{100 * level:g} %" for level in LEVELS)], lines)


def mistold_table(root: Path) -> None:
    """Show the PSNR that a wrong noise level costs the networks of every rung, in dB."""
    true, lines = _means(root, "true"), []
    wrong = {told: _means(root, told) for told in ("half", "twice")}
    levels = sorted({level for _, level in wrong["half"]})
    for name, title in IMAGE_NETWORKS.items():
        costs = [true[name, level] - wrong[told][name, level] for told in wrong for level in levels]
        lines.append([title, *(f"{cost:.2f}" for cost in costs)])
    table(["network", *(f"{told} of {100 * level:g} %" for told in wrong for level in levels)], lines)


def _means(root: Path, told: str) -> dict[tuple[str, float], float]:
    """{(weights, noise): mean PSNR in dB} over all kernels."""
    with open(root / "results/paper/tables/heldout.csv", newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["kernel"] == "all" and row["told"] == told]
    return {(row["weights"], float(row["noise"])): float(row["psnr"]) for row in rows}


def _seconds(root: Path) -> dict[str, str]:
    with open(root / "reference/seconds_ladder.csv", newline="", encoding="utf-8") as file:
        return {row["weights"]: row["seconds"] for row in csv.DictReader(file)}
