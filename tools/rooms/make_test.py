"""Writes tests/project/test_rooms.py into a tree, from the table of moves."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__))); from table import TABLE
os.chdir(sys.argv[1])
moves={o:n for o,n in TABLE.items() if o!=n and o not in ('pipeline.schemas',) and not o.startswith('pipeline.schemas.') and os.path.isfile(f"padnet/{n.replace('.','/')}.py")}
NEW=('pipeline.against','pipeline.heldout','pipeline.markers','pipeline.pages','pipeline.ship')
moves={o:n for o,n in moves.items() if o not in NEW or True}
rows=''.join(f'    "{o}": "{n}",\n' for o,n in moves.items())
open('tests/project/test_rooms.py','w').write('''"""The rooms of the package: arrows one way, none too large, and no name of before left anywhere."""

import ast
import json
import re
from collections import Counter

# From the ground up: a room knows those before it and none behind it.
ROOMS = (
    "errors",
    "labels",
    "core",
    "imaging",
    "haze",
    "project",
    "data",
    "tasks",
    "baselines",
    "experiments",
    "evaluation",
    "ablations",
    "reporting",
    "exercises",
    "notebook",
    "site",
    "verify",
    "cli",
)
# Where the modules of before went.
MOVED = {
'''+rows+'''}
# Where the classes of before went; "Guided" of the core alone, for haze removal has one of its own.
CLASSES = {
    "Alone": "SingleProcess",
    "AtLevel": "NoiseConditioned",
    "Begin": "Initialisation",
    "Game": "NashIteration",
    "Growing": "UnrolledTraining",
    "Nearness": "QuadraticFidelity",
    "Plain": "BaselineTraining",
}
MOST_LINES, MOST_SHARE = 300, 0.15


def modules(root):
    """{dotted name without padnet: path} of all modules in a room or at the top."""
    return {
        ".".join(path.relative_to(root / "padnet").with_suffix("").parts): path
        for path in sorted(root.glob("padnet/**/*.py"))
        if "__pycache__" not in path.parts
    }


def imported(path, known):
    """The modules of padnet that a file imports to run, by name or through padnet.project.choice."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "padnet":
            base = node.module.split(".")[1:]
            for name in node.names:
                yield ".".join([*base, name.name]) if ".".join([*base, name.name]) in known else ".".join(base)
        elif isinstance(node, ast.Import):
            yield from (name.name.split(".", 1)[1] for name in node.names if name.name.startswith("padnet."))
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "chosen":
            name = getattr(node.args[0], "value", "")  # a name that is put together is padnet.project.commands' affair
            if str(name).startswith("padnet."):
                yield name.removeprefix("padnet.")


def test_arrows_run_one_way(root):
    known, upward = modules(root), []
    for name, path in known.items():
        room = name.split(".")[0]
        if room in ("__init__", "__main__", "testing"):
            continue
        for other in filter(None, imported(path, known)):
            if ROOMS.index(other.split(".")[0]) > ROOMS.index(room):
                upward.append(f"{name} -> {other}")
    assert upward == []


def test_no_circle(root):
    known = modules(root)
    graph = {name: {o for o in imported(path, known) if o in known} for name, path in known.items()}
    while ends := [name for name, others in graph.items() if not others]:
        for name in ends:
            del graph[name]
        graph = {name: others - {*ends} for name, others in graph.items()}
    assert graph == {}


def test_no_room_and_no_file_is_too_large(root):
    lines = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in modules(root).items()}
    assert {name: n for name, n in lines.items() if n > MOST_LINES} == {}
    rooms = Counter()
    for name, n in lines.items():
        rooms[name.split(".")[0]] += n
    assert {room: n for room, n in rooms.items() if n > MOST_SHARE * sum(rooms.values())} == {}


def texts(root):
    """(path, text) of all code, documents and notebooks, but for results and this file."""
    for pattern in ("padnet/**/*.py", "tests/**/*.py", "docs/*.md", "notebooks/*.ipynb", "*.md", "*.yaml", "*.toml", "Makefile"):
        for path in sorted(root.glob(pattern)):
            if path.name not in ("test_rooms.py", "CHANGELOG.md"):
                text = path.read_text(encoding="utf-8")
                if path.suffix == ".ipynb":
                    text = "\\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
                yield path.relative_to(root), text


def test_no_module_of_before_is_left(root):
    for old, new in MOVED.items():
        assert not (root / f"padnet/{old.replace('.', '/')}.py").exists() or old in MOVED.values(), old
        assert (root / f"padnet/{new.replace('.', '/')}.py").is_file(), new
    left = "|".join(re.escape(old) for old in MOVED if old not in (*MOVED.values(), *ROOMS))
    mention = re.compile(rf"padnet\\.({left})(?![A-Za-z0-9_])|padnet/({left.replace(chr(92) + '.', '/')})\\.py")
    found = [f"{path}: {match[0]}" for path, text in texts(root) for match in mention.finditer(text)]
    assert found == []


def test_no_class_of_before_is_left(root):
    seen = set()
    for path in [*root.glob("padnet/**/*.py"), *root.glob("tests/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            seen |= {getattr(node, name, None) for name in ("id", "name") if isinstance(getattr(node, name, None), str)}
    assert not {*CLASSES} & seen and {*CLASSES.values()} <= seen
''')
