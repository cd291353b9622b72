"""Photographs as files come out better than they went in: the committed measurements, and some of them again."""

import csv
from statistics import fmean

import pytest

from padnet.cli import file_benchmark
from padnet.cli.file_benchmark import FORMATS, NOISE, SEEDS, cases, measure
from padnet.cli.file_kinds import BLURS, KINDS, PICTURES
from padnet.cli.file_summary import MARK, PAGE, gains, table
from padnet.project.markers import between
from padnet.tasks import opponent_colours

# dB: the least and the mean gain of each kind, somewhat below what was measured.
MARGINS = {
    "jpeg": (1.3, 3.8),
    "noise": (5.1, 7.4),
    "orientation": (5.1, 8.0),
    "ground": (5.3, 8.1),
    "range": (5.9, 9.0),
    "lamps": (0.2, 2.8),
}


@pytest.fixture(scope="module")
def rows(root):
    with open(root / "reference/photographs.csv", newline="") as file:
        return list(csv.DictReader(file))


def test_every_case_was_measured(rows):
    wanted = [{name: "" if value is None else str(value) for name, value in told.items()} for told, _ in cases()]
    assert [{name: row[name] for name in wanted[0]} for row in rows] == wanted
    assert len(PICTURES) == 8 and len(rows) == 8 * (len(BLURS) * len(FORMATS) * len(NOISE) + len(KINDS) * len(SEEDS))


def test_no_mean_row_and_under_two_percent_of_the_cases_are_below_the_photograph(rows):
    in_table = [row for row in rows if row["kind"] == "table"]
    for means in (gains(in_table, "blur", "format", "noise"), gains(in_table, "picture", "blur")):
        assert {key: fmean(found) for key, found in means.items() if fmean(found) < 0} == {}
    (every,) = gains(in_table, "kind").values()
    assert sum(gain < 0 for gain in every) < 0.02 * len(every)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_gains_by_its_margin(rows, kind):
    found = gains(rows, "kind")[kind,]
    assert len(found) == 24 and min(found) > MARGINS[kind][0] and fmean(found) > MARGINS[kind][1]


def test_noise_is_found_in_a_jpeg_and_above_five_percent(rows):
    for kind, noise in (("jpeg", 0.02), ("noise", 0.1)):
        found = [float(row["estimated"]) for row in rows if row["kind"] == kind]
        assert fmean(found) == pytest.approx(noise, rel=0.1) and max(abs(one / noise - 1) for one in found) < 0.3


@pytest.mark.parametrize("kind", ["jpeg", "orientation"])
def test_what_was_measured_is_what_comes_out(rows, kind, tmp_path):
    (row,) = (row for row in rows if (row["kind"], row["picture"], row["seed"]) == (kind, "camera.png", "1"))
    found = measure(lambda: KINDS[kind]("camera.png", 1), tmp_path)
    assert found == pytest.approx([float(row[name]) for name in ("estimated", "before", "after")], abs=0.05)


def test_saturated_pixels_that_count_as_seen_make_it_worse(rows, tmp_path, monkeypatch):
    (row,) = (row for row in rows if (row["kind"], row["picture"], row["seed"]) == ("lamps", "brick.png", "0"))
    monkeypatch.setattr(opponent_colours.Planes, "saturated", lambda planes: None)
    assert measure(lambda: KINDS["lamps"]("brick.png", 0), tmp_path)[2] < float(row["after"]) - 0.5


def test_the_page_has_the_tables(rows, root):
    page = (root / PAGE).read_text(encoding="utf-8")
    assert between(page, table(rows), MARK) == page


def test_the_command_writes_a_row_for_each_case(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(file_benchmark, "cases", lambda: list(cases())[::783])
    monkeypatch.setattr(file_benchmark, "measure", lambda make, folder: (0.01, 20.0, 19.0))
    file_benchmark.main(["--out", str(tmp_path / "a.csv")])
    assert "2 cases, 2 of them worse" in capsys.readouterr().out
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 3
