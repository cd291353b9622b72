"""Relocking touches commands and hashes of code, of the stages that are named, and nothing else."""

import shutil

import pytest

from padnet.errors import InputError
from padnet.project import console, deps, relock
from padnet.project.content_hashes import md5
from padnet.project.params import read_yaml


@pytest.fixture
def project(toy):
    """A small project with two locked stages, whose code then changes."""
    for name in ("padnet", "reference"):
        (toy / name).unlink()
        (toy / name).mkdir()
    (toy / ".dvc").mkdir()
    (toy / ".dvc/config").write_text("[core]\n    no_scm = true\n")
    for name, text in {"__init__": "", "a": "x = 1\n", "b": "x = 2\n"}.items():
        (toy / f"padnet/{name}.py").write_text(text)
    stages = "".join(
        f"  {name}:\n    cmd: python -m padnet.{name} --new\n    deps:\n      - data.csv\n      - {deps.FOLDER}/{name}.txt\n    outs:\n      - {name}.csv\n"
        for name in "ab"
    )
    (toy / "dvc.yaml").write_text(
        f"stages:\n  modules:\n    cmd: python -m padnet.deps\n    deps: [notebooks, padnet]\n"
        f"    outs:\n      - {deps.FOLDER}: {{cache: false}}\n{stages}"
    )
    deps.write_lists(toy / deps.FOLDER, toy)
    entry = "    - path: {}\n      hash: md5\n      md5: {}\n      size: {}\n"
    lock = "schema: '2.0'\nstages:\n  modules:\n    cmd: python -m padnet.deps\n    deps:\n"
    lock += entry.format("padnet/a.py", "a0a0", 1) + "    outs:\n" + entry.format(deps.FOLDER, "00aa.dir", 1)
    for name in "ab":
        path = toy / deps.FOLDER / f"{name}.txt"
        lock += (
            f"  {name}:\n    cmd: python -m padnet.{name}\n    deps:\n"
            + entry.format("data.csv", "a1a1", 5)
            + entry.format(f"{deps.FOLDER}/{name}.txt", md5(path), 65)
            + "    params:\n      params.yaml:\n        rate: 1e-3\n    outs:\n"
            + entry.format(f"{name}.csv", "a2a2", 7)
        )
    (toy / "dvc.lock").write_text(lock)
    for name in "ab":
        (toy / f"padnet/{name}.py").write_text("x = 3\n")
    return toy


def test_it_touches_the_named_stages_and_modules_alone(project, capsys):
    before = (project / "dvc.lock").read_text()
    assert console.run(relock.main, ["a"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "modules: notebooks",
        "modules: padnet",
        f"modules: {deps.FOLDER}",
        "a: cmd is now python -m padnet.a --new",
        f"a: {deps.FOLDER}/a.txt",
    ]
    lock = read_yaml(project / "dvc.lock")["stages"]
    assert lock["a"]["deps"][1] == {
        "path": f"{deps.FOLDER}/a.txt",
        "hash": "md5",
        "md5": md5(project / deps.FOLDER / "a.txt"),
        "size": 65,
    }
    assert [entry["path"] for entry in lock["modules"]["deps"]] == deps.SOURCES
    # all other lines are as they were, numbers and order too
    after = (project / "dvc.lock").read_text()
    assert after[after.index("  b:\n") :] == before[before.index("  b:\n") :]
    kept = [line for line in before[before.index("  a:\n") :].splitlines() if "cmd" not in line and "md5: " not in line]
    assert [
        line for line in after[after.index("  a:\n") :].splitlines() if "cmd" not in line and "md5: " not in line
    ] == kept
    assert deps.stale(project) == []
    assert console.run(relock.main, ["a"]) == 0 and capsys.readouterr().out == "dvc.lock is as it was\n"
    assert (project / "dvc.lock").read_text() == after


def test_dvc_finds_what_it_wrote_up_to_date(project):
    from dvc.repo import Repo

    relock.relock(project, ["*"])
    for name in ("data.csv", "a.csv", "b.csv"):
        (project / name).write_text("x\n")
    with Repo(str(project)) as repo:
        said = repo.status()
    assert "modules" not in said
    assert {path for entries in said.values() for one in entries for path in one.get("changed deps", {})} == {
        "data.csv"
    }


@pytest.mark.parametrize("text", [None, "", "stages: [", "a: 1"])
def test_a_lock_that_is_none(project, text):
    (project / "dvc.lock").unlink()
    if text is not None:
        (project / "dvc.lock").write_text(text)
    with pytest.raises(InputError, match="dvc.lock cannot be read .*git checkout"):
        relock.relock(project)


def test_a_name_that_is_none(project):
    before = (project / "dvc.lock").read_text()
    with pytest.raises(InputError, match="no stage of dvc.lock is called 'c\\*'"):
        relock.relock(project, ["c*"])
    assert (project / "dvc.lock").read_text() == before
    shutil.rmtree(project / "padnet")
    with pytest.raises(InputError, match="there is no such module"):
        relock.relock(project)
    assert (project / "dvc.lock").read_text() == before
