"""Tables and figures of notebook 02 on its run on a photograph, from values computed in its cells."""

from matplotlib.figure import Figure

from padnet.notebook.figures import COLOURS, animate, show
from padnet.notebook.tables import table

__all__ = ["animate_stages", "draw_psnr", "tabulate_explicit", "tabulate_implicit"]


def tabulate_implicit(schedule, columns, quality, gaps) -> None:
    """Show the stages of implicit PADNet, one row per stage.

    schedule: provides alpha(k). columns: of the run, with `residual` and `bound`, (stages, 1). quality: (PSNR of u,
    PSNR of v) in dB for each stage. gaps: ||u - v|| for each stage.
    """
    rows = []
    for k, (u, v) in enumerate(quality):
        lengths = columns["residual"][k].item(), columns["bound"][k].item(), gaps[k]
        row = [k + 1, f"{schedule.alpha(k):.3g}", f"{u:.2f}", f"{v:.2f}"]
        rows.append([*row, *(f"{length:.3f}" for length in lengths)])
    table(["stage", "α", "PSNR of u", "PSNR of v = x", "‖v - (u + λ)‖", "C_N α", "‖u - v‖"], rows)


def tabulate_explicit(quality, moves, columns) -> None:
    """Show the stages of explicit PADNet, one row per stage.

    quality: (PSNR of v, PSNR of x) in dB for each stage. moves: (‖v - x before‖, ‖x - v‖, cosine of the two) for each
    stage. columns: of the run, with `energy` and `own`, (stages, 1).
    """
    rows = []
    for k, ((of_v, of_x), (proposed, corrected, cosine)) in enumerate(zip(quality, moves, strict=True)):
        row = [k + 1, f"{of_v:.2f}", f"{of_x:.2f}", f"{proposed:.3f}", f"{corrected:.3f}", f"{cosine:.2f}"]
        accepted = "own step" if columns["own"][k].item() else "corrected"
        rows.append([*row, f"{columns['energy'][k].item():.3f}", accepted])
    head = ["stage", "PSNR of v", "of x", "‖v - x before‖", "‖x - v‖", "cosine of the two", "F(x)", "accepted as"]
    table(head, rows)


def animate_stages(stages, quality) -> None:
    """Animate u, v and their difference over the stages.

    stages: (u, v) for each stage, (1, 1, h, w). quality: (PSNR of u, PSNR of v) in dB for each.
    """
    frames = []
    for k, ((u, v), (of_u, of_v)) in enumerate(zip(stages, quality, strict=True), start=1):
        figure = Figure(figsize=(7.2, 2.75), layout="constrained")
        panels = (
            (f"stage {k}: u, {of_u:.2f} dB", u, 0, 1),
            (f"v = x, {of_v:.2f} dB", v, 0, 1),
            ("u - v, from -0.1 to 0.1", u - v, -0.1, 0.1),
        )
        for axes, (name, picture, low, high) in zip(figure.subplots(1, 3), panels, strict=True):
            axes.imshow(picture[0, 0].numpy(), cmap="gray", vmin=low, vmax=high, interpolation="nearest")
            axes.set_title(name)
            axes.axis("off")
        frames.append(figure)
    animate(
        frames,
        "For each of five stages: the preliminary estimate u, the network's output v, and their difference, "
        "which is strong noise in the first stages and nearly even grey in the last.",
        seconds=1.2,
    )


def draw_psnr(of_observed: float, implicit, explicit) -> None:
    """Show PSNR over the stages, in dB.

    of_observed: PSNR of the initial image of both runs. implicit: (PSNR of u, PSNR of v) for each stage. explicit: PSNR
    of the image of each x^k, from k = 0.
    """
    figure = Figure(figsize=(5.8, 3.0), layout="constrained")
    axes = figure.subplots()
    n, (of_u, of_v) = len(implicit), zip(*implicit, strict=True)
    axes.plot(range(n + 1), [of_observed, *of_v], "s-", color=COLOURS[2], label="implicit, v = x")
    axes.plot(range(1, n + 1), of_u, "^:", color=COLOURS[5], label="implicit, u")
    axes.plot(range(len(explicit)), explicit, "o-", color=COLOURS[1], label="explicit, picture of x")
    axes.set(xlabel="stages", ylabel="PSNR in dB")
    axes.legend()
    show(
        figure,
        "PSNR over the stages: implicit PADNet climbs steeply and flattens, and explicit PADNet follows it closely.",
    )
