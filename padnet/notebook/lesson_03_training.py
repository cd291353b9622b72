"""Figures and a table of notebook 03b on trained networks, from values computed in its cells."""

import torch
from matplotlib.figure import Figure

from padnet.notebook.figures import COLOURS, show
from padnet.notebook.tables import table

__all__ = ["draw_angles", "draw_forgetting", "draw_growth", "tabulate_growth"]


def tabulate_growth(growth, plan) -> None:
    """Show the progress of Algorithm 2 after every unit.

    growth: (stage, units, ratios of the validation pairs (pairs,), error of x) for each. plan: has `accepted`, the
    fraction of pairs at which a stage is complete, and `units`, the maximum per stage.
    """
    rows = []
    for stage, units, ratios, error in growth:
        share = (ratios <= 1).double().mean().item()
        unclosed = "one more unit" if units < plan.units else "t_max reached"
        spread = [f"{ratio.item():.2f}" for ratio in (ratios.min(), ratios.median(), ratios.max())]
        then = "stage closed" if share >= plan.accepted else unclosed
        rows.append([stage, units, *spread, f"{share:.0%}", then, f"{error:.3f}"])
    head = [
        "stage k",
        "units",
        "ratio, smallest",
        "median",
        "largest",
        "pairs within Condition 1",
        "then",
        "error of x",
    ]
    table(head, rows)


def draw_growth(growth) -> None:
    """Show the ratio of every validation pair, one column per network during growth; growth as for tabulate_growth."""
    figure = Figure(figsize=(7.5, 2.7), layout="constrained")
    axes = figure.subplots()
    for column, (stage, _, ratios, _) in enumerate(growth):
        axes.plot([column] * len(ratios), ratios, "o", markersize=4, color=COLOURS[stage], alpha=0.7)
    axes.axhline(1, color=COLOURS[6], linewidth=1)
    names = [f"k = {stage}\n{units} unit{'s' * (units > 1)}" for stage, units, *_ in growth]
    axes.set(xticks=range(len(growth)), xticklabels=names)
    axes.set(ylabel="‖e‖ / (C_E ‖Δx‖)", ylim=(0, None))
    show(
        figure,
        "Ratios of the validation pairs for every network as it grows: the first stages lie under one, "
        "later stages begin above one and come down as they get more units.",
    )


def draw_angles(measured, limit: float) -> None:
    """Show angles in degrees against the stage. measured: {networks: (stages, images)}. limit: that of Condition 1."""
    figure = Figure(figsize=(7.5, 2.5), layout="constrained")
    axes = figure.subplots()
    for shift, (name, angles) in zip((-0.1, 0.1), measured.items(), strict=True):
        stages = torch.arange(len(angles))[:, None].expand_as(angles) + shift
        colour = COLOURS[0] if shift < 0 else COLOURS[1]
        dots = {"color": colour, "markersize": 4, "alpha": 0.7, "label": name}
        axes.plot(stages.flatten(), angles.flatten(), "o", **dots)
    axes.axhspan(0, limit, color="#e6e6e6", label="what Condition 1 allows")
    axes.set(xlabel="stage k", ylabel="angle, degrees", xticks=range(4), ylim=(0, 180))
    axes.set(yticks=(0, 30, 60, 90, 120, 150, 180))
    axes.legend(loc="upper right", ncols=3)
    show(
        figure,
        "The angle between the step and the negative slope at its end, for eight "
        "pictures and four stages: nearly all of the first networks within the "
        "cone, all of the others far outside.",
    )


def draw_forgetting(ends, minimiser: float, k_max: int) -> None:
    """Show the error along runs. ends: {run: error of each x^k}. minimiser: its error. k_max: maximum run length."""
    figure = Figure(figsize=(7.5, 2.7), layout="constrained")
    axes = figure.subplots()
    for colour, (name, errors) in zip(COLOURS, ends.items(), strict=False):
        axes.plot(range(len(errors)), errors, color=colour, label=name)
    axes.axhline(minimiser, color="#999999", linestyle=":", label="the minimiser")
    axes.set(xscale="symlog", xlabel="k", ylabel="error of x", xlim=(0, k_max))
    axes.set_xticks([0, 1, 10, 100], labels=["0", "1", "10", "100"])
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    show(
        figure,
        "Error against k for five guarded runs with p = 1: they differ at first, "
        "and all end at the error of the minimiser.",
    )
