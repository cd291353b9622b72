"""The figures of lesson 04 other than Figure 1, which is drawn by padnet.reporting.figure1."""

import csv

import torch
from matplotlib.figure import Figure

from padnet.experiments.tune import tuning_path
from padnet.labels import CONTROLS, METHODS, TESTS
from padnet.notebook.figures import COLOURS, show
from padnet.notebook.lesson_04 import GradientRecords
from padnet.notebook.lesson_04_limits import KINDS
from padnet.reporting.table1 import PRIORS

__all__ = ["field_pictures", "limit_curves", "prox_curves", "search_curves", "toy_curves"]


def prox_curves(z: torch.Tensor, curves: dict) -> None:
    """Plot proximal operators of a scalar. z: (n,); curves: {p: prox(z), (n,)}."""
    figure = Figure(figsize=(5.2, 3.0), layout="constrained")
    axes = figure.subplots()
    for (p, found), colour in zip(curves.items(), COLOURS, strict=False):
        axes.plot(z, found, color=colour, label=f"p = {p:g}")
    axes.plot(z, z, ":", color="0.5", label="nothing done")
    axes.set_xlabel("z")
    axes.set_ylabel("prox(z)")
    axes.legend()
    show(
        figure, "Three curves of the proximal operator: flat about z = 0, then near the diagonal; those of p < 1 jump."
    )


def toy_curves(truth, observed, found, energies) -> None:
    """Plot a row of three fields (1, 2, 8, 8), and F before the run and after each of its K stages, K + 1 numbers."""
    figure = Figure(figsize=(9.2, 2.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    lines = {"truth": (truth, "-s"), "observed": (observed, ":"), "found": (found, "--o")}
    for title, (field, mark) in lines.items():
        left.plot(field[0, 0, 3], mark, markersize=4, label=title)
    left.set_title("row 3 of the field, along the rows")
    left.set_xlabel("pixel")
    left.legend()
    right.semilogy(energies, "o-", color=COLOURS[0])
    right.set_xticks(range(len(energies)))
    right.set_title("energy F")
    right.set_xlabel("k")
    show(figure, "On the left a row of the true, observed and found field of the toy; on the right F after each stage.")


def field_pictures(sizes: dict) -> None:
    """Gradient magnitudes side by side, dark where large. sizes: {title: (h, w)}."""
    figure = Figure(figsize=(9.2, 2.1), layout="constrained")
    for axes, (title, picture) in zip(figure.subplots(1, len(sizes)), sizes.items(), strict=True):
        axes.imshow(picture, cmap="gray_r", vmin=0, vmax=0.3)
        axes.set_title(title)
        axes.axis("off")
    alt = "The true gradient has thin edges, the observed one blurred ones; three estimates for p = 0.8 lie between."
    show(figure, alt)


def search_curves(kept: GradientRecords, prior: str, lam: float) -> None:
    """Plot the grid search for lambda and rho of ADMM and HQS on training images, for one prior.

    lam: the lambda of PADNet, a dashed line.
    """
    figure = Figure(figsize=(9.2, 3.0), layout="constrained")
    for axes, method in zip(figure.subplots(1, 2, sharey=True), ("admm", "hqs"), strict=True):
        with open(kept.root / tuning_path(kept.profile, method), newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["prior"] == prior]
        grid = [{key: float(row[key]) for key in ("lam", "rho", "error")} for row in rows]
        lams = sorted({row["lam"] for row in grid})
        for rho, colour in zip(sorted({row["rho"] for row in grid}), COLOURS, strict=False):
            least = [min(row["error"] for row in grid if (row["lam"], row["rho"]) == (one, rho)) for one in lams]
            axes.plot(lams, least, "o-", color=colour, label=f"rho = {rho:g}")
        found = min(grid, key=lambda row: row["error"])
        axes.plot(found["lam"], found["error"], "o", color="black", fillstyle="none", markersize=11, label="chosen")
        axes.axvline(lam, ls="--", color="0.5")
        axes.set_xscale("log")
        axes.set_xticks(lams, [f"{one:g}" for one in lams])
        axes.minorticks_off()
        axes.set_title(f"{METHODS[method]}, p = {prior[1:]}")
        axes.set_xlabel("lambda")
        axes.legend()
    figure.axes[0].set_ylabel("mean error, training pictures")
    show(
        figure, "Mean training error of ADMM and of HQS over lambda, a curve for each rho; the chosen point has a ring."
    )


def limit_curves(curves: list[dict], pair: dict, planned: int) -> None:
    """Plot energy, residual and error of the long runs on one pair.

    curves: the second result of read_converge(). pair: a row with its image and kernel. planned: last planned stage.
    """
    styles = dict(zip(KINDS, ("-", "--", ":"), strict=True))
    titles = {"gap": "F above its least value", "distance": "dist(0, ∂F)", "error": "reconstruction error"}
    names = ("image", "kernel", "p", "variant", "test")
    figure = Figure(figsize=(9.2, 3.4), layout="constrained")
    for axes, (column, title) in zip(figure.subplots(1, len(titles)), titles.items(), strict=True):
        for prior, colour in zip(PRIORS, COLOURS, strict=False):
            for (variant, test), style in styles.items():
                key = pair["image"], pair["kernel"], float(prior[1:]), variant, test
                line = [row for row in curves if tuple(row[name] for name in names) == key and row[column] > 0]
                label = f"{prior}, {CONTROLS.get(variant, variant)}, {TESTS[test]}"
                steps, values = ([row[name] for row in line] for name in ("k", column))
                axes.plot(steps, values, style, color=colour, label=label)
        axes.axvline(planned, color="0.6", lw=0.8)
        axes.set_xscale("log")
        if column != "error":
            axes.set_yscale("log")
        axes.set_title(title)
        axes.set_xlabel("k")
    figure.legend(*figure.axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    show(
        figure,
        "Three panels over k, which is on a logarithmic axis: the energy above its least value, the residual, "
        "the reconstruction error.",
    )
