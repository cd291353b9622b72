"""The figures of lesson 06: matplotlib Figures, which the lesson also saves as files."""

import csv
from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from padnet.imaging.haze_scores import score
from padnet.labels import DEHAZERS, HAZE
from padnet.notebook.cells import mean
from padnet.notebook.figures import pictures

__all__ = ["cleared", "comparison", "photographs_and_t", "row_of", "told_haze", "training_curves"]


def show(axes, picture, title) -> None:
    """Draw a radiance in colour or a transmission in grey, with range 0 to 1."""
    axes.imshow(np.clip(picture, 0, 1), cmap="gray", vmin=0, vmax=1)
    axes.set_title(title, fontsize=9)


def panels(rows, columns, width, height):
    """A figure of width and height in inches and its axes, row by row, without ticks."""
    figure = Figure(figsize=(width, height), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    return figure, grid


def row_of(pictures: Mapping, height: float) -> Figure:
    """Images side by side. pictures: {title: (h, w) or (h, w, 3)}; height: of the figure in inches."""
    figure, grid = panels(1, len(pictures), 9.2, height)
    for axes, (title, picture) in zip(grid[0], pictures.items(), strict=True):
        show(axes, picture, title)
    return figure


def cleared(pair, columns: Mapping) -> Figure:
    """A hazy pair with its scored region below; then radiances with their transmissions below.

    columns: {title: (J (h, w, 3), t (h, w))}.
    """
    figure, grid = panels(2, 1 + len(columns), 9.2, 3.4)
    show(grid[0, 0], pair.I, "hazy")
    show(grid[1, 0], np.where(pair.mask, 1.0, 0.0), "white: scored")
    for column, (title, (J, t)) in zip(grid.T[1:], columns.items(), strict=True):
        show(column[0], J, title)
        show(column[1], t, "")
    return figure


def comparison(synthetic: list, photographs: list) -> Figure:
    """Pairs and photographs in columns; the rows are the hazy images and the results of each method.

    synthetic: (pair, {method: its Estimate}). photographs: {method: J (h, w, 3)}; "hazy" is the photograph itself.
    """
    names = ["hazy", *DEHAZERS, "ipadnet"]
    columns = len(synthetic) + len(photographs)
    figure, grid = panels(len(names) + 1, columns, 9.2, 1.35 * (len(names) + 1))
    for column, (pair, found) in zip(grid.T, synthetic, strict=False):
        show(column[-1], pair.J, "truth")
        for axes, name in zip(column, names, strict=False):
            show(axes, found[name].J, f"{HAZE[name]}, {score(pair, found[name].t, found[name].J)['psnr']:.2f}")
    for column, found in zip(grid.T[len(synthetic) :], photographs, strict=True):
        for axes, name in zip(column, names, strict=False):
            show(axes, found[name], HAZE[name])
    return figure


def told_haze(title: str, I, J, J_true, t, t_true) -> None:
    """Show the scores and the images of a scene with synthetic haze before and after dehazing.

    title: of the scene. I, J, J_true: (1, 3, h, w), hazy, dehazed and true. t, t_true: (1, 1, h, w).
    """
    before, after = (-10 * (x - J_true).square().mean().log10().item() for x in (I, J))
    print(
        f"{title}: PSNR of the hazy picture {before:.2f} dB, of J {after:.2f} dB: {after - before:+.2f} dB; "
        f"L1 error of t {(t - t_true).abs().mean().item():.3f}"
    )
    views = {name: x[0].permute(1, 2, 0) for name, x in (("hazy", I), ("J", J), ("true J", J_true))}
    alt = "A hazy scene, the same as cleared, the true scene, and the t that was taken beside the true one."
    pictures(views | {"t": t[0, 0], "true t": t_true[0, 0]}, alt)


def photographs_and_t(done: list, wide: int = 4) -> Figure:
    """Photographs with J and t below each.

    done: (name, photograph (h, w, 3) uint8, result of dehaze); wide: number of photographs per row.
    """
    rows = -(-len(done) // wide)
    figure, grid = panels(3 * rows, wide, 9.2, 5.4 * rows)
    for i, (name, photograph, result) in enumerate(done):
        top, middle, bottom = grid[3 * (i // wide) : 3 * (i // wide) + 3, i % wide]
        show(top, photograph / 255, name)
        show(middle, result.image / 255, "")
        show(bottom, result.transmission, "")
    return figure


def training_curves(trained: list) -> Figure:
    """The training error over the steps. trained: (title, path of a network's files without file extension)."""
    figure = Figure(figsize=(9.2, 2.8), layout="constrained")
    for axes, (title, path) in zip(figure.subplots(1, len(trained), squeeze=False)[0], trained, strict=True):
        with open(path.with_suffix(".csv"), newline="", encoding="utf-8") as file:
            losses = [float(row["error"]) for row in csv.DictReader(file)]
        width = max(1, len(losses) // 25)
        starts = range(0, len(losses) - width + 1, width)
        means = [mean(losses[start : start + width]) for start in starts]
        axes.plot([start + width / 2 for start in starts], means, color="#0072b2")
        axes.set_title(f"IPADNet, {title}", fontsize=9)
        axes.set_xlabel("step")
    figure.axes[0].set_ylabel("error trained, dB")
    return figure
