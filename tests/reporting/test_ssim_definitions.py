"""SSIM by its definition: every definition moves the number, and the nearest to the paper is named."""

import csv

import numpy as np
import pytest

from padnet.imaging.metrics import ssim
from padnet.reporting.ssim_definitions import METHODS, definitions, page


def test_each_definition_gives_another_number_and_the_first_is_that_of_the_tables():
    draw = np.random.default_rng(1)
    truth = np.kron(draw.random((12, 12)), np.ones((4, 4)))
    x = truth + 0.1 * draw.standard_normal(truth.shape)
    found = list(definitions(x, truth, 6).values())
    assert found[0] == pytest.approx(ssim(x.clip(0, 1), truth, data_range=1, border=6, quantise=False), abs=1e-12)
    assert len({round(value, 6) for value in found}) == len(found)


def test_the_nearest_definition_is_named():
    ours = (("a", "tv", 0.95, 0.9), ("b", "tv", 0.91, 0.9), ("a", "csf", 0.95, 0.92), ("b", "csf", 0.95, 0.92))
    ours += (("a", "ipadnet", 0.96, 0.95), ("b", "ipadnet", 0.97, 0.95))
    told = page([dict(zip(("definition", "method", "ssim", "paper"), row, strict=True)) for row in ours])
    assert "numbers is: b, 0.020 off" in told
    assert "0.030 in print and 0.010 to 0.020 here" in told
    assert "| the paper | 0.90 | 0.92 | 0.95 |  |" in told and "| a | 0.950 | 0.950 | 0.960 | 0.030 |" in told


def test_the_committed_rows_begin_with_those_of_table_2(root):
    read = lambda path: list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    rows = read(root / "results/paper/ssim.csv")
    first = {row["method"]: float(row["ssim"]) for row in rows if row["definition"] == rows[0]["definition"]}
    table = {
        row["method"]: float(row["value"])
        for row in read(root / "results/paper/tables/table2.csv")
        if (row["protocol"], row["metric"]) == ("levin-1pct", "ssim")
        and row["method"] in first
        and row["variant"] not in ("left out", "unguarded")
    }
    assert page(rows) == (root / "results/paper/ssim.md").read_text(encoding="utf-8")
    assert set(first) == {*METHODS, "ipadnet"} and first == pytest.approx(table, abs=1e-5)
