"""Sentences of lesson 04 that compare Figure 1 and the paper's claims with our runs."""

from IPython.display import Markdown, display

from padnet.core.schedule import Stop
from padnet.notebook.lesson_04 import GradientRecords
from padnet.reporting.table1 import PRIORS

__all__ = ["claim_sentences", "curve_sentences"]


def curve_sentences(panels: dict, beside: dict) -> None:
    """Describe the curves of Figure 1. panels, beside: as for figure1()."""
    lines = []
    for prior, curves in panels.items():
        deep = curves["epadnet"]
        met, count = int((deep.error <= deep.bound).sum()), len(deep.iteration_error)
        lines.append(
            f"- {prior}: EPADNet takes {count} steps, ADMM {len(curves['admm'].iteration_error)} and "
            f"HQS {len(curves['hqs'].iteration_error)}; {met} of EPADNet's steps satisfy Condition 1. "
            f"Put to (21) and (24) it ends at {deep.reconstruction_error[-1]:.3f}, held to Condition 1 at "
            f"{beside[prior]['epadnet'].reconstruction_error[-1]:.3f}."
        )
    display(Markdown("**What to see.**\n\n" + "\n".join(lines)))


def claim_sentences(kept: GradientRecords, stop: Stop, first: dict) -> None:
    """Print the paper's claims about the experiment and whether our runs agree, one line per claim.

    first: {(prior, method, variant): mean reconstruction error at k = 1}, of ADMM, HQS and both PADNets.
    """
    lines = [claim_of_first_step(first), claim_of_convergence(kept, stop)]
    display(Markdown("\n".join([*lines, *claims_of_order(kept), claim_of_condition1(kept)])))


def verdict(claim, agrees, ours):
    """One line: the paper's claim, whether our runs agree, and our result."""
    return f"- {claim}: **{'our runs agree' if agrees else 'our runs contradict it'}**. {ours}"


def claim_of_first_step(first):
    """Claim: after one step the networks have errors at least 10 % below those of ADMM and HQS."""
    nets, peers = [("ipadnet", "bounded"), ("epadnet", "guarded")], [("admm", "same"), ("hqs", "same")]
    after = {p: [max(first[p, *n] for n in nets), min(first[p, *peer] for peer in peers)] for p in PRIORS}
    return verdict(
        "Lower after one step, by a tenth or more than the best peer with the same parameters",
        all(net <= 0.9 * peer for net, peer in after.values()),
        "The worse network against the better peer: "
        + ", ".join(f"{p} {net:.3f} against {peer:.3f}" for p, (net, peer) in after.items())
        + ".",
    )


def claim_of_convergence(kept, stop):
    """Claim: the runs with networks have converged when they end."""
    asked = [c for c in kept.certificates(kept.main, "epadnet") if (c["variant"], c["test"]) == ("guarded", "descent")]
    asked += kept.certificates(kept.main, "ipadnet")
    rest = sum(c["verdict"].startswith("converged") for c in asked)
    return verdict(
        f"Converged within {stop.k_max} iterations",
        rest == len(asked),
        f"With epsilon = {stop.epsilon:g}, which is ours, {rest} of {len(asked)} runs have converged when their "
        "networks end; the others stop as planned.",
    )


def claims_of_order(kept):
    """Claim: the order of EPADNet and IPADNet for each p."""
    means = {p: kept.error(kept.main, "epadnet", "guarded", p) for p in PRIORS}
    net = means["IPADNet"] = kept.error(kept.main, "ipadnet", "bounded")
    ranks = " < ".join(f"{p} {value:.4f}" for p, value in sorted(means.items(), key=lambda entry: entry[1]))
    return [
        verdict("EPADNet at p = 0.8 below IPADNet", means["l0.8"] < net, f"On {kept.main}: {ranks}."),
        verdict(
            "IPADNet below EPADNet at p = 0 and p = 1", net < min(means["l0"], means["l1"]), f"IPADNet is at {net:.4f}."
        ),
    ]


def claim_of_condition1(kept):
    """Claim: Condition 1 holds at every step of the unguarded runs."""
    runs = kept.certificates(kept.main, "epadnet")
    free = [row for c in runs for row in c["rows"] if (c["variant"], c["test"]) == ("unguarded", "condition1")]
    met = sum(row["error"] is not None and row["error"] <= row["error_bound"] for row in free)
    return verdict(
        "Condition 1 at every step",
        met == len(free),
        f"It holds at {met} of {len(free)} steps that the networks take by themselves.",
    )
