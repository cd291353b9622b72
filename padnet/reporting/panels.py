"""The panels of Figure 1: the style of each method, and the content of each kind of panel.

Every curve has a marker of its own, so that they can be told apart without their colours, which are from the palette of
Okabe and Ito. EPADNet is drawn above the others with hollow markers, so that it does not hide them. The numbers of the
iterations stand on one axis, linear from 0 to 1 and logarithmic from there, on which 6 and 200 steps are visible.
"""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

# method -> label, colour, marker: the networks take few steps, so each of them is marked.
LOOKS = {
    "admm": ("ADMM", "#0072B2", "^"),
    "hqs": ("HQS", "#E69F00", "v"),
    "ipadnet": ("IPADNet", "#009E73", "s"),
    "epadnet": ("EPADNet", "#D55E00", "o"),
}
DEEP = ("ipadnet", "epadnet")
# The two sides of Condition 1 along a run of EPADNet, whichever test the run uses.
CONDITION = {
    "error": (r"Condition 1: $\|E^k\|$", "#000000", "x"),
    "bound": (r"Condition 1: $C_E\|g^{k+1}-g^k\|$", "#56B4E9", "D"),
}
EVERY = 0.12  # a marker each time a long curve has gone this share of the panel
DASHDOT, DOTTED = (0, (5, 1.5, 1, 1.5)), (0, (1, 1.2))


def iteration_error(axes, curves):
    """||g^{k+1} - g^k|| / ||g^k|| of every method from k = 1: the step from g^0 = 0 has no relative size.

    axes: matplotlib Axes. curves: method -> Curves, see figure1.
    """
    axes.set(yscale="log", xlabel="$k$")
    for method, curve in curves.items():
        values = curve.iteration_error[1:]
        # A step of size zero cannot be shown on a logarithmic axis.
        _line(axes, np.arange(1, len(values) + 1), np.where(values > 0, values, np.nan), method)
    axes.tick_params(labelbottom=True)
    _iteration_numbers(axes)


def error_condition(axes, curve, limits, named):
    """||E^k|| and C_E ||g^{k+1} - g^k|| from k = 0 on a right-hand axis, over the same k.

    These are the two sides of Condition 1, which holds where the first is below the second; the run need not have
    enforced it.

    curve: Curves of EPADNet. limits: of the right-hand axis. named: whether that axis has a name.
    """
    right = axes.twinx()
    # Set the scale first: matplotlib warns if an axis becomes logarithmic while it has zeros, as a converged run
    # does.
    right.set(yscale="log", ylim=limits, ylabel="Condition 1, both sides" if named else "")
    for name, (_, colour, marker) in CONDITION.items():
        values = getattr(curve, name)
        right.plot(
            np.arange(len(values)),
            values,
            color=colour,
            linestyle=DASHDOT,
            linewidth=1.1,
            marker=marker,
            markersize=3.5,
        )
    right.grid(False)
    right.tick_params(labelsize=7)
    _iteration_numbers(axes)


def reconstruction_error(axes, curves, beside):
    """||g^k - g_gt|| / ||g_gt|| from k = 1, with the two networks enlarged in an inset.

    curves: method -> Curves. beside: the same for ADMM and HQS with their best parameters and EPADNet with Condition
    1, drawn thin and dashed.
    """
    for method, curve in beside.items():
        _, colour, marker = LOOKS[method]
        thin = {"linestyle": "--", "linewidth": 0.9, "marker": marker, "markersize": 3, "markerfacecolor": "white"}
        axes.plot(*_errors(curve), color=colour, markevery=EVERY, **thin)
    for method, curve in curves.items():
        _line(axes, *_errors(curve), method)
    low, high = axes.get_ylim()
    # The upper part is reserved for the inset.
    axes.set(xlabel="$k$", ylim=(low, low + 1.8 * (high - low)))
    axes.yaxis.set_major_locator(MaxNLocator(7))
    _iteration_numbers(axes)
    inset = axes.inset_axes((0.48, 0.62, 0.5, 0.35))
    for method in DEEP:
        _line(inset, *_errors(curves[method]), method)
        if curves[method].u_error is not None:
            steps = np.arange(1, len(curves[method].u_error) + 1)
            # The two nearly coincide: the lower one is wider.
            width = 3 if method == "ipadnet" else 1
            for place in (axes, inset):
                place.plot(steps, curves[method].u_error, color=LOOKS[method][1], linestyle=DOTTED, linewidth=width)
    inset.xaxis.set_major_locator(MaxNLocator(integer=True))
    inset.tick_params(labelsize=6.5, length=2)


def legend(figure):
    """One legend for all panels, below them."""
    handles = [Line2D([], [], **_look(method)) for method in LOOKS]
    handles += [
        Line2D([], [], color=c, linestyle=DASHDOT, marker=m, markersize=3.5, label=text)
        for text, c, m in CONDITION.values()
    ]
    handles.append(Line2D([], [], color="#666666", linestyle=DOTTED, label="$u^k$ of the networks"))
    thin = {"linestyle": "--", "linewidth": 0.9}
    handles.append(Line2D([], [], color="#666666", **thin, label="ADMM, HQS tuned"))
    handles.append(Line2D([], [], color=LOOKS["epadnet"][1], **thin, label="EPADNet under Condition 1"))
    figure.legend(handles=handles, loc="outside lower center", ncols=5, columnspacing=1.4)


def _look(method):
    """How a method is drawn: the keywords of a line."""
    label, colour, marker = LOOKS[method]
    look = {"color": colour, "marker": marker, "markersize": 4, "linewidth": 1.5, "label": label}
    return look | {"markerfacecolor": "white", "zorder": 3} if method == "epadnet" else look


def _line(axes, steps, values, method):
    long = method not in DEEP and np.isfinite(values).any()  # without a point there is no distance to measure
    axes.plot(steps, values, **_look(method), **({"markevery": EVERY} if long else {}))


def _errors(curve):
    """k = 1, ..., K and the reconstruction error of each g^k."""
    return np.arange(1, len(curve.reconstruction_error) + 1), curve.reconstruction_error


def _iteration_numbers(axes):
    """One axis of k, with integer labels: from 0, which a logarithmic axis does not have."""
    axes.set_xscale("symlog", linthresh=1, linscale=0.4)
    axes.set_xlim(left=-0.15)
    axes.xaxis.set_major_locator(FixedLocator([0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter("{x:.0f}")
