"""The switches of a process: which are set, which are wrong, and what a process does that began without them."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from padnet.cli import main as cli
from padnet.errors import InputError, PadnetError
from padnet.project import console, pinned, switches

SHOW = "import os; print(os.environ.get('MKL_CBWR'), os.environ.get('OMP_NUM_THREADS'), os.environ.get('OMP_SCHEDULE'))"


def test_pinned_sets_all_and_takes_away_what_could_undo_them():
    given = {"HOME": "/home/a", "OMP_NUM_THREADS": "8", "OMP_SCHEDULE": "dynamic", "DNNL_MAX_CPU_ISA": "SSE41"}
    found = switches.pinned(given)
    assert found == {"HOME": "/home/a"} | switches.REPEATED | switches.VECTORS | switches.CONVENIENT
    assert switches.wrong(found) == {}
    assert given["OMP_NUM_THREADS"] == "8"  # a copy


@pytest.mark.parametrize(
    "name, value, said",
    [
        *((name, None, "is unset") for name in switches.REPEATED | switches.VECTORS),
        ("MKL_CBWR", "AVX512", "is 'AVX512', not 'COMPATIBLE'"),
        ("MKL_DYNAMIC", "TRUE", "is set"),
        ("OMP_THREAD_LIMIT", "1", "is set"),
    ],
)
def test_each_wrong_variable_is_named(name, value, said):
    environment = switches.pinned({})
    environment.pop(name, None)
    assert switches.wrong(environment | ({name: value} if value else {})) == {name: said}


def test_the_widest_vectors_can_be_chosen():
    given = {switches.CHOICE: "widest", "MKL_CBWR": "COMPATIBLE"}
    found = switches.pinned(given)
    assert found == {switches.CHOICE: "widest"} | switches.REPEATED | switches.CONVENIENT
    assert switches.wrong(found) == {}
    assert switches.wrong(found | {"ATEN_CPU_CAPABILITY": "avx2"}) == {"ATEN_CPU_CAPABILITY": "is set"}
    assert switches.pinned({switches.CHOICE: "narrow"}).items() >= switches.VECTORS.items()


@pytest.mark.parametrize("name", ["OMP_NUM_THREADS", "MKL_NUM_THREADS", "MALLOC_MMAP_MAX_", "HOME"])
def test_what_no_result_depends_on_is_free(name):
    assert switches.wrong(switches.pinned({}) | {name: "8"}) == {}


@pytest.mark.parametrize(
    "flags, machine, able",
    [
        ("flags\t\t: sse4_2 avx avx2 fma", "x86_64", True),
        ("flags : avx", "x86_64", False),
        ("", "x86_64", False),
        ("flags : avx2", "AMD64", False),
        ("Features : asimd", "aarch64", False),
    ],
)
def test_a_processor_without_avx2_does_without_the_switches_of_vectors(tmp_path, monkeypatch, flags, machine, able):
    (tmp_path / "cpuinfo").write_text(f"model name\t: A\n{flags}\n")
    assert switches.supported(tmp_path / "cpuinfo", machine) is able
    assert switches.supported(tmp_path / "none", machine) is (machine != "aarch64")  # no file: not Linux
    monkeypatch.setattr(switches, "supported", lambda: able)
    assert ({*switches.VECTORS} <= {*switches.pinned({})}) is able
    assert switches.wrong(switches.pinned({})) == {}


def test_python_that_ignores_its_environment_is_refused():
    code = "from padnet.project import switches; switches.settle()"
    found = f"import sys; sys.path[:0] = {sys.path!r}; "
    done = subprocess.run([sys.executable, "-E", "-c", found + code], capture_output=True, text=True, check=False)
    assert "started with -E or -I" in done.stderr


def test_the_environment_at_the_start(tmp_path):
    code = "import os; os.environ['A'] = '2'; from padnet.project import switches; print(switches.at_start().get('A'))"
    said = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "A": "1=1"}, capture_output=True, text=True, check=True
    )
    assert said.stdout == "1=1\n"
    assert switches.at_start(tmp_path / "none") == dict(os.environ)


def test_pinned_runs_a_command_with_the_switches():
    given = {**os.environ, "OMP_NUM_THREADS": "8", "OMP_SCHEDULE": "dynamic", "MKL_CBWR": "AVX2"}
    command = [sys.executable, "-m", "padnet.project.pinned", sys.executable, "-c", SHOW]
    assert (
        subprocess.run(command, env=given, capture_output=True, text=True, check=True).stdout == "COMPATIBLE 2 None\n"
    )


def test_pinned_without_a_command_or_with_none_there():
    with pytest.raises(InputError, match="give the command"):
        pinned.main([])
    with pytest.raises(InputError, match="cannot run /nowhere/a"):
        pinned.main(["/nowhere/a"])


@pytest.fixture
def loose(monkeypatch):
    """A process that began without MKL_CBWR; what it would be replaced by."""
    started = []
    monkeypatch.setattr(switches, "at_start", lambda: {k: v for k, v in switches.pinned({}).items() if k != "MKL_CBWR"})
    monkeypatch.setattr(switches.os, "execve", lambda *given: started.append(given))
    monkeypatch.delenv(switches.AGAIN, raising=False)
    return started


def test_a_command_begins_anew_once(loose, monkeypatch):
    monkeypatch.setattr(switches, "_is_command", lambda: True)
    monkeypatch.setattr(switches.sys, "orig_argv", ["python", "-m", "padnet.x", "--a"])
    with pytest.raises(PadnetError):  # a real one would not come back
        switches.settle()
    ((program, command, environment),) = loose
    assert program == sys.executable and command == [sys.executable, "-m", "padnet.x", "--a"]
    assert switches.wrong(environment) == {} and environment[switches.AGAIN] == str(os.getpid())
    monkeypatch.setenv(switches.AGAIN, str(os.getpid()))
    with pytest.raises(PadnetError, match="MKL_CBWR is unset since this process began.*padnet.project.pinned"):
        switches.settle()
    assert len(loose) == 1


def test_a_notebook_says_a_line_and_goes_on(loose, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: object()))
    switches.settle()
    assert (
        capsys.readouterr().out
        == "The last digits may differ from the committed ones: MKL_CBWR is unset. `make lab` sets it.\n"
    )
    assert loose == []


@pytest.mark.parametrize(
    "spec, argv, expected",
    [
        ("padnet.experiments.train", "x", True),
        ("padnet.__main__", "x", True),
        ("pytest.__main__", "padnet", False),
        (None, "/a/bin/padnet", True),
        (None, "mine.py", False),
    ],
)
def test_what_counts_as_a_command(monkeypatch, spec, argv, expected):
    main = SimpleNamespace(__spec__=SimpleNamespace(name=spec) if spec else None)
    monkeypatch.setitem(sys.modules, "__main__", main)
    monkeypatch.setattr(sys, "argv", [argv])
    assert switches._is_command() is expected


def test_a_stage_started_by_hand_begins_anew(toy):
    """The real thing: the module says what it found once it runs."""
    module = toy / "stage.py"
    module.write_text(
        f"import os, sys\nfrom padnet.project import console\n\n\ndef main(argv):\n    {SHOW.partition('; ')[2]}\n\n\n"
        "main.__globals__['__spec__'].name = 'padnet.stage'\nsys.exit(console.run(main, pinned=True))\n"
    )
    given = {k: v for k, v in os.environ.items() if not k.startswith(switches.FAMILIES)}
    given |= {"OMP_SCHEDULE": "dynamic", "OMP_NUM_THREADS": "8", "PYTHONPATH": str(toy)}
    done = subprocess.run(
        [sys.executable, "-m", "stage"], env=given, cwd=toy, capture_output=True, text=True, check=False
    )
    assert done.stdout == "COMPATIBLE 2 None\n" and done.returncode == 0, done.stderr


def test_photographs_are_not_pinned_and_every_other_command_is(monkeypatch):
    asked = []
    monkeypatch.setattr(console, "run", lambda main, argv=None, pinned=False, resumed=True: asked.append(pinned) or 0)
    assert [cli.main([name]) for name in cli.COMMANDS] == [0] * len(cli.COMMANDS)
    free = {name for name, one in zip(cli.COMMANDS, asked, strict=True) if not one}
    assert (
        free == {*cli.FREE} and {"deconvolve", "dehaze", "bench"} <= free and not {"train", "report", "verify"} & free
    )


def test_every_stage_is_pinned(root):
    from padnet.project.params import read_yaml

    for stage in read_yaml(root / "dvc.yaml")["stages"].values():
        name = stage.get("do", stage)["cmd"].split()[2]
        text = (root / f"{name.replace('.', '/')}.py").read_text()
        assert "console.run(main, pinned=True)" in text or name.endswith((".fetch", ".deps")), name
