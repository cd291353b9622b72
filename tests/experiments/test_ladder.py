"""The rungs of the image networks: their parameters, where they begin, and what their trainings depend on."""

import json
from copy import deepcopy

import pytest
import torch
from tiny import image_parameters, write_parameters, write_pictures

from padnet.core.propagation import State, propose
from padnet.core.unshuffled_unit import UnshuffledUnit
from padnet.data.deblurring_pairs import training_fields
from padnet.errors import InputError, PadnetError
from padnet.experiments.ladder import LadderExperiment
from padnet.experiments.rungs import check_rung, weights_path
from padnet.experiments.schemas.ladder import RUNGS
from padnet.experiments.train_ladder import ENTRY
from padnet.experiments.trainer import train
from padnet.project.params import load

PLAN = {
    "units": 1,
    "first_steps": 2,
    "steps": 1,
    "joint_steps": 0,
    "rate": 1e-3,
    "joint_rate": 1e-3,
    "accepted": 0.9,
    "penalty": 0,
    "aim": 0.9,
    "direct": 0,
    "patience": 0,
    "inherit": False,
    "parts": 1,
}


def small(rung):
    """The rung of params.yaml with few pairs, features and steps."""
    rung["data"] |= {"pairs": 4, "held": 2, "held_pictures": 2, "size": 40, "sizes": [5, 9]}
    rung["unit"] |= {"features": 4, "dilations": [1, 1, 1]}
    rung["plan"] = {**PLAN, "joint_steps": 2} if rung["start"] != "scratch" else dict(PLAN)
    return rung | {"batch": 2}


@pytest.fixture
def ladder(toy, root):
    """A function: changes to the rung "joint", by path -> its LadderExperiment."""
    write_pictures(toy)
    # YAML's aliases are shared objects.
    told = {name: small(deepcopy(rung)) for name, rung in load("paper", root / "params.yaml")["ladder"].items()}

    def make(rung="joint", **changes):
        raw = deepcopy(told)
        for path, value in changes.items():
            part, name = path.split("_", 1) if "_" in path else (path, None)
            if name is None:
                raw["joint"][part] = value
            else:
                raw["joint"][part][name] = value
        write_parameters(toy, image=image_parameters(root), ladder=raw)
        return LadderExperiment("quick", rung)

    return make


def test_every_rung_of_the_project_is_one(root):
    assert ENTRY.models == RUNGS
    for rung in RUNGS:
        experiment = LadderExperiment("paper", rung, root / "params.yaml")
        before = rung == "before"
        assert isinstance(experiment.unit_of("ipadnet", 1, 0, 0), UnshuffledUnit) is not before
        assert (experiment.data.fresh and experiment.data.border == "periodic") is not before


def test_the_short_training_again_differs_in_its_seed_alone(ladder):
    assert ENTRY.split("short-again") == ("ipadnet", ENTRY.split("short")[1] + 1) and ENTRY.split(
        "joint"
    ) == ENTRY.split("short")
    assert ladder("short").raw == ladder("short-again").raw


def test_a_denoiser_is_told_the_noise_of_the_picture_and_sees_the_picture(ladder, toy):
    experiment = ladder("denoiser")
    fields = training_fields(
        [(f"p{i}", p) for i, p in enumerate(torch.rand(4, 44, 44).double().numpy())], experiment.data, 1
    )[1]
    problem = experiment.problem(fields, "ipadnet")
    torch.testing.assert_close(problem.level, (fields.noise / 0.01).log2())
    seen = []

    def network(v, alpha):
        seen.append(v)
        return v

    propose(problem.f, network, experiment.schedule_of("ipadnet"), 0, State.start(problem.x0))
    torch.testing.assert_close(seen[0], fields.y)
    assert experiment.schedule_of("ipadnet").alpha(0) == 1


def test_every_stage_begins_with_the_unit_of_the_denoiser(ladder, toy):
    ladder("denoiser")
    card = train(ENTRY, "quick", "denoiser", toy)
    assert card["units"] == [1] and card["finished"] and "psnr" in card["validation"]
    joint = ladder()
    begin = joint.begin("ipadnet", toy, "cpu")
    assert begin.name == "denoiser" and begin.origin == card["weights_sha256"] and len(begin.networks) == 5
    first, last = (begin.networks[k].units[0] for k in (0, 4))
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), last.parameters(), strict=True))
    assert first.offset != last.offset
    card = train(ENTRY, "quick", "joint", toy)
    assert card["units"] == [1] * 5 and card["steps"] == 2 and card["start"] == "denoiser"
    assert (toy / weights_path("quick", "joint", "safetensors")).is_file()


def test_a_training_depends_on_its_rung_and_on_nothing_else(ladder):
    told = ladder().trained
    assert ladder(batch=4).trained != told and ladder(data_mistold=0.5).trained != told
    assert json.dumps(told) == json.dumps(ladder().trained) and "explicit" not in told and "frame" not in told


def test_another_rung_and_another_start_are_refused(ladder):
    with pytest.raises(InputError, match="no rung 'attic' of the ladder: use one of before, denoiser, denoiser-full"):
        check_rung("attic")
    with pytest.raises(
        InputError,
        match="ladder.joint.start must be one of scratch, before, denoiser, denoiser-full, joint, longer, short, short-again, got roof",
    ):
        ladder(start="roof")


def test_a_start_without_weights_or_with_other_units_is_one_sentence(ladder, toy):
    joint = ladder()
    with pytest.raises(PadnetError, match="ladder-denoiser.safetensors is missing"):
        joint.begin("ipadnet", toy, "cpu")
    train(ENTRY, "quick", "denoiser", toy)
    wider = ladder(unit={"features": 6, "dilations": [1, 1, 1], "scale": 0.01, "unshuffle": 2})
    with pytest.raises(InputError, match="the unit of the rung denoiser has another shape"):
        wider.begin("ipadnet", toy, "cpu")
