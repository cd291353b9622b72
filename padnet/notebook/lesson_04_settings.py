"""The settings of lesson 04 that the paper does not state, and differences from the paper."""

from IPython.display import Markdown, display

from padnet.experiments.gradient import Experiment
from padnet.notebook.cells import mean
from padnet.notebook.lesson_04 import GradientRecords
from padnet.reporting.table1 import PRIORS

__all__ = ["setting_sentences"]


def setting_sentences(experiment: Experiment, kept: GradientRecords, size: float, crop: int) -> None:
    """List the settings that the paper does not state, and differences from the paper.

    size: the step size of (7) in the example. crop: pixels per side of an image that are not scored.
    """
    e, i, stop, c = experiment.explicit, experiment.implicit, experiment.stop, experiment.tests["condition1"]
    weights = ", ".join(f"{prior}: {experiment.prior(prior).lam:g}" for prior in PRIORS)
    runs = {"EPADNet": [], "IPADNet": []}
    for name in kept.protocols:
        runs["EPADNet"] += [row for prior in PRIORS for row in kept.select(name, "epadnet", "guarded", prior)]
        runs["IPADNet"] += kept.select(name, "ipadnet", "bounded")
    ended = {net: mean(row["stopped"] == "k_max" for row in rows) for net, rows in runs.items()}
    shares = ", ".join(f"{share:.0%} of the {net} runs" for net, share in ended.items())
    lines = [
        f"- EPADNet: rho = {e.rho0:g} · {e.gamma:g}^k; lambda = {weights}. Put to (21) and (24): mu = {e.mu:g}, "
        f"a = {e.test.a:g}, b = {e.test.b:g}, and C_E = {e.C_E:g} to record Condition 1 by. "
        f"Held to Condition 1: mu = {c.mu:g}, C_E = {c.C_E:g}.",
        "- The paper assumes Condition 1. (21) and (24) are what its proof takes from it; a step that fails is "
        "corrected.",
        f"- IPADNet: mu = {i.mu:g}, rho = {i.rho0:g} · {i.gamma:g}^k; Condition 2 is enforced, not assumed: the "
        f"residual is scaled back to C_N alpha, with C_N = {experiment.bound:g} times the root of the number of "
        "values.",
        f"- In (3), g^k has a weight of its own, nu = {e.anchor_weight:g}, where the paper has mu. Theorem 1 holds for "
        "any v, so for any u; with a small nu the networks see a u that follows their own v, while mu governs the "
        "error correction (7).",
        "- The explicit networks begin with the trained implicit ones. Those that the table above calls chosen, by the "
        "error on held-out pairs, are run here. The share of their own steps that passes each test is the column "
        '"own steps kept" of Table 1.',
        "- The networks propose in float32; iterates, energies and certificates are float64.",
        "- All methods start at g = 0. A relative step from there is infinite, which is why the curves start at k = 1.",
        f"- The step size of (7) is 0.99 / (L + mu), here {size:.3f}, where the paper has 1: only below "
        "1 / (L + mu) is a decrease certain.",
        f"- A run stops when the iteration error is at most {stop.epsilon:g}, or after {stop.k_max} stages. By the "
        f"number of stages ended {shares}.",
        '- The safeguard is ours. Without it, either test is a hope: see the rows "unguarded".',
        f"- The picture lies in a periodic frame whose padding is filled in, and {crop} pixels a side are not scored.",
    ]
    display(Markdown("\n".join(lines)))
