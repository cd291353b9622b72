"""Saved runs: the certificates that their iterates give, and what happens when one of both is altered."""

import json

import pytest
import torch

from padnet.cli import main as cli
from padnet.tasks.weights import checksummed, read_tensors
from padnet.verify import iterates, runs


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A folder with the small runs of both networks, on a smaller picture."""
    folder = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "SIDE", 40)
        outcome = runs.check(folder)
    assert outcome.lines() == [f"iterates: {outcome.held}"] and "10 rows" in outcome.held
    return folder


def altered(path, target, change):
    """A copy of a saved run with `change(tensors, certificate)` made, sealed again."""
    tensors, meta = read_tensors(path)
    told = json.loads(meta["certificate"])
    change(tensors, told)
    target.write_bytes(checksummed(tensors, meta | {"certificate": json.dumps(told)}))
    return target


@pytest.mark.parametrize("method", ["ipadnet", "epadnet"])
def test_a_saved_run_bears_its_certificate(kept, capsys, method):
    path = kept / f"{method}.safetensors"
    assert cli.main(["verify", "--iterates", str(path)]) == 0
    assert "rows computed again from the iterates; stopped at K" in capsys.readouterr().out
    tensors, *_ = iterates.load(path)
    assert all(tensor.dtype == torch.float64 for tensor in tensors.values())


def test_the_implicit_certificate_is_computed_again_without_a_network(kept):
    tensors, _, settings, told = iterates.load(kept / "ipadnet.safetensors")
    made = iterates.implicit(tensors["x"], tensors["y"], tensors["k"], tensors["noise"], settings)
    for row, other in zip(made.rows, told["rows"], strict=True):
        for name in ("(30)", "(31)", "(32)", "(33)", "(33) second, as printed", "(34), as printed"):
            assert row[name]["left"] == pytest.approx(other[name]["left"], rel=1e-9, abs=1e-9)
            assert row[name]["right"] == pytest.approx(other[name]["right"], rel=1e-9)


@pytest.mark.parametrize(
    "method, change, named",
    [
        ("epadnet", lambda t, c: c["rows"][1].update(moved=c["rows"][1]["moved"] * 1.00001), "moved at k = 1"),
        ("epadnet", lambda t, c: c["rows"][2].update(energy=c["rows"][2]["energy"] * 1.00001), "energy at k = 2"),
        ("epadnet", lambda t, c: c["rows"][0].update(decrease=c["rows"][0]["decrease"] + 0.001), "decrease at k = 0"),
        (
            "epadnet",
            lambda t, c: c["rows"][0].update(error=0.0),
            "||e|| at k = 0 is 0, less than the best subgradient's",
        ),
        (
            "epadnet",
            lambda t, c: t["x"][3].add_(0.1 * torch.randn(t["x"][3].shape, dtype=torch.float64)),
            "holds is True, the iterates give False: violated at k = 2",
        ),
        ("epadnet", lambda t, c: c["rows"].pop(), "the certificate has 4 rows, the file 5 steps"),
        ("epadnet", lambda t, c: t["noise"].mul_(1.001), "energy at k = 0"),
        (
            "ipadnet",
            lambda t, c: c["rows"][1]["(32)"].update(left=c["rows"][1]["(32)"]["left"] * 1.00001),
            "left side of (32) at k = 1",
        ),
        (
            "ipadnet",
            lambda t, c: c["rows"][4]["(34), as printed"].update(right=1.0),
            "right side of (34), as printed at k = 4",
        ),
        ("epadnet", lambda t, c: c.update(verdict="converged: nonsense"), "its certificate contradicts itself"),
        ("epadnet", lambda t, c: c["rows"][1].update(subgradient_bound=1e9), "subgradient_bound at k = 1 is"),
        ("ipadnet", lambda t, c: c.update(holds=False), "holds is False, the iterates give True"),
        ("ipadnet", lambda t, c: t["x"][2, 0, 0, 0].add_(1e-4), "left side of (31) at k = 1"),
    ],
)
def test_what_was_altered_is_found(kept, tmp_path, capsys, method, change, named):
    path = altered(kept / f"{method}.safetensors", tmp_path / "run.safetensors", change)
    assert cli.main(["verify", "--iterates", str(path)]) == 1
    said = capsys.readouterr()
    assert f"iterates: FAILS {path}: " in said.out and named in said.out and "not hold" in said.err


@pytest.mark.parametrize(
    "change",
    [
        lambda t, c: c.pop("rows"),
        lambda t, c: c.update(rows=[None] * 5),
        lambda t, c: c["rows"][0].update(moved=None),
        lambda t, c: c["rows"][0].update(error="none"),
    ],
)
def test_a_certificate_that_cannot_be_read_is_one_sentence(kept, tmp_path, capsys, change):
    path = altered(kept / "epadnet.safetensors", tmp_path / "run.safetensors", change)
    assert cli.main(["verify", "--iterates", str(path)]) == 1
    assert "Traceback" not in capsys.readouterr().err


def test_a_file_that_is_no_saved_run(kept, root, tmp_path, capsys):
    data = bytearray((kept / "ipadnet.safetensors").read_bytes())
    data[-1] ^= 1
    (tmp_path / "bad.safetensors").write_bytes(data)
    for path in (tmp_path / "none", tmp_path / "bad.safetensors", root / "padnet/pretrained/image-ipadnet.safetensors"):
        assert cli.main(["verify", "--iterates", str(path)]) == 1
        assert f"{path} holds no saved run" in capsys.readouterr().err


def test_a_run_that_ends_elsewhere_is_a_finding(kept, monkeypatch):
    right = runs.deconvolve

    def wrong(*args, **kwargs):
        told = right(*args, **kwargs)
        told.image[0, 0] += 1e-3
        return told

    monkeypatch.setattr(runs, "SIDE", 40)
    monkeypatch.setattr(runs, "METHODS", ("ipadnet",))
    monkeypatch.setattr(runs, "deconvolve", wrong)
    (finding,) = runs.check().findings
    assert "a run of ipadnet: the saved run of ipadnet does not end at the picture" in finding
