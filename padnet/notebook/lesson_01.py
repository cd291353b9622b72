"""Figures of notebook 01 on energies, priors and iterations, drawn from values computed in its cells."""

import numpy as np
from matplotlib.figure import Figure

from padnet.notebook.figures import COLOURS, show

__all__ = ["draw_deblurred_row", "draw_descents", "draw_division", "draw_prox", "written"]


def written(x, places: int = 2) -> str:
    """The numbers of a tensor on one line of text; zeros have no sign."""
    return " ".join(f"{round(value, places) + 0:6.{places}f}" for value in x.flatten().tolist())


def draw_division(k_hat, signal_hat, noise_hat, x_ls, y, x_true) -> None:
    """Show the effect of division by the blur: the spectra on the left, the rows on the right.

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
    """Show priors on the left and their proximal operators on the right, with that of p highlighted.

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
    """Show energies against the iteration, one panel per power p.

    iterations: values of k. levels: {p: {method: the energy at each k}}. of_truth: {p: the energy of the ground truth}.
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
    """Show a blurred row, the ground truth and the reconstructions; each (1, 1, 1, n)."""
    figure = Figure(figsize=(9.2, 2.2), layout="constrained")
    axes = figure.subplots()
    axes.plot(seen.flatten(), color=COLOURS[1], label="y")
    axes.stem(x_true.flatten(), linefmt="k-", markerfmt="k.", basefmt=" ", label="truth")
    axes.plot(found.flatten(), "o", color=COLOURS[0], fillstyle="none", label="found")
    axes.set_ylim(-1.3, 1.5)
    axes.set_xlabel("pixel")
    axes.legend(loc="upper right", ncols=3)
    show(figure, "The five true points, the blurred and noisy row, and the points that the energy finds.")
