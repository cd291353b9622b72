"""The table of held-out pictures: means and counts by hand, the page, and records that do not belong together."""

import csv

import pytest

from padnet.errors import PadnetError
from padnet.evaluation.heldout import KERNELS, LEVELS, MISTOLD, ROW, SEEDS
from padnet.labels import IMAGE_NETWORKS
from padnet.project.atomic_files import write_csv
from padnet.reporting import heldout_table

FIRST, SECOND = list(IMAGE_NETWORKS)[:2]
CASES = [("disk", "0.01", "true", "a", 20.0), ("box", "0.01", "true", "b", 24.0), ("disk", "0.01", "half", "a", 20.0)]


@pytest.fixture
def folder(tmp_path):
    """Records of two networks: the first gain 1 dB everywhere, the second 3, -1 and 2."""
    for name, gains in ((FIRST, (1, 1, 1)), (SECOND, (3, -1, 2))):
        lines = [
            dict(zip(ROW, (name, *case, case[-1] + gain, True), strict=True))
            for case, gain in zip(CASES, gains, strict=True)
        ]
        (tmp_path / "results/quick/heldout").mkdir(parents=True, exist_ok=True)
        write_csv(tmp_path / f"results/quick/heldout/{name}.csv", lines, ROW)
    return tmp_path


def test_means_gains_and_cases_that_got_worse(folder):
    found = {(r["weights"], r["told"], r["kernel"]): r for r in heldout_table.rows("quick", folder)}
    one = found[SECOND, "true", "all"]
    assert (one["cases"], one["input_psnr"], one["psnr"]) == (2, 22, 23)
    assert (one["least_gain"], one["worse"], one["holds"]) == (-1, 1, 2)
    assert found[SECOND, "true", "disk"]["psnr"] == 23 and found[SECOND, "true", "box"]["worse"] == 1
    assert found[FIRST, "half", "all"]["psnr"] == 21 and (FIRST, "half", "disk") not in found


def test_the_page(folder):
    heldout_table.table("quick", folder)
    text = (folder / "results/quick/tables/heldout.md").read_text()
    assert "| 1 % |  | 2 | 22.00 | 23.00 | 23.00 | +0.00 | 0 / 1 |" in text
    assert "| 1 % | half of it | 1 | 20.00 | 21.00 | 22.00 | +1.00 | 0 / 0 |" in text
    assert "| box | 1 % | 1 | 24.00 | 25.00 | 23.00 | -2.00 | 0 / 1 |" in text and "6 of 6 certificates hold" in text
    with open(folder / "results/quick/tables/heldout.csv", newline="") as file:
        assert len(list(csv.DictReader(file))) == 2 * 4


def test_two_seeds_are_compared_and_are_no_rungs(folder):
    rows = list(csv.DictReader((folder / f"results/quick/heldout/{FIRST}.csv").open()))
    for name, gain in zip(SEEDS, (0.0, 0.5), strict=True):
        own = [row | {"weights": name, "psnr": float(row["psnr"]) + gain} for row in rows]
        write_csv(folder / f"results/quick/heldout/{name}.csv", own, ROW)
    heldout_table.table("quick", folder)
    text = (folder / "results/quick/tables/heldout.md").read_text()
    assert "| 1 % | 23.000 | 23.500 | +0.500 | 0.354 |" in text
    assert "| 1 % |  | 2 | 22.00 | 23.00 | 23.00 | +0.00 | 0 / 1 |" in text


def test_records_of_other_cases_or_none_are_one_sentence(folder, tmp_path):
    path = folder / f"results/quick/heldout/{SECOND}.csv"
    path.write_text(path.read_text().replace("half", "twice"))
    with pytest.raises(PadnetError, match=f"{SECOND}.csv has other cases than {FIRST}.csv: make both again"):
        heldout_table.rows("quick", folder)
    with pytest.raises(PadnetError, match="holds no records: make them with"):
        heldout_table.rows("paper", tmp_path)


def test_the_committed_table_has_every_case(root):
    """Every kernel meets every level with every network, and no certificate is broken."""
    found = heldout_table.rows("paper", root)
    for name in {r["weights"] for r in found}:
        own = [r for r in found if r["weights"] == name]
        assert {r["kernel"] for r in own} == {*KERNELS, "all"}
        assert {r["noise"] for r in own} == {*LEVELS, *MISTOLD}
        assert all(r["holds"] == r["cases"] for r in own)
