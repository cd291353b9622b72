"""What notebook 01 shows: its figures and tables, from numbers that its cells have computed."""

import numpy as np
from matplotlib.figure import Figure

from padnet.notebook.figures import COLOURS, pictures, show
from padnet.notebook.tables import table

__all__ = [
    "draw_deblurred_row",
    "draw_descents",
    "draw_division",
    "draw_plug_and_play",
    "draw_prox",
    "gradient_pictures",
    "tabulate_plug_and_play",
    "tabulate_unrolled",
    "written",
]


def written(x, places: int = 2) -> str:
    """The numbers of a tensor on one line, to be read; no zero has a sign."""
    return " ".join(f"{round(value, places) + 0:6.{places}f}" for value in x.flatten().tolist())


def draw_division(k_hat, signal_hat, noise_hat, x_ls, y, x_true) -> None:
    """Show what division by the blur does: the spectra on the left, the rows on the right.

    k_hat, signal_hat, noise_hat: (frequencies,), magnitudes. x_ls, y, x_true: (1, 1, 1, n) rows.
    """
    figure = Figure(figsize=(9.2, 2.7), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.semilogy(signal_hat, label="signal, blurred")
    left.semilogy(noise_hat, color=COLOURS[1], label="noise")
    left.semilogy(k_hat, color=COLOURS[6], linestyle="--", label="|k̂|")
    left.set_xlabel("frequency")
    left.set_ylim(1e-4, 20)
    left.legend(loc="lower left")
    right.plot(x_ls.flatten(), color=COLOURS[5], linewidth=0.8, label="least squares")
    right.plot(y.flatten(), color=COLOURS[1], label="y")
    right.stem(x_true.flatten(), linefmt="k-", markerfmt="k.", basefmt=" ", label="truth")
    right.set_ylim(-2.2, 2.2)
    right.set_xlabel("pixel")
    right.legend(loc="upper right", ncols=3)
    show(
        figure,
        "Left: the blurred signal falls below the noise from the middle frequencies on. "
        "Right: five points, the blurred row, and a least squares solution that swings out of the picture.",
    )


def draw_prox(z, curves, p: float) -> None:
    """Show priors on the left and their proximal operators on the right, that of p the strongest.

    z: (1, 1, 1, n) from -2 to 2. curves: {power: (prior of each z, prox of each z)}, n numbers of any shape.
    """
    z = z.flatten().numpy()
    colours = {1: COLOURS[0], 0: COLOURS[2], p: COLOURS[1]}
    figure = Figure(figsize=(9.2, 2.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    for q, (prior, prox) in curves.items():
        style = {"color": colours[q], "linewidth": 2.2 if q == p else 1, "label": f"p = {q:g}"}
        left.plot(z, prior.flatten(), **style)
        right.plot(*interrupted(z, prox.flatten().numpy()), **style)
    right.plot([-2, 2], [-2, 2], ":", color="0.6")
    left.set_title("the prior λ|x|ᵖ")
    left.set_xlabel("x")
    right.set_title("its prox")
    right.set_xlabel("z")
    right.legend()
    show(
        figure,
        f"Left the prior, right its proximal operator, for p = 0, {p:g} and 1: "
        "soft thresholding is continuous, the others jump away from zero.",
    )


def interrupted(x, y, jump: float = 0.01):
    """The curve (x, y), both (n,), with NaN where y changes by more than `jump`: a gap in its line."""
    jumps = np.flatnonzero(np.abs(np.diff(y)) > jump)
    return np.insert(x, jumps + 1, np.nan), np.insert(y, jumps + 1, np.nan)


def draw_descents(iterations, levels, of_truth) -> None:
    """Show energies against the iteration, a panel for each power p.

    iterations: numbers k. levels: {p: {method: the energy at each k}}. of_truth: {p: the energy of the truth}.
    """
    figure = Figure(figsize=(9.2, 2.7), layout="constrained")
    for axes, (p, methods) in zip(figure.subplots(1, 2), levels.items(), strict=True):
        for colour, (name, energies) in zip(COLOURS, methods.items(), strict=False):
            axes.loglog(iterations, energies, color=colour, label=name)
        axes.axhline(of_truth[p], color=COLOURS[6], linestyle=":", label="the truth")
        axes.set_title(f"F, p = {p:g}")
        axes.set_xlabel("iteration k")
    axes.legend()
    show(
        figure,
        "Energies of the three methods over 200 iterations, p = 1 and p = 0.8: proximal gradient falls "
        "steadily and slowly, HQS late, ADMM soon and with small rises.",
    )


def draw_deblurred_row(seen, x_true, found) -> None:
    """Show a blurred row, the truth and what was found; each (1, 1, 1, n)."""
    figure = Figure(figsize=(9.2, 2.2), layout="constrained")
    axes = figure.subplots()
    axes.plot(seen.flatten(), color=COLOURS[1], label="y")
    axes.stem(x_true.flatten(), linefmt="k-", markerfmt="k.", basefmt=" ", label="truth")
    axes.plot(found.flatten(), "o", color=COLOURS[0], fillstyle="none", label="found")
    axes.set_ylim(-1.3, 1.5)
    axes.set_xlabel("pixel")
    axes.legend(loc="upper right", ncols=3)
    show(figure, "The five true points, the blurred and noisy row, and the points that the energy finds.")


def tabulate_unrolled(s, w, errors, energies) -> None:
    """Show the layers of an unrolled iteration beside as many untrained steps.

    s, w: step size and threshold of each layer. errors, energies: two lists each, of the trained layers and of the
    untrained steps, of which those beyond the layers are left out.
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
    """Show where denoisers in the place of the prox arrive, a row for each.

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
    """Show error, energy and step against the iteration; the arguments as of tabulate_plug_and_play, 60 iterates."""
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
    """Show gradient fields by their magnitude, dark on white. named: {title: (1, 2, h, w)}."""
    pictures(
        {name: 1 - g[0].norm(dim=0) / 0.5 for name, g in named.items()},
        "Gradient magnitudes, dark on white: the truth, the blurred observation, the trained network's "
        "best iterate, and its sixtieth, where speckle has appeared between the edges.",
    )
