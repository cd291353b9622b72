"""The tables of lesson 06 on estimated airlights, and on results that are worse than the hazy picture."""

import csv
from collections.abc import Mapping

import numpy as np
from IPython.display import Markdown, display

from padnet.labels import DEHAZERS, HAZE
from padnet.notebook.lesson_06 import HazeRecords, betas_of
from padnet.notebook.tables import table

__all__ = ["airlights_table", "below_hazy_table", "estimated_sentences"]


def airlights_table(kept: HazeRecords) -> None:
    """Show the estimators of the airlight on held-out pictures."""
    with open(kept.folder / "tuning" / "haze-airlight.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    lines = []
    for row in rows:
        if row["kind"] == "all":
            error = np.mean([float(row[channel]) for channel in ("red", "green", "blue")])
            told = [f"{error:.3f}", f"{float(row['psnr_he']):.2f}", f"{float(row['psnr_ipadnet']):.2f}"]
            lines.append([row["method"], row["pictures"], *told, f"{float(row['below_hazy']):.0%}"])
    table(["airlight", "pictures", "mean error of A", "PSNR in dB, He", "IPADNet", "IPADNet below hazy"], lines)


def estimated_sentences(value: Mapping, protocols: list[str]) -> None:
    """Print how far IPADNet is ahead of every method that got the same estimated airlight, and of He with his own.

    value: {(set, method, variant, metric): value}.
    """
    for name in protocols:
        rivals = [(method, "estimated") for method in DEHAZERS] + [("he", "own")]
        present = [one for one in rivals if (name, *one, "psnr") in value]
        for metric, title in [("psnr", "all")] + [
            (f"psnr@{beta:g}", f"beta {beta:g}") for beta in betas_of(value, name)
        ]:
            own = value[name, "ipadnet", "estimated", metric]
            told = [
                f"{HAZE[method]}{' with his own airlight' if variant == 'own' else ''} "
                f"{own - value[name, method, variant, metric]:+.2f}"
                for method, variant in present
            ]
            print(f"{name}, estimated airlight, {title}: IPADNet {own:.2f} dB; beside {', '.join(told)}.")


def below_hazy_table(kept: HazeRecords) -> None:
    """Show on how many pictures each method is worse than the hazy picture itself, by airlight."""
    for name in kept.protocols:
        hazy = {(row["image"], row["beta"]): row["psnr"] for row in kept.select(name, "hazy", "none")}
        lines = []
        for method in [m for m in (*DEHAZERS, "ipadnet") if (name, m) in kept.records]:
            counts = [
                sum(row["psnr"] < hazy[row["image"], row["beta"]] for row in kept.select(name, method, variant))
                for variant in ("known", "estimated")
            ]
            lines.append([HAZE[method], *(f"{count} of {len(hazy)}" for count in counts)])
        display(Markdown(f"`{name}`, pictures whose PSNR is below that of the hazy picture:"))
        table(["method", "airlight known", "estimated"], lines)
