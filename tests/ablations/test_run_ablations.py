"""The register of deviations: changed numbers change results, and the committed page is what the measurements say."""

import csv
import json

import pytest
from tiny import (
    image_parameters,
    parameters,
    write_benchmark,
    write_parameters,
    write_pictures,
    write_test_set,
    write_weights,
)

from padnet.ablations import measure as ablation, run as ablate
from padnet.ablations.measure import Measured, at, changed, some
from padnet.ablations.register import COLUMNS, cost, page, told
from padnet.errors import InputError
from padnet.experiments import train_image, trainer
from padnet.project import console
from padnet.project.params import load_seed, read_yaml
from padnet.tasks import pretrained


def test_a_changed_number_is_the_only_change():
    raw = {"prior": {"l0.8": 1, "l0": 2}, "stop": {"k_max": 3}}
    assert changed(raw, {"prior.l0.8": 5}) == {"prior": {"l0.8": 5, "l0": 2}, "stop": {"k_max": 3}}
    assert raw["prior"]["l0.8"] == 1 and changed(raw, {}) == raw
    assert at(raw, "prior.l0") == 2 and at(raw, "stop") == {"k_max": 3}
    for path, words in {
        "prior.l1": "there is no number prior.l1",
        "stop": "is a section",
        "stop.k_max.x": "nothing stands below",
    }.items():
        with pytest.raises(InputError, match=words):
            changed(raw, {path: 1})


def test_pairs_are_spread_over_the_set():
    assert some(list(range(32)), 8) == list(range(0, 32, 4)) and some([1, 2], 8) == [1, 2]


@pytest.fixture
def project(toy, root):
    """Tiny pictures, parameters and weights of the gradient domain."""
    write_benchmark(toy, root)
    write_pictures(toy)
    write_test_set(toy)
    for model in ("ipadnet", "epadnet-l0.8"):
        write_weights(toy, model)
    return toy


def test_every_option_of_the_gradient_domain_changes_the_result(project):
    ours = ablation.gradient("quick", project, 2)
    assert ablation.gradient("quick", project, 2) == ours and 0 < ours.value < 10
    assert ablation.gradient("quick", project, 2, change={"implicit.mu": 3.0}) != ours
    assert ablation.gradient("quick", project, 1) != ours
    explicit = ablation.gradient("quick", project, 2, method="epadnet")
    assert explicit != ours and explicit.holds == 1
    assert ablation.gradient("quick", project, 2, method="epadnet", test="condition1") != explicit
    assert ablation.gradient("quick", project, 2, method="epadnet", guarded=False).holds < 1


def test_a_training_depends_on_its_plan_and_seed(project):
    ours = ablation.training("quick", project, 0)
    seed = load_seed(project / "params.yaml")
    assert ablation.training("quick", project, 0, seed=seed) == ours
    assert ablation.training("quick", project, 0, seed=seed + 1) != ours
    assert ablation.training("quick", project, 0, change={"plan.joint_steps": 0}) != ours


def test_every_option_of_the_image_domain_changes_the_result(toy, root, monkeypatch):
    write_parameters(toy, image=image_parameters(root))
    write_pictures(toy)
    write_test_set(toy)
    trainer.train(train_image.ENTRY, "quick", "ipadnet", toy)
    monkeypatch.setattr(pretrained, "SHIPPED", toy / "weights/quick")
    pretrained.load.cache_clear()
    ours = ablation.image("quick", toy, 2)
    passes = pretrained.load().settings.raw["frame"]["passes"]
    for options in (
        {"noise": 0.5},
        {"noise": "estimated"},
        {"passes": passes + 1},
        {"method": "epadnet"},
        {"method": "epadnet", "networks": False},
        {"change": {"implicit.rho0": 0.01}},
        {"change": {"stop.implicit": 1}},
    ):
        assert ablation.image("quick", toy, 2, **options).value != ours.value, options
    assert ablation.image("quick", toy, 2) == ours
    pretrained.load.cache_clear()


def write_register(folder, *measured):
    (folder / "reference").unlink()  # a link to the project's
    (folder / "reference").mkdir()
    entry = {"name": "mu", "paper": "a", "ours": "b", "numbers": ["gradient.explicit.mu"], "measured": list(measured)}
    (folder / "reference/deviations.yaml").write_text(json.dumps({"pairs": 2, "entries": [entry]}))


def test_the_stage_measures_each_once_and_writes_a_page(toy, root, monkeypatch):
    write_parameters(toy, parameters(root))
    ours, other = (
        {"experiment": "image", "method": "ipadnet"},
        {"experiment": "image", "method": "ipadnet", "passes": 1},
    )
    write_register(toy, ours, other, ours)
    asked = []

    def measure(profile, folder, count, method, passes=None):
        asked.append((profile, count, passes))
        return Measured(30.0 if passes is None else 29.5, 5.0, float("nan"), 1.0)

    monkeypatch.setitem(ablate.MEASURE, "image", measure)
    assert console.run(ablate.main, ["--profile", "quick"]) == 0
    assert asked == [("quick", 2, None), ("quick", 2, 1)]
    text = (toy / "results/quick/deviations.md").read_text()
    assert "| image, IPADNet | passes = 1 | 29.50 dB | +0.50 dB | 5.0 |  | 100% |" in text
    with open(toy / "results/quick/ablations.csv", newline="") as file:
        assert [row["value"] for row in csv.DictReader(file)] == ["30.0", "29.5", "30.0"]


def test_a_register_that_cannot_be_used_is_one_sentence(toy, capsys):
    for measured, words in (
        ([{"experiment": "sound"}], "the experiment is 'sound'"),
        ([{"experiment": "image", "method": "ipadnet", "passes": 1}], "measure ours before passes = 1"),
    ):
        (toy / "reference").unlink() if (toy / "reference").is_symlink() else (
            toy / "reference/deviations.yaml"
        ).unlink()
        (toy / "reference").mkdir(exist_ok=True)
        entry = {"name": "mu", "paper": "a", "ours": "b", "numbers": [], "measured": measured}
        (toy / "reference/deviations.yaml").write_text(json.dumps({"pairs": 2, "entries": [entry]}))
        assert console.run(ablate.main, []) == 1
        assert words in capsys.readouterr().err


def test_the_committed_page_is_what_the_measurements_say(root):
    with open(root / "results/paper/ablations.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    register = ablate.register(root)
    assert list(rows[0]) == COLUMNS
    assert [(row["entry"], row["choice"]) for row in rows] == [
        (entry["name"], told(one)) for entry in register["entries"] for one in entry["measured"]
    ]
    text = page(register, rows, read_yaml(root / "params.yaml")["paper"])
    assert (root / "results/paper/deviations.md").read_text(encoding="utf-8") == text
    rows[1]["value"] = str(float(rows[1]["value"]) + 1)
    assert page(register, rows, read_yaml(root / "params.yaml")["paper"]) != text


def test_a_cost_is_positive_where_a_choice_is_worse():
    assert cost("image", 29, 30) == 1 and cost("gradient", 0.6, 0.5) == pytest.approx(0.1)
