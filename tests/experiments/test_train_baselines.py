"""Training the compared methods from the command: files, repetition, resumption, parameters, what is refused."""

import csv
import hashlib
import json
from copy import deepcopy
from types import SimpleNamespace

import pytest
import torch
from hazy import haze_parameters, write_haze_data
from tiny import method_parameters, write_parameters, write_pictures

from padnet.baselines.deblurring.csf import build
from padnet.baselines.deblurring.em import MixtureTraining
from padnet.baselines.deblurring.mixture import read_mixture
from padnet.baselines.pretrained import load
from padnet.baselines.training import Descent
from padnet.errors import InputError, PadnetError
from padnet.experiments import trainer as module
from padnet.experiments.baselines import MODELS, MethodExperiment, check_model, weights_path
from padnet.experiments.train_baseline import ENTRY, job, main
from padnet.experiments.trainer import LOSSES
from padnet.project import deps
from padnet.project.determinism import deterministic

STEPS = {"csf": 3 + 3 + 4, "mlp": 10, "epll": 10, "cai": 10, "ren": 6 + 4}
LEARNS = {"csf": Descent, "mlp": Descent, "epll": MixtureTraining, "cai": Descent, "ren": Descent}


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch):
    threads, algorithms = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    monkeypatch.setattr(module, "deterministic", lambda **options: deterministic(1, **options))
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(algorithms)


def write(folder, root, methods, seed=1):
    """params.yaml; the pairs of haze removal have the surroundings that its networks see."""
    haze = haze_parameters(root)
    haze["data"]["margin"] = 20
    write_parameters(folder, methods=methods, haze=haze, seed=seed)


@pytest.fixture
def project(toy, root):
    write(toy, root, method_parameters(root))
    write_pictures(toy)
    write_haze_data(toy)
    return toy


def train(model, **options):
    return module.train(ENTRY, "quick", model, **options)


def written(project, model):
    return {e: (project / f"weights/quick/methods-{model}.{e}").read_bytes() for e in ("safetensors", "json", "csv")}


@pytest.mark.parametrize("model", MODELS)
def test_weights_card_and_losses_are_written_and_again_the_same(project, model):
    card = train(model)
    files = written(project, model)
    assert json.loads(files["json"]) == card
    assert card["weights_sha256"] == hashlib.sha256(files["safetensors"]).hexdigest()
    assert (card["model"], card["start"], card["steps"], card["finished"]) == (model, "scratch", STEPS[model], True)
    assert "units" not in card and "minutes" not in card
    found, most = ("log_likelihood", 1000) if model == "epll" else ("psnr", 60)
    assert 0 < card["validation"][found] < most
    rows = list(csv.DictReader(files["csv"].decode().splitlines()))
    assert len(rows) == STEPS[model] and list(rows[0]) == LOSSES
    assert not list((project / "checkpoints/quick").iterdir())
    train(model)
    assert written(project, model) == files


def test_the_written_weights_can_be_loaded(project):
    card = train("epll")
    mixture = read_mixture(project / "weights/quick")
    assert mixture.covariances.shape == (3, 64, 64) and card["parameters"] == 3 + mixture.covariances.numel()
    card = train("csf")
    model = load("csf", build, project / "weights/quick")
    assert sum(w.numel() for w in model.parameters()) == card["parameters"]
    assert len(model.stages) == MethodExperiment("quick").raw["csf"]["shape"]["stages"]


class Killed(BaseException):
    """As a signal would."""


@pytest.mark.parametrize("model", MODELS)
def test_killed_and_started_again_gives_the_same_bytes(project, monkeypatch, model):
    """Killed before the first checkpoint, inside a phase, and at the end of one (a step of csf each third)."""
    train(model)
    learns = LEARNS[model]
    whole, advance = written(project, model), learns.advance
    for cut in (2, 5, 6, 8):
        for name in whole:
            (project / f"weights/quick/methods-{model}.{name}").unlink()
        steps = []

        def until(self, cut=cut, steps=steps):
            if len(steps) == cut:
                raise Killed
            steps.append(1)
            return advance(self)

        monkeypatch.setattr(learns, "advance", until)
        with pytest.raises(Killed):
            train(model)
        assert not list((project / "weights/quick").glob("*"))
        count = []
        monkeypatch.setattr(learns, "advance", lambda self, count=count: (count.append(1), advance(self))[1])
        train(model)
        assert len(count) == STEPS[model] - cut // 3 * 3
        assert written(project, model) == whole


def test_a_training_that_ran_out_of_time_can_go_on(project):
    train("csf")
    whole = written(project, "csf")
    card = train("csf", minutes=0)
    assert (card["steps"], card["finished"]) == (0, False)
    assert list((project / "checkpoints/quick").iterdir())
    assert train("csf")["finished"] is True
    assert written(project, "csf") == whole


def test_a_checkpoint_of_other_parameters_is_not_taken_up(project, root):
    train("csf")
    whole = written(project, "csf")
    raw = method_parameters(root)
    raw["csf"]["plan"]["rate"] *= 2
    write(project, root, raw)
    train("csf", minutes=0)
    write(project, root, method_parameters(root))
    train("csf")
    assert written(project, "csf") == whole


def test_a_broken_checkpoint_is_one_sentence(project):
    checkpoint = project / "checkpoints/quick/methods-csf.safetensors"
    checkpoint.parent.mkdir(parents=True)
    checkpoint.write_bytes(b"\x10\x00\x00")
    with pytest.raises(PadnetError, match="methods-csf.safetensors is truncated or altered: delete it"):
        train("csf")


def test_the_seed_changes_the_weights(project, root):
    first = {}
    for model in MODELS:
        train(model)
        first[model] = written(project, model)["safetensors"]
    write(project, root, method_parameters(root), seed=2)
    for model in MODELS:
        train(model)
        assert written(project, model)["safetensors"] != first[model]


def test_the_command(project, capsys):
    main(["--profile", "quick", "--model", "csf"])
    assert capsys.readouterr().out.startswith("csf: parameters ")
    with pytest.raises(InputError, match="there is no trained method 'ipadnet': use one of csf, mlp, epll, cai, ren"):
        main(["--profile", "quick", "--model", "ipadnet"])
    assert ENTRY.models == MODELS


def test_several_processes_are_refused():
    ranks = SimpleNamespace(size=2)
    with pytest.raises(PadnetError, match="csf is trained by one process, not by 2: run the command without torchrun"):
        job(SimpleNamespace(name="methods"), "csf", 1, None, None, None, "cpu", ranks)


@pytest.mark.parametrize("profile", ["quick", "paper"])
def test_the_project_s_own_parameters_are_good(root, profile):
    e = MethodExperiment(profile, root / "params.yaml")
    assert 0.005 <= e.data.noise <= 0.006 and e.data.noise_most >= 0.01  # the benchmarks lie between
    for model in MODELS:
        assert json.loads(e.meta(model)["settings"]) == e.raw[model]["shape"]


@pytest.mark.parametrize(
    "path, value, words",
    [
        ("checkpoint", 0, "methods.checkpoint must be at least 1, got 0"),
        ("data/size", 0, "data.size must be at least 1"),
        ("csf/plan/step", 1, "unknown parameter quick.methods.csf.plan.step in params.yaml"),
        ("mlp/shape/hidden", 3, "it must be a list"),
        ("epll/plan/steps", 2.5, "quick.methods.epll.plan.steps in params.yaml is 2.5"),
    ],
)
def test_a_wrong_parameter_is_one_sentence(toy, root, path, value, words):
    raw = deepcopy(method_parameters(root))
    *parts, last = path.split("/")
    place = raw
    for part in parts:
        place = place[part]
    place[last] = value
    write_parameters(toy, methods=raw)
    with pytest.raises(InputError, match=words) as error:
        MethodExperiment("quick")
    assert "\n" not in str(error.value)


def test_names_of_methods_and_weights():
    assert weights_path("quick", "csf", "json") == "weights/quick/methods-csf.json"
    with pytest.raises(InputError, match="there is no trained method 'tv': use one of csf, mlp, epll, cai, ren"):
        check_model("tv")


def test_a_training_depends_on_its_own_method_alone(root, modules):
    command = "python -m padnet.experiments.train_"
    found = {
        model: deps.stage_modules(f"{command}baseline --profile quick --model {model}", root, modules)
        for model in MODELS
    }
    assert {"padnet/baselines/deblurring/csf.py", "padnet/experiments/baselines.py"} <= set(found["csf"])
    assert (
        "padnet/baselines/deblurring/mlp.py" in found["mlp"]
        and "padnet/baselines/deblurring/mlp.py" not in found["csf"]
    )
    assert "padnet/baselines/deblurring/csf.py" not in found["mlp"]
    assert {"padnet/baselines/deblurring/epll_training.py", "padnet/baselines/deblurring/em.py"} <= set(found["epll"])
    assert not {"padnet/baselines/deblurring/epll.py", "padnet/baselines/deblurring/csf.py"} & set(found["epll"])
    for model in ("cai", "ren"):
        assert {f"padnet/baselines/dehazing/{model}_training.py", "padnet/experiments/haze.py"} <= set(found[model])
    assert (
        "padnet/baselines/dehazing/ren.py" not in found["cai"]
        and "padnet/baselines/dehazing/cai.py" not in found["ren"]
    )
    assert "padnet/experiments/haze.py" not in found["csf"]
    other = deps.stage_modules(f"{command}image --profile quick --model ipadnet", root, modules)
    assert not {"padnet/baselines/deblurring/csf.py", "padnet/experiments/baselines.py"} & set(other)
