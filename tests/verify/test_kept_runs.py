"""Committed runs, whose certificates are computed again from their iterates, and benchmarks that are run again."""

import json
from types import SimpleNamespace

import pytest

from padnet.evaluation.image import restore
from padnet.evaluation.records import iterates_hash, proof
from padnet.imaging.pairs import Pair
from padnet.tasks.pretrained import load
from padnet.tasks.weights import checksummed, read_tensors
from padnet.verify import benchmarks, kept, kept_runs, runs


@pytest.fixture(scope="module")
def small(root, tmp_path_factory):
    """A folder with the runs of one smaller crop, and the package beside them."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "padnet").symlink_to(root / "padnet")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept_runs, "SIDE", 40)
        patch.setattr(kept_runs, "CROPS", {"camera.png": (60, 170, 1)})
        paths = kept_runs.kept_runs("paper", folder)
    assert [path.name for path in paths] == ["camera-ipadnet.safetensors", "camera-epadnet.safetensors"]
    return folder, paths


def test_every_inequality_is_computed_again(small):
    outcome = kept.check(small[0])
    assert outcome.lines() == ["kept: 2 runs: 10 rows computed again in float64 from committed iterates"]


def test_the_committed_runs_hold(root):
    outcome = kept.check(root)
    assert outcome.findings == [] and outcome.held.startswith("4 runs: 20 rows")


@pytest.mark.parametrize("which", [0, 1])
def test_an_altered_iterate_is_a_finding(small, which):
    path = small[1][which]
    before = path.read_bytes()
    tensors, meta = read_tensors(path)
    tensors["x"][2, 0, 5, 5] += 0.01
    path.write_bytes(checksummed(tensors, meta))
    findings = kept.check(small[0]).findings
    path.write_bytes(before)
    assert findings and all(f"results/paper/iterates/{path.name}: " in one for one in findings)


def test_a_run_of_other_networks_and_a_damaged_file(small):
    path = small[1][0]
    before = path.read_bytes()
    tensors, meta = read_tensors(path)
    settings = json.loads(meta["settings"])
    settings["frame"]["margin"] += 1
    path.write_bytes(checksummed(tensors, meta | {"settings": json.dumps(settings)}))
    (finding,) = kept.check(small[0]).findings
    assert "it is of other networks than those of padnet/pretrained" in finding
    path.write_bytes(before[:-1])
    (finding,) = kept.check(small[0]).findings
    path.write_bytes(before)
    assert "holds no saved run" in finding and str(small[0]) not in finding


@pytest.fixture
def benchmark(root, tmp_path, monkeypatch):
    """A protocol of one pair with its certificates: the folder, and the path of IPADNet's."""
    y, k = runs.observation(side=40)
    pair = Pair("im1", "kernel1", y, y, k, (0, 0), 5)
    setting = SimpleNamespace(noise=0.01, source="levin09", pairs=lambda folder: [pair])
    monkeypatch.setattr(benchmarks, "protocol", lambda name: setting)
    (tmp_path / "padnet").symlink_to(root / "padnet")
    (tmp_path / "data/paper").mkdir(parents=True)
    folder, begin = tmp_path / "results/paper/certificates/levin-1pct", None
    folder.mkdir(parents=True)
    for method, variant in benchmarks.FIRST.items():
        _, found, _, begin = restore(load(), pair, 0.01, variant, begin)
        told = {"image": "im1", "kernel": "kernel1", "variant": variant, **proof(found.certificates[0])}
        told["iterates"] = iterates_hash(found.run)
        (folder / f"image-{method}.json").write_text(json.dumps([told]))
    return tmp_path, folder / "image-ipadnet.json"


def test_the_first_pair_of_a_benchmark_is_run_again(benchmark):
    folder, path = benchmark
    assert benchmarks.check(folder).findings == []
    text = path.read_text()
    (one,) = json.loads(text)
    path.write_text(json.dumps([one | {"iterates": "0" * 64}]))
    (finding,) = benchmarks.check(folder).findings
    assert finding == f"{path.relative_to(folder)}: im1 kernel1: its iterates are others now"
    assert "does not give the committed bits" in benchmarks.check(folder, same_bits=False).held
    path.write_text(json.dumps([one | {"image": "im2"}]))
    (finding,) = benchmarks.check(folder).findings
    assert "levin-1pct: its first pair cannot be run again (ValueError" in finding
    (folder / "data/paper").rmdir()
    assert benchmarks.check(folder).held == "not run: data/paper is not here"


def test_the_command_says_what_it_wrote(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(kept_runs, "kept_runs", lambda profile: [tmp_path / profile])
    kept_runs.main(["--profile", "paper"])
    assert capsys.readouterr().out == f"{tmp_path / 'paper'}\n"
