"""Commands that run side by side, each in a process of its own."""

import os
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from padnet.errors import InputError, PadnetError
from padnet.project import console, together


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A folder in which stand-ins for modules write when they began and ended."""

    def main(argv):
        name, seconds = argv[0], float(argv[1])
        (tmp_path / f"{name}.began").write_text(repr(time.monotonic()))
        print(f"{name} says {os.getpid()}")
        time.sleep(seconds)
        if name.startswith("bad"):
            raise PadnetError(f"{name} is wrong")
        (tmp_path / f"{name}.ended").write_text(repr(time.monotonic()))

    monkeypatch.setattr(together, "chosen", lambda name: SimpleNamespace(main=main))
    monkeypatch.setattr(console.switches, "settle", lambda: None)
    return tmp_path


def at(folder, name):
    return float((folder / name).read_text())


def test_commands_run_side_by_side_in_processes_of_their_own(work, capfd):
    together.run(["train a 0.4", "train b 0.4", "train c 0"])
    assert max(at(work, "a.began"), at(work, "b.began")) < min(at(work, "a.ended"), at(work, "b.ended"))
    assert at(work, "c.began") > min(at(work, "a.ended"), at(work, "b.ended"))
    said = capfd.readouterr().out.splitlines()
    assert {line.split(":")[0] for line in said if not line.startswith(" ")} == {
        "train a 0.4",
        "train b 0.4",
        "train c 0",
    }
    processes = {line.split()[-1] for line in said if line.startswith("  ")}
    assert len(processes) == 3 and str(os.getpid()) not in processes


def test_one_place_is_one_after_the_other(work):
    together.run(["train a 0.2", "train b 0"], places=1)
    assert at(work, "b.began") > at(work, "a.ended")


def test_wait_holds_the_next_ones_back(work):
    together.run(["train a 0.3", "train b 0", "wait", "train c 0"])
    assert at(work, "c.began") > at(work, "a.ended")


def test_a_failure_ends_the_others_and_is_told(work, capfd, monkeypatch):
    start, made = together._start, []
    monkeypatch.setattr(together, "_start", lambda *given: made.append(start(*given)) or made[-1])
    with pytest.raises(PadnetError, match=r"train bad 0.1 ended with status 1: see its output above"):
        together.run(["train bad 0.1", "train long 30", "train never 0"])
    assert "padnet: bad is wrong" in capfd.readouterr().out
    assert not (work / "long.ended").exists() and not (work / "never.began").exists()
    assert len(made) == 2
    for child, _ in made:
        with pytest.raises(ChildProcessError):
            os.waitpid(child, os.WNOHANG)  # it is gone


def test_other_children_are_left_alone(work):
    with subprocess.Popen([sys.executable, "-c", ""]) as other:
        together.run(["train a 0.3", "train b 0.3"])
        assert other.wait() == 0 and (work / "a.ended").exists() and (work / "b.ended").exists()


def test_wrong_commands_are_refused_before_anything_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for commands, sentence in (
        (["project.run_card --profile quick", "no_such_thing"], "there is no module padnet.no_such_thing"),
        ([""], "a command is empty"),
    ):
        with pytest.raises(InputError, match=sentence):
            together.run(commands)
    with pytest.raises(InputError, match="places is 0"):
        together.run(["card"], places=0)
    assert capsys.readouterr().out == "" and list(tmp_path.iterdir()) == []
