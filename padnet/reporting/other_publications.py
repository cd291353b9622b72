"""Numbers from other publications (reference/published.yaml) and the rows of ours that they are compared with."""

from padnet.labels import CONTROLS, NAMES
from padnet.reporting.markdown import as_printed, grid, number, sentence, title

COLUMNS = ["table", "protocol", "method", "airlight", "metric", "printed", "ours", "source", "note"]


def others(ours, published, same):
    """Every number of reference/published.yaml with ours, None if there is none: dicts with the keys COLUMNS.

    ours: rows as for padnet.reporting.verdicts.cells.
    published: the content of the file. same: {name there: our method} for names that differ.
    PSNR by haze density is the metric psnr@BETA.
    """
    methods = {title: method for method, title in NAMES.items()} | same
    found = []
    for table in ("table2", "table3"):
        for protocol, entries in published.get(table, {}).items():
            for entry in entries:
                method, airlight = methods.get(entry["method"]), entry.get("airlight", "")
                for metric, printed in _numbers(entry):
                    key = table, protocol, method, metric
                    value = [
                        row["value"]
                        for row in ours
                        if tuple(row[name] for name in ("table", "protocol", "method", "metric")) == key
                        and airlight in ("", row["variant"])
                    ]
                    found.append(
                        {
                            "table": table,
                            "protocol": protocol,
                            "method": entry["method"],
                            "airlight": airlight,
                            "metric": metric,
                            "printed": printed,
                            "ours": value[0] if value else None,
                            "source": entry["source"],
                            "note": entry.get("note", ""),
                        }
                    )
    return found


def _numbers(entry):
    """(metric, number) of an entry; numbers by beta become separate metrics, as in Table 3."""
    for metric in ("psnr", "ssim"):
        value = entry.get(metric)
        if isinstance(value, dict):
            yield from ((f"{metric}@{beta}", each) for beta, each in value.items())
        elif value is not None:
            yield metric, value


def section(rows, ours, rules, note):
    """The parts of the page's section on other publications; note: the remark in
    reference/published.yaml on the numbers of Table 3; other arguments as for padnet.reporting.comparison.page.
    """
    told = "PSNR in dB and SSIM by the protocol that they belong to. " + sentence(rules["published"]["why"])
    parts = ["## Other publications", told]
    for table, protocol in dict.fromkeys((row["table"], row["protocol"]) for row in rows):
        here = [row for row in rows if (row["table"], row["protocol"]) == (table, protocol)]
        airlight = any(row["airlight"] for row in here)
        # On different images a difference would be meaningless, as the note explains.
        differ = table != "table3"
        head = ["method", *["airlight"] * airlight, "metric", "printed", "ours", *["difference"] * differ]
        parts += [f"### {title(table)}, `{protocol}`", *([note.strip()] if table == "table3" and note else [])]
        parts.append(grid([*head, "source", "note"], [_other(row, airlight, differ) for row in here]))
        parts.append(_networks(table, protocol, ours))
    return parts


def _other(row, airlight, differ):
    digits = 3 if row["metric"] == "ssim" else 2
    difference = None if row["ours"] is None else row["ours"] - row["printed"]
    return [
        row["method"],
        *[row["airlight"]] * airlight,
        row["metric"],
        as_printed(row["printed"], 2 if differ else 1),
        number(row["ours"], digits),
        *[number(difference, digits, "+")] * differ,
        row["source"],
        row["note"],
    ]


def _networks(table, protocol, ours):
    """A sentence with the results of PADNet on a protocol."""
    mean = {
        (row["method"], row["variant"], row["metric"]): row["value"]
        for row in ours
        if (row["table"], row["protocol"]) == (table, protocol)
    }
    told = [
        f"{NAMES[method]}, {CONTROLS.get(variant, variant)}, {value:.2f} / {mean[method, variant, 'ssim']:.3f}"
        for (method, variant, metric), value in mean.items()
        if metric == "psnr" and method.endswith("padnet")
    ]
    return f"PADNet here, PSNR / SSIM: {'; '.join(told)}." if told else "Not run in this profile."
