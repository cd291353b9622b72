"""The panels of Figure 1: the style of each method, and the content of each kind of panel.

Colours are from the palette of Okabe and Ito, which is safe for colour-blind readers; line styles and markers are
redundant to them. Iteration numbers are on a logarithmic axis, on which both 6 and 200 steps are visible.
"""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, MaxNLocator, NullFormatter

# method -> label, colour, marker: the networks take few steps, so each of them is marked.
LOOKS = {
    "admm": ("ADMM", "#0072B2", None),
    "hqs": ("HQS", "#E69F00", None),
    "ipadnet": ("IPADNet", "#009E73", "s"),
    "epadnet": ("EPADNet", "#D55E00", "o"),
}
DEEP = ("ipadnet", "epadnet")
# The two sides of Condition 1 along a run of EPADNet, whichever test the run uses.
CONDITION = {
    "error": (r"Condition 1: $\|E^k\|$", "#000000"),
    "bound": (r"Condition 1: $C_E\|g^{k+1}-g^k\|$", "#CC79A7"),
}
DASHDOT, DOTTED = (0, (5, 1.5, 1, 1.5)), (0, (1, 1.2))


def iteration_error(axes, curves):
    """||g^{k+1} - g^k|| / ||g^k|| of every method from k = 1: the step from g^0 = 0 has no relative size.

    axes: matplotlib Axes. curves: method -> Curves, see figure1.
    """
    axes.set(xscale="log", yscale="log", xlabel="$k$")
    for method, curve in curves.items():
        values = curve.iteration_error[1:]
        # A step of size zero cannot be shown on a logarithmic axis.
        _line(axes, np.arange(1, len(values) + 1), np.where(values > 0, values, np.nan), method)
    axes.tick_params(labelbottom=True)
    _iteration_numbers(axes)


def error_condition(axes, curve, limits, labelled):
    """||E^k|| and C_E ||g^{k+1} - g^k|| from k = 0 on a right-hand axis, over their own k on a top axis.

    These are the two sides of Condition 1, which holds where the first is below the second; the run need not have
    enforced it.

    curve: Curves of EPADNet. limits: of the right-hand axis. labelled: whether that axis has numbers.
    """
    right = axes.twinx()
    top = right.twiny()
    # Set the scale first: matplotlib warns if an axis becomes logarithmic while it has zeros, as a converged run
    # does.
    right.set(yscale="log", ylim=limits, ylabel="Condition 1, both sides" if labelled else "")
    for name, (_, colour) in CONDITION.items():
        values = getattr(curve, name)
        top.plot(np.arange(len(values)), values, color=colour, linestyle=DASHDOT, linewidth=1.1)
    top.xaxis.set_major_locator(MaxNLocator(integer=True))
    top.set_xlabel("$k$ of Condition 1", fontsize=7)
    for axis in (right, top):
        axis.grid(False)
        axis.tick_params(labelsize=7)
    right.tick_params(labelright=labelled)


def reconstruction_error(axes, curves, beside):
    """||g^k - g_gt|| / ||g_gt|| from k = 1, with the two networks enlarged in an inset.

    curves: method -> Curves. beside: the same for ADMM and HQS with their best parameters and EPADNet with Condition
    1, drawn thin and dashed.
    """
    for method, curve in beside.items():
        axes.plot(*_errors(curve), color=LOOKS[method][1], linestyle="--", linewidth=0.9)
    for method, curve in curves.items():
        _line(axes, *_errors(curve), method)
    low, high = axes.get_ylim()
    # The upper part is reserved for the inset.
    axes.set(xscale="log", xlabel="$k$", ylim=(low, low + 1.8 * (high - low)))
    axes.yaxis.set_major_locator(MaxNLocator(7))
    _iteration_numbers(axes)
    inset = axes.inset_axes((0.48, 0.62, 0.5, 0.35))
    for method in DEEP:
        _line(inset, *_errors(curves[method]), method)
        if curves[method].u_error is not None:
            steps = np.arange(1, len(curves[method].u_error) + 1)
            for place in (axes, inset):
                place.plot(steps, curves[method].u_error, color=LOOKS[method][1], linestyle=DOTTED, linewidth=1)
    inset.xaxis.set_major_locator(MaxNLocator(integer=True))
    inset.tick_params(labelsize=6.5, length=2)


def legend(figure):
    """One legend for all panels, below them."""
    handles = [Line2D([], [], color=c, marker=m, markersize=3.2, label=text) for text, c, m in LOOKS.values()]
    handles += [Line2D([], [], color=c, linestyle=DASHDOT, label=text) for text, c in CONDITION.values()]
    handles.append(Line2D([], [], color="#666666", linestyle=DOTTED, label="$u^k$ of the networks"))
    thin = {"linestyle": "--", "linewidth": 0.9}
    handles.append(Line2D([], [], color="#666666", **thin, label="ADMM, HQS tuned"))
    handles.append(Line2D([], [], color=LOOKS["epadnet"][1], **thin, label="EPADNet under Condition 1"))
    figure.legend(handles=handles, loc="outside lower center", ncols=5, columnspacing=1.4)


def _line(axes, steps, values, method):
    label, colour, marker = LOOKS[method]
    axes.plot(steps, values, color=colour, marker=marker, markersize=3.2, linewidth=1.5, label=label)


def _errors(curve):
    """k = 1, ..., K and the reconstruction error of each g^k."""
    return np.arange(1, len(curve.reconstruction_error) + 1), curve.reconstruction_error


def _iteration_numbers(axes):
    """Integer labels on the logarithmic axis."""
    axes.xaxis.set_major_locator(FixedLocator([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]))
    axes.xaxis.set_major_formatter("{x:.0f}")
    axes.xaxis.set_minor_formatter(NullFormatter())
