"""padnet compare: its files follow from the tables, to the digit."""

import csv
import shutil
import subprocess

import pytest

from padnet.cli import paper
from padnet.errors import InputError
from padnet.labels import NAMES
from padnet.project import console
from padnet.project.params import read_yaml
from padnet.reporting import compare, comparison
from padnet.reporting.table1 import COLUMNS
from padnet.reporting.verdicts import CELL, NOT, VERDICTS, printed

REFERENCE = ("tables.yaml", "published.yaml", "compare.yaml", "seconds_haze.csv")
FILES = ("results/paper/compare.csv", "results/paper/compare.md")


@pytest.fixture
def project(toy, root):
    """A copy of what the comparison reads and writes, the committed results of the paper profile among it."""
    (toy / "reference").unlink()  # a link to the project's
    for name in REFERENCE:
        (toy / "reference").mkdir(exist_ok=True)
        shutil.copy(root / "reference" / name, toy / "reference")
    for name in FILES:
        (toy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / name, toy / name)
    shutil.copytree(root / "results/paper/tables", toy / "results/paper/tables")
    (toy / "results/quick/tables").mkdir(parents=True)
    for number in (1, 2, 3):
        shutil.copy(root / f"reference/quick_table{number}.csv", toy / f"results/quick/tables/table{number}.csv")
    return toy


def contents(folder):
    return {name: (folder / name).read_bytes() for name in FILES}


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_committed_files_are_what_the_committed_tables_give(project, root):
    compare.compare("paper")
    for name, content in contents(root).items():
        assert (project / name).read_bytes() == content, f"{name} is older than its tables: run padnet compare"


def test_one_digit_of_a_table_changes_the_files(project, root):
    table = project / "results/paper/tables/table2.csv"
    text = table.read_text()
    cell = next(line for line in text.splitlines() if line.startswith("levin-1pct,,csf,trained,,psnr,"))
    whole, point, rest = cell.partition(".")
    other = f"{whole}{point}{(int(rest[0]) + 1) % 10}{rest[1:]}"
    table.write_text(text.replace(cell, other))
    compare.compare("paper")
    assert (project / FILES[0]).read_bytes() != contents(root)[FILES[0]]
    assert (project / FILES[1]).read_bytes() != contents(root)[FILES[1]]
    told = [
        row["ours"] for row in rows(project / FILES[0]) if (row["method"], row["protocol"]) == ("csf", "levin-1pct")
    ]
    assert float(other.split(",")[6]) in map(float, told)


def test_another_verdict_changes_the_page(project, root):
    table = project / "results/paper/tables/table2.csv"
    text = table.read_text()
    cell = next(line for line in text.splitlines() if line.startswith("levin-1pct,,csf,trained,,psnr,"))
    paper_number = cell.split(",")[7]
    table.write_text(text.replace(cell, f"levin-1pct,,csf,trained,,psnr,{paper_number},{paper_number}"))
    compare.compare("paper")
    assert (project / FILES[1]).read_bytes() != contents(root)[FILES[1]]


def test_one_digit_of_the_papers_numbers_changes_the_files(project, root):
    path = project / "reference/tables.yaml"
    path.write_text(path.read_text().replace("TV: 29.38", "TV: 29.39"))
    compare.compare("paper")
    assert (project / FILES[0]).read_bytes() != contents(root)[FILES[0]]


def test_stale_files_are_brought_up_to_date(project, root):
    for name in FILES:
        path = project / name
        path.write_text(path.read_text().replace("9", "8"))
    compare.compare("paper")
    assert contents(project) == contents(root)


def test_every_number_of_the_paper_has_a_cell_and_every_verdict_its_reason(project):
    paper = printed(read_yaml(project / "reference/tables.yaml"))
    for profile in ("paper", "quick"):
        found, rules = compare.compare(profile)
        places = {(t, p): rule["beside"] for t, of in rules["protocols"].items() for p, rule in of.items()}
        told = rows(project / f"results/{profile}/compare.csv")
        assert len(told) == len(found) and list(told[0]) == CELL
        met = {(row["table"], row["metric"], row["prior"], NAMES[row["method"]], float(row["paper"])) for row in told}
        assert met == {(*key[:1], *key[2:], number) for key, number in paper.items()}
        if profile == "paper":  # each beside a row of ours, of a protocol that belongs to its data set
            places = {(t, p): rule["beside"] for t, of in rules["protocols"].items() for p, rule in of.items()}
            beside = {
                (row["table"], places[row["table"], row["protocol"]], row["metric"], row["prior"], NAMES[row["method"]])
                for row in told
            }
            assert beside == set(paper) and all(row["ours"] for row in told)
        for row in told:
            assert row["verdict"] in VERDICTS and row["why"]
            assert (row["tolerance"] == "") == (row["verdict"] == NOT)
            if row["tolerance"]:
                near = abs(float(row["difference"])) <= float(row["tolerance"])
                assert near == (row["verdict"] == "reproduced")
                assert float(row["difference"]) == pytest.approx(float(row["ours"]) - float(row["paper"]), abs=1e-8)


def test_the_papers_numbers_stand_where_the_tables_have_them(project):
    """The column `paper` of the tables agrees, and what is judged has one there."""
    found, _ = compare.compare("paper")
    keys = COLUMNS[: COLUMNS.index("value")]
    column = {}
    for number in (1, 2, 3):
        for row in rows(project / f"results/paper/tables/table{number}.csv"):
            column[f"table{number}", *(row[key] for key in keys)] = row["paper"]
    of = {(cell["table"], *(cell[key] for key in keys)): cell for cell in found}
    for key, number in column.items():
        assert not number or of[key]["paper"] == float(number)
    judged = [key for key, cell in of.items() if cell["verdict"] != NOT]
    assert judged and all(column[key] for key in judged)


def test_seconds_and_other_benchmarks_are_not_compared(project):
    found, _ = compare.compare("paper")
    haze = [cell for cell in found if cell["table"] == "table3"]
    assert {cell["protocol"] for cell in haze} == {"middlebury-haze", "photographs-haze", "timing"}
    assert {cell["verdict"] for cell in haze} == {NOT}
    assert all("no licence" in cell["why"] for cell in haze if cell["protocol"] == "middlebury-haze")
    (project / "reference/seconds_haze.csv").unlink()
    found, _ = compare.compare("paper")
    alone = [cell for cell in found if cell["metric"] == "time"]
    assert len(alone) == 8 and all(cell["ours"] is None for cell in alone)


def test_fattals_benchmark_is_judged_where_it_was_run(project):
    table = project / "results/paper/tables/table3.csv"
    table.write_text(table.read_text() + "fattal,,he,known,,pairs,11,\nfattal,,he,known,,psnr,27.2,27.11\n")
    found, _ = compare.compare("paper")
    assert [(c["metric"], c["verdict"]) for c in found if c["protocol"] == "fattal"] == [("psnr", "reproduced")]
    assert "| He | known | psnr | 27.11 | 27.20 | +0.090 | 0.250 | reproduced |" in (project / FILES[1]).read_text()


def test_a_run_that_diverged(project):
    table = project / "results/paper/tables/table1.csv"
    lines = table.read_text().splitlines()
    place = next(i for i, line in enumerate(lines) if line.startswith("levin-1pct,l0,admm,same,,error,"))
    table.write_text(
        "\n".join([*lines[:place], "levin-1pct,l0,admm,same,,error,nan,1.7114", *lines[place + 1 :]]) + "\n"
    )
    compare.compare("paper")
    assert (
        "| l0 | ADMM | same |  | error | 1.7114 | diverged | diverged | 0.08557 | worse |"
        in (project / FILES[1]).read_text()
    )


def test_the_command_prints_the_counts_and_the_profile_decides(project, capsys):
    before = contents(project)
    assert console.run(compare.main, []) == 0
    paper = capsys.readouterr().out
    assert console.run(compare.main, ["--profile", "quick"]) == 0
    quick = capsys.readouterr().out
    assert paper != quick and all(f" {verdict}" in line for verdict in VERDICTS for line in paper.splitlines())
    assert "Table 2, levin-1pct, PADNet: " in paper and "levin" not in quick
    # nothing of the quick profile is the paper's protocol
    assert {row["verdict"] for row in rows(project / "results/quick/compare.csv")} == {NOT}
    assert contents(project) == before


def test_twice_the_same_bytes(project):
    compare.compare("quick")
    first = [(project / f"results/quick/compare.{ending}").read_bytes() for ending in ("csv", "md")]
    compare.compare("quick")
    assert first == [(project / f"results/quick/compare.{ending}").read_bytes() for ending in ("csv", "md")]


def test_the_page_begins_with_the_counts(project):
    found, rules = compare.compare("paper")
    text = (project / FILES[1]).read_text()
    assert comparison.block(found, rules) in text
    assert text.index("not comparable |") < text.index("## Table 1")


@pytest.mark.parametrize(
    "how",
    [
        lambda path: path.unlink(),
        lambda path: path.write_text("a,b\n"),
        lambda path: path.write_text(path.read_text().replace("psnr,3", "psnr,x", 1)),
    ],
)
def test_tables_that_cannot_be_read(project, capsys, how):
    how(project / "results/quick/tables/table2.csv")
    assert console.run(compare.main, ["--profile", "quick"]) == 1
    error = capsys.readouterr().err
    assert "table2.csv is not there or cannot be read: run padnet report --profile quick" in error
    assert error.count("\n") == 1
    assert not (project / "results/quick/compare.csv").exists()


def test_no_haze_removal(project):
    (project / "results/quick/tables/table3.csv").unlink()
    found, _ = compare.compare("quick")
    assert {cell["protocol"] for cell in found if cell["table"] == "table3"} == {"", "timing"}


def test_a_protocol_without_a_rule(project):
    table = project / "results/quick/tables/table1.csv"
    table.write_text(table.read_text().replace("quick,", "other,"))
    with pytest.raises(InputError, match="has no rule for other in table1"):
        compare.compare("quick")


def test_make_repro_and_make_paper_reach_the_comparison(root):
    shown = subprocess.run(["make", "-n", "repro", "forced"], cwd=root, capture_output=True, text=True, check=True)
    assert [line for line in shown.stdout.splitlines() if "dvc repro" in line and line.endswith("compare@quick")][1:]
    assert "compare@paper" in paper.TARGETS
