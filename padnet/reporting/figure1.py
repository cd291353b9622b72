"""Figure 1: the convergence of ADMM, HQS, IPADNet and EPADNet on energy (14), one column of panels per prior.

This module only draws; the data come from runs. The background is white, so that the figure works on light and dark
pages.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

from padnet.core.history import Run
from padnet.errors import InputError
from padnet.labels import PRIORS
from padnet.reporting import panels, style  # noqa: F401 - the style of what is drawn

METADATA = {"svg": {"Date": None}, "png": {"Software": None}}  # removes what would change between runs or versions


@dataclass(frozen=True)
class Curves:
    """The curves of one method on one pair; entry k of an array, k = 0, ..., K - 1, belongs to the step from g^k to
    g^{k+1}.

    iteration_error: ||g^{k+1} - g^k|| / ||g^k||, infinite at k = 0 if g^0 = 0.
    reconstruction_error, u_error: ||g^{k+1} - g_gt|| / ||g_gt||, and the same for u^{k+1}; u_error may be None.
    error, bound: ||E^k(g^{k+1})|| and C_E ||g^{k+1} - g^k||, the sides of Condition 1, for EPADNet only, else None.
    """

    iteration_error: np.ndarray
    reconstruction_error: np.ndarray
    u_error: np.ndarray | None = None
    error: np.ndarray | None = None
    bound: np.ndarray | None = None

    @staticmethod
    def of(run: Run, C_E: float | None = None) -> "Curves":
        """The curves of a run of one pair; C_E adds the two of Condition 1.

        Raises InputError for a run of several pairs, or one without the columns.
        """
        if len(run.K) != 1:
            raise InputError(f"a curve shows one pair, this run has {len(run.K)}: run the example alone")
        K = int(run.K[0])

        def column(name):
            if name not in run.columns:
                raise InputError(f"this run has no column {name}: run the method that records it, with the monitor")
            return run.columns[name][:K, 0].double().numpy()

        return Curves(
            column("iteration_error"),
            column("reconstruction_error"),
            column("u_error") if "u_error" in run.columns else None,
            None if C_E is None else column("error"),
            None if C_E is None else C_E * column("moved"),
        )


def figure1(priors: Mapping[str, Mapping[str, Curves]], beside: Mapping[str, Mapping[str, Curves]]) -> Figure:
    """Row (a) iteration error and Condition 1, row (b) reconstruction error; one column per prior.

    priors: "l1", "l0.8" or "l0" -> "admm", "hqs", "ipadnet" and "epadnet" -> Curves. EPADNet is the run with its
    default test, descent; Condition 1 is plotted as recorded and may be violated.
    beside: the same priors -> ADMM and HQS with their best parameters, EPADNet with Condition 1; {} omits them.
    Raises InputError for an unknown prior, a missing method, or an EPADNet without Condition 1.
    """
    if not priors or not set(priors) <= set(PRIORS):
        raise InputError(f"figure 1 has panels for {', '.join(PRIORS)}, not for {', '.join(priors) or 'no prior'}")
    for prior, curves in priors.items():
        if set(curves) != set(panels.LOOKS):
            raise InputError(
                f"the panels of {prior} need the methods {', '.join(panels.LOOKS)}: given are {', '.join(curves)}"
            )
        if curves["epadnet"].error is None or curves["epadnet"].bound is None:
            raise InputError(f"EPADNet with {prior} lacks the curves of Condition 1: give its C_E to Curves.of")
    conditions = [values for curves in priors.values() for values in (curves["epadnet"].error, curves["epadnet"].bound)]
    limits = _limits(np.concatenate(conditions))
    figure = Figure(figsize=(9.2, 6.4), layout="constrained")
    rows = figure.subplots(2, len(priors), squeeze=False, sharex="col", height_ratios=(1, 1.15))
    for column, (prior, curves) in enumerate(priors.items()):
        panels.iteration_error(rows[0, column], curves)
        panels.error_condition(rows[0, column], curves["epadnet"], limits, named=column == len(priors) - 1)
        panels.reconstruction_error(rows[1, column], curves, beside.get(prior, {}))
        for part, axes in zip("ab", rows[:, column], strict=True):
            axes.set_title(f"({part}) {PRIORS[prior]}", loc="left", fontweight="bold")
    rows[0, 0].set_ylabel(r"iteration error $\|g^{k+1}-g^k\|\,/\,\|g^k\|$")
    rows[1, 0].set_ylabel(r"reconstruction error $\|g^k-g_{gt}\|\,/\,\|g_{gt}\|$")
    panels.legend(figure)
    return figure


def rendered(figure: Figure, ending: str, dpi: int = 200) -> bytes:
    """A figure as the bytes of a "png" (`dpi` pixels per inch) or "svg" file; deterministic for the same drawing.

    Raises InputError for any other format.
    """
    if ending not in METADATA:
        raise InputError(f"a figure is kept as png or svg, not {ending}: use one of them")
    buffer = io.BytesIO()
    # Makes the ids in an SVG depend on the drawing only.
    with rc_context({"svg.hashsalt": "padnet", "svg.fonttype": "path"}):
        figure.savefig(buffer, format=ending, dpi=dpi, facecolor="white", metadata=METADATA[ending])
    return buffer.getvalue()


def _limits(values):
    """Limits of a logarithmic axis that shows all values except zeros and infinities."""
    shown = values[np.isfinite(values) & (values > 0)]
    return (shown.min() / 1.5, shown.max() * 1.5) if len(shown) else (0.1, 1.0)
