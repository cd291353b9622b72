"""The self-test: yes, or no and which operation and switch."""

import json
import os

import pytest

from padnet.cli import main as cli
from padnet.errors import InputError, PadnetError
from padnet.project import switches
from padnet.verify import bits, operations, selftest


@pytest.fixture
def project(tmp_path_factory, root, monkeypatch):
    """A folder with the committed file; what a process of the self-test would find, to be changed."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "reference").mkdir()
    path = folder / selftest.REFERENCE
    path.write_bytes((root / selftest.REFERENCE).read_bytes())
    found = {name: one["hash"] for name, one in json.loads(path.read_text())["operations"].items()}
    monkeypatch.setattr(selftest, "run", lambda environment=None: found)
    return folder, found


def test_the_operations_are_those_of_the_committed_file(root):
    told = json.loads((root / selftest.REFERENCE).read_text())
    assert {name: one["switch"] for name, one in told["operations"].items()} == operations.SWITCH
    assert told["switches"] == switches.REPEATED | switches.VECTORS and len(operations.OPERATIONS) >= 15
    assert {*operations.SWITCH.values()} == {*told["switches"]} - {"PYTHONHASHSEED"}


def test_inputs_and_hashes_are_functions_of_integers():
    assert operations.numbers(1, 2).tolist() == operations.numbers(1, 2).tolist() != operations.numbers(2, 2).tolist()
    x = operations.numbers(1, 4)
    assert operations.digest([(x,)]) == operations.digest([(operations.tensor(1, 4),)]) != operations.digest([(x + 1,)])


def test_this_machine(root):
    """The real process: its answer, whatever it is, is whole."""
    answer = selftest.answer(root)
    assert answer.count == len(operations.OPERATIONS) and not answer.unset
    assert answer.same is not bool(answer.other)
    # With other packages, or without AVX2, other bits are right.
    assert answer.same or answer.packages or not switches.supported(), answer.sentence()


def test_yes_and_no(project):
    folder, found = project
    assert selftest.answer(folder).sentence() == "this processor gives the committed bits: yes (19 operations)"
    found["convolution"] = "0"
    assert selftest.answer(folder).sentence() == (
        "this processor gives the committed bits: no: convolution (although ONEDNN_MAX_CPU_ISA is set)"
    )
    loose = {k: v for k, v in switches.pinned(os.environ).items() if k != "ONEDNN_MAX_CPU_ISA"}
    assert selftest.answer(folder, loose).sentence().endswith("no: convolution (ONEDNN_MAX_CPU_ISA is unset)")
    loose = switches.pinned(os.environ) | {"MKL_CBWR": "AVX2"}
    assert selftest.answer(folder, loose).sentence().endswith("no: convolution (MKL_CBWR is 'AVX2', not 'COMPATIBLE')")
    found["convolution"] = json.loads((folder / selftest.REFERENCE).read_text())["operations"]["convolution"]["hash"]
    assert (
        selftest.answer(folder, loose)
        .sentence()
        .endswith("yes (19 operations), although MKL_CBWR is 'AVX2', not 'COMPATIBLE'")
    )


def test_a_switch_that_the_code_has_lost_is_named(project, monkeypatch):
    folder, found = project
    found["softmax"] = "0"
    monkeypatch.delitem(switches.VECTORS, "ATEN_CPU_CAPABILITY")
    assert selftest.answer(folder).sentence().endswith("no: softmax (ATEN_CPU_CAPABILITY is unset)")


def test_another_processor_and_other_packages_are_named(project, monkeypatch):
    folder, found = project
    found["convolution"] = "0"
    monkeypatch.setattr(switches, "supported", lambda: False)
    assert "no: convolution (this is no x86-64 processor with AVX2)" in selftest.answer(folder).sentence()
    monkeypatch.setattr(selftest, "versions", lambda: {"torch": "9.9"})
    assert selftest.answer(folder).sentence().endswith("; torch is 9.9, not 2.13.0")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"operations": {}, "switches": {}, "packages": {}}',
        '{"operations": {"a": {"hash": "", "switch": ""}}, "switches": [1], "packages": {}}',
        '{"operations": {"a": {}}, "switches": {}, "packages": {}}',
    ],
)
def test_a_broken_file_is_one_sentence(project, text):
    folder, _ = project
    (folder / selftest.REFERENCE).write_text(text)
    with pytest.raises(InputError, match="bits.json cannot be read .*git checkout"):
        selftest.answer(folder)
    outcome, same = bits.check(folder)
    assert outcome.findings and not same


def test_a_process_that_fails_is_one_sentence(monkeypatch):
    monkeypatch.setattr(selftest.sys, "executable", "/bin/false")
    with pytest.raises(PadnetError, match="the self-test's process failed"):
        selftest.run()


@pytest.mark.parametrize(
    "script, said",
    [("kill -4 $$", "ended by signal 4"), ("sleep 9", "timed out after 0.5 s"), ("echo no", "printed no hashes")],
)
def test_other_ends_of_the_process_are_one_sentence(tmp_path, monkeypatch, script, said):
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(selftest.sys, "executable", str(program))
    monkeypatch.setattr(selftest, "LIMIT", 0.5)
    with pytest.raises(PadnetError, match=said):
        selftest.run()


def test_an_operation_that_the_file_lacks_is_named(project):
    folder, found = project
    found["new"] = "1"
    assert "no: new (reference/bits.json has no such operation)" in selftest.answer(folder).sentence()


def test_the_command_and_the_writing(toy, project, monkeypatch, capsys):
    folder, _ = project
    (toy / "reference").unlink()
    (toy / "reference").mkdir()
    assert cli.main(["selftest", "--write"]) == 0
    assert json.loads((toy / selftest.REFERENCE).read_text()) == json.loads((folder / selftest.REFERENCE).read_text())
    assert cli.main(["selftest"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("this processor gives the committed bits: yes")
    monkeypatch.delenv("MKL_CBWR", raising=False)
    assert cli.main(["selftest", "--as-is"]) == 0
    assert "although MKL_CBWR is unset" in capsys.readouterr().out
    assert bits.check(toy)[1] is True
