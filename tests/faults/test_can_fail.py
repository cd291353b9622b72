"""That the fault tests notice: each is given a stage, a reader or a function that does wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAD = "import sys, os, pathlib, tempfile, time\nsys.path.insert(0, {here!r})\n"
KILLS = """
import kills
from jobs import JOBS, Job

def prepare(folder, seed):
    folder.mkdir()
    (folder / "seed").write_text(str(seed))

def work():
    with open("out.txt", "w") as file:  # in place: a kill leaves half of it
        for i in range(200):
            file.write(f"{open('seed').read()} {i}\\n")
            file.flush()
            time.sleep(0.001)

def forgetful():
    pathlib.Path("out.txt").write_text(open("seed").read() + ("" if os.path.exists("begun") else "whole"))
    pathlib.Path("begun").touch()
    time.sleep(0.2)

for name, does in (("careless", work), ("forgetful", forgetful)):
    JOBS[name] = Job(name, prepare, does, ("out.txt",))
    with tempfile.TemporaryDirectory() as scratch:
        print(kills.kill_runs(name, 4, 1, pathlib.Path(scratch))["wrong"])
"""
FLIPS = """
import flips
path = pathlib.Path(tempfile.mkdtemp()) / "file"
path.write_bytes(b"12")
print(flips.flip(path, path.read_bytes, range(16)))
print(flips.flip(path, lambda: int(path.read_bytes()), range(16)))
"""
INPUTS = """
import fuzz
from contracts import Case
from hypothesis import strategies as st
from padnet.errors import InputError

def contract(call, right=lambda result: None):
    return lambda: st.integers(-5, 5).map(lambda n: Case(f"f({n})", lambda: call(n), right))

def several(n):
    raise InputError("one\\ntwo")

def above(result):
    assert result >= 0

fuzz.CONTRACTS |= {"crash": contract(lambda n: 1 / n), "wrong": contract(lambda n: n, above), "several": contract(several)}
for name in ("crash", "wrong", "several"):
    try:
        print(fuzz.hunt(name, 50))
    except fuzz.Fault as fault:
        print(fault)
"""


@pytest.fixture(name="said", scope="module")
def _said(root):
    """What all of it prints, in one process that has started no threads before it forks."""
    code = HEAD.format(here=str(Path(__file__).parent)) + KILLS + FLIPS + INPUTS
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_stage_that_writes_in_place_or_goes_on_otherwise_is_noticed(said):
    assert "out.txt is half written" in said[0]
    assert "forgetful went on to other bytes than an undisturbed run" in said[1]


def test_a_reader_that_takes_everything_is_noticed(said):
    assert (
        "'flipped': 16, 'refused_when_read': 0, 'without_a_sentence': 0, 'found_by_dvc_lock': 0, 'missed': 16"
        in said[2]
    )
    assert "'missed': 16" not in said[3] and "ValueError" in said[3]


def test_a_function_that_fails_otherwise_is_noticed_with_the_smallest_input(said):
    assert said[4] == "f(0): ZeroDivisionError: division by zero"
    assert said[5].startswith("f(-1): a wrong result")
    assert said[6].startswith("f(") and "not one sentence: one" in said[6]
