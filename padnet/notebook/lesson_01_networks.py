"""Figures and tables of notebook 01 on unrolled and plug-and-play networks, from values computed in its cells."""

import numpy as np
from matplotlib.figure import Figure

from padnet.notebook.figures import COLOURS, pictures, show
from padnet.notebook.tables import table

__all__ = ["draw_plug_and_play", "gradient_pictures", "tabulate_plug_and_play", "tabulate_unrolled"]


def tabulate_unrolled(s, w, errors, energies) -> None:
    """Compare the layers of a trained unrolled iteration with the same number of untrained steps.

    s, w: step size and threshold of each layer. errors, energies: two lists each, of the trained layers and of the
    untrained steps; steps beyond the number of layers are omitted.
    """
    table(
        ["layer", "s", "w", "error, trained", "error, untrained", "F, trained", "F, untrained"],
        [
            [str(k + 1), f"{s[k]:.2f}", f"{w[k]:.3f}"]
            + [f"{run[k]:.3f}" for run in errors]
            + [f"{run[k]:.4f}" for run in energies]
            for k in range(len(s))
        ],
    )


def tabulate_plug_and_play(errors, energies, moves) -> None:
    """Show the final values of runs with denoisers in place of the prox, one row each.

    errors, energies: {name: a number for each iterate}. moves: {name: the relative step to each iterate but the first}.
    """
    rows = []
    for name, error in errors.items():
        best = int(np.argmin(error))
        row = [name, f"{error[best]:.3f}", str(best + 1), f"{error[-1]:.3f}"]
        rows.append([*row, f"{min(energies[name]):.2f}", f"{energies[name][-1]:.2f}", f"{moves[name][-1]:.0e}"])
    head = ["in the prox's place", "least error", "at k", "error at k = 60"]
    table([*head, "least F", "F at k = 60", "last step, relative"], rows)


def draw_plug_and_play(errors, energies, moves) -> None:
    """Show error, energy and step against the iteration; arguments as for tabulate_plug_and_play, 60 iterates."""
    figure = Figure(figsize=(9.2, 2.8), layout="constrained")
    axes = figure.subplots(1, 3)
    for colour, name in zip(COLOURS, errors, strict=False):
        k = range(1, len(errors[name]) + 1)
        axes[0].loglog(k, errors[name], color=colour, label=name)
        axes[1].loglog(k, energies[name], color=colour)
        axes[2].loglog(k[1:], moves[name], color=colour)
    for place, title in zip(axes, ("reconstruction error", "energy F of (14)", "relative step"), strict=True):
        place.set_title(title)
        place.set_xlabel("iteration k")
        place.set_xlim(1, 60)
    axes[0].legend()
    show(
        figure,
        "Error, energy and step over 60 iterations for the exact prox and three networks: error and energy of the "
        "trained one fall and then rise while its steps shrink; the one turned round runs away.",
    )


def gradient_pictures(named) -> None:
    """Show the magnitude of gradient fields, dark on white. named: {title: (1, 2, h, w)}."""
    pictures(
        {name: 1 - g[0].norm(dim=0) / 0.5 for name, g in named.items()},
        "Gradient magnitudes, dark on white: the truth, the blurred observation, the trained network's "
        "best iterate, and its sixtieth, where speckle has appeared between the edges.",
    )
