"""Table 3 from haze records: averages, the paper's numbers, the report with and without it."""

import json

import pytest
from test_report import value, write, write_images

from padnet.errors import PadnetError
from padnet.evaluation.columns import HAZE as RECORD
from padnet.labels import HAZE, NAMES
from padnet.project import console
from padnet.project.atomic_files import write_csv
from padnet.reporting import report, table_format as layout
from padnet.reporting.table3 import read_haze_records, table3
from padnet.reporting.tables import numbers
from padnet.verify import repro_summary as closing

METHODS = ("hazy", "constant", "median", "guidance", "refined", "he", "ipadnet")


def haze_record(method, variant, beta, psnr):
    verdict = "" if method != "ipadnet" else "violated at k = 0" if beta == 1.5 else "stopped"
    return dict(zip(RECORD, ("im", beta, variant, psnr, 0.9, 0.1, 0.05, verdict), strict=True))


def write_haze(folder, betas=(0.3, 1.5), methods=METHODS):
    folder.mkdir(parents=True, exist_ok=True)
    for number, method in enumerate(methods):
        variants = ("known", "estimated") if method in ("guidance", "refined", "he", "ipadnet") else ("known",)
        rows = [
            haze_record(method, v, beta, 20.0 + number + 4 * i - (v == "estimated"))
            for v in variants
            for i, beta in enumerate(betas)
        ]
        write_csv(folder / f"haze-{method}.csv", rows, RECORD)


@pytest.fixture
def project(toy):
    """A project with records for Tables 1 and 2."""
    for folder in (toy / "results/quick/records/quick", toy / "results/paper/records/levin-1pct"):
        write(folder)
        write_images(folder)
    return toy


@pytest.fixture
def hazy(project):
    """The project with haze records of both profiles, and of Fattal's benchmark in the paper profile."""
    write_haze(project / "results/quick/records/quick-haze")
    write_haze(project / "results/paper/records/middlebury-haze")
    write_haze(project / "results/paper/records/fattal", (None, None), [m for m in METHODS if m != "constant"])
    return project


def test_averages_over_beta_and_for_each(hazy):
    rows = table3(hazy / "results/paper/records")
    of = [row for row in rows if row["protocol"] == "middlebury-haze"]
    assert value(of, "", "hazy", "known", "psnr") == (22.0, None)
    assert value(of, "", "hazy", "known", "psnr@0.3") == (20.0, None) and value(
        of, "", "hazy", "known", "psnr@1.5"
    ) == (24.0, None)
    assert value(of, "", "ipadnet", "estimated", "psnr") == (27.0, None)
    assert value(of, "", "ipadnet", "known", "certificates") == (0.5, None)
    assert value(of, "", "guidance", "known", "l1_t@0.3") == (0.1, None)
    assert {row["metric"] for row in of if row["method"] == "median"} == {
        name + end for name in ("psnr", "ssim", "l1_t", "l1_J") for end in ("", "@0.3", "@1.5")
    } | {"pairs"}
    assert list(dict.fromkeys(row["method"] for row in of)) == list(METHODS)


def test_the_papers_numbers_stand_beside_its_own_benchmark_alone(hazy):
    rows = table3(hazy / "results/paper/records")
    assert {row["protocol"] for row in rows if row["paper"] is not None} == {"fattal"}
    of = [row for row in rows if row["protocol"] == "fattal"]
    assert value(of, "", "he", "known", "psnr")[1] == 27.11
    assert (
        value(of, "", "ipadnet", "known", "psnr")[1] == 28.47
        and value(of, "", "ipadnet", "estimated", "ssim")[1] == 0.96
    )
    assert "constant" not in {row["method"] for row in of} and not [row for row in of if "@" in row["metric"]]


def test_the_table_for_people(hazy):
    rows = table3(hazy / "results/paper/records")
    text = layout.text(rows, 3)
    assert "Table 3, middlebury-haze: mean over 2 hazy pictures" in text
    line = next(
        line for line in text.splitlines() if line.startswith("IPADNet") and "28.47" not in line and "known" in line
    )
    assert line.split() == ["IPADNet", "known", "28.00", "0.900", "0.100", "0.050", "1", "of", "2", "hold"]
    assert "| IPADNet | known | 27.00 | 28.47 | 0.900 | 0.96 | 0.100 | 0.050 | 2 of 2 hold |" in layout.markdown(
        rows, 3
    )
    assert set(HAZE) < set(NAMES)


def test_the_report_takes_it_in(hazy, capsys):
    assert numbers("quick") == [1, 2, 3]
    found = report.report("paper")
    assert set(found) == {1, 2, 3} and (hazy / "results/paper/tables/table3.csv").is_file()
    told = json.loads((hazy / "results/paper/metrics.json").read_text())["haze_psnr"]
    first = [row for row in found[3] if (row["method"], row["metric"]) == ("ipadnet", "psnr")]
    assert told == {row["variant"]: row["value"] for row in first if row["protocol"] == first[0]["protocol"]}
    assert told["known"] > told["estimated"]
    assert "`middlebury-haze`, mean over 2 hazy pictures:" in (hazy / "results/paper/tables/table3.md").read_text()
    assert console.run(report.main, ["--profile", "quick"]) == 0
    assert "Table 3, quick-haze" in capsys.readouterr().out


def test_a_profile_without_haze_records_has_two_tables(project, capsys):
    assert numbers("quick") == numbers("paper") == [1, 2]
    assert console.run(report.main, ["--profile", "quick"]) == 0
    assert "Table 3" not in capsys.readouterr().out
    told = json.loads((project / "results/quick/metrics.json").read_text())["haze_psnr"]
    assert told == {"known": None, "estimated": None}
    assert not (project / "results/quick/tables/table3.csv").exists()
    with pytest.raises(PadnetError, match="holds no haze records"):
        table3(project / "results/quick/records")


def test_the_closing_compares_it_too(hazy):
    hazy.joinpath("reference").unlink()
    (hazy / "reference").mkdir()
    (hazy / "reference/tables.yaml").write_text(
        "table1: {iterations: {}, reconstruction_error: {}}\ntable2: {}\ntable3: {}\n"
    )
    assert "There is no quick_table3.csv" in closing.difference("quick", hazy)
    assert [path.name for path in report.accept("quick")] == [f"quick_table{n}.csv" for n in (1, 2, 3)]
    assert "Table 3 equals reference/quick_table3.csv in every number" in closing.difference("quick", hazy)


@pytest.mark.parametrize(
    "old, new, named",
    [
        ("image,beta", "picture,beta", "it needs image, beta, variant"),
        (",0.9,", ",,", "an empty cell"),
        ("im,0.3", "im,thick", "cannot be read"),
    ],
)
def test_bad_records_are_one_sentence(hazy, capsys, old, new, named):
    path = hazy / "results/quick/records/quick-haze/haze-ipadnet.csv"
    path.write_text(path.read_text().replace(old, new, 1))
    assert console.run(report.main, ["--profile", "quick"]) == 1
    error = capsys.readouterr().err
    assert named in error and error.count("\n") == 1


def test_records_of_padnet_may_not_be_missing(hazy):
    (hazy / "results/quick/records/quick-haze/haze-ipadnet.csv").unlink()
    with pytest.raises(PadnetError, match="haze-ipadnet.csv are missing"):
        table3(hazy / "results/quick/records")


def test_records_are_read_with_their_types(hazy):
    row = read_haze_records(hazy / "results/quick/records/quick-haze/haze-hazy.csv")[0]
    assert row["beta"] == 0.3 and row["verdict"] is None and row["psnr"] == 20.0 and row["variant"] == "known"
