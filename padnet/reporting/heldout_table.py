"""The table of the image networks on held-out images: mean PSNR by noise level, given noise level and kernel.

    python -m padnet.reporting.heldout_table --profile paper

The inputs are results/PROFILE/heldout/*.csv of padnet.evaluation.heldout; the outputs are results/PROFILE/tables/
heldout.csv and its page, heldout.md.
"""

import argparse
import csv
import statistics
import sys
from collections.abc import Callable
from pathlib import Path

from padnet.errors import PadnetError
from padnet.evaluation.records import short
from padnet.labels import IMAGE_NETWORKS, SEEDS
from padnet.project import console
from padnet.project.atomic_files import write_csv, write_text
from padnet.project.paths import PROFILES, find_root, results
from padnet.reporting.markdown import grid
from padnet.reporting.pages import page

COLUMNS = ["weights", "told", "noise", "kernel", "cases", "input_psnr", "psnr", "least_gain", "worse", "holds"]
TOLD = {"true": "", "estimated": "estimated", "half": "half of it", "twice": "twice"}


def records(profile: str, root: Path) -> dict[str, list[dict]]:
    """{weights: its records}, of those that were evaluated. PadnetError if there are none, or not of the same cases."""
    folder = results(profile, root) / "heldout"
    found = {}
    for name in IMAGE_NETWORKS | SEEDS:
        if (path := folder / f"{name}.csv").is_file():
            with open(path, newline="", encoding="utf-8") as file:
                found[name] = list(csv.DictReader(file))
    if not found:
        raise PadnetError(f"{folder} holds no records: make them with python -m padnet.evaluation.heldout")
    cases = {
        name: [(r["kernel"], r["noise"], r["told"], r["picture"], r["input_psnr"]) for r in own]
        for name, own in found.items()
    }
    first = next(iter(cases))
    for name, own in cases.items():
        if own != cases[first]:
            raise PadnetError(f"{folder}/{name}.csv has other cases than {first}.csv: make both again")
    return found


def rows(profile: str, root: Path | None = None) -> list[dict]:
    """The rows of tables/heldout.csv, dicts with the keys COLUMNS.

    kernel: "all", or one kernel with the true noise level given. input_psnr, psnr: means in dB. least_gain: the
    smallest difference of the two, and worse: the number of cases in which it is negative.
    Errors as for records.
    """
    made = []
    for name, own in records(profile, root or find_root()).items():
        for told in TOLD:
            for noise in sorted({float(r["noise"]) for r in own if r["told"] == told}):
                group = [r for r in own if r["told"] == told and float(r["noise"]) == noise]
                made.append(_row(name, told, noise, "all", group))
                kernels = dict.fromkeys(r["kernel"] for r in group) if told == "true" else ()
                for kernel in kernels:
                    made.append(_row(name, told, noise, kernel, [r for r in group if r["kernel"] == kernel]))
    return made


def _row(name: str, told: str, noise: float, kernel: str, group: list[dict]) -> dict:
    before, after = ([float(r[key]) for r in group] for key in ("input_psnr", "psnr"))
    gains = [b - a for a, b in zip(before, after, strict=True)]
    values = (
        name,
        told,
        noise,
        kernel,
        len(group),
        short(statistics.mean(before)),
        short(statistics.mean(after)),
        short(min(gains)),
        sum(gain < 0 for gain in gains),
        sum(r["holds"] == "True" for r in group),
    )
    return dict(zip(COLUMNS, values, strict=True))


def block(found: list[dict]) -> str:
    """The rows as Markdown: a table by noise level, one by kernel, and what a seed changes."""
    names = [name for name in dict.fromkeys(row["weights"] for row in found) if name in IMAGE_NETWORKS]
    titles = [IMAGE_NETWORKS[name] for name in names]
    parts = [
        "Mean PSNR in dB on pictures, kernels and noise that no training saw. *Given*: the noise level that the method "
        "was given, where it is not the true one. *Worse*: cases with a lower PSNR than the blurred input.\n",
        _table(
            found,
            names,
            ["noise", "given"],
            lambda r: (r["noise"], r["told"]),
            "all",
            lambda r: [f"{100 * r['noise']:g} %", TOLD[r["told"]]],
        ),
        "\nBy kernel, with the true noise level given:\n",
        _table(
            found,
            names,
            ["kernel", "noise"],
            lambda r: (r["kernel"], r["noise"]),
            "each",
            lambda r: [r["kernel"], f"{100 * r['noise']:g} %"],
        ),
    ]
    if {*SEEDS} <= {row["weights"] for row in found}:
        parts.append(_chance(found))
    told = "\n".join(f"- **{title}**: weights/paper/{name}" for title, name in zip(titles, names, strict=True))
    count = sum(row["cases"] for row in found if row["kernel"] == "all")
    held = sum(row["holds"] for row in found if row["kernel"] == "all")
    return "\n".join(parts) + f"\n\n{told}\n\n{held} of {count} certificates hold.\n"


def _table(found: list[dict], names: list[str], head: list[str], key: Callable, kernels: str, told: Callable) -> str:
    chosen = [row for row in found if (row["kernel"] == "all") is (kernels == "all")]
    lines = []
    for place in dict.fromkeys(map(key, chosen)):
        group = {row["weights"]: row for row in chosen if key(row) == place}
        one = group[names[0]]
        psnrs = [f"{group[name]['psnr']:.2f}" for name in names]
        gains = [f"{group[name]['psnr'] - one['psnr']:+.2f}" for name in names[1:]]
        worse = [str(group[name]["worse"]) for name in names]
        lines.append([*told(one), str(one["cases"]), f"{one['input_psnr']:.2f}", *psnrs, *gains, " / ".join(worse)])
    titles = [IMAGE_NETWORKS[name] for name in names]
    head = [*head, "cases", "input", *titles, *(f"{title}: gain" for title in titles[1:]), "worse"]
    return grid(head, lines, head[2:])


def _chance(found: list[dict]) -> str:
    """Two trainings that differ in their seed alone, by noise level with the true one given."""
    of = {(r["weights"], r["noise"]): r["psnr"] for r in found if (r["told"], r["kernel"]) == ("true", "all")}
    lines = []
    for noise in sorted({noise for _, noise in of}):
        both = [of[name, noise] for name in SEEDS]
        spread = [f"{both[1] - both[0]:+.3f}", f"{statistics.stdev(both):.3f}"]
        lines.append([f"{100 * noise:g} %", *(f"{psnr:.3f}" for psnr in both), *spread])
    head = ["noise", *SEEDS.values(), "difference", "standard deviation"]
    return (
        "\nChance: the same short training twice, from scratch, with two seeds of the initial weights and the "
        "batches:\n\n" + grid(head, lines, head[1:])
    )


def heldout_page(found: list[dict], profile: str) -> str:
    """The rows as a page, Markdown."""
    command = f"python -m padnet.reporting.heldout_table --profile {profile}"
    return page("Image networks on held-out pictures", "heldout", command, block(found))


def table(profile: str, root: Path | None = None) -> list[dict]:
    """Write tables/heldout.csv and heldout.md of a profile, and return the rows; see rows."""
    root = root or find_root()
    found, folder = rows(profile, root), results(profile, root) / "tables"
    write_csv(folder / "heldout.csv", found, COLUMNS)
    write_text(folder / "heldout.md", heldout_page(found, profile))
    return found


def main(argv=None):
    """Write the table and its page, and print them."""
    parser = argparse.ArgumentParser(prog="padnet.reporting.heldout_table", description=__doc__.splitlines()[0])
    parser.add_argument("--profile", required=True, choices=PROFILES)
    print(block(table(parser.parse_args(argv).profile)))


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
