"""Figures and a table of notebook 07 on the proof of Theorem 1, from values computed in its cells."""

import torch
from matplotlib.figure import Figure

from padnet.notebook.figures import COLOURS, show
from padnet.notebook.tables import table

__all__ = ["draw_certified_error", "draw_convexity", "draw_long_runs", "draw_valley", "scientific", "tabulate_decrease"]


def scientific(value: float) -> str:
    """Format a number for a table, with two decimals and a power of ten."""
    return f"{value:.2e}"


def draw_valley(t, curve, ends, values, p: float, h: float, w: float) -> None:
    """Show the objective of (20) along a pair of pixels (t, -t).

    t, curve: (n,), NaN at jumps. ends, values: t and the objective at x^k and at x^{k+1}. p, h, w: for the title.
    """
    figure = Figure(figsize=(7.4, 3.0), layout="constrained")
    axes = figure.subplots()
    axes.plot(t, curve, color=COLOURS[0], label="$\\varphi(t, -t)$")
    points = zip(("$x^k$", "$x^{k+1}$"), ends, values, COLOURS[1:3], "os", strict=True)
    for name, place, value, colour, marker in points:
        axes.plot(place, value, marker, color=colour, label=name, zorder=3)
    axes.set(xlabel="$t$", title=f"p = {p:g}, h = {h:g}, w = {w:g}")
    axes.legend()
    show(
        figure,
        f"The function of (20) along t for p = {p:g}, with the points x^k at t = {ends[0]:g} and x^(k+1) at "
        f"t = {ends[1] + 0.0:.2f} marked on it.",
    )


def draw_convexity(drawn) -> None:
    """Show decreases against errors, and the bound for a convex energy. drawn: {steps: (2, n)}, divided by mu."""
    figure = Figure(figsize=(6.6, 3.2), layout="constrained")
    axes = figure.subplots()
    for (name, points), colour, marker in zip(drawn.items(), COLOURS, "o^s*P", strict=False):
        size = 3 if name.startswith("toy") else 10
        axes.plot(*points, marker, color=colour, markersize=size, label=name, zorder=3)
    axes.plot([0, 1.5], [1, -0.5], "k-", linewidth=1, label="$\\mu - C_E$, convex")
    for place in (0.5, 1):
        axes.axvline(place, color="#bbbbbb", linewidth=0.8)
    axes.set(xlabel="$\\|E\\| / (\\mu\\|\\Delta x\\|)$", xlim=(-0.05, 1.5))
    axes.set(ylabel="decrease $/ (\\mu\\|\\Delta x\\|^2)$", ylim=(-9, 3))
    axes.legend(fontsize=7, loc="center left", bbox_to_anchor=(1, 0.5))
    show(
        figure,
        "Decrease against error, both over mu: the points of p = 1 lie above the "
        "line of the convex bound, the two pixels far below it.",
    )


def draw_long_runs(columns, far, b: float) -> None:
    """Show the convergence of three long runs.

    columns: {p: the columns of its run, with `energy` and `moved`, (stages, 1)}. far: {p: dist(0, ∂F) of each stage}.
    b: of the bound (24), b ||x^{k+1} - x^k||.
    """
    figure = Figure(figsize=(9.2, 3.2), layout="constrained")
    for axes, (p, column) in zip(figure.subplots(1, 3), columns.items(), strict=True):
        energy, dx = column["energy"][:, 0], column["moved"][:, 0]
        curves = {
            "$F(x^{k+1}) - F^*$": energy - energy.min(),
            "$\\|x^{k+1} - x^k\\|$": dx,
            "dist$(0, \\partial F)$": torch.tensor(far[p]),
            "bound (24)": b * dx,
        }
        for (name, curve), colour, style in zip(curves.items(), COLOURS, ("-", "-", "-", "--"), strict=False):
            axes.semilogy(torch.where(curve > 1e-15, curve, torch.nan), style, color=colour, label=name)
        axes.set(title=f"p = {p}", xlabel="k")
        if p == 1:
            axes.legend(fontsize=7)
    show(
        figure,
        "Three panels for p = 1, 0.8 and 0: on a log axis the energy above its least value, the step length, the "
        "distance of zero to the subdifferential and its bound all fall over the stages.",
    )


def tabulate_decrease(steps) -> None:
    """Show the inequalities in the proof of Theorem 1 along runs, one row per stage.

    steps: (prior, k, row of the certificate, dist(0, ∂φ) / ‖∇f‖, number of unknowns with a better value of (20), and
    the ratios right / left of (21), left / right of Condition 1 and left / right of (24)) for each.
    """
    rows = []
    for name, k, row, flat, better, quotients in steps:
        how = "own step" if row["own"] else f"after {row['inner']} repetitions"
        numbers = [scientific(flat), better, f"{row['energy']:.4f}", *(f"{value:.3f}" for value in quotients)]
        rows.append([name, k, how, *numbers])
    head = ["prior", "k", "accepted", "dist(0, ∂φ) / ‖∇f‖", "(20): unknowns that win", "F"]
    table([*head, "(21) right / left", "Condition 1 left / right", "(24) left / right"], rows)


def draw_certified_error(energies, errors, end) -> None:
    """Show energy and error of a run. energies, errors: of each x^k. end: (error, energy) of the minimiser of F."""
    figure = Figure(figsize=(8.2, 2.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    for axes, curve, level in ((left, energies, end[1]), (right, errors, end[0])):
        axes.plot(range(len(curve)), curve, "o-", markersize=3, color=COLOURS[0])
        axes.axhline(level, color=COLOURS[1], linestyle="--", label="minimiser of F")
        axes.set(xlabel="k", xticks=range(0, len(curve), 5))
    left.set(ylabel="F")
    right.set(ylabel="error")
    right.legend()
    show(
        figure,
        "Energy and error of a certified run with p = 1 against k: the energy "
        "falls all the way, the error is least after a few stages.",
    )
