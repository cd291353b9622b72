"""The rows of `padnet photographs` as tables for docs/photographs.md."""

from collections import defaultdict
from statistics import fmean

PAGE, MARK = "docs/photographs.md", "photographs"


def gains(rows, *names):
    """{values of those columns: gains in dB of the rows with them}; rows: of reference/photographs.csv, as text."""
    found = defaultdict(list)
    for row in rows:
        found[tuple(row[name] for name in names)].append(float(row["after"]) - float(row["before"]))
    return dict(found)


def table(rows):
    """Markdown: mean gains by format and noise, and those of the kinds; rows: as for gains."""
    of_table = [row for row in rows if row["kind"] == "table"]
    means = gains(of_table, "format", "noise")
    formats, levels = (list(dict.fromkeys(key[i] for key in means)) for i in (0, 1))
    lines = [
        "| format | " + " | ".join(f"{float(level):.1%} noise" for level in levels) + " |",
        "| --- |" + " ---: |" * len(levels),
    ]
    for name in formats:
        lines.append(f"| {name} | " + " | ".join(f"{fmean(means[name, level]):+.1f}" for level in levels) + " |")
    kinds = {kind: found for (kind,), found in gains(rows, "kind").items() if kind != "table"}
    worse = sum(gain < 0 for found in gains(rows, "kind").values() for gain in found)
    lines += [
        "",
        f"Of all {len(rows)} cases {worse} came out worse than the photograph. The kinds, least and mean gain:",
        "",
    ]
    lines += ["| " + " | ".join(kinds) + " |", "|" + " ---: |" * len(kinds)]
    lines.append("| " + " | ".join(f"{min(found):+.1f}, {fmean(found):+.1f}" for found in kinds.values()) + " |")
    return "\n".join(lines) + "\n"
