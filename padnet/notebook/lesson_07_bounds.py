"""Figures and a table of notebook 07 on the proof of Theorem 2: both sides of its inequalities."""

from matplotlib.figure import Figure

from padnet.notebook.figures import COLOURS, show
from padnet.notebook.tables import table

__all__ = ["draw_cauchy", "draw_sides", "draw_turning", "tabulate_sides"]

# The same marker for the printed and the corrected version; the colour is an index of COLOURS.
STYLES = {
    "(30)": ("o-", 5),
    "(31)": ("s-", 0),
    "(32)": ("^-", 2),
    "(33) first": ("x--", 4),
    "(33) second, printed": ("v-", 1),
    "(33) second, corrected": ("v--", 1),
    "(34) printed": ("d-", 3),
    "(34) corrected": ("d--", 3),
}


def draw_turning(printed, corrected, gamma: float) -> None:
    """Show the ratio left / right of the second inequality of (33) for each k.

    One curve with the printed constant and one with the corrected constant.
    """
    figure = Figure(figsize=(6.4, 2.8), layout="constrained")
    axes = figure.subplots()
    axes.plot(printed, "o-", color=COLOURS[1], label="printed: $2$")
    axes.plot(corrected, "s-", color=COLOURS[0], label="corrected: $1 + \\sqrt{\\gamma}$")
    axes.axhline(1, color=COLOURS[6], linewidth=0.8)
    axes.set(xlabel="k", ylabel="left / right of (33)", ylim=(0, max(2, 1.1 * max(printed))))
    axes.legend()
    show(
        figure,
        f"Left over right of the second of (33) for gamma = {gamma:g}: the printed bound is exceeded at every "
        "k from 1 on, the corrected one is met exactly.",
    )


def draw_cauchy(distances) -> None:
    """Show distances to the last iterate and their bounds. distances: {letter: (distances, bounds)}, from k = 1."""
    figure = Figure(figsize=(8.2, 3.0), layout="constrained")
    for axes, (name, (true, bound)) in zip(figure.subplots(1, 2), distances.items(), strict=True):
        k = range(1, len(true) + 1)
        axes.semilogy(k, true, color=COLOURS[0], label=f"$\\|{name}^k - {name}^K\\|$")
        axes.semilogy(k, bound, "--", color=COLOURS[1], label="bound by the geometric sum")
        axes.set(xlabel="k")
        axes.legend()
    show(
        figure,
        "Two panels, v and u: the distance to the last iterate falls along a straight line on a log axis, under "
        "the dashed bound of the same slope.",
    )


def tabulate_sides(sides) -> None:
    """Show both sides of every inequality. sides: {line: (left, right) for each k}."""
    stages = len(next(iter(sides.values())))
    table(
        ["left; right", *(f"k = {k}" for k in range(stages))],
        [[name, *(f"{left:.3g}; {right:.3g}" for left, right in both)] for name, both in sides.items()],
    )


def draw_sides(panels) -> None:
    """Show the ratio left / right of (30) to (34), one panel per run. panels: {title: {line: ratio for each k}}."""
    figure = Figure(figsize=(9.2, 3.8), layout="constrained")
    for axes, (title, ratios) in zip(figure.subplots(1, 2, sharey=True), panels.items(), strict=True):
        for name, (style, colour) in STYLES.items():
            axes.semilogy(ratios[name], style, color=COLOURS[colour], label=name, markersize=4)
        axes.axhline(1, color=COLOURS[6], linewidth=0.8)
        axes.set(title=title, xlabel="k")
    axes.legend(fontsize=7, loc="center left", bbox_to_anchor=(1, 0.5))
    figure.axes[0].set_ylabel("left / right")
    show(
        figure,
        "Left over right of (30) to (34) over k, on a log axis, for the toy and for trained networks: no curve "
        "rises above one, and those of (34) lie lowest.",
    )
