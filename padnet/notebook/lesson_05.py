"""The inputs of lesson 05: the records of deconvolution, and image crops for its figures."""

import csv
from pathlib import Path

import numpy as np

from padnet.project.paths import results
from padnet.reporting.table2 import METHODS, read_image_records

__all__ = ["APART", "SHOWN", "ImageRecords", "cut", "detail_at", "kernel_of", "own", "values"]

# Variants: the main ones of the methods, and additional ones.
SHOWN, APART = ("bounded", "guarded"), ("unguarded", "left out")


class ImageRecords:
    """The results of a profile in deconvolution.

    profile, root: as given; folder: the Path of its results.
    protocols: names of the benchmark sets that have records, sorted.
    main: the set of the example.
    records: {(set, method): rows} of both PADNets.
    """

    def __init__(self, profile: str, root: Path):
        self.profile, self.root = profile, root
        self.folder = results(profile, root)
        self.protocols = sorted(path.parent.name for path in (self.folder / "records").glob("*/image-ipadnet.csv"))
        self.main = "quick" if profile == "quick" else "levin-1pct"
        self.records = {
            (name, method): read_image_records(self.folder / "records" / name / f"image-{method}.csv")
            for name in self.protocols
            for method in METHODS
        }

    def select(self, name: str, method: str, variant: str) -> list[dict]:
        """The records of a PADNet on the set `name`, in the order of its pairs."""
        return [row for row in self.records[name, method] if row["variant"] == variant]

    def compared(self, name: str, method: str) -> dict:
        """The PSNR in dB of a compared method on the set `name`: {(image, kernel): PSNR}."""
        path = self.folder / "records" / name / f"compared-{method}.csv"
        with open(path, newline="", encoding="utf-8") as file:
            return {(row["image"], row["kernel"]): float(row["psnr"]) for row in csv.DictReader(file)}


def values(rows: list[dict]) -> dict:
    """The numbers of Table 2 as {(set, method, variant, metric): value}. rows: from table2()."""
    return {(row["protocol"], row["method"], row["variant"], row["metric"]): row["value"] for row in rows}


def own(value: dict, name: str) -> dict:
    """The mean PSNR in dB on the set `name`: {method: PSNR}, without the additional variants. value: from values()."""
    return {m: psnr for (p, m, v, metric), psnr in value.items() if p == name and metric == "psnr" and v not in APART}


def detail_at(picture: np.ndarray, border: int, size: int = 64) -> list[int]:
    """The corner [row, column] of the `size` x `size` square of an image (h, w) with the highest contrast.

    border: pixels per side that are excluded.
    """
    energy = np.square(np.gradient(picture)).sum(0)
    energy = energy[border : picture.shape[0] - border, border : picture.shape[1] - border]
    sums = np.pad(energy.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    windows = sums[size:, size:] - sums[:-size, size:] - sums[size:, :-size] + sums[:-size, :-size]
    return [border + int(i) for i in np.unravel_index(windows.argmax(), windows.shape)]


def cut(picture: np.ndarray, at: list[int], size: int = 64) -> np.ndarray:
    """The `size` x `size` crop of an image (h, w) with the corner `at`."""
    return picture[at[0] : at[0] + size, at[1] : at[1] + size]


def kernel_of(kind: str, width: float) -> np.ndarray:
    """A blur kernel (17, 17) with sum 1; kind: "disc", "line" or "Gaussian"; width: diameter or length in pixels."""
    rows, columns = np.mgrid[-8:9, -8:9]
    inside = {
        "disc": np.clip(width / 2 + 0.5 - np.hypot(rows, columns), 0, 1),
        "line": np.clip(width / 2 + 0.5 - np.abs(columns), 0, 1) * (rows == 0),
        "Gaussian": np.exp(-(rows**2 + columns**2) / (2 * (width / 4) ** 2)),
    }[kind]
    return inside / inside.sum()
