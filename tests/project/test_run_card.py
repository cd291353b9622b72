"""The card of a profile: hashes of dvc.lock, and which machine made what."""

import json
import os

import pytest

from padnet.cli import main as cli
from padnet.project import run_card as card

LOCK = """stages:
  train-ipadnet@paper:
    cmd: train
    deps: [{{path: data/paper, md5: d}}]
    params: {{params.yaml: {{seed: 1, paper.plan: {{steps: 3}}}}}}
    outs: [{{path: weights/paper/a.json, md5: w}}]
  report@paper:
    cmd: report
    outs: [{{path: results/paper/tables/t.csv, md5: {0}}}]
  sample:
    cmd: sample
    outs: [{{path: data/quick, md5: q}}]
"""


@pytest.fixture
def project(toy):
    (toy / "dvc.lock").write_text(LOCK.format("t"))
    for path, text in (
        ("weights/paper/a.json", '{"device": "cpu", "torch": "2.0"}'),
        ("results/paper/tables/t.csv", "1"),
    ):
        (toy / path).parent.mkdir(parents=True)
        (toy / path).write_text(text)
        os.utime(toy / path, (1000, 1000))
    return toy


def begin(project, time):
    """make begins: it keeps a copy of the lock."""
    (project / card.BEFORE).parent.mkdir(parents=True, exist_ok=True)
    (project / card.BEFORE).write_text("")
    os.utime(project / card.BEFORE, (time, time))


def read(project):
    return json.loads((project / "results/paper/card.json").read_text())


def test_what_is_recorded_and_what_is_not(project, capsys):
    assert cli.main(["card", "--profile", "paper"]) == 0
    assert capsys.readouterr().out == "results/paper/card.json: 2 stages, of 1 the machine is known\n"
    found = read(project)
    assert found["seed"] == 1 and found["machines"] == [{"device": "cpu", "torch": "2.0"}]
    assert found["stages"]["train-ipadnet@paper"] == {
        "cmd": "train",
        "params": {"seed": 1, "paper.plan": {"steps": 3}},
        "deps": {"data/paper": "d"},
        "outs": {"weights/paper/a.json": "w"},
        "machine": 0,
    }
    assert found["stages"]["report@paper"]["machine"] is None and "sample" not in found["stages"]


def test_a_stage_that_ran_here_has_this_machine_until_it_changes(project, capsys):
    begin(project, 2000)
    assert cli.main(["card", "--profile", "paper", "--ran"]) == 0
    assert read(project)["stages"]["report@paper"]["machine"] is None  # it wrote nothing since
    os.utime(project / "results/paper/tables/t.csv", (3000, 3000))
    assert cli.main(["card", "--profile", "paper"]) == 0
    assert read(project)["stages"]["report@paper"]["machine"] is None  # not asked: a checkout writes files too
    assert cli.main(["card", "--profile", "paper", "--ran"]) == 0
    found = read(project)
    mine = found["machines"][found["stages"]["report@paper"]["machine"]]
    assert mine == card.machine(project) and found["stages"]["train-ipadnet@paper"]["machine"] != mine
    begin(project, 4000)
    before = (project / "results/paper/card.json").read_bytes()
    assert cli.main(["card", "--profile", "paper", "--ran"]) == 0
    assert (project / "results/paper/card.json").read_bytes() == before  # nothing ran: the same bytes
    (project / "dvc.lock").write_text(LOCK.format("other"))
    card.write_card("paper", project)
    assert read(project)["stages"]["report@paper"]["machine"] is None


def test_this_machine(project):
    found = card.machine(project)
    assert found["packages"]["torch"] and found["python"].count(".") == 2 and found["threads"] == 2
    assert found["torch_capability"] and found["commit"] is None and found["device"]
    assert str(project) not in json.dumps(found) and os.uname().nodename not in json.dumps(found)


def test_without_a_lock_and_with_a_broken_card(project, capsys):
    (project / "results/paper/card.json").write_text("{")
    assert cli.main(["card", "--profile", "paper"]) == 0
    assert read(project)["profile"] == "paper"
    (project / "dvc.lock").unlink()
    assert cli.main(["card", "--profile", "paper"]) == 1
    assert "there is no dvc.lock: run make repro first" in capsys.readouterr().err
