"""Formatting of tables: text for the terminal, Markdown for pages."""

import math

from padnet.labels import CONTROLS, NAMES, TESTS

HEADS = {
    1: ["prior", "method", "test", "iterations", "paper", "error", "paper", "own steps kept", "certificates"],
    2: ["method", "variant", "test", "PSNR", "paper", "SSIM", "paper", "iterations", "own steps kept", "certificates"],
    3: ["method", "airlight", "PSNR", "paper", "SSIM", "paper", "L1 of t", "L1 of J", "certificates"],
}
WORDS = {1: 3, 2: 3, 3: 2}  # number of text columns
PAIRS = {1: "pairs of image and kernel", 2: "pairs of image and kernel", 3: "hazy pictures"}


def text(rows, number=1):
    """Table 1, 2 or 3 for a terminal, one block of lines per protocol. rows: of table1(), table2() or table3()."""
    blocks, head = [], HEADS[number]
    for protocol, pairs, lines in _blocks(rows, number):
        table = [head, *lines]
        widths = [max(len(line[i]) for line in table) for i in range(len(head))]
        blocks.append(
            "\n".join(
                [
                    f"Table {number}, {protocol}: mean over {pairs} {PAIRS[number]}",
                    *(
                        "  ".join(
                            _pad(cell, width, i < WORDS[number])
                            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
                        ).rstrip()
                        for line in table
                    ),
                ]
            )
        )
    return "\n\n".join(blocks)


def markdown(rows, number=1):
    """Table 1, 2 or 3 as Markdown, one table per protocol. rows: as table1(), table2() or table3() returns them."""
    blocks, head = [], HEADS[number]
    for protocol, pairs, lines in _blocks(rows, number):
        rule = ["---"] * WORDS[number] + ["---:"] * (len(head) - WORDS[number])
        blocks.append(
            "\n".join(
                [
                    f"`{protocol}`, mean over {pairs} {PAIRS[number]}:",
                    "",
                    *("| " + " | ".join(line) + " |" for line in [head, rule, *lines]),
                ]
            )
        )
    return "\n\n".join(blocks)


def _blocks(rows, number):
    """(protocol, pairs, rows of cells) for every protocol; one row per prior, method, variant and test."""
    protocols = {}
    for row in rows:
        key = row["prior"], row["method"], row["variant"], row["test"]
        protocols.setdefault(row["protocol"], {}).setdefault(key, {})[row["metric"]] = row
    for protocol, groups in protocols.items():
        pairs = max(cells["pairs"]["value"] for cells in groups.values())
        yield protocol, pairs, [LINES[number](*key, cells) for key, cells in groups.items()]


def _line1(prior, method, variant, test, cells):
    printed = {metric: cells[metric]["paper"] for metric in ("iterations", "error")}
    return [
        prior,
        f"{NAMES[method]}, {CONTROLS.get(variant, variant)}",
        TESTS.get(test, test),
        f"{cells['iterations']['value']:.1f}",
        "" if printed["iterations"] is None else str(printed["iterations"]),
        _number(cells["error"]["value"]),
        "" if printed["error"] is None else f"{printed['error']:.4f}",
        f"{cells['acceptance']['value']:.0%}" if "acceptance" in cells else "",
        _held(cells) if "certificates" in cells else "",
    ]


def _line2(_, method, variant, test, cells):
    printed = {metric: cells[metric]["paper"] for metric in ("psnr", "ssim")}
    return [
        NAMES[method],
        CONTROLS.get(variant, variant),
        TESTS.get(test, test),
        f"{cells['psnr']['value']:.2f}",
        "" if printed["psnr"] is None else f"{printed['psnr']:.2f}",
        f"{cells['ssim']['value']:.3f}",
        "" if printed["ssim"] is None else f"{printed['ssim']:.2f}",
        f"{cells['iterations']['value']:.1f}" if "iterations" in cells else "",
        f"{cells['acceptance']['value']:.0%}" if "acceptance" in cells else "",
        _held(cells) if "certificates" in cells else "",
    ]


def _line3(_, method, variant, test, cells):
    line = _line2(_, method, variant, test, cells)
    return [*line[:2], *line[3:7], f"{cells['l1_t']['value']:.3f}", f"{cells['l1_J']['value']:.3f}", line[-1]]


LINES = {1: _line1, 2: _line2, 3: _line3}


def _held(cells):
    pairs = cells["pairs"]["value"]
    return f"{round(cells['certificates']['value'] * pairs)} of {pairs} hold"


def _number(value):
    return f"{value:.4f}" if math.isfinite(value) and abs(value) < 1e4 else "diverged"


def _pad(cell, width, left):
    return cell.ljust(width) if left else cell.rjust(width)
