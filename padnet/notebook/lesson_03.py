"""Figures of notebook 03 on Condition 1 and convergence rates, drawn from values computed in its cells."""

import numpy as np
from matplotlib.figure import Figure

from padnet.notebook.figures import COLOURS, show

__all__ = ["draw_condition", "draw_rates", "draw_two_pixels"]


def draw_condition(v, error, bound, passes) -> None:
    """Show both sides of Condition 1 against the network's output; each (1, 1, 1, n), passes is boolean."""
    v, passes = v.flatten(), passes.flatten()
    figure = Figure(figsize=(7.5, 2.6), layout="constrained")
    axes = figure.subplots()
    axes.fill_between(v, 0, 4, where=passes, color="#e6e6e6", label="Condition 1 holds")
    axes.plot(v, error.flatten(), color=COLOURS[0], label="|e|")
    axes.plot(v, bound.flatten(), color=COLOURS[1], label="C_E |x⁺ − xᵏ|")
    axes.set(xlabel="v, the output of the network", ylim=(0, 2.5))
    axes.legend(loc="upper center", ncols=3)
    show(
        figure,
        "The error of the step against the output v of the network, and the bound of Condition 1; "
        "the condition holds on an interval of v, which is shaded.",
    )


def draw_two_pixels(t, F, near, at_zero: float, reached) -> None:
    """Show the energy along a pair of pixels (t, -t), and the objective of (20).

    t, F, near: (n,), F and F + mu/2 ||x||^2 for every t > 0. at_zero: F at t = 0. reached: (t, F, near) of one point.
    """
    t_reached, F_reached, near_reached = reached
    figure = Figure(figsize=(7.5, 2.8), layout="constrained")
    axes = figure.subplots()
    axes.plot(t, F, color=COLOURS[0], label="F")
    axes.plot(t, near, color=COLOURS[1], label="F + μ/2 ‖x − xᵏ‖²")
    axes.plot(0, at_zero, "s", color=COLOURS[6], label="xᵏ = 0, where r is 0")
    axes.plot(t_reached, near_reached, "o", color=COLOURS[1])
    axes.plot(t_reached, F_reached, "o", color=COLOURS[0], label="x⁺")
    axes.set(xlabel="t, the two pixels are (t, −t)", ylabel="energy", ylim=(5, 12))
    axes.legend(loc="upper center", ncols=4)
    show(
        figure,
        "The energy along the pair of pixels: at t = 0 a single low point, then a jump by 2; "
        "the point reached lies at the bottom of the orange curve and still above the point at zero.",
    )


def draw_rates(paths) -> None:
    """Show distances to the limit with two kinds of axes. paths: {q: x^0, x^1, ... for |x|^q}, of equal length."""
    figure = Figure(figsize=(8.6, 2.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    for colour, (q, path) in zip(COLOURS, paths.items(), strict=False):
        path, k = np.array(path), np.arange(len(path))
        label = f"|x|^{q}" if q > 1 else "|x|"
        left.plot(k[:41], np.where(path > 0, path, np.nan)[:41], color=colour, label=label)
        if q > 2:
            right.plot(k[1:], path[1:], color=colour, label=label)
    left.set(yscale="log", xlabel="k", ylabel="distance to the limit")
    right.set(xscale="log", yscale="log", xlabel="k")
    left.legend()
    right.legend()
    show(
        figure,
        "Distance to the limit against k: the absolute value ends after a few steps, the square falls on a "
        "straight line, cube and fourth power flatten out and are straight on doubly logarithmic axes.",
    )
