"""The figures of lesson 08: thresholding functions, and runs with several networks."""

from collections.abc import Mapping

import torch
from matplotlib.figure import Figure

from padnet.notebook.figures import COLOURS, show

__all__ = ["convergence_curves", "energy_curves", "threshold_curves"]


def threshold_curves(z: torch.Tensor, firm: torch.Tensor, soft: torch.Tensor, until: float) -> None:
    """Plot two thresholding functions. z, firm, soft: (n,); until: where the firm one becomes the identity."""
    figure = Figure(figsize=(4.6, 2.6), layout="constrained")
    axes = figure.subplots()
    axes.plot(z, z, color="#999999", linewidth=0.8, label="identity")
    axes.plot(z, firm, color=COLOURS[0], label="minimax concave penalty")
    axes.plot(z, soft, "--", color=COLOURS[1], label="l1 norm")
    axes.axvline(until, color="#999999", linestyle=":")
    axes.set(xlabel="coefficient of z", ylabel="coefficient of prox(z)")
    axes.legend()
    alt = "Two thresholds: the new one returns to the identity at large coefficients, that of l1 stays below it."
    show(figure, alt)


def energy_curves(curves: Mapping) -> None:
    """Plot F and PSNR over the stages. curves: {network: (F, PSNR in dB)}, each K + 1 numbers, starting with x0."""
    figure = Figure(figsize=(8.0, 2.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    for (name, (energy, quality)), colour in zip(curves.items(), COLOURS, strict=False):
        left.plot(range(len(energy)), energy, color=colour, label=name)
        right.plot(range(len(quality)), quality, color=colour, label=name)
    left.set(xlabel="stages", ylabel="F")
    right.set(xlabel="stages", ylabel="PSNR in dB")
    left.legend(title="network")
    show(
        figure,
        "Longer guarded runs, with and without the trained network: F falls; the PSNR with the network rises and "
        "then falls.",
    )


def convergence_curves(curves: Mapping) -> None:
    """Plot distance to a critical point and PSNR over the stages of runs that continue until convergence.

    curves: {denoiser: (dist(0, dF) after each of K stages, PSNR in dB before them and after each)}.
    """
    figure = Figure(figsize=(8.0, 2.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    for (name, (distance, quality)), colour in zip(curves.items(), COLOURS, strict=False):
        left.loglog(range(1, len(distance) + 1), distance, color=colour, label=name)
        right.semilogx(range(1, len(quality)), quality[1:], color=colour, label=name)
    left.set(xlabel="stages", ylabel="dist(0, ∂F)")
    right.set(xlabel="stages", ylabel="PSNR in dB")
    right.legend(title="denoiser")
    show(
        figure,
        "Guarded runs with both denoisers until they have converged: the distance to a critical point falls to a "
        "ten-thousandth; the PSNR rises at first and then falls.",
    )
