"""The compared methods of haze removal on a test set: a record per picture and airlight, and what is refused."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hazy import blocks
from skimage.io import imsave

from padnet.baselines.dehazing.he import he
from padnet.data.haze_protocols import haze_protocol
from padnet.errors import InputError
from padnet.evaluation import dehazing as module
from padnet.evaluation.haze_sets import observed
from padnet.haze.dark_channel import brightest_airlight
from padnet.haze.model import radiance
from padnet.labels import DEHAZERS
from padnet.project import console
from padnet.project.determinism import deterministic
from padnet.reporting.table3 import read_haze_records

BETAS = [0.3, 0.6, 1.0, 1.5]


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch):
    threads, algorithms = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    monkeypatch.setattr(module, "deterministic", lambda **options: deterministic(1, **options))
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(algorithms)


@pytest.fixture
def project(toy):
    """The quick scene, small."""
    folder = toy / "data/quick/haze"
    folder.mkdir(parents=True)
    for number, name in enumerate(("upper", "lower", "right")):
        imsave(folder / f"{name}.png", (255 * blocks(36, 40, number)).astype(np.uint8), check_contrast=False)
        np.save(folder / f"{name}.npy", np.linspace(0, 9, 36 * 40).reshape(36, 40).astype(np.float32))
    return toy


def rows(project, method):
    return read_haze_records(project / f"results/quick/records/quick-haze/haze-{method}.csv")


def first(project):
    return haze_protocol("quick-haze").pairs(project / "data/quick", "test")[0]


def test_a_record_for_every_picture_and_airlight_twice_the_same_bytes(project):
    arguments = ["--profile", "quick", "--set", "quick-haze", "--method", "he"]
    assert console.run(module.main, arguments) == 0
    found = rows(project, "he")
    assert [(row["variant"], row["beta"]) for row in found] == [
        (v, b) for v in ("known", "estimated", "own") for b in BETAS
    ]
    assert all(row["verdict"] is None for row in found)
    path = project / "results/quick/records/quick-haze/haze-he.csv"
    before = path.read_bytes()
    assert console.run(module.main, arguments) == 0 and path.read_bytes() == before
    assert [path.name for path in path.parent.iterdir()] == ["haze-he.csv"]


def test_a_record_is_the_score_of_the_methods_own_result(project):
    module.benchmark("quick", "quick-haze", "he", project)
    pair = first(project)
    for variant in ("known", "estimated", "own"):
        I, A = observed(pair, variant, brightest_airlight)
        t = he(I, A)
        told = haze_protocol("quick-haze").score(pair, t[0, 0].numpy(), radiance(I, t, A)[0].permute(1, 2, 0).numpy())
        (row,) = [row for row in rows(project, "he") if (row["beta"], row["variant"]) == (pair.beta, variant)]
        for name, value in told.items():
            assert row[name] == pytest.approx(value, abs=1e-5), (variant, name)


def test_the_own_airlight_is_that_of_the_publication_and_of_he_alone(project):
    assert module.airlight_of("he") is brightest_airlight
    assert all(module.airlight_of(name) is None for name in DEHAZERS if name != "he")
    I, A = observed(first(project), "own", brightest_airlight)
    assert torch.equal(A, brightest_airlight(I)) and not torch.equal(A, observed(first(project), "estimated")[1])
    with pytest.raises(InputError, match="no kind of airlight 'own'"):
        observed(first(project), "own")


def test_a_method_that_finds_the_radiance_is_scored_by_it(project):
    pair = first(project)
    alone = module.restore(lambda I, A: torch.full_like(I[:, :1], 0.5), pair, "known")
    own = module.restore(lambda I, A: (torch.full_like(I[:, :1], 0.5), torch.full_like(I, 0.25)), pair, "known")
    assert (own.J == 0.25).all() and own.J.shape == pair.J.shape and np.array_equal(own.t, alone.t)
    assert np.abs(alone.J - own.J).max() > 0.01 and own.certificate is None


@pytest.mark.parametrize("name", list(DEHAZERS))
def test_every_compared_method_runs(project, name):
    found = module.restore(module.method_of(name), first(project), "known")
    assert found.t.shape == (36, 40) and 0 <= found.t.min() and found.t.max() <= 1 and np.isfinite(found.J).all()


def test_only_the_method_that_is_asked_for_is_imported(monkeypatch):
    asked = []
    monkeypatch.setattr(module, "chosen", lambda name: asked.append(name) or SimpleNamespace(he="he's"))
    assert (
        module.method_of("he") == "he's"
        and asked == ["padnet.baselines.dehazing.he"]
        and "padnet.baselines.dehazing.he" in sys.modules
    )


def test_refusals(project):
    with pytest.raises(InputError, match="there is no compared method 'dark': use one of he, meng"):
        module.method_of("dark")
    with pytest.raises(InputError, match="--folder is for the set fattal alone"):
        module.benchmark("quick", "quick-haze", "he", project, project)
    assert not (project / "results").exists()
