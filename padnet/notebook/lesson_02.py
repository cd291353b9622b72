"""Figures of notebook 02 on its toy problems, drawn from values computed in its cells."""

import math

import torch
from matplotlib.figure import Figure

from padnet.notebook.figures import COLOURS, show

__all__ = [
    "draw_admm_gaps",
    "draw_bells",
    "draw_envelope",
    "draw_envelopes",
    "draw_preliminary",
    "draw_step_sizes",
    "draw_thresholds",
    "draw_toy",
    "on_one_line",
]


def on_one_line(values, form: str = "7.3f") -> str:
    """The numbers of a tensor on one line, each formatted with `form`; zeros have no sign."""
    return " ".join(format(value + 0, form) for value in torch.as_tensor(values).round(decimals=6).flatten().tolist())


def draw_envelopes(points, F, envelopes, lifted, lowest, about: float) -> None:
    """Show F and its regularisations (2): the envelopes on the left, the functions minimised about one x on the right.

    points, F: (n,), F at each point. envelopes, lifted: {mu: (n,)}, M and F + mu/2 (u - about)^2 at each point.
    lowest: {mu: (u, M)}, the minimiser about `about` and its value.
    """
    figure = Figure(figsize=(9.2, 3.0), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot(points, F, color=COLOURS[6], label="F")
    right.plot(points, F, color=COLOURS[6], label="F")
    for colour, mu in zip(COLOURS, envelopes, strict=False):
        left.plot(points, envelopes[mu], color=colour, label=f"M, μ = {mu:g}")
        right.plot(points, lifted[mu], color=colour)
        u, M = lowest[mu]
        right.plot([u], [M], "o", color=colour)
    right.axvline(about, color="0.6", linewidth=0.8)
    left.set(xlabel="x", ylim=(0.3, 1.1), title="F and its regularisation (2)")
    right.set(xlabel="u", ylim=(0.3, 1.6), title=f"F(u) + μ/2 (u - {about:g})², colours as on the left")
    left.legend()
    show(
        figure,
        "Left: the energy F with two minima and three envelopes below it that meet it at its lowest point. "
        f"Right: F plus three parabolas about {about:g}; the dots, their minimisers, "
        f"move towards {about:g} as mu grows.",
    )


def draw_envelope(points, F, lifted, lowest, x: float) -> None:
    """Show F, F plus the parabola about x, and the minimum (u, M) of the sum; points, F, lifted: (n,)."""
    figure = Figure(figsize=(5.4, 2.6), layout="constrained")
    axes = figure.subplots()
    axes.plot(points, F, color=COLOURS[6], label="F")
    axes.plot(points, lifted, color=COLOURS[0], label="F + μ/2 (u - x)²")
    axes.plot(lowest[:1], lowest[1:], "o", color=COLOURS[1], label="minimiser")
    axes.axvline(x, color="0.6", linewidth=0.8)
    axes.set(xlabel="u", ylim=(0.3, 1.6))
    axes.legend()
    show(figure, "F of one number and F plus the parabola about x, whose lowest point is marked with a dot.")


def draw_preliminary(truth, y, mean, u) -> None:
    """Show the preliminary estimate u together with the terms that determine it; each (1, 1, 1, 12)."""
    _draw_rows(
        (("truth", truth, "o", 6), ("x = y", y, "--", 5), ("mean m", mean, ":", 2), ("u", u, "-", 1)),
        "The true spikes as dots, the blurred y, the mean of the two pulls, and the preliminary estimate u.",
    )


def draw_toy(truth, y, x) -> None:
    """Show the result x of some stages with the ground truth and the observation y; each (1, 1, 1, 12)."""
    _draw_rows(
        (("truth", truth, "o", 6), ("y", y, "--", 5), ("x", x, "-", 1)),
        "The true spikes as dots, the blurred signal, and the result of the stages.",
    )


def _draw_rows(lines, alt):
    """Draw rows of numbers in one figure. lines: (name, row, style, index of the colour)."""
    figure = Figure(figsize=(6.4, 2.6), layout="constrained")
    axes = figure.subplots()
    for name, row, style, colour in lines:
        axes.plot(range(row.numel()), row.flatten(), style, color=COLOURS[colour], label=name)
    axes.set(xlabel="place", ylim=(-1.6, 1.2))
    axes.legend(ncols=len(lines), loc="lower left")
    show(figure, alt)


def draw_thresholds(line, curves, jumps) -> None:
    """Show the minimiser v of (4) as a function of z, interrupted at its jumps.

    line: the values z, (1, 1, 1, n). curves: {p: v, shaped like line}. jumps: {p: the smallest |z| with nonzero v}.
    """
    z = line.flatten()
    figure = Figure(figsize=(5.4, 3.4), layout="constrained")
    axes = figure.subplots()
    axes.plot(z, z, color="0.7", linewidth=0.8)
    for colour, (p, curve) in zip(COLOURS, curves.items(), strict=False):
        value = curve.flatten().clone()
        value[1:][value.diff().abs() > 0.05] = math.nan
        axes.plot(z, value, color=colour, label=f"p = {p:g}, zero up to {jumps[p]:.3f}")
    axes.set(xlabel="z", ylabel="v of (4)")
    axes.legend()
    show(
        figure, "The minimiser of (4) as a function of z for four exponents p: zero in the middle, then near the line."
    )


def draw_admm_gaps(gaps) -> None:
    """Show the convergence of u and v in ADMM. gaps: {rho: ||u - v|| after each iteration}."""
    figure = Figure(figsize=(5.4, 2.8), layout="constrained")
    axes = figure.subplots()
    for colour, (rho, gap) in zip(COLOURS, gaps.items(), strict=False):
        axes.semilogy(range(1, len(gap) + 1), [max(value, 1e-16) for value in gap], color=colour, label=f"ρ = {rho:g}")
    axes.set(xlabel="round", ylabel="‖u - v‖", ylim=(1e-12, 2))
    axes.legend()
    show(figure, "The distance of u and v over 120 rounds, logarithmic: three falling lines of different steepness.")


def draw_bells(z, bells, sums) -> None:
    """Show two functions of an RBFUnit as sums of Gaussians. z: (n,). bells: (2, bells, n). sums: (2, n)."""
    figure = Figure(figsize=(9.2, 2.8), layout="constrained")
    titles = ("the start, near φ(z) = z", "two heights turned around")
    for axes, curve, parts, title in zip(figure.subplots(1, 2), sums, bells, titles, strict=True):
        axes.plot(z, parts.T, color=COLOURS[5], linewidth=0.8)
        axes.plot(z, curve, color=COLOURS[1], linewidth=2)
        axes.plot(z, z, color="0.6", linestyle=":")
        axes.set(xlabel="z", title=title, ylim=(-1.1, 1.1))
    show(
        figure,
        "Two functions as sums of nine bells, drawn thinly below them: on the left nearly a "
        "line around zero, on the right a curve that is flat around zero.",
    )


def draw_step_sizes(energies) -> None:
    """Show energies over repetitions of (7) for two step sizes. energies: {name: values}, the larger step first."""
    figure = Figure(figsize=(5.4, 2.6), layout="constrained")
    axes = figure.subplots()
    for (name, values), style, colour in zip(energies.items(), ("o-", "s-"), (1, 0), strict=True):
        axes.semilogy(values, style, color=COLOURS[colour], label=name)
    axes.set(xlabel="repetition of (7)", ylabel="energy of (2)")
    axes.legend()
    show(figure, "The energy over twelve repetitions of (7), logarithmic: rising with step 1, falling with the other.")
