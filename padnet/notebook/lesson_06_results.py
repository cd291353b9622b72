"""The tables of lesson 06 on Table 3: next to published values, by haze density, and against expected values."""

from collections.abc import Mapping
from pathlib import Path

from IPython.display import Markdown, display

from padnet.labels import DEHAZERS, HAZE
from padnet.notebook.cells import mean
from padnet.notebook.lesson_06 import HazeRecords, betas_of, seconds_of
from padnet.notebook.tables import table
from padnet.project.params import read_yaml

__all__ = ["expectations_table", "gain_sentences", "gains_table", "published_tables", "seconds_table"]


def published_tables(value: Mapping, published: Mapping, protocols: list[str]) -> None:
    """Show our PSNR of J by beta among published values, one table per set.

    value: {(set, method, variant, metric): value}; published: from reference/published.yaml.
    """
    for name in protocols:
        betas = betas_of(value, name)
        kinds = [(m, v) for p, m, v, metric in value if p == name and metric == "psnr" and betas]
        lines = [
            [
                f"**{HAZE[m]}, here**",
                v,
                *(f"{value[name, m, v, f'psnr@{beta:g}']:.2f}" for beta in betas),
                "this project",
            ]
            for m, v in kinds
        ]
        for entry in published["table3"].get(name, []):
            cells = [entry["psnr"].get(f"{beta:g}") for beta in betas]
            psnrs = ["" if psnr is None else f"{psnr:.1f}" for psnr in cells]
            lines.append([entry["method"], entry["airlight"], *psnrs, entry["source"]])
        if lines:
            display(Markdown(f"`{name}`, PSNR of J in dB by beta:"))
            table(["method", "airlight", *(f"{beta:g}" for beta in betas), "source"], lines)
        if name in published["table3"]:
            print(published["table3_note"])


def gain_sentences(value: Mapping, protocols: list[str]) -> None:
    """Print the gain of IPADNet over its guidance, He's dark channel and the oracles. value: as above."""
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


def expectations_table(value: Mapping, bands: list[dict]) -> None:
    """Compare each method with its expected result. bands: from reference/published.yaml; value: as above."""
    lines = []
    for band in bands:
        key = band["protocol"], band["method"], "known", f"psnr@{band['beta']:g}"
        if key in value:
            met = "yes" if value[key] >= band["from"] else "no"
            psnrs = [f"{value[key]:.2f}", f"{band['from']:.2f}"]
            lines.append([HAZE[band["method"]], f"{band['beta']:g}", *psnrs, met, band["source"]])
    if lines:
        table(["method", "beta", "PSNR in dB", "expected, or more", "met", "why"], lines)
    else:
        print("The expectations are of a protocol of the paper profile.")
