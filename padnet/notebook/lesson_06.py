"""The inputs of lesson 06: the records of haze removal, and the pairs that they belong to."""

import csv
from pathlib import Path

from padnet.data.fattal import describe
from padnet.data.haze_protocols import HAZE_PROTOCOLS, haze_protocol
from padnet.labels import HAZE
from padnet.project.paths import results
from padnet.reporting.table3 import haze_folders, read_haze_records

__all__ = ["HazeRecords", "betas_of", "haze_title", "seconds_of", "values"]


class HazeRecords:
    """The results of a profile in haze removal.

    profile, root: as given; folder: the Path of its results.
    protocols: names of the benchmark sets that have records, sorted.
    main: the set of the examples.
    records: {(set, method): rows} of the methods that were run.
    """

    def __init__(self, profile: str, root: Path):
        self.profile, self.root = profile, root
        self.folder = results(profile, root)
        self.protocols = [path.name for path in haze_folders(self.folder / "records")]
        self.main = "quick-haze" if profile == "quick" else "middlebury-haze"
        self.records = {
            (name, method): read_haze_records(path)
            for name in self.protocols
            for method in HAZE
            if (path := self.folder / "records" / name / f"haze-{method}.csv").is_file()
        }

    def select(self, name: str, method: str, variant: str) -> list[dict]:
        """The records of a method on the set `name`, in the order of its pairs.

        variant: the airlight, "known" or "estimated"; "none" for the hazy image itself.
        """
        return [row for row in self.records[name, method] if row["variant"] == variant]

    def describe(self) -> list[str]:
        """One sentence per set: its images, and how an estimate is scored."""
        return [haze_protocol(name).describe() if name in HAZE_PROTOCOLS else describe() for name in self.protocols]


def haze_title(pair) -> str:
    """The name of a pair, with its beta if it has one."""
    return pair.image if pair.beta is None else f"{pair.image}, beta = {pair.beta:g}"


def values(rows: list[dict]) -> dict:
    """The numbers of Table 3 as {(set, method, variant, metric): value}. rows: from table3()."""
    return {(row["protocol"], row["method"], row["variant"], row["metric"]): row["value"] for row in rows}


def betas_of(value: dict, name: str) -> list[float]:
    """The sorted beta values for which the set `name` has results. value: from values()."""
    return sorted({float(m.split("@")[1]) for p, *_, m in value if p == name and m.startswith("psnr@")})


def seconds_of(root: Path) -> list[dict]:
    """The runtime per image of each method: the rows of reference/seconds_haze.csv."""
    with open(root / "reference" / "seconds_haze.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
