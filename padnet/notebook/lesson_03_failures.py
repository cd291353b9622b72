"""Figures and a table of notebook 03b on failing networks and schedules, from values computed in its cells."""

import torch
from matplotlib.figure import Figure

from padnet.notebook.figures import COLOURS, show
from padnet.notebook.tables import table

__all__ = ["draw_energy_falls", "draw_sleep", "draw_spiral", "draw_strength", "tabulate_sleep"]


def draw_energy_falls(falls, names) -> None:
    """Show energies against k, with one colour per network and one line style per safeguard variant.

    falls: {(network, variant): F of x^0, x^1, ...}, three variants, the unguarded one first. names: networks to draw.
    """
    figure = Figure(figsize=(8.2, 3.2), layout="constrained")
    axes = figure.subplots()
    ways = list(dict.fromkeys(way for _, way in falls))
    for colour, name in zip(COLOURS, names, strict=False):
        for way, style in zip(ways, ("--", "-", ":"), strict=True):
            F = falls[name, way]
            axes.plot(range(len(F)), F, style, marker="o", markersize=3, color=colour, label=f"{name}, {way}")
    axes.set(xlabel="k", ylabel="F", yscale="log", xticks=range(5))
    axes.set_yticks([0.2, 0.5, 1, 2, 5], labels=["0.2", "0.5", "1", "2", "5"])
    axes.minorticks_off()
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize=7)
    show(
        figure,
        "Energy against k for four sets of networks: all guarded curves, solid and dotted, fall at every step, "
        "while dashed, unguarded curves of bad networks rise.",
    )


def draw_strength(columns) -> None:
    """Show ratio and energy of a run on one image. columns: `ratio`, `energy_before`, `energy`, (stages, 1)."""
    ratio = columns["ratio"][:, 0]
    energies = torch.cat([columns["energy_before"][:1], columns["energy"]])[:, 0]
    figure = Figure(figsize=(8.6, 2.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot(range(len(ratio)), ratio, "o-", color=COLOURS[0], label="of the network's own step")
    left.axhline(1, color=COLOURS[6], linewidth=1)
    left.set(xlabel="k", ylabel="‖e‖ / (C_E ‖Δx‖)", ylim=(0, None))
    left.legend(loc="lower right")
    right.plot(range(len(energies)), energies, "o-", color=COLOURS[1])
    right.set(xlabel="k", ylabel="F")
    show(figure, "Left the ratio of the network's own steps against k and the line at one, right the energy against k.")


def tabulate_sleep(followed, schedule, stages) -> None:
    """Show an unguarded and a guarded run with a network whose output stops changing.

    followed: {"unguarded" and "guarded": (run, dist(0, ∂F) after each stage)}; the runs have the columns `error`,
    `moved` and `v_moved`, (stages, 1). schedule: provides alpha(k). stages: the k to show.
    """
    (free, far), (kept, near) = followed["unguarded"], followed["guarded"]
    rows = []
    for k in stages:
        c, d = ({name: column[k, 0].item() for name, column in run.columns.items()} for run in (free, kept))
        lengths = [f"{c[name]:.1e}" for name in ("v_moved", "moved", "error")]
        unguarded = f"{c['error'] / c['moved']:.3f}", f"{far[k]:.3f}"
        guarded = f"{d['error'] / d['moved']:.3f}", f"{near[k]:.3f}"
        rows.append([k, f"{schedule.alpha(k):.3f}", *lengths, *unguarded, *guarded])
    head = ["k", "α", "unguarded: ‖Δv‖", "‖Δx‖", "‖e‖", "‖e‖/‖Δx‖", "dist(0, ∂F)"]
    table([*head, "guarded: ‖e‖/‖Δx‖", "dist(0, ∂F)"], rows)


def draw_sleep(followed, C_E: float) -> None:
    """Show ratio and distance from criticality of the same runs; followed as for tabulate_sleep."""
    figure = Figure(figsize=(8.6, 2.7), layout="constrained")
    left, right = figure.subplots(1, 2)
    for name, colour in (("unguarded", COLOURS[1]), ("guarded", COLOURS[0])):
        run, critical = followed[name]
        ratio = run.columns["error"][:, 0] / run.columns["moved"][:, 0]
        left.plot(range(len(ratio)), ratio, color=colour, label=name)
        right.plot(range(len(critical)), critical, color=colour, label=name)
    left.axhline(C_E, color=COLOURS[6], linewidth=1)
    left.set(yscale="log", xlabel="k", ylabel="‖e‖ / ‖Δx‖")
    right.set(yscale="log", xlabel="k", ylabel="dist(0, ∂F)")
    left.legend()
    right.legend()
    show(
        figure,
        "Left, the ratio of error to movement: unguarded it climbs over the line at C_E and goes on climbing, "
        "guarded it stays below. Right, the distance from criticality: unguarded it levels off, guarded it falls.",
    )


def draw_spiral(path, length) -> None:
    """Show a path in the plane and its length. path: (steps + 1, 2). length: (steps,), of the path up to each step."""
    figure = Figure(figsize=(8.6, 2.9), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot(path[:, 0], path[:, 1], "o-", markersize=2.5, linewidth=0.8, color=COLOURS[0])
    left.plot(*path[-1], "s", color=COLOURS[1])
    left.set(aspect="equal", xlabel="first number of v", ylabel="second")
    right.plot(range(1, len(length) + 1), length, color=COLOURS[0])
    right.set(xlabel="k", ylabel="length of the path", ylim=(0, None))
    show(figure, "Left the path of v in the plane with its last point marked, right the length of the path against k.")
