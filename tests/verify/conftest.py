"""A small project that holds: one protocol's records and certificates, one network, one notebook, a lock of them."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from padnet.project import deps, run_card as card
from padnet.project.params import read_yaml
from padnet.reporting import report, seed_statistics as spread

BOOK = "08_your_own_model"
STAGES = {
    "notebook-08": f"python -m padnet.notebook.run --profile paper --name {BOOK}",
    "train-image-ipadnet": "python -m padnet.experiments.train_image --profile paper --model ipadnet",
    "benchmark": "python -m padnet.evaluation.gradient --profile paper --set levin-1pct --method ipadnet",
    "report": "python -m padnet.reporting.report --quiet --profile paper",
}


def md5(path):
    return hashlib.md5(path.read_bytes()).hexdigest()


def write_yaml(path, content):
    with open(path, "w", encoding="utf-8") as file:
        YAML().dump(content, file)


def write_lock(root):
    """Write dvc.lock: every result and weight is an output, as DVC would record it now."""

    def entries(*patterns):
        paths = sorted(path for pattern in patterns for path in root.glob(pattern) if path.is_file())
        return [{"path": path.relative_to(root).as_posix(), "hash": "md5", "md5": md5(path)} for path in paths]

    listed = [
        {"md5": md5(path), "relpath": path.relative_to(root / "notebooks").as_posix()}
        for path in sorted((root / "notebooks").iterdir())
    ]
    folder = hashlib.md5(json.dumps(listed).encode()).hexdigest() + ".dir"
    outs = {
        "notebook-08": ["results/paper/notebooks/*"],
        "train-image-ipadnet": ["weights/paper/*"],
        "benchmark": ["results/paper/records/*/*", "results/paper/certificates/*/*", "results/paper/tuning/*"],
        "report": ["results/paper/tables/*", "results/paper/metrics.json"],
    }
    stages = {
        f"{name}@paper": {
            "cmd": cmd,
            "deps": [{"path": "data/paper", "hash": "md5", "md5": "ab.dir"}, *entries(f"reference/modules/{name}.txt")],
            "params": {"params.yaml": {"seed": 1711}},
            "outs": entries(*outs[name]),
        }
        for name, cmd in STAGES.items()
    }
    stages["notebook-08@paper"]["deps"] += [{"path": "notebooks", "hash": "md5", "md5": folder}]
    write_yaml(root / "dvc.lock", {"schema": "2.0", "stages": stages})


FOLLOWED = {}  # of this process: what deps.lists found, by all that it reads


@pytest.fixture(scope="module", autouse=True)
def _followed_once():
    """The imports of the same pipeline, notebooks and package are followed once; no tree has a package of its own."""
    known, follow = FOLLOWED, deps.lists

    def lists(root):
        paths = [Path(root) / "dvc.yaml", *sorted((Path(root) / "notebooks").iterdir())]
        key = ((Path(root) / "padnet").resolve(), *((path.name, path.read_bytes()) for path in paths))
        if key not in known:
            known[key] = follow(root)
        return dict(known[key])

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(deps, "lists", lists)
        yield


@pytest.fixture(scope="session")
def whole(root, tmp_path_factory):
    """The small project; tests take `tree`, a copy."""
    tree = tmp_path_factory.mktemp("whole")
    for kind in ("records", "certificates"):
        shutil.copytree(root / f"results/paper/{kind}/levin-1pct", tree / f"results/paper/{kind}/levin-1pct")
    for folder in ("notebooks", "results/paper/notebooks", "weights/paper", "reference"):
        (tree / folder).mkdir(parents=True)
    for folder in ("notebooks", "results/paper/notebooks"):
        shutil.copy(root / folder / f"{BOOK}.ipynb", tree / folder)
    for path in root.glob("weights/paper/image-ipadnet.*"):
        shutil.copy(path, tree / "weights/paper")
    shutil.copy(root / ".dvcignore", tree)
    # Little YAML: reading it is what takes long.
    write_yaml(tree / "reference/tables.yaml", {"table1": {"iterations": {}, "reconstruction_error": {}}, "table2": {}})
    params = read_yaml(root / "params.yaml")
    few = {"gradient": params["paper"]["gradient"], "notebooks": {}}
    write_yaml(tree / "params.yaml", {"seed": params["seed"], "paper": few})
    (tree / "padnet").symlink_to(root / "padnet")  # never written
    stages = {name: {"cmd": cmd, "outs": ["x"]} for name, cmd in STAGES.items()}
    write_yaml(tree / "dvc.yaml", {"stages": stages})
    deps.write_lists(tree / deps.FOLDER, tree)
    (tree / "docs").mkdir()
    (tree / "docs/verify.md").write_text("<!-- verify -->\n<!-- /verify -->\n")
    report.report("paper", tree)
    spread.spread("paper", tree)
    write_lock(tree)
    card.write_card("paper", tree)
    return tree


@pytest.fixture
def tree(whole, tmp_path, monkeypatch):
    """A copy of the small project, and the working directory."""
    copy = tmp_path / "project"
    shutil.copytree(whole, copy, symlinks=True)
    monkeypatch.chdir(copy)
    return copy


@pytest.fixture
def relock():
    """A function that records the files of a tree as they are now: what a forger of hashes would do."""

    def again(tree):
        write_lock(tree)
        card.write_card("paper", tree)

    return again
