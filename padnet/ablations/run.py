"""Measure the ablations: the effect of each choice that the paper leaves open.

    python -m padnet.ablations.run --profile paper

reference/deviations.yaml lists the choices. The outputs are results/PROFILE/ablations.csv, with one row per
measurement, and the page results/PROFILE/deviations.md.
"""

import argparse
import math
import sys
from pathlib import Path

from tqdm import tqdm

from padnet.ablations.measure import MEASURE
from padnet.ablations.register import COLUMNS, page, told
from padnet.errors import InputError
from padnet.evaluation.records import short
from padnet.project import console
from padnet.project.atomic_files import write_csv, write_text
from padnet.project.determinism import deterministic
from padnet.project.params import read_yaml
from padnet.project.paths import PROFILES, find_root

KEYS = {"name", "paper", "ours", "numbers", "measured"}


def register(root) -> dict:
    """reference/deviations.yaml: {"pairs": int, "entries": [...]}, validated.

    Raises InputError for an entry with other keys, an unknown experiment, or one whose first measurement is not the
    default.
    """
    found = read_yaml(Path(root) / "reference/deviations.yaml")
    for entry in found["entries"]:
        if set(entry) != KEYS:
            raise InputError(
                f"an entry of deviations.yaml needs exactly the keys {', '.join(sorted(KEYS))}: {entry.get('name')}."
            )
        seen = set()
        for one in entry["measured"]:
            kind = one.get("experiment")
            if kind not in MEASURE:
                raise InputError(
                    f"{entry['name']} in deviations.yaml: the experiment is {kind!r}, not one of {', '.join(MEASURE)}."
                )
            if (kind, one.get("method")) not in seen and told(one) != "ours":
                raise InputError(f"{entry['name']} in deviations.yaml: measure ours before {told(one)} ({kind}).")
            seen.add((kind, one.get("method")))
    return found


def measure(profile: str, root: Path) -> list[dict]:
    """The rows of ablations.csv, with the keys COLUMNS. A measurement shared by several entries is only run once."""
    found, done, rows = register(root), {}, []
    asked = [(entry["name"], one) for entry in found["entries"] for one in entry["measured"]]
    for name, one in tqdm(asked, desc="deviations", unit="run", mininterval=5):
        options = {key: value for key, value in one.items() if key != "experiment"}
        key = repr((one["experiment"], sorted(options.items())))
        if key not in done:
            done[key] = MEASURE[one["experiment"]](profile, root, found["pairs"], **options)
        result = done[key]
        numbers = (result.value, result.iterations, result.own, result.holds)
        rows.append(
            dict(
                zip(
                    COLUMNS,
                    (
                        name,
                        one["experiment"],
                        one.get("method", "ipadnet"),
                        told(one),
                        *("" if math.isnan(n) else short(n) for n in numbers),
                    ),
                    strict=True,
                )
            )
        )
    return rows


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this stage."""
    parser.add_argument("--profile", default="paper", choices=PROFILES)


def main(argv=None):
    """Run the stage."""
    parser = argparse.ArgumentParser(prog="padnet ablate", description=__doc__.splitlines()[0])
    add_arguments(parser)
    profile, root = parser.parse_args(argv).profile, find_root()
    deterministic()
    rows = measure(profile, root)
    target = root / "results" / profile
    write_csv(target / "ablations.csv", rows, COLUMNS)
    write_text(target / "deviations.md", page(register(root), rows, read_yaml(root / "params.yaml")[profile]))


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
