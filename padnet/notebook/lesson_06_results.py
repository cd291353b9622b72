"""The tables of lesson 06 on Table 3: gains, by haze density, and runtimes."""

from collections.abc import Mapping
from pathlib import Path

from IPython.display import Markdown, display

from padnet.labels import DEHAZERS, HAZE
from padnet.notebook.cells import mean
from padnet.notebook.lesson_06 import HazeRecords, betas_of, seconds_of
from padnet.notebook.tables import table
from padnet.project.params import read_yaml

__all__ = ["gain_sentences", "gains_table", "seconds_table"]


def gain_sentences(value: Mapping, protocols: list[str]) -> None:
    """Print the gain of IPADNet over its guidance, He's dark channel and the oracles.

    value: {(set, method, variant, metric): value}.
    """
    for name in protocols:

        def of(method, metric, variant="known", name=name):
            return value[name, method, variant, metric]

        def ahead(method, metric="psnr", of=of):
            return f"{of('ipadnet', metric) - of(method, metric):+.2f} dB"

        print(
            f"{name}, true airlight: IPADNet {ahead('guidance')} beside its guidance t~, {ahead('refined')} beside t~ "
            f"after the guided filter; {ahead('he')} beside He's dark channel; its L1 error of t is "
            f"{of('ipadnet', 'l1_t') / of('guidance', 'l1_t'):.0%} of that of t~."
        )
        oracles = [m for m in ("constant", "median") if (name, m, "known", "psnr") in value]
        for beta in betas_of(value, name):
            metric = f"psnr@{beta:g}"
            best = max(oracles, key=lambda m, metric=metric, of=of: of(m, metric))
            print(f"  beta = {beta:g}: {ahead(best, metric)} beside the better oracle ({HAZE[best]})")
        cost = of("ipadnet", "psnr") - of("ipadnet", "psnr", "estimated")
        print(f"  Not knowing the airlight costs {cost:.2f} dB.")


def seconds_table(root: Path) -> None:
    """Show the runtime per image of each method, measured here and published."""
    rows = seconds_of(root)
    if not rows:
        print("How long a picture takes has not been measured yet: padnet timing --haze does.")
    printed = read_yaml(root / "reference" / "tables.yaml")["table3"]["fattal"]["time"]
    lines = []
    for row in rows:
        name = HAZE[row["method"]]
        lines.append([name, f"{float(row['seconds']):.3g}", row["size"], row["threads"], f"{printed[name]:g}"])
    table(["method", "seconds here", "pixels", "CPU threads", "seconds in the paper"], lines)
    print(
        "Here: as measured by padnet timing --haze, airlight included. In the paper: on other pictures and another "
        "computer, learned methods on its GPU."
    )


def gains_table(kept: HazeRecords) -> None:
    """Show the share of images that dehazing improves, by beta, one table per set."""
    for name in kept.protocols:
        hazy = {(row["image"], row["beta"]): row["psnr"] for row in kept.select(name, "hazy", "none")}
        betas = sorted({beta for _, beta in hazy if beta is not None})
        lines = []
        for method in [m for m in ("guidance", *DEHAZERS, "ipadnet") if (name, m) in kept.records]:
            rows = kept.select(name, method, "known")
            better = [(row["beta"], row["psnr"] > hazy[row["image"], row["beta"]]) for row in rows]
            shares = [f"{mean(won for b, won in better if b == beta):.0%}" for beta in betas]
            won = sum(won for _, won in better)
            lines.append([HAZE[method], *shares, f"{won} of {len(better)}, {won / len(better):.0%}"])
        display(Markdown(f"`{name}`, share of pictures that gain, by beta:"))
        table(["method", *(f"{beta:g}" for beta in betas), "all"], lines)
