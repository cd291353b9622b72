"""The tables of lesson 04 other than Table 1: the best compared method, the controls, and the safeguard."""

import math

from IPython.display import Markdown, display

from padnet.labels import CONTROLS, METHODS, TESTS
from padnet.notebook.cells import mean, number
from padnet.notebook.lesson_04 import GradientRecords
from padnet.notebook.tables import table
from padnet.reporting.table1 import PRIORS

__all__ = ["ENDINGS", "best_peer_sentences", "controls_table", "endings_table", "safeguard_table"]

# First word of a certificate's verdict, and its label in a table.
ENDINGS = {"converged": "converged", "stopped": "stopped as planned", "violated": "violated"}


def best_peer_sentences(kept: GradientRecords) -> None:
    """For every set and prior: the better of ADMM and HQS, and whether each PADNet has a lower error."""
    lines = []
    for name in kept.protocols:
        for prior in PRIORS:
            kinds = [(method, variant) for method in ("admm", "hqs") for variant in ("same", "tuned")]
            peers = {kind: kept.error(name, *kind, prior) for kind in kinds}
            (method, variant), best = min(peers.items(), key=lambda item: item[1])
            nets = {
                "EPADNet": kept.error(name, "epadnet", "guarded", prior),
                "IPADNet": kept.error(name, "ipadnet", "bounded"),
            }
            verdict = "; ".join(
                f"{net} {value:.4f}, {'below' if value < best else 'not below'} it" for net, value in nets.items()
            )
            peer = f"{METHODS[method]}, {variant}, at {best:.4f}"
            lines.append(f"- `{name}`, {prior}: the best peer is {peer}; {verdict}.")
    lines.append("\nA field of zeros has the error 1 by definition.")
    display(Markdown("\n".join(lines)))


def controls_table(kept: GradientRecords) -> None:
    """Show mean errors of EPADNet with trained networks and of its controls, and the minimum gain of the training."""
    lines, least = [], {}
    for name in kept.protocols:
        for prior in PRIORS:
            groups = [kept.select(name, "epadnet", variant, prior) for variant in ("guarded", *CONTROLS)]
            if not all(groups):
                continue  # the controls are not run on every set
            trained, *others = (mean(row["error"] for row in group) for group in groups)
            gain = others[0] - trained
            least[name] = min(gain, least.get(name, math.inf))
            lines.append([name, prior, *map(number, (trained, *others)), f"{gain:+.4f}"])
    table(["protocol", "prior", "trained", *CONTROLS.values(), "gain over none"], lines)
    for name, gain in least.items():
        print(f"{name}: the training gains {gain:.4f} at least")


def safeguard_table(kept: GradientRecords) -> None:
    """Show the safeguard acceptance rate and its corrections in the guarded runs, under each test."""
    lines = []
    for name in kept.protocols:
        for prior in PRIORS:
            for test in TESTS:
                runs = [
                    c
                    for c in kept.certificates(name, "epadnet")
                    if (c["prior"], c["variant"], c["test"]) == (prior, "guarded", test)
                ]
                steps = [row for run in runs for row in run["rows"]]
                own, restarted = (mean(row[how] for row in steps) for how in ("own", "restarted"))
                shares = [f"{share:.0%}" for share in (own, 1 - own - restarted, restarted)]
                repeated = f"{mean(row['inner'] for row in steps):.1f}"
                lines.append([name, prior, TESTS[test], len(steps), *shares, repeated])
    head = ["protocol", "prior", "test", "steps", "own", "corrected", "restarted", "mean repetitions of (7)"]
    table(head, lines)


def endings_table(kept: GradientRecords) -> None:
    """Show how many runs converged, stopped as planned or violated a condition."""
    lines = []
    for name in kept.protocols:
        for method in ("ipadnet", "epadnet"):
            verdicts = {}
            for c in kept.certificates(name, method):
                verdicts.setdefault((c["variant"], c.get("test")), []).append(c["verdict"])
            for (variant, test), told in verdicts.items():
                counts = [sum(one.startswith(word) for one in told) for word in ENDINGS]
                title = f"{METHODS[method]}, {CONTROLS.get(variant, variant)}"
                lines.append([name, title, TESTS.get(test, "Condition 2"), len(told), *counts])
    table(["protocol", "method", "test", "runs", *ENDINGS.values()], lines)
