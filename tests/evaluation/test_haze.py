"""The haze benchmark: records, certificates, what a record says, Fattal's folder, and what is refused."""

import json

import numpy as np
import pytest
import torch
from hazy import blocks, haze_settings, write_haze_weights
from skimage.io import imsave

import padnet
from padnet.data import fattal
from padnet.data.haze_protocols import haze_protocol
from padnet.errors import InputError, PadnetError
from padnet.evaluation import haze as module
from padnet.evaluation.columns import HAZE as RECORD
from padnet.evaluation.haze_sets import VARIANTS, observed
from padnet.experiments.distributed import Ranks
from padnet.labels import DEHAZERS, HAZE
from padnet.project import console
from padnet.project.determinism import deterministic
from padnet.reporting.table3 import read_haze_records
from padnet.tasks import dehazer

BETAS = [0.3, 0.6, 1.0, 1.5]
OWN = [method for method in HAZE if method not in DEHAZERS]


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch):
    threads, algorithms = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    monkeypatch.setattr(module, "deterministic", lambda **options: deterministic(1, **options))
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(algorithms)


@pytest.fixture
def project(toy, root, monkeypatch):
    """The quick scene, small, and random networks in the place of the shipped ones."""
    folder = toy / "data/quick/haze"
    folder.mkdir(parents=True)
    for number, name in enumerate(("upper", "lower", "right")):
        imsave(folder / f"{name}.png", (255 * blocks(36, 40, number)).astype(np.uint8), check_contrast=False)
        np.save(folder / f"{name}.npy", np.linspace(0, 9, 36 * 40).reshape(36, 40).astype(np.float32))
    write_haze_weights(toy / "shipped", haze_settings(root))
    monkeypatch.setattr(dehazer, "SHIPPED", toy / "shipped")
    dehazer.load.cache_clear()
    yield toy
    dehazer.load.cache_clear()


def rows(project, method, place="quick/records/quick-haze"):
    return read_haze_records(project / f"results/{place}/haze-{method}.csv")


def pair(project, i=1):
    return haze_protocol("quick-haze").pairs(project / "data/quick", "test")[i]


def test_a_record_for_every_picture_and_airlight_twice_the_same_bytes(project):
    assert console.run(module.main, ["--profile", "quick", "--set", "quick-haze"]) == 0
    for method in OWN:
        found = rows(project, method)
        kinds = {"hazy": ["none"], "constant": ["known"], "median": ["known"]}.get(method, ["known", "estimated"])
        assert [row["variant"] for row in found] == [kind for kind in kinds for _ in BETAS]
        assert [row["beta"] for row in found] == BETAS * len(kinds) and list(found[0]) == RECORD
        assert {row["image"] for row in found} == {"motorcycle_right"}
        assert all((row["verdict"] is not None) == (method == "ipadnet") for row in found)
    proofs = json.loads((project / "results/quick/certificates/quick-haze/haze-ipadnet.json").read_text())
    assert [(one["beta"], one["variant"]) for one in proofs] == [(b, v) for v in ("known", "estimated") for b in BETAS]
    assert all(one["holds"] and "(31)" in one["rows"][0] for one in proofs)
    assert len(list((project / "results/quick/certificates/quick-haze").iterdir())) == 1
    folder = project / "results/quick/records/quick-haze"
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    module.benchmark("quick", "quick-haze", project)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first and len(first) == len(OWN)


def test_a_record_is_the_score_of_what_a_user_gets(project):
    module.benchmark("quick", "quick-haze", project)
    p = pair(project)
    for variant, A in (("known", tuple(p.A)), ("estimated", None)):
        got = padnet.dehaze(p.I, A)
        (row,) = [row for row in rows(project, "ipadnet") if (row["beta"], row["variant"]) == (p.beta, variant)]
        told = haze_protocol("quick-haze").score(p, got.transmission, got.image)
        for name, value in told.items():
            assert row[name] == pytest.approx(value, abs=1e-5), (variant, name)
        assert row["verdict"] == got.certificate.verdict
    hazy = [row for row in rows(project, "hazy") if row["beta"] == p.beta]
    assert hazy[0]["psnr"] == pytest.approx(
        haze_protocol("quick-haze").score(p, np.ones_like(p.t), p.I)["psnr"], abs=1e-4
    )


def test_methods_and_airlights_differ_and_the_oracles_are_flat(project):
    p, networks = pair(project), dehazer.load()
    known, estimated = (module.estimates(networks, p, variant, 0.4) for variant in VARIANTS)
    assert list(known) == OWN and list(estimated) == ["guidance", "refined", "ipadnet"]
    assert (known["constant"].t == np.float32(0.4)).all() and known["median"].t == pytest.approx(np.median(p.t[p.mask]))
    for a, b in (("guidance", "refined"), ("guidance", "ipadnet"), ("hazy", "median"), ("constant", "median")):
        assert np.abs(known[a].J - known[b].J).max() > 1e-3, (a, b)
    for name, one in estimated.items():
        assert np.abs(one.t - known[name].t).max() > 1e-4, name
    assert np.array_equal(known["hazy"].J, p.I.astype(np.float32)) and (known["hazy"].t == 1).all()
    assert "constant" not in module.estimates(networks, p, "known")


def test_a_process_does_its_share_and_only_the_first_writes(project, monkeypatch):
    done = []

    class Second(Ranks):
        def gather(self, rows):
            done.extend(rows)
            return []

        def meet(self):
            pass

    monkeypatch.setattr(module, "join", lambda: Second(1, 2))
    module.benchmark("quick", "quick-haze", project)
    assert [made[0][1]["beta"] for made in done] == BETAS[1::2] and not (project / "results").exists()


def write_fattal(folder):
    """One picture of the form of Fattal's benchmark."""
    folder.mkdir()
    J, t = blocks(24, 26), np.linspace(0.3, 0.9, 24)[:, None] * np.ones((24, 26))
    I = t[..., None] * J + (1 - t[..., None]) * np.array([0.7, 0.8, 1.0])
    for kind, picture in (("haze_free", J), ("input", I)):
        imsave(folder / f"road_{kind}.png", np.round(255 * picture).astype(np.uint8), check_contrast=False)
    np.save(folder / "road_trans.npy", t)
    return folder


def test_fattals_benchmark_from_a_folder(project):
    folder = write_fattal(project / "brought")
    arguments = ["--profile", "paper", "--set", "fattal", "--folder", str(folder)]
    assert console.run(module.main, arguments) == 0
    found = rows(project, "ipadnet", "paper/records/fattal")
    assert [(row["image"], row["beta"], row["variant"]) for row in found] == [
        ("road", None, "known"),
        ("road", None, "estimated"),
    ]
    p = fattal.pairs(folder)[0]
    got = padnet.dehaze(p.I, tuple(p.A))
    assert found[0]["psnr"] == pytest.approx(fattal.score(p, got.transmission, got.image)["psnr"], abs=1e-4)
    written = sorted(path.name for path in (project / "results/paper/records/fattal").iterdir())
    assert written == sorted(f"haze-{method}.csv" for method in OWN if method != "constant")


def test_refusals(project, capsys, monkeypatch):
    assert console.run(module.main, ["--profile", "paper", "--set", "fattal"]) == 1
    error = capsys.readouterr().err
    assert fattal.ADDRESS in error and "NAME_trans.npy" in error and error.count("\n") == 1
    with pytest.raises(PadnetError, match=r"\*_input.png is missing: Fattal's benchmark was published"):
        module.benchmark("paper", "fattal", project, project / "nowhere")
    with pytest.raises(InputError, match="--folder is for the set fattal alone; the files of quick-haze"):
        module.benchmark("quick", "quick-haze", project, project)
    with pytest.raises(PadnetError, match="is missing: `padnet fetch"):
        module.benchmark("paper", "middlebury-haze", project)
    with pytest.raises(InputError, match="no kind of airlight 'white': choose from known, estimated"):
        observed(pair(project), "white")
    monkeypatch.setattr(dehazer, "SHIPPED", project / "gone")
    dehazer.load.cache_clear()
    with pytest.raises(PadnetError, match="haze-ipadnet.safetensors"):
        module.benchmark("quick", "quick-haze", project)
    assert not (project / "results").exists()
