"""The inputs of lesson 04: the records and certificates of the gradient domain."""

import json
from functools import cached_property
from pathlib import Path

from padnet.labels import METHODS
from padnet.notebook.cells import mean
from padnet.project.paths import results
from padnet.reporting.table1 import read_records

__all__ = ["GradientRecords"]


class GradientRecords:
    """The results of a profile in the gradient domain.

    profile, root: as given; folder: the Path of its results.
    protocols: names of the benchmark sets that have records, sorted.
    main: the set of the example and of Figure 1.
    """

    def __init__(self, profile: str, root: Path):
        self.profile, self.root = profile, root
        self.folder = results(profile, root)
        self.protocols = sorted(path.parent.name for path in (self.folder / "records").glob("*/gradient-ipadnet.csv"))
        self.main = "quick" if profile == "quick" else "levin-1pct"
        self._certificates = {}

    @cached_property
    def _records(self):
        return {
            (name, method): read_records(self.folder / "records" / name / f"gradient-{method}.csv")
            for name in self.protocols
            for method in METHODS
        }

    def select(self, name: str, method: str, variant: str, prior: str | None = None, test: str | None = "descent"):
        """The records, a list of dicts, of a method on the set `name`.

        prior: "l1", "l0.8" or "l0"; None for IPADNet. test: "descent" or "condition1"; used for EPADNet only.
        """
        p = None if prior is None or method == "ipadnet" else float(prior[1:])
        kind = variant, p, test if method == "epadnet" else None
        return [row for row in self._records[name, method] if (row["variant"], row["p"], row["test"]) == kind]

    def error(self, name: str, method: str, variant: str, prior: str | None = None) -> float:
        """The mean reconstruction error of a method on the set `name`; arguments as for select()."""
        return mean(row["error"] for row in self.select(name, method, variant, prior))

    def certificates(self, name: str, method: str) -> list[dict]:
        """The certificates of a method's runs on the set `name`, in file format."""
        if (name, method) not in self._certificates:
            path = self.folder / "certificates" / name / f"gradient-{method}.json"
            self._certificates[name, method] = json.loads(path.read_text(encoding="utf-8"))
        return self._certificates[name, method]

    def certificate(self, pair: dict, method: str, prior: str | None, variant: str, test: str | None = None) -> dict:
        """The certificate of a run on one pair of `main`; `pair` is a record of it, with its image and kernel."""
        wanted = {"image": pair["image"], "kernel": pair["kernel"], "prior": prior, "variant": variant}
        wanted |= {"test": test} if test else {}
        (found,) = [c for c in self.certificates(self.main, method) if wanted.items() <= c.items()]
        return found
