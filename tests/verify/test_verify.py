"""`padnet verify` on a small project: a line for each check that holds, one that names the file for what does not."""

import contextlib
import json
import re

import pytest

from padnet.cli import main as cli
from padnet.project import run_card as card
from padnet.project.atomic_files import write_text
from padnet.verify import certificates, hashes, links, main as verify, tables, weights

QUICKLY = ["verify", "--skip-runs", "--skip-notebook"]
RECORDS, PROOFS = "results/paper/records/levin-1pct", "results/paper/certificates/levin-1pct"
BOOK = "notebooks/08_your_own_model.ipynb"


def replace(path, old, new, count=1):
    """Change the first place of a file that the pattern `old` finds."""
    text, changed = re.subn(old, new, path.read_text(encoding="utf-8"), count=count)
    assert changed == count
    path.write_text(text, encoding="utf-8")


def flip(path):
    """Change one byte in the middle of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def digit(match):
    """The same text with another last digit."""
    return match[0][:-1] + str((int(match[0][-1]) + 1) % 10)


def failing(capsys, arguments=QUICKLY):
    """The lines with FAILS of a run, whose status has to be 1."""
    capsys.readouterr()
    assert cli.main(arguments) == 1
    said = capsys.readouterr()
    assert re.fullmatch(r"padnet: \d+ things? do(es)? not hold: .*\n", said.err)
    lines = [line for line in said.out.splitlines() if ": FAILS " in line]
    assert lines and f"{len(lines)} thing" in said.err
    return lines


def test_all_holds(tree, capsys):
    before = {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()}
    assert cli.main(QUICKLY) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "hashes",
        "weights",
        "card",
        "tables",
        "certificates",
        "links",
        "kept",
        "modules",
    ]
    assert not any("FAILS" in line for line in lines)
    assert lines[0].endswith("; data/paper: not here") and "the code of 4 stages does" in lines[-1]
    assert {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()} == before


def test_one_byte_of_a_weight(tree, capsys):
    flip(tree / "weights/paper/image-ipadnet.safetensors")
    lines = failing(capsys)
    assert [line.split(":")[0] for line in lines] == ["hashes", "weights"]
    assert all("weights/paper/image-ipadnet.safetensors" in line for line in lines)


def test_one_digit_of_a_table(tree, capsys):
    replace(tree / "results/paper/tables/table2.csv", r"psnr,\d+\.\d+", digit)
    hashed, table = failing(capsys)
    assert hashed.startswith("hashes: FAILS results/paper/tables/table2.csv: its bytes changed")
    assert table.startswith("tables: FAILS results/paper/tables/table2.csv: line ") and "the records give" in table


def test_one_digit_of_the_table_of_several_seeds(tree, capsys):
    replace(tree / "results/paper/tables/seeds.csv", r"ipadnet,bounded,,3,32,0\.\d+", digit)
    hashed, table = failing(capsys)
    assert hashed.startswith("hashes: FAILS results/paper/tables/seeds.csv: its bytes changed")
    assert table.startswith("tables: FAILS results/paper/tables/seeds.csv: line 2 ") and "the records give" in table


@pytest.mark.parametrize(
    "name, cell",
    [
        ("table1", r"IPADNet, bounded \|  \| \d+\.\d+"),
        ("table2", r"IPADNet \| bounded \|  \| \d+\.\d+"),
        ("seeds", r"IPADNet, bounded \|  \| 3 \| \d+\.\d+"),
    ],
)
def test_one_digit_of_a_page(tree, capsys, name, cell):
    page = f"results/paper/tables/{name}.md"
    replace(tree / page, cell, digit)
    hashed, table = failing(capsys)
    assert hashed.startswith(f"hashes: FAILS {page}: its bytes changed")
    assert table.startswith(f"tables: FAILS {page}: line ")


def test_one_digit_of_a_metric(tree, capsys):
    replace(tree / "results/paper/metrics.json", r"\"ipadnet\": \d+\.\d+", digit)
    assert any(line.startswith("tables: FAILS results/paper/metrics.json: line") for line in failing(capsys))


def test_one_digit_of_a_record(tree, capsys):
    replace(tree / RECORDS / "image-ipadnet.csv", r"bounded,,\d+\.\d+", digit)
    lines = failing(capsys)
    assert lines[0].startswith(f"hashes: FAILS {RECORDS}/image-ipadnet.csv")
    assert any("table2.csv: line" in line for line in lines)


def test_one_digit_of_a_record_that_was_hashed_again(tree, capsys, relock):
    replace(tree / RECORDS / "gradient-epadnet.csv", r"guarded,\w+,\d+,\w+,0\.\d+,\d+\.\d{3}", digit)  # iteration_error
    relock(tree)
    (line,) = failing(capsys)
    assert line.startswith(f"certificates: FAILS {RECORDS}/gradient-epadnet.csv: ") and "iteration_error" in line


@pytest.mark.parametrize(
    "file, number",
    [
        ("gradient-epadnet.json", r'"energy": \d+\.\d{4}'),
        ("image-epadnet.json", r'"moved": \d+\.\d{4}'),
        (
            "image-epadnet.json",
            r'"decrease": \d+\.\d{4}(?=\d*,\n *"distance": [^,]+,\n *"energy": [\d.]+,\n[^}]*"k": 2)',
        ),
        ("gradient-ipadnet.json", r'"right": \d+\.\d{4}'),
        ("image-ipadnet.json", r'"left": \d+\.\d{4}'),
        ("image-ipadnet.json", r"moved by \d"),
        ("gradient-ipadnet.json", r"stopped at K = \d"),
    ],
)
def test_one_digit_of_a_certificate(tree, capsys, relock, file, number):
    replace(tree / PROOFS / file, number, digit)
    lines = failing(capsys)
    assert lines[0].startswith(f"hashes: FAILS {PROOFS}/{file}: its bytes changed since stage benchmark@paper ran")
    relock(tree)  # and without the hash
    assert all(line.startswith("certificates: FAILS") and file.split(".")[0] in line for line in failing(capsys))


def test_a_verdict_that_its_rows_do_not_bear(tree, capsys, relock):
    replace(tree / PROOFS / "gradient-epadnet.json", r'"holds": false', '"holds": true')
    relock(tree)
    (line,) = failing(capsys)
    assert "holds is True, its rows say False" in line and "unguarded" in line


def test_a_number_that_is_none_and_a_certificate_that_stands_there_twice(tree, capsys, relock):
    path = tree / PROOFS / "gradient-epadnet.json"
    text = path.read_text()
    replace(path, r'"energy": [\d.e+-]+', '"energy": 1e999')
    relock(tree)
    assert "1e999 is not finite" in failing(capsys)[0]
    found = json.loads(text)
    path.write_text(json.dumps([found[0], *found[:1], *found[2:]]))
    relock(tree)
    assert any("stands there twice" in line for line in failing(capsys))


def test_one_line_of_a_source_notebook(tree, capsys):
    replace(tree / BOOK, r'"import torch\\n"', '"import  torch\\\\n"')
    lines = failing(capsys)
    assert any(line.startswith(f"links: FAILS {BOOK}: cell ") and "reads 'import  torch'" in line for line in lines)
    assert any(line.startswith("hashes: FAILS notebooks: a file in it changed") for line in lines)


def test_another_parameter(tree, capsys):
    replace(tree / "params.yaml", "seed: 1711", "seed: 1712")
    lines = failing(capsys)
    assert any(line.startswith("hashes: FAILS params.yaml: seed changed since stage") for line in lines)
    path = tree / "results/paper/notebooks/08_your_own_model.ipynb"
    replace(path, r'profile = \\"paper\\"', r'profile = \\"quick\\"')
    assert any("it was not run with the parameters" in line for line in failing(capsys))


def test_another_module(tree, capsys):
    path = tree / "reference/modules/report.txt"
    text = path.read_text()
    replace(path, "[0-9a-f]$", "x")
    assert "modules: FAILS reference/modules/report.txt: not what the code says now" in failing(capsys)
    path.write_text(text)
    index = tree / "reference/modules/index.txt"
    kept = index.read_text()
    for path_ in (path, tree / "reference/modules/benchmark.txt"):
        path_.write_text("0\n")
    replace(index, r"[0-9a-f](?=  padnet/reporting/tables.py)", "x")
    lines = failing(capsys)  # the module is named, where the index tells which
    assert (
        "modules: FAILS reference/modules/report.txt: not what the code says now, see padnet/reporting/tables.py"
        in lines
    )
    index.write_text(kept)
    path.unlink()
    assert any("report.txt: it is missing" in line for line in failing(capsys))


def test_a_stray_file_and_a_missing_one(tree, capsys):
    write_text(tree / "results/paper/records/levin-1pct/extra.csv", "a\n")
    (tree / PROOFS / "image-ipadnet.json").unlink()
    lines = failing(capsys)
    assert any("extra.csv: no stage of dvc.lock makes it" in line for line in lines)
    assert any(f"{PROOFS}/image-ipadnet.json: it is missing" in line for line in lines)


@pytest.mark.parametrize(
    "name",
    [
        f"{PROOFS}/image-ipadnet.json",
        BOOK,
        f"results/paper/{BOOK}",
        "results/paper/card.json",
        f"{RECORDS}/image-epadnet.csv",
    ],
)
def test_a_file_cut_short_is_a_finding(tree, capsys, name):
    path = tree / name
    path.write_bytes(path.read_bytes()[:1000])
    assert any(name in line for line in failing(capsys))


def test_data_that_is_there_is_hashed_too(tree, capsys):
    write_text(tree / "data/paper/a.txt", "a\n")
    (line,) = failing(capsys)
    assert line == "hashes: FAILS data/paper: a file in it changed since stage notebook-08@paper ran"
    replace(tree / "dvc.lock", r"md5: ab\.dir", f"md5: {hashes.folder_md5(tree / 'data/paper')}", count=4)
    card.write_card("paper", tree)
    assert cli.main(QUICKLY) == 0
    assert "; data/paper: as recorded\n" in capsys.readouterr().out


def test_two_hashes_of_one_file_and_another_receipt(tree, capsys):
    write_text(tree / "data.dvc", "outs:\n- path: data/paper\n  md5: cd.dir\n  hash: md5\n")
    replace(tree / "dvc.lock", r"md5: ab\.dir", "md5: ac.dir")
    lines = failing(capsys)
    assert any("data/paper: dvc.lock records two hashes of it, for" in line for line in lines)
    assert any("data.dvc: its hash of data/paper" in line for line in lines)


def test_the_card(tree, capsys):
    replace(tree / "results/paper/card.json", r'"seed": 1711\n', '"seed": 1712\n')
    (line,) = failing(capsys)
    assert line.startswith("card: FAILS results/paper/card.json: params of stage")
    (tree / "results/paper/card.json").unlink()
    (line,) = failing(capsys)
    assert "it is missing: write it with padnet card --profile paper" in line
    card.write_card("paper", tree)
    assert cli.main(QUICKLY) == 0


def test_the_profile_is_asked_for(tree, capsys):
    assert cli.main([*QUICKLY, "--profile", "quick"]) == 1
    assert capsys.readouterr().err == "padnet: there is no results/quick: make it with make repro\n"


def test_the_page_shows_what_was_said(tree, capsys, monkeypatch):
    assert cli.main([*QUICKLY, "--page"]) == 1
    assert "give --page without the other options" in capsys.readouterr().err
    monkeypatch.setattr(verify.runs, "check", lambda keep: verify.Outcome("iterates", "hold"))
    asked = []
    answer = contextlib.nullcontext(lambda same: asked.append(same) or verify.Outcome("notebook", "holds"))
    monkeypatch.setattr(verify.notebooks, "in_background", lambda *args: answer)
    monkeypatch.setattr(verify.bits, "check", lambda root: (verify.Outcome("bits", "yes"), True))
    assert cli.main(["verify", "--page"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "bits: yes" and asked == [True]
    page = tree / verify.PAGE
    shown = ["<!-- verify -->", "    $ padnet verify", *(f"    {line}" for line in said), "<!-- /verify -->"]
    assert page.read_text() == "\n".join([*shown, ""])
    replace(tree / "results/paper/tables/table1.md", "IPADNet", "IPADnet")
    before = page.read_text()
    assert cli.main(["verify", "--page"]) == 1 and page.read_text() == before  # nothing is shown that does not hold


def test_the_page_shows_what_the_checks_say_now(root):
    shown = (root / verify.PAGE).read_text().split("<!-- verify -->")[1].split("<!-- /verify -->")[0]
    assert "FAILS" not in shown
    for check in (weights, tables, certificates, links):
        outcome = check.check(root)
        assert outcome.findings == [] and f"    {outcome.lines()[0]}\n" in shown, "run padnet verify --page"


@pytest.mark.parametrize(
    "option, value, named",
    [("--notebook", "99_none", "choose one of 08_your_own_model"), ("--tolerance", "2", "from 0 to 1")],
)
def test_wrong_options_of_the_notebook(tree, capsys, option, value, named):
    assert cli.main(["verify", "--skip-runs", option, value]) == 1
    assert named in capsys.readouterr().err
