"""What code does, as a hash: which edits change it, and whose."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from padnet.errors import InputError
from padnet.project import commands, deps
from padnet.project.choice import chosen
from padnet.project.code_fingerprints import Fingerprints
from padnet.project.content_hashes import md5
from padnet.project.import_graph import imports
from padnet.project.params import read_yaml

FILES = {
    "padnet/__init__.py": 'HOMES = {"best": "padnet.far.deep"}\n\n\ndef __getattr__(name):\n    return HOMES[name]\n',
    "padnet/near.py": "from padnet.far import deep\nfrom padnet.far.deep import best as good\n\n\ndef f(x):\n    return good(x) + deep.best(x)\n",
    "padnet/far/__init__.py": "",
    "padnet/far/deep.py": '"""Words."""\n\n\ndef best(x):\n    """More words."""\n    return x + 1  # a comment\n',
    "padnet/lazy.py": "import padnet\n\n\ndef f(x):\n    return padnet.best(x)\n",
    "padnet/named.py": 'from importlib import import_module\n\nf = import_module("padnet.far.deep").best\n',
    "padnet/other.py": "x = 1\n",
}


@pytest.fixture
def package(tmp_path):
    """A small package; a function that writes files into it and gives the fingerprints of all."""

    def write(**changes):
        for name, text in (FILES | changes).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        found = Fingerprints(tmp_path)
        return {path: found.of(path) for path in sorted(FILES)}

    write.root = tmp_path
    write()
    return write


def changed(package, file, text):
    """The files whose fingerprint another text of one file changes."""
    before, after = package(), package(**{file: text})
    return [name for name in before if before[name] != after[name]]


@pytest.mark.parametrize(
    "text",
    [
        "def best(x): return x + 1\n",
        '"""Other words."""\n\n\ndef best(x):\n    pass\n    return (x + 1)\n',
        'def best(x):\n    """One."""\n    "two"\n    return x + 0x1\n',
    ],
)
def test_docstrings_comments_and_layout_change_nothing(package, text):
    assert changed(package, "padnet/far/deep.py", text) == []


def test_what_a_module_does_changes_all_that_import_it_and_no_others(package):
    text = FILES["padnet/far/deep.py"].replace("+ 1", "+ 2")
    importers = ["padnet/far/deep.py", "padnet/lazy.py", "padnet/named.py", "padnet/near.py"]
    assert changed(package, "padnet/far/deep.py", text) == importers
    assert changed(package, "padnet/far/deep.py", "def best(x):\n    return x + 1.0\n") == importers


@pytest.mark.parametrize(
    "old, new",
    [
        ("x + 1", "x - 1"),
        ("x + 1", "1 + x"),
        ("best(x)", "best(x, y=None)"),
        ("best(x)", "best(x: (0, 1))"),
        ("best(x)", "best(x: f())"),
        ("best(x)", "best(x: list[f()])"),
        ("best", "other"),
        ("def best", "@print\ndef best"),
        ("return x", "return None"),
        ("+ 1", "+ True"),
        ("+ 1", "+ '1'"),
        ("+ 1", "+ b'1'"),
        ("x + 1", "f'{x}1'"),
        ("x + 1", "f'{x!r}1'"),
        ("x + 1", "f'{x:>1}'"),
        ("x + 1", "{**x}"),
        ("x + 1", "{None: x}"),
        ("x + 1", "x[:1]"),
        ("x + 1", "x[1:]"),
        ("def best(x)", "async def best(x)"),
        ("x + 1", "lambda: x"),
    ],
)
def test_every_change_of_the_code_shows(package, old, new):
    text = FILES["padnet/far/deep.py"]
    assert old in text and changed(package, "padnet/far/deep.py", text.replace(old, new))


def test_a_module_that_moves_changes_no_fingerprint(package):
    before = package()
    root = package.root
    (root / "padnet/room").mkdir()
    (root / "padnet/far/deep.py").rename(root / "padnet/room/deeper.py")
    moved = {
        "padnet/__init__.py": FILES["padnet/__init__.py"].replace("far.deep", "room.deeper"),
        "padnet/room/__init__.py": '"""The room."""\n',
        # imports are in another order, and the module has another name here
        "padnet/near.py": "from padnet.room.deeper import best as good\nfrom padnet.room import deeper\n\n\ndef f(x):\n    return good(x) + deeper.best(x)\n",
        "padnet/named.py": FILES["padnet/named.py"].replace("far.deep", "room.deeper"),
    }
    for name, text in moved.items():
        (root / name).write_text(text)
    after = Fingerprints(root)
    assert after.of("padnet/room/deeper.py") == before["padnet/far/deep.py"]
    assert {name: after.of(name) for name in before if name != "padnet/far/deep.py"} == {
        name: one for name, one in before.items() if name != "padnet/far/deep.py"
    }


def test_the_home_of_a_name_counts_where_the_name_is_used(package):
    text = FILES["padnet/__init__.py"].replace("far.deep", "other")
    assert changed(package, "padnet/__init__.py", text) == ["padnet/lazy.py"]


@pytest.mark.parametrize(
    "code, same",
    [
        ("import os\nimport sys", "import sys\nimport os"),
        ("import os, sys", "import sys\nimport os"),
        ("from padnet import other\nother.x", "from padnet import other as another\nanother.x"),
        ("import padnet.other\npadnet.other.x", "import padnet.other as o\no.x"),
        ("class A:\n    pass", 'class A:\n    """Words."""'),
        ("x = 'a' 'b'", 'x = "ab"'),
        ("x = 'a' f'b{c}' 'd'", "x = f'ab{c}d'"),
        ("x = u'a'", "x = 'a'"),
        ("def f(x: int, *y: 'a.B', **z: a.B[int]) -> c | None: return x", "def f(x, *y, **z): return x"),
        (
            "class A:\n    async def f(self, x: int = 1) -> int: return x",
            "class A:\n    async def f(self, x=1): return x",
        ),
        ("x: dict[str, int] = {}\nx.y: int = 1", "x = {}\nx.y = 1"),
        ("def f():\n    x: int = 1", "def f():\n    x = 1"),
        (
            "from __future__ import annotations\nfrom typing import TYPE_CHECKING\nfrom collections.abc import Sequence\n"
            "if TYPE_CHECKING:\n    from padnet.nowhere import X\nelse:\n    y = 1\ndef f(x: X) -> Sequence: return x",
            "y = 1\ndef f(x): return x",
        ),
        ("import typing\nif typing.TYPE_CHECKING:\n    import a", "import typing"),
        ("try:\n    pass\nfinally:\n    f()", "try:\n    'words'\nfinally:\n    f()"),
    ],
)
def test_the_same_in_other_words(package, code, same):
    found = Fingerprints(package.root)
    assert found.of_code(code) == found.of_code(same)


@pytest.mark.parametrize(
    "code, other",
    [
        ("import os\nx = 1\nimport sys", "import sys\nx = 1\nimport os"),  # what lies between may need the first
        ("from padnet import other\nother.x", "from padnet import near\nnear.x"),
        ("from padnet import other\nother = 1\nother.x", "from padnet import other as o\nother = 1\nother.x"),
        (
            "from padnet import other\ndef f(other): return other.x",
            "from padnet import other as o\ndef f(other): return o.x",
        ),
        ("from padnet.far.deep import best", "from padnet.far.deep import best as b"),
        ("import os", "import os as o"),
        ("from math import sqrt\nfrom numpy import sqrt", "from numpy import sqrt\nfrom math import sqrt"),
        ("x = {'a': 'padnet.near', 'b': 'padnet.far'}", "x = {'a': 'padnet.far', 'b': 'padnet.near'}"),
        ("x = f'padnet.far.{a}'", "x = f'padnet.near.{a}'"),
        ("x = 'padnet.far.deep'", "x = 'deep'"),
        ("x = f'{a}'", "x = f'{a} '"),
        ("f'{a:.{b}}'", "f'{a:.{c}}'"),
        # types that are more than types: the fields of a dataclass, a name made local, what is looked at, or used
        ("class A:\n    x: int = 1", "class A:\n    x = 1"),
        ("class A:\n    x: int", "class A:\n    x: str"),
        ("class A:\n    if b:\n        x: int = 1", "class A:\n    if b:\n        x = 1"),
        ("def f():\n    x: int\n    return x", "def f():\n    return x"),
        ("from typing import get_type_hints\ndef f(x: int): pass", "from typing import get_type_hints\ndef f(x): pass"),
        ("def f(x: int): pass\nf.__annotations__", "def f(x): pass\nf.__annotations__"),
        ("from collections.abc import Sequence\nisinstance(x, Sequence)", "isinstance(x, Sequence)"),
        ("from typing import cast as a\na(1)", "from typing import final as a\na(1)"),
        ("from typing import Any\n__all__ = ['Any']", "__all__ = ['Any']"),
        ("if CHECKING:\n    import a", "x = 1"),
    ],
)
def test_not_the_same(package, code, other):
    found = Fingerprints(package.root)
    assert found.of_code(code) != found.of_code(other)


def test_an_import_for_types_alone_is_none(package):
    code = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from padnet.far import deep\n"
    assert imports(code, package.root) == []


def test_what_cannot_be_followed_is_refused(package):
    with pytest.raises(InputError, match=r"imports \.far \(line 1\): write padnet"):
        imports("from .far import deep", package.root, "here.py")
    with pytest.raises(InputError, match=r"imports \.far"):
        Fingerprints(package.root).of_code("from .far import deep", "here.py")
    with pytest.raises(
        InputError, match="padnet/far/deep.py -> padnet/near.py -> padnet/far/deep.py import each other"
    ):
        package(**{"padnet/far/deep.py": "def f():\n    from padnet import near\n"})


def test_imports_are_followed_by_name_and_through_packages(package):
    deep = ["padnet/__init__.py", "padnet/far/__init__.py", "padnet/far/deep.py"]
    for code in (
        "from padnet import best",
        "import padnet as p\np.best(1)",
        "import importlib\nimportlib.import_module('padnet.far.deep')",
        "import padnet.far\npadnet.far.deep",
    ):
        assert imports(code, package.root) == deep, code
    assert imports("import padnet", package.root) == deep[:1]
    # what a command chooses is followed for that command alone
    assert imports("from padnet.other import chosen\nchosen('padnet.far.deep')", package.root) == [
        deep[0],
        "padnet/other.py",
    ]
    assert chosen("padnet.errors").InputError is InputError


def interpreters():
    """The other versions of Python on this machine: on the path, and beside this one as pyenv keeps them."""
    beside = [str(path) for path in sorted(Path(sys.base_prefix).parent.glob("3.1[2-9]*/bin/python3"))]
    return [one for one in (*(shutil.which(f"python3.{minor}") for minor in range(12, 20)), *beside) if one]


@pytest.fixture(scope="module")
def mine(root):
    """{file: fingerprint} of the package, from this process."""
    found = Fingerprints(root)
    return {
        path: found.of(path) for path in sorted(p.relative_to(root).as_posix() for p in root.glob("padnet/**/*.py"))
    }


def test_every_version_of_python_on_this_machine_agrees(root, mine):
    code = (
        "import pathlib; from padnet.project.code_fingerprints import Fingerprints as F; f = F('.'); "
        "print(*(f.of(p) for p in sorted(p.as_posix() for p in pathlib.Path('padnet').rglob('*.py'))))"
    )
    others = [
        subprocess.run([one, "-c", code], cwd=root, capture_output=True, text=True, check=False)
        for one in interpreters()
    ]
    assert len(mine) > 150
    # a name on the path may be pyenv's, which runs none that is not chosen
    assert {one.stdout for one in others if one.returncode == 0} <= {" ".join(mine.values()) + "\n"}


def test_every_import_that_a_command_chooses_is_one_that_is_known(root):
    """`chosen` hides an import from the lists; commands.CHOICES must name each such module for some stage."""
    calls = {}
    for path in root.glob("padnet/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            # A list of commands is read command by command; the words for a missing package are no result;
            # stages call the entry points that `padnet train` chooses.
            if (
                path.name not in ("together.py", "__init__.py", "train.py")
                and isinstance(node, ast.Call)
                and getattr(node.func, "id", "") == "chosen"
            ):
                calls.setdefault(ast.unparse(node.args[0]), set()).add(path.name)
    known = {template for _, _, templates in commands.CHOICES for template in templates}
    names = {"check_model(model)": "model", "{name}": "{method}"}
    asked = set()
    for one in calls:
        text = ast.literal_eval(one) if one[0] != "f" else one[2:-1]
        for old, new in names.items():
            text = text.replace(old, new)
        asked.add(text)
    assert asked == known


TRAIN = "python -m padnet.experiments.train_baseline --profile quick"


@pytest.mark.parametrize(
    "command, same",
    [
        (f"{TRAIN} --seed 1 --model cai", f"{TRAIN} --model cai --seed 1"),
        (f"{TRAIN} --seed=1  --model=cai", f"{TRAIN} --model cai --seed 1"),
        (
            "python -m padnet.notebook.run --name=08_your_own_model",
            "python -m padnet.notebook.run --name 08_your_own_model",
        ),
    ],
)
def test_the_options_of_a_command_may_stand_in_any_order_and_form(root, modules, command, same):
    found = deps.stage_modules(command, root, modules)
    assert found == deps.stage_modules(same, root, modules) and len(found) > 30


@pytest.mark.parametrize(
    "command, named",
    [
        ("python -m padnet.evaluation.deblurring --method none", "needs padnet.baselines.deblurring.none"),
        (f"{TRAIN} && echo", "cannot tell"),
        (["a"], "cannot tell"),
        (None, "cannot tell"),
        ("python train.py", "cannot tell"),
        ("python -m padnet.nowhere", "needs padnet.nowhere"),
    ],
)
def test_a_command_that_cannot_be_followed_is_refused(root, modules, command, named):
    with pytest.raises(InputError, match=named):
        deps.stage_modules(command, root, modules)


@pytest.mark.parametrize(
    "code",
    [
        "from importlib import import_module as im",
        "import importlib\nimportlib.import_module(f'padnet.{x}')",
        "import importlib\nimportlib.import_module(name='padnet.far.deep')",
        "__import__('padnet' + x)",
        "import runpy\nrunpy.run_module(x)",
        "from padnet.far.deep import *",
    ],
)
def test_an_import_that_none_can_follow_is_refused(package, code):
    with pytest.raises(InputError, match="here.py imports"):
        imports(code, package.root, "here.py")


def test_a_package_that_is_handed_on_whole_may_be_asked_for_any_name(package):
    found = imports("import padnet\ngetattr(padnet, name)", package.root)
    assert found == ["padnet/__init__.py", "padnet/far/__init__.py", "padnet/far/deep.py"]


def test_a_place_counts_where_it_is_read(package):
    found = Fingerprints(package.root)
    assert found.of_code("x = 1", "a.py") == found.of_code("x = 1", "b.py")
    assert found.of_code("x = __file__", "a.py") != found.of_code("x = __file__", "b.py")
    assert found.of_code('def f():\n    "a"\nf.__doc__') != found.of_code('def f():\n    "b"\nf.__doc__')


def test_the_lock_has_the_files_of_both_profiles(root):
    """Else no output that differs could ever be a failure: its stage would have other inputs."""
    lock = read_yaml(root / "dvc.lock")["stages"]
    entries = {
        (dep["path"], dep["md5"], name)
        for name, stage in lock.items()
        for dep in stage.get("deps", [])
        if dep["path"].startswith(deps.FOLDER)
    }
    assert len(entries) > 80
    assert [name for path, one, name in entries if md5(root / path) != one] == [], (
        "run make repro and make paper, or relock"
    )


def test_a_docstring_of_the_core_changes_no_stage_and_an_operator_those_that_reach_it(root, modules, tmp_path):
    for name in ("padnet", "notebooks"):
        shutil.copytree(root / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.safetensors"))
    for name in ("dvc.yaml",):
        shutil.copy(root / name, tmp_path)
    deps.write_lists(tmp_path / deps.FOLDER, tmp_path)
    fidelity, safeguard = tmp_path / "padnet/core/fidelity.py", tmp_path / "padnet/core/safeguard.py"
    fidelity.write_text(fidelity.read_text().replace(' """', ' """Other words. ', 1) + "# a comment\n")
    assert deps.stale(tmp_path) == []
    text = safeguard.read_text()
    safeguard.write_text(text.replace(" <= ", " < ", 1))
    assert safeguard.read_text() != text
    stages = deps.commands(root)
    reach = sorted(
        name for name, cmd in stages.items() if "padnet/core/safeguard.py" in deps.stage_modules(cmd, root, modules)
    )
    texts = deps.lists(tmp_path)
    assert deps.stale(tmp_path, texts) == sorted([*reach, deps.INDEX]) and 5 < len(reach) < len(stages) - 20
    # Implicit PADNet has no error correction, and what trains or runs it alone does not depend on it.
    assert {"train-epadnet-l1", "benchmark-epadnet", "benchmark-seeds-epadnet"} <= set(reach)
    # The image networks begin with those of a rung, which are read by the module that runs both methods.
    assert not any("ipadnet" in name or "haze" in name for name in {*reach} - {"train-image-ipadnet"})
    assert deps.changed_modules(tmp_path, texts) == ["padnet/core/safeguard.py"]


def test_formatting_the_package_changes_no_stage(root, mine, tmp_path):
    """What a formatter may do to a file: here Python's own writer, which changes every line it can."""
    folder = tmp_path / "padnet"
    shutil.copytree(root / "padnet", folder, ignore=shutil.ignore_patterns("__pycache__", "*.safetensors"))
    for path in folder.rglob("*.py"):
        path.write_text(ast.unparse(ast.parse(path.read_text())))
    after = Fingerprints(tmp_path)
    files = [Path(path).relative_to(tmp_path).as_posix() for path in folder.rglob("*.py")]
    assert len(files) > 150 and [one for one in files if mine[one] != after.of(one)] == []
