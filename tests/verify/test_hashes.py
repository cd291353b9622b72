"""Hashes as DVC makes them, without DVC."""

import pytest
from dvc_data.hashfile.hash_info import HashInfo
from dvc_data.hashfile.tree import Tree

from padnet.project.params import read_yaml
from padnet.verify import hashes


def dvc_hash(folder, names):
    """The hash of a folder by DVC's own code."""
    tree = Tree()
    for name in names:
        tree.add(tuple(name.split("/")), None, HashInfo("md5", hashes.md5(folder / name)))
    tree.digest()
    return tree.hash_info.value


def test_a_folder_has_the_hash_that_dvc_gives_it(tmp_path):
    names = ["b.txt", "a/c d.txt", "a.txt", "a/é.txt", "Z"]
    for name in [*names, "__pycache__/x.pyc", ".b.txt.part"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    found = hashes.folder_md5(tmp_path, ["__pycache__", ".*.part"])
    assert found == dvc_hash(tmp_path, names) and found.endswith(".dir")
    assert hashes.folder_md5(tmp_path) != found
    (tmp_path / "Z").rename(tmp_path / "Y")
    assert hashes.folder_md5(tmp_path, ["__pycache__", ".*.part"]) != found


def test_every_committed_output_has_the_hash_in_dvc_lock(root):
    lock, patterns, seen = read_yaml(root / "dvc.lock"), hashes.ignored(root), {"file": 0, "folder": 0}
    for stage in hashes.stages_of(lock, "paper").values():
        for out in stage["outs"]:
            place = root / out["path"]
            if out["path"].split("/")[0] in hashes.ABSENT or out["path"] == "reference/modules":
                continue
            assert hashes.md5(place) == out["md5"], out["path"]
            seen["file"] += 1
    known = hashes.recorded(lock, "paper")
    for path in (
        "results/paper/records",
        "results/paper/certificates",
        "padnet/pretrained",
        "padnet/baselines/weights",
    ):
        assert hashes.folder_md5(root / path, patterns) in known[path], path
        seen["folder"] += 1
    assert seen["file"] > 100 and seen["folder"] == 4


def test_stages_of_a_profile():
    def stage(*outs):
        return {"outs": [{"path": path, "md5": "a"} for path in outs]}

    lock = {
        "stages": {
            "a": stage("data/quick"),
            "b": stage("results/paper/x", "weights/paper/y"),
            "c": stage("downloads"),
            "d": stage("results/quick/x"),
        }
    }
    assert list(hashes.stages_of(lock, "paper")) == ["b", "c"]
    assert list(hashes.stages_of(lock, "quick")) == ["a", "c", "d"]


@pytest.mark.parametrize("place", ["padnet/pretrained", "padnet/baselines/weights"])
def test_a_shipped_file_is_held_to_its_original(tmp_path, place):
    for path, text in ((f"{place}/a.json", "other"), ("weights/paper/a.json", "a")):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "dvc.lock").write_text(
        f"stages:\n  t@paper:\n    cmd: x\n    deps: [{{path: {place}, md5: 0.dir}}]\n"
        f"    outs: [{{path: weights/paper/a.json, md5: {hashes.md5(tmp_path / 'weights/paper/a.json')}}}]\n"
    )
    assert hashes.check(tmp_path).findings == [f"{place}/a.json: its bytes changed since stage t@paper ran"]
