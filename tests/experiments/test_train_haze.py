"""Training the haze model from the command: files, repetition, resumption, the error trained, refused parameters."""

import csv
import hashlib
import json
import math

import pytest
import torch
from hazy import blocks, haze_parameters, write_haze_data

from padnet.core.training import Learner
from padnet.errors import InputError, PadnetError
from padnet.experiments import trainer as module
from padnet.experiments.haze import HazeExperiment
from padnet.experiments.train_haze import ENTRY, main
from padnet.project.deps import stage_modules
from padnet.project.determinism import deterministic
from padnet.tasks.dehazing import dehaze
from padnet.tasks.dehazing_settings import HazeSettings
from padnet.tasks.weights import read_tensors, unit_counts

STEPS = 5 + 4 + 6


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch):
    threads, algorithms = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    monkeypatch.setattr(module, "deterministic", lambda **options: deterministic(1, **options))
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(algorithms)


def write(folder, haze, seed=1):
    (folder / "params.yaml").write_text(json.dumps({"seed": seed, "quick": {"haze": haze}, "paper": {"haze": haze}}))


@pytest.fixture
def project(toy, root):
    write(toy, haze_parameters(root))
    write_haze_data(toy)
    return toy


def train(**options):
    return module.train(ENTRY, "quick", "ipadnet", **options)


def written(project):
    return {e: (project / f"weights/quick/haze-ipadnet.{e}").read_bytes() for e in ("safetensors", "json", "csv")}


def test_it_writes_weights_card_and_losses_that_dehaze_takes(project, capsys):
    main(["--profile", "quick", "--model", "ipadnet"])
    assert capsys.readouterr().out.startswith("ipadnet: units [1, 1], held-out psnr ")
    files = written(project)
    card = json.loads(files["json"])
    assert card["weights_sha256"] == hashlib.sha256(files["safetensors"]).hexdigest()
    assert (card["model"], card["units"], card["steps"], card["finished"]) == ("ipadnet", [1, 1], STEPS, True)
    assert list(card["validation"]) == ["psnr"] and 0 < card["validation"]["psnr"] < 60
    tensors, meta = read_tensors(project / "weights/quick/haze-ipadnet.safetensors")
    assert unit_counts(tensors) == [1, 1]
    assert HazeSettings(json.loads(meta["settings"])) == HazeExperiment("quick").settings
    rows = list(csv.DictReader(files["csv"].decode().splitlines()))
    assert [row["stage"] for row in rows] == ["0"] * 5 + ["1"] * 4 + ["joint"] * 6
    assert all(math.isfinite(float(row["error"])) for row in rows)
    found = dehaze(blocks(30, 30), weights=project / "weights/quick")
    assert found.certificate.holds


def test_again_gives_the_same_bytes_and_another_seed_does_not(project, root):
    train()
    first = written(project)
    train()
    assert written(project) == first
    write(project, haze_parameters(root), seed=2)
    train()
    assert written(project)["safetensors"] != first["safetensors"]


def test_a_training_goes_on_from_the_first(project, root, monkeypatch):
    haze = haze_parameters(root)
    short = haze["plan"] | {"first_steps": 2, "steps": 1, "joint_steps": 1}
    first = {"data": haze["data"] | {"estimated": 0.0}, "plan": short}
    write(project, haze | {"start": "first", "first": first})
    with pytest.raises(PadnetError, match="haze-first.safetensors"):
        train()
    module.train(ENTRY, "quick", "first")
    before = read_tensors(project / "weights/quick/haze-first.safetensors")[0]
    began = HazeExperiment("quick").begin("ipadnet", project, "cpu")
    assert (began.name, len(began.networks)) == ("first", 2)
    assert all(torch.equal(before[f"0.{name}"], value) for name, value in began.networks[0].state_dict().items())
    train()
    card = json.loads(written(project)["json"])
    assert (card["start"], card["steps"]) == ("first", 6)  # the stages are trained together at once
    from_first = written(project)["safetensors"]
    write(project, haze)
    train()
    assert written(project)["safetensors"] != from_first
    assert json.loads((project / "weights/quick/haze-first.json").read_text())["steps"] == 4


def test_a_first_training_needs_its_parameters(project, root):
    with pytest.raises(InputError, match="quick has no haze.first: its networks are trained from scratch"):
        HazeExperiment("quick", model="first")
    write(project, haze_parameters(root) | {"start": "first"})
    with pytest.raises(InputError, match="haze.start is first, and there is no haze.first"):
        HazeExperiment("quick")


class Killed(BaseException):
    """As a signal would."""


def test_killed_and_started_again_gives_the_same_bytes(project, monkeypatch):
    train()
    whole, advance = written(project), Learner.advance
    for cut in (3, 7, 13):
        (project / "weights/quick/haze-ipadnet.safetensors").unlink()
        steps = []

        def until(self, cut=cut, steps=steps):
            if len(steps) == cut:
                raise Killed
            steps.append(1)
            return advance(self)

        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(Learner, "advance", until)
            train()
        count = []
        with monkeypatch.context() as patch:
            patch.setattr(Learner, "advance", lambda self, count=count: (count.append(1), advance(self))[1])
            train()
        assert len(count) == STEPS - cut // 3 * 3 and written(project) == whole


def test_the_error_is_of_the_radiance_and_of_t(project, root):
    haze = haze_parameters(root)
    haze["data"] |= {"astray": 0, "estimated": 0, "noise": 0, "white": 0, "gamma": [1, 1], "near": 0}
    write(project, haze)
    experiment = HazeExperiment("quick")
    train_pairs, held = experiment.pairs(project / "data/quick", 1)
    m = haze["data"]["margin"]
    for part, weight in ((train_pairs, haze["weight"]), (held, 0.0)):
        problem = experiment.problem(part, "ipadnet")
        assert torch.equal(problem.x0, part.guidance) and torch.equal(problem.guide, part.guide)
        truth, off = part.guidance.clone(), part.guidance.clone()
        truth[..., m:-m, m:-m] = part.t
        off[..., m:-m, m:-m] = (part.t - 0.1).clamp(min=0.06)
        assert (problem.error(truth) < -30).all()  # what 8 bits leave in thick haze
        A, inner = part.A[:, :, None, None], off[..., m:-m, m:-m]
        J = (A + (part.guide[..., m:-m, m:-m] * A - A) / inner).clamp(0, 1)
        known = part.mask.sum(dim=(1, 2, 3))
        mse = ((J - part.J).square() * part.mask).sum(dim=(1, 2, 3)) / (3 * known)
        l1 = ((inner - part.t).abs() * part.mask).sum(dim=(1, 2, 3)) / known
        torch.testing.assert_close(problem.error(off), 10 * (mse + 1e-6).log10() + weight * l1, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"batch": 7}, "haze.batch is 7: it must lie between 1 and data.pairs, 6"),
        ({"checkpoint": 0}, "haze.checkpoint must be at least 1, got 0"),
        ({"weight": -1}, "haze.weight must be at least 0, got -1"),
        (
            {"data": {"size": 1, "margin": 1}},
            "haze.data.size with its margins is 3 pixels, less than the 4 a unit sees",
        ),
        ({"plan": {"parts": 3}}, "haze.plan.parts is 3: it must divide haze.batch, 2"),
        ({"sice": 3}, "unknown parameter quick.haze.sice"),
    ],
)
def test_a_bad_parameter_is_refused(project, root, change, sentence):
    haze = haze_parameters(root)
    for name, value in change.items():
        haze[name] = haze[name] | value if isinstance(value, dict) else value
    write(project, haze)
    with pytest.raises(InputError, match=sentence):
        HazeExperiment("quick")


@pytest.mark.parametrize(
    "path, value",
    [
        ("data.pairs", 5),
        ("weight", 30.0),
        ("batch", 3),
        ("plan.rate", 0.002),
        ("plan.joint_rate", 0.01),
        ("implicit.bound", 0.05),
        ("unit.scale", 0.05),
    ],
)
def test_every_number_of_the_training_changes_the_weights(project, root, path, value):
    train()
    first, haze = written(project)["safetensors"], haze_parameters(root)
    part = haze
    *parents, name = path.split(".")
    for parent in parents:
        part = part[parent]
    assert part[name] != value
    part[name] = value
    write(project, haze)
    train()
    tensors = read_tensors(project / "weights/quick/haze-ipadnet.safetensors")[0]
    (project / "first.safetensors").write_bytes(first)
    old = read_tensors(project / "first.safetensors")[0]
    assert any(not torch.equal(w, old[name]) for name, w in tensors.items())


def test_another_model_is_refused():
    with pytest.raises(InputError, match="there is no haze model 'epadnet': use one of ipadnet"):
        main(["--profile", "quick", "--model", "epadnet"])


def test_a_stage_that_trains_it_depends_on_its_modules_and_the_others_do_not(root):
    own = stage_modules("python -m padnet.experiments.train_haze --profile quick --model ipadnet", root)
    other = stage_modules("python -m padnet.experiments.train_image --profile quick --model ipadnet", root)
    assert {"padnet/experiments/haze.py", "padnet/haze/boundary_constraint.py"} <= set(own) - set(other)
