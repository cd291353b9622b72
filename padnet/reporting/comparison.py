"""The comparison for readers: the counts for the terminal, and the page results/PROFILE/compare.md."""

from padnet.labels import CONTROLS, NAMES, TESTS
from padnet.reporting import expected_ranges, pages
from padnet.reporting.markdown import grid, number, sentence, title
from padnet.reporting.other_publications import section
from padnet.reporting.verdicts import NOT, RULES, VERDICTS, counts, exception

# Decimal places of the paper's number and of ours.
DIGITS = {"iterations": (0, 1), "error": (4, 4), "psnr": (2, 2), "ssim": (2, 3), "time": (2, 2)}
HEAD = ["metric", "paper", "ours", "difference", "tolerance", "verdict"]
TITLES = {f"table{number}": title for number, title in pages.TITLES.items()}
VARIANTS = (
    "Variants: EPADNet `guarded` is tested at every step and corrected where it fails, `unguarded` takes the networks' "
    "steps as they are. The test is (21) and (24), all that the proof of Theorem 1 uses, or Condition 1, which the "
    "paper assumes; guarded, the first is judged. "
    "The compared methods have the parameters of PADNet (`same`), their best on training pictures (`tuned`) or weights "
    "trained here (`trained`). In Table 3 the airlight is `known`, `estimated` or the method's `own`."
)


def count_lines(found, rules):
    """[table, protocol, methods, and a number of cells for each of VERDICTS], strings; see verdicts.counts."""
    return [
        [title(table), f"`{protocol}`" if protocol else "other protocols", whose or "all", *map(str, of.values())]
        for (table, protocol, whose), of in counts(found, rules).items()
    ]


def summary(found, rules):
    """The counts as lines for a terminal."""
    return "\n".join(
        f"{table}, {protocol.strip('`')}, {whose}: "
        + ", ".join(f"{count} {verdict}" for count, verdict in zip(numbers, VERDICTS, strict=True))
        for table, protocol, whose, *numbers in count_lines(found, rules)
    )


def block(found, rules):
    """The counts as a Markdown table, which is the first part of the page."""
    return grid(["table", "protocol", "methods", *VERDICTS], count_lines(found, rules)) + "\n"


def page(profile, found, elsewhere, ours, rules, published):
    """The whole comparison as Markdown.

    found: the cells of padnet.reporting.verdicts.cells. elsewhere: the rows of
    padnet.reporting.other_publications.others. ours: the rows from which both were made. published: the content of
    reference/published.yaml.
    """
    parts = [
        f"# The paper's numbers beside ours, profile {profile}",
        f"Written by `padnet compare --profile {profile}`; the same as a table: [compare.csv](compare.csv). A cell is "
        "one number of the paper and one of ours. Tolerances and protocols were set before the first comparison was "
        f"run; they stand in `{RULES}` with the cells that are not compared, and the tolerances at the end. The paper "
        "names its data sets and hardly a protocol: a verdict is under the protocol that fits best. "
        "*Better* and *worse* are meant as the number goes, for a compared method too: there, better says that it does "
        "more here than in the paper, which is no success of PADNet.",
        block(found, rules).rstrip(),
    ]
    for table in TITLES:
        cells = [cell for cell in found if cell["table"] == table]
        parts.append(f"## {TITLES[table]}")
        parts += [VARIANTS] if table == "table1" else []
        for protocol in dict.fromkeys(cell["protocol"] for cell in cells):
            parts += _protocol(table, protocol, [cell for cell in cells if cell["protocol"] == protocol], rules)
    parts += section(elsewhere, ours, rules, published.get("table3_note", ""))
    return "\n\n".join([*parts, *expected_ranges.section(ours, published), *_rules(rules)]) + "\n"


def _protocol(table, protocol, cells, rules):
    """Heading, reason, table and the reasons for single cells of one of our protocols."""
    rule = rules["protocols"][table].get(protocol)
    head = f"### {title(table)}, `{protocol}`" if protocol else f"### {title(table)}, numbers that stand beside none"
    why = sentence(rule["why"] if rule else cells[0]["why"])
    kind = "May be the paper's protocol" if rule and rule["comparable"] else "Not comparable"
    prior, test = (any(cell[name] for cell in cells) for name in ("prior", "test"))
    columns = [*["prior"] * prior, "method", "variant", *["test"] * test]
    lines = [[_name(cell, column) for column in columns] + _line(cell) for cell in cells]
    parts = [head, f"{kind}. {why}", grid(columns + HEAD, lines)]
    single = [exception(cell, rules) for cell in cells if cell["verdict"] == NOT] if rule and rule["comparable"] else []
    notes = {rule["name"]: rule["why"] for rule in single if rule}
    return parts + (["\n".join(f"- Not comparable, {name}: {why}." for name, why in notes.items())] if notes else [])


def _name(cell, column):
    """The display name of the method, variant or test of a cell."""
    return {"method": NAMES, "variant": CONTROLS, "test": TESTS}.get(column, {}).get(cell[column], cell[column])


def _line(cell):
    metric = cell["metric"]
    paper, ours = DIGITS[metric]
    return [
        metric,
        f"{cell['paper']:.{paper}f}",
        number(cell["ours"], ours),
        # One more digit, so that a difference on either side of the tolerance is visible.
        "" if cell["difference"] is None else number(cell["difference"], ours + 1, "+"),
        number(cell["tolerance"], ours + 1),
        cell["verdict"],
    ]


def _rules(rules):
    lines = []
    for metric, rule in rules["metrics"].items():
        near = f"{rule['tolerance']:g}" if "tolerance" in rule else f"{rule['relative']:.0%} of the paper's number"
        lines.append([metric, rule["better"], near, rule["why"]])
    return ["## Tolerances", grid(["metric", "better is", "tolerance", "why"], lines)]
