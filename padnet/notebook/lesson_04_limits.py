"""The tables of lesson 04 on runs continued until convergence, and on the surviving share of the proposals."""

from IPython.display import Markdown, display

from padnet.labels import CONTROLS, TESTS
from padnet.notebook.cells import mean, number
from padnet.notebook.lesson_04_tables import ENDINGS
from padnet.notebook.tables import table
from padnet.reporting.table1 import PRIORS

__all__ = ["KINDS", "limit_groups", "limit_sentences", "limit_table", "limits_apart", "survival_table"]

# (variant, test) of the continued runs.
KINDS = (("trained", "descent"), ("trained", "condition1"), ("left out", "descent"))


def limit_groups(ended: list[dict]) -> dict:
    """The rows of read_converge() by kind: {(prior, variant, test): rows}."""
    return {
        (prior, *kind): [row for row in ended if (row["p"], row["variant"], row["test"]) == (float(prior[1:]), *kind)]
        for prior in PRIORS
        for kind in KINDS
    }


def titles(prior, variant, test):
    """The first three cells of a group's row."""
    return prior, CONTROLS.get(variant, variant), TESTS[test]


def limit_table(groups: dict) -> None:
    """Show how the runs of each kind ended. groups: from limit_groups()."""
    lines = []
    for kind, group in groups.items():
        steps = sum(row["iterations"] for row in group)
        lines.append(
            [
                *titles(*kind),
                f"{mean(row['iterations'] for row in group):.0f}",
                *(sum(row["verdict"].startswith(word) for row in group) for word in ENDINGS),
                *(f"{sum(row[name] for row in group) / steps:.0%}" for name in ("own", "restarted")),
                sum(row["undecided"] for row in group),
                f"{max(row['distance'] for row in group):.1e}",
                *(number(mean(row[name] for row in group)) for name in ("early_error", "error")),
            ]
        )
    head = ["prior", "networks", "test", "mean K", *ENDINGS.values(), "own steps", "restarted", "steps not decidable"]
    head += ["largest residual at the end", "error after the planned stages", "error at the end"]
    table(head, lines)


def limit_sentences(groups: dict) -> None:
    """Compare the limits of the runs with their planned ends. groups: from limit_groups()."""
    lines = []
    for kind, group in groups.items():
        early, late = (mean(row[name] for row in group) for name in ("early_error", "error"))
        better = "the run that stops as planned" if late > early else "the run that goes on"
        reached = sum(row["stopped"] == "epsilon" for row in group)
        part = f"the end, where {reached} of {len(group)} runs have converged"
        where = "the limit" if reached == len(group) else part
        lines.append(
            f"- {', '.join(titles(*kind))}: {early:.3f} after the planned stages, {late:.3f} at {where}; "
            f"{better} is better, by {abs(late - early):.3f}."
        )
    trained = [row for (_, variant, _), group in groups.items() for row in group if variant == "trained"]
    better = sum(row["early_error"] < row["error"] for row in trained)
    why = ": what the networks gain lies in stopping early, and the better field is not the one of the lower energy."
    lines.append(
        f"\nOf {len(trained)} runs with trained networks, {better} are better where they were planned to stop than "
        f"where they end when they go on{why if 2 * better > len(trained) else '.'}"
    )
    display(Markdown("\n".join(lines)))


def limits_apart(groups: dict) -> None:
    """Show the distances of the limits of other kinds from those of the trained networks. groups: by limit_groups()."""
    lines, far = [], {prior: [] for prior in PRIORS}
    for kind, group in groups.items():
        others = [row for row in group if row["apart"] is not None]
        if others:
            most = [max(row[name] for row in others) for name in ("apart", "energy_apart", "distance")]
            far[kind[0]].append(most[0])
            lines.append([*titles(*kind), *(f"{value:.1e}" for value in most)])
    head = ["prior", "networks", "test", "fields apart, at most", "energies apart, at most", "largest residual"]
    table(head, lines)
    for prior in PRIORS[1:]:
        rough, convex = max(far[prior]), max(far["l1"])
        told = f"those of the convex energy {convex:.1g}"
        print(f"The ends for {prior} lie up to {rough:.1g} of their size apart, {told}.")


def survival_table(followed: list[dict]) -> None:
    """Show the share of a proposal that survives, by prior and test. followed: the rows of read_survival()."""
    lines, shares = [], {}
    for prior in PRIORS:
        for test in TESTS:
            kind = float(prior[1:]), test
            steps = [row for row in followed if (row["p"], row["test"]) == kind and row["share"] is not None]
            kept = shares[prior, test] = mean(row["share"] for row in steps)
            spans = f"{min(row['share'] for row in steps):.0%} to {max(row['share'] for row in steps):.0%}"
            own = f"{mean(row['own'] for row in steps):.0%}"
            lines.append([prior, TESTS[test], len(steps), own, f"{kept:.0%}", spans])
    table(["prior", "test", "steps", "own steps", "share that survives, mean", "least and most"], lines)
    for prior in PRIORS:
        free, bound = shares[prior, "descent"], shares[prior, "condition1"]
        print(f"{prior}: {free:.0%} of a proposal survive under (21) and (24), {bound:.0%} under Condition 1")
