"""Tables 1 and 2 from records: the averages, the paper's numbers beside them, the closing comparison, the pages."""

import csv
import json
import subprocess
from types import SimpleNamespace

import pytest

from padnet.errors import PadnetError
from padnet.evaluation.columns import GRADIENT as RECORD, IMAGE as IMAGE_RECORD
from padnet.project import console
from padnet.project.atomic_files import write_csv
from padnet.reporting import report, table_format as layout
from padnet.reporting.pages import table_page
from padnet.reporting.table1 import COLUMNS, read_records, table1
from padnet.reporting.table2 import read_image_records, table2
from padnet.reporting.tables import TABLES, numbers
from padnet.verify import repro_summary as closing

VARIANTS = {
    "admm": ["same", "tuned"],
    "hqs": ["same", "tuned"],
    "ipadnet": ["bounded"],
    "epadnet": ["guarded", "unguarded"],
}


RUNS = {method: [(variant, test) for variant in variants for test in ("",)] for method, variants in VARIANTS.items()}
RUNS["epadnet"] = [(v, test) for v in ("guarded", "unguarded") for test in ("descent", "condition1")]
RUNS["epadnet"] += [("left out", "descent"), ("random", "descent")]


def record(method, p, variant, number, error=0.4, test=""):
    net = method.endswith("padnet")
    error += 0.2 * (test == "condition1") + 0.3 * (variant in ("left out", "random"))
    return {
        "image": f"im{number}",
        "kernel": "k1",
        "p": "" if method == "ipadnet" else p,
        "variant": variant,
        "test": test,
        "iterations": 4 + 2 * number,
        "stopped": "converged",
        "error": error + 0.2 * number,
        "iteration_error": 0.01,
        "accepted": 3 + number if method == "epadnet" else "",
        "energy": 1.5,
        "verdict": "" if not net else "violated at k = 2" if variant == "unguarded" and number else "converged",
    }


def write(folder, shift=0.0):
    for method, runs in RUNS.items():
        priors = [None] if method == "ipadnet" else [1.0, 0.8, 0.0]
        rows = [record(method, p, v, i, 0.4 + shift, test) for p in priors for v, test in runs for i in range(2)]
        write_csv(folder / f"gradient-{method}.csv", rows, RECORD)


def image_record(method, variant, number, shift):
    explicit = method == "epadnet"
    return {
        "image": f"im{number}",
        "kernel": "k1",
        "variant": variant,
        "test": "descent" if explicit else "",
        "psnr": 32.0 + number + (0.5 if variant == "unguarded" else 0) + shift,
        "ssim": 0.9,
        "start_psnr": 31.0 + number,
        "noise": 0.01,
        "iterations": 5,
        "stopped": "k_max",
        "accepted": 2 + number if explicit else "",
        "energy": 1.5 if explicit else "",
        "verdict": "violated at k = 1" if variant == "unguarded" else "stopped",
    }


def write_images(folder, shift=0.0):
    for method, variants in {"ipadnet": ["bounded"], "epadnet": ["guarded", "unguarded", "left out"]}.items():
        rows = [image_record(method, v, i, shift) for v in variants for i in range(2)]
        write_csv(folder / f"image-{method}.csv", rows, IMAGE_RECORD)


@pytest.fixture
def project(toy):
    for folder in (toy / "results/quick/records/quick", toy / "results/paper/records/levin-1pct"):
        write_images(folder)
    write(toy / "results/quick/records/quick")
    write(toy / "results/paper/records/levin-1pct")
    return toy


def value(rows, *key, test=None):
    names = ("prior", "method", "variant", "metric")
    return next(
        (row["value"], row["paper"])
        for row in rows
        if tuple(row[name] for name in names) == key and test in (None, row["test"])
    )


def test_averages_and_the_papers_numbers(project):
    rows = table1(project / "results/quick/records")
    assert value(rows, "l1", "admm", "same", "iterations") == (5.0, 29)
    assert value(rows, "l0.8", "epadnet", "guarded", "error") == (0.5, 0.4140)
    assert value(rows, "l0", "hqs", "tuned", "error") == (0.5, None)
    assert value(rows, "l0", "ipadnet", "bounded", "error") == (0.5, 0.4291)
    assert value(rows, "l1", "epadnet", "guarded", "acceptance") == (0.7, None)
    assert value(rows, "l1", "epadnet", "guarded", "certificates") == (1.0, None)
    assert value(rows, "l1", "epadnet", "unguarded", "certificates") == (0.5, None)
    assert value(rows, "l1", "epadnet", "guarded", "error", test="condition1") == (pytest.approx(0.7), 0.4516)
    assert value(rows, "l1", "epadnet", "left out", "error") == (pytest.approx(0.8), None)
    told = [
        (row["variant"], row["test"])
        for row in rows
        if (row["prior"], row["method"], row["metric"]) == ("l0", "epadnet", "error")
    ]
    assert told == RUNS["epadnet"]
    assert all(row["test"] == "" for row in rows if row["method"] != "epadnet")
    assert rows[0]["prior"] == "l1" and {row["protocol"] for row in rows} == {"quick"}


def test_the_report_writes_its_files_and_twice_the_same_bytes(project):
    files = ["tables/table1.csv", "metrics.json", "tables/table2.csv", "tables/table1.md", "tables/table2.md"]
    files = [f"results/quick/{file}" for file in files]
    report.report("quick")
    first = [(project / file).read_bytes() for file in files]
    report.report("quick")
    assert first == [(project / file).read_bytes() for file in files]
    told = json.loads(first[1])
    assert told["gradient_error"] == dict.fromkeys(
        ("ipadnet", "epadnet_l1", "epadnet_l0.8", "epadnet_l0", "best_peer"), 0.5
    )
    assert told["certificates"]["gradient"] == 1.0
    with open(project / files[0], newline="") as file:
        assert next(csv.reader(file)) == COLUMNS
    assert told["psnr"]["ipadnet"] == 32.5


def test_a_run_that_diverged_is_shown_and_written(project):
    rows = [
        record("epadnet", p, v, 0, float("inf") if v == "guarded" else 0.4, test)
        for p in (1.0, 0.8, 0.0)
        for v, test in RUNS["epadnet"]
    ]
    write_csv(project / "results/quick/records/quick/gradient-epadnet.csv", rows, RECORD)
    rows = report.report("quick")
    assert "diverged" in layout.text(rows[1])
    assert json.loads((project / "results/quick/metrics.json").read_text())["gradient_error"]["epadnet_l1"] is None


def test_the_text_table(project, capsys):
    assert console.run(report.main, ["--profile", "quick"]) == 0
    text = capsys.readouterr().out
    assert "Table 1, quick: mean over 2 pairs of image and kernel" in text
    line = next(line for line in text.splitlines() if line.startswith("l1     EPADNet, guarded"))
    assert line.split() == [
        "l1",
        "EPADNet,",
        "guarded",
        "(21)",
        "and",
        "(24)",
        "5.0",
        "5",
        "0.5000",
        "0.4516",
        "70%",
        "2",
        "of",
        "2",
        "hold",
    ]
    assert "1 of 2 hold" in text


def test_quiet_prints_nothing_and_accept_writes_the_reference(project, capsys):
    assert console.run(report.main, ["--profile", "quick", "--quiet"]) == 0
    assert capsys.readouterr().out == ""
    # `reference` of the toy is the project's own folder, which no test may change
    (project / "reference").unlink()
    (project / "reference").mkdir()
    (project / "reference/tables.yaml").write_text("table1: {iterations: {}, reconstruction_error: {}}\ntable2: {}\n")
    assert console.run(report.main, ["--profile", "quick", "--quiet", "--accept"]) == 0
    assert (project / "reference/quick_table1.csv").read_bytes() == (
        project / "results/quick/tables/table1.csv"
    ).read_bytes()


def break_file(path, how):
    if how == "missing":
        path.unlink()
    elif how == "header":
        path.write_text(path.read_text().replace("verdict", "verdicts", 1))
    elif how == "empty":
        path.write_text(",".join(RECORD) + "\n")
    elif how == "number":
        path.write_text(path.read_text().replace("0.01", "small", 1))
    elif how == "cell":
        path.write_text(path.read_text().replace("0.4,", ",", 1))


@pytest.mark.parametrize(
    "how, named",
    [
        ("missing", "hqs.csv are missing: make them with make repro or make paper"),
        ("header", "it needs image, kernel"),
        ("empty", "has no rows"),
        ("number", "cannot be read"),
        ("cell", "an empty cell"),
    ],
)
def test_bad_records(project, capsys, how, named):
    break_file(project / "results/quick/records/quick/gradient-hqs.csv", how)
    assert console.run(report.main, ["--profile", "quick"]) == 1
    error = capsys.readouterr().err
    assert named in error and error.startswith("padnet: ") and error.count("\n") == 1
    assert not (project / "results/quick/tables").exists()


def test_no_records_at_all(toy):
    with pytest.raises(PadnetError, match="holds no records"):
        report.report("quick")


def test_records_are_read_with_their_types(project):
    row = read_records(project / "results/quick/records/quick/gradient-ipadnet.csv")[0]
    assert row["p"] is None and row["iterations"] == 4 and row["accepted"] is None and row["verdict"] == "converged"


def test_a_page_shows_the_table_of_its_profile(project):
    report.report("paper")
    text = (project / "results/paper/tables/table1.md").read_text()
    assert (
        text.startswith("# Table 1: ")
        and "padnet report --profile paper" in text
        and "[table1.csv](table1.csv)" in text
    )
    assert "| l1 | EPADNet, guarded | (21) and (24) | 5.0 | 5 | 0.5000 | 0.4516 | 70% | 2 of 2 hold |" in text
    assert not (project / "results/paper/tables/table3.md").exists()


def test_the_committed_tables_and_pages_are_what_the_committed_records_give(root):
    for number in numbers("paper", root):
        rows = TABLES[number](root / "results/paper/records", root / "reference/tables.yaml")
        path = root / f"results/paper/tables/table{number}.csv"
        with open(path, newline="") as file:
            assert list(csv.DictReader(file)) == [
                {key: "" if cell is None else str(cell) for key, cell in row.items()} for row in rows
            ]
        assert path.with_suffix(".md").read_text(encoding="utf-8") == table_page(rows, number, "paper")


LOCK = """schema: '2.0'
stages:
  a@quick:
    cmd: x
    outs:
    - {{path: results/quick/a.csv, hash: md5, md5: {0}}}
    - {{path: results/quick/b.csv, hash: md5, md5: bb}}
  a@paper:
    cmd: x
    outs:
    - {{path: results/paper/a.csv, hash: md5, md5: {0}}}
"""


@pytest.fixture
def bits(monkeypatch):
    """What the self-test says of this processor, to be changed."""
    found = {"same": False}
    answer = SimpleNamespace(sentence=lambda: "another processor")
    monkeypatch.setattr(
        closing.selftest, "answer", lambda root: SimpleNamespace(**found, sentence=answer.sentence, others=str)
    )
    return found


def test_closing_without_and_with_a_commit(project, bits):
    with pytest.raises(PadnetError, match="run make repro first"):
        closing.comparison("quick", project)
    lock = project / "dvc.lock"
    lock.write_text(LOCK.format("aa"))
    assert closing.comparison("quick", project) == "quick: 2 outputs; no committed hashes to compare them with."
    (project / ".dvc/tmp").mkdir(parents=True)
    (project / closing.BEFORE).write_text(LOCK.format("aa"))
    assert closing.comparison("quick", project) == "quick: 2 of 2 outputs equal the committed hashes to the bit."
    (project / closing.BEFORE).write_text(LOCK.format("zz"))
    assert closing.comparison("quick", project).startswith("quick: 1 of 2 outputs equal")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c"]
    for command in (["init", "-q"], ["add", "dvc.lock"], ["commit", "-qm", "lock"]):
        subprocess.run([*git, *command], cwd=project, check=True)
    assert closing.comparison("quick", project).startswith("quick: 2 of 2 outputs equal")


def test_closing_says_by_how_much_the_numbers_differ(project, bits, capsys):
    (project / "dvc.lock").write_text(LOCK.format("aa"))
    (project / ".dvc/tmp").mkdir(parents=True)
    (project / closing.BEFORE).write_text(LOCK.format("zz"))
    (project / "reference").unlink()
    (project / "reference").mkdir()
    (project / "reference/tables.yaml").write_text("table1: {iterations: {}, reconstruction_error: {}}\ntable2: {}\n")
    assert "There is no quick_table1.csv" in closing.comparison("quick", project)
    report.accept("quick")
    assert "equals reference/quick_table1.csv in every number" in closing.comparison("quick", project)
    write(project / "results/quick/records/quick", shift=5e-4)
    sentence = closing.comparison("quick", project)
    assert sentence.startswith(
        "quick: 1 of 2 outputs equal the committed hashes to the bit. The first that differ are of a@quick, from"
    )
    assert "There are 1 in results/quick; failed/quick-differences.txt lists them." in sentence
    assert "by at most 1.0e-03 relative" in sentence and sentence.endswith("That is no failure: another processor.")
    assert (
        project / "failed/quick-differences.txt"
    ).read_text() == "a@quick  results/quick/a.csv  from the same inputs\n"
    assert console.run(closing.main, ["--profile", "quick"]) == 0
    assert capsys.readouterr().out.rstrip().endswith(sentence)
    # On a processor that gives the committed bits it is one, for the same inputs gave other outputs.
    bits.update(same=True)
    assert console.run(closing.main, ["--profile", "quick"]) == 1
    assert (
        "1 of 2 outputs equal" in (said := capsys.readouterr().err)
        and "run git checkout dvc.lock, then make repro" in said
    )
    (project / closing.BEFORE).write_text(LOCK.format("zz").replace("cmd: x", "cmd: y"))
    assert closing.comparison("quick", project).startswith("quick: 1 of 2") and not said.startswith("padnet: padnet")
    (project / closing.BEFORE).write_text(LOCK.format("zz"))
    bits.update(same=False)
    assert (project / "results/quick/card.json").is_file()
    reference = project / "reference/quick_table1.csv"
    reference.write_text("\n".join(reference.read_text().splitlines()[:-1]) + "\n")
    assert "other rows than reference/quick_table1.csv (1 of them)" in closing.comparison("quick", project)


def test_table_2_averages_and_the_papers_numbers(project):
    rows = table2(project / "results/paper/records", project / "reference/tables.yaml")
    assert value(rows, "", "ipadnet", "bounded", "psnr") == (32.5, 33.37)
    assert value(rows, "", "epadnet", "guarded", "psnr") == (32.5, 33.41)
    assert value(rows, "", "epadnet", "guarded", "acceptance") == (0.5, None)
    assert value(rows, "", "epadnet", "guarded", "start_psnr") == (31.5, None)
    assert value(rows, "", "epadnet", "unguarded", "certificates") == (0.0, None)
    assert value(rows, "", "epadnet", "left out", "psnr") == (32.5, None)  # no row of the paper's
    assert {row["test"] for row in rows if row["method"] == "epadnet"} == {"descent"}
    assert "start_psnr" not in {row["metric"] for row in rows if row["method"] == "ipadnet"}
    text = layout.text(rows, 2)
    assert "Table 2, levin-1pct: mean over 2 pairs of image and kernel" in text
    line = next(line for line in text.splitlines() if line.startswith("EPADNet  guarded"))
    assert line.split() == [
        "EPADNet",
        "guarded",
        "(21)",
        "and",
        "(24)",
        "32.50",
        "33.41",
        "0.900",
        "0.95",
        "5.0",
        "50%",
        "2",
        "of",
        "2",
        "hold",
    ]


@pytest.mark.parametrize(
    "how, named",
    [
        ("missing", "are missing"),
        ("header", "it needs image, kernel"),
        ("empty", "no rows"),
        ("number", "cannot be read"),
        ("ssim", "an empty cell"),
    ],
)
def test_bad_image_records(project, capsys, how, named):
    path = project / "results/quick/records/quick/image-epadnet.csv"
    if how == "empty":
        path.write_text(",".join(IMAGE_RECORD) + "\n")
    elif how == "ssim":
        path.write_text(path.read_text().replace(",0.9,", ",,", 1))
    else:
        break_file(path, how)
    assert console.run(report.main, ["--profile", "quick"]) == 1
    assert named in capsys.readouterr().err
    assert not (project / "results/quick/tables/table2.csv").exists()


def test_image_records_are_read_with_their_types(project):
    row = read_image_records(project / "results/quick/records/quick/image-ipadnet.csv")[0]
    assert row["accepted"] is None and row["psnr"] == 32.0 and row["iterations"] == 5
