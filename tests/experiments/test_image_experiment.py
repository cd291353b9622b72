"""The image experiment as params.yaml describes it: its objects, its problems, and what is wrong with parameters."""

import json
from copy import deepcopy

import pytest
import torch
from tiny import image_parameters, write_parameters, write_pictures

from padnet.core.conditions import Descent
from padnet.core.shrinkage_unit import ShrinkageUnit
from padnet.data.deblurring_pairs import training_fields
from padnet.data.readers import training_pictures
from padnet.errors import InputError
from padnet.experiments.image import MODELS, ImageExperiment, check_model, weights_path
from padnet.imaging.boundary import crop_scored
from padnet.imaging.metrics import psnr
from padnet.tasks.deconvolution_settings import Settings, explicit_part, joined


@pytest.fixture
def experiment(toy, root):
    """A function: changes to the tiny parameters, by path -> ImageExperiment."""

    def make(changes=(), removed=None):
        raw = deepcopy(image_parameters(root))
        for path, value in dict(changes).items():
            *parts, last = path.split("/")
            place = raw
            for part in parts:
                place = place[part]
            place[last] = value
        if removed:
            *parts, last = removed.split("/")
            place = raw
            for part in parts:
                place = place[part]
            del place[last]
        write_parameters(toy, image=raw)
        return ImageExperiment("quick")

    return make


@pytest.fixture
def fields(experiment, toy):
    write_pictures(toy)
    return training_fields(training_pictures(toy / "data/quick"), experiment().data, 1)[0][:2]


@pytest.mark.parametrize("profile", ["quick", "paper"])
def test_the_project_s_own_parameters_are_good(root, profile):
    e = ImageExperiment(profile, root / "params.yaml")
    assert 2 * e.settings.explicit.C_E < e.settings.explicit.mu
    assert e.settings.implicit.C_E is None
    # A network is trained for every iteration, and every stage of EPADNet has a picture that it is proposed.
    assert e.plan_of("ipadnet").stages == e.raw["stop"]["implicit"] == e.raw["stop"]["explicit"]
    # a and b are those that mu and C_E imply, not more.
    implied = Descent.implied(e.settings.explicit, e.settings.raw["energy"]["beta"])
    assert e.settings.explicit.test.a == pytest.approx(implied.a, rel=0.01)
    assert implied.b * 0.99 < e.settings.explicit.test.b <= implied.b
    assert e.settings.prior.p == 0.8  # as the paper
    assert len(e.raw["unit"]["dilations"]) == 7
    assert (e.data.noise, e.data.noise_most) == (0.001, 0.1) and e.data.known and e.data.mistold > 0


def test_the_model_has_its_schedule_bound_and_units_and_no_guard(experiment):
    e = experiment()
    assert e.schedule_of("ipadnet") == e.settings.implicit and e.guard_of("ipadnet") is None
    assert e.bound_of("ipadnet") == e.raw["implicit"]["bound"] and e.begin("ipadnet", None, "cpu").networks is None
    assert isinstance(e.unit_of("ipadnet", 1, 0, 0), ShrinkageUnit)
    assert e.unit_of("ipadnet", 1, 0, 1).convolutions[0].in_channels == 2
    assert [len(n.units) for n in e.network("ipadnet", [1, 2])] == [1, 2]


def test_a_new_unit_depends_on_seed_stage_and_place_alone(experiment):
    e = experiment()
    state = torch.random.get_rng_state()
    first = [e.unit_of("ipadnet", *key).convolutions[0].weight for key in ((1, 0, 1), (2, 0, 1), (1, 1, 1), (1, 0, 2))]
    assert torch.equal(torch.random.get_rng_state(), state)
    assert len({tuple(w.flatten().tolist()) for w in first}) == 4
    torch.manual_seed(99)
    assert torch.equal(e.unit_of("ipadnet", 1, 0, 1).convolutions[0].weight, first[0])


def test_the_error_is_minus_the_psnr_of_the_scored_image(experiment, fields):
    e = experiment()
    problem = e.problem(fields, "ipadnet")
    scored = crop_scored(fields.y, fields.x.shape[-2:], fields.crop)
    truth = crop_scored(fields.x, fields.x.shape[-2:], fields.crop)
    for i, found in enumerate(problem.error(fields.y)):
        a, b = (t[i, 0].double().numpy() for t in (scored, truth))
        assert found.item() == pytest.approx(-psnr(a, b, data_range=1, border=0, quantise=False), abs=1e-4)
    assert torch.equal(problem.x0, fields.y)
    torch.testing.assert_close(problem.level, e.settings.level(fields.noise))
    assert problem.r is None


def test_the_weights_tell_their_settings(experiment):
    """IPADNet's, and none of EPADNet's, which may change without a training."""
    e, other = experiment(), experiment({"energy/lam": 0.5, "explicit/a": 0.01, "guard/limit": 7})
    told = json.loads(e.meta()["settings"])
    assert Settings(joined(told, explicit_part(e.raw))) == e.settings
    assert other.meta() == e.meta() and other.settings != e.settings
    assert experiment({"implicit/rho0": 0.5}).meta() != e.meta()


@pytest.mark.parametrize("place, name", [("energy", "sigma"), ("plan/ipadnet", "step"), ("unit", "size")])
def test_unknown_parameter(experiment, place, name):
    dotted = place.replace("/", ".")
    with pytest.raises(InputError, match=f"^unknown parameter quick.image.{dotted}.{name} in params.yaml: the keys"):
        experiment({f"{place}/{name}": 1})


@pytest.mark.parametrize("path", ["explicit/mu", "plan/ipadnet/parts", "stop/implicit", "data/sizes", "batch"])
def test_missing_parameter(experiment, path):
    dotted = path.replace("/", ".")
    with pytest.raises(InputError, match=f"^missing parameter quick.image.{dotted} in params.yaml: the keys"):
        experiment(removed=path)


WRONG = [
    ({"batch": 7}, "image.batch is 7: it must lie between 1 and data.pairs, 6"),
    ({"batch": 0}, "image.batch is 0: it must lie between 1"),
    ({"plan/ipadnet/parts": 3, "batch": 4}, "plan.ipadnet.parts is 3: it must divide image.batch, 4"),
    ({"plan/ipadnet/parts": 0}, "plan.parts must be at least 1, got 0"),
    ({"checkpoint": 0}, "image.checkpoint must be at least 1, got 0"),
    ({"plan/ipadnet/steps": 0}, "plan.steps must be at least 1, got 0"),
    ({"plan/ipadnet/rate": 0.0}, "plan.rate must be positive"),
    ({"plan/ipadnet/inherit": 1}, "plan.ipadnet.inherit in params.yaml is 1: it must be true or false"),
    ({"explicit/C_E": 0.3, "explicit/mu": 0.5}, "Condition 1 needs 0 < 2 C_E < mu"),
    ({"explicit/b": 2.0}, "a larger b would only weaken the test"),
    ({"data/noise_most": 0.001}, "data.noise must be positive and up to data.noise_most, got 0.005 and 0.001"),
    ({"data/sizes": [8]}, "data.sizes must be odd numbers from 9 to 41, got 8"),
    ({"data/sizes": []}, "data.sizes in params.yaml is .*: it must be a list of at least one entry"),
    ({"energy/beta": "much"}, "energy.beta in params.yaml is 'much': it must be a number"),
]


@pytest.mark.parametrize("changes, sentence", WRONG, ids=[next(iter(c)) for c, _ in WRONG])
def test_a_wrong_parameter_is_one_sentence(experiment, changes, sentence):
    with pytest.raises(InputError, match=sentence) as error:
        experiment(changes)
    assert "\n" not in str(error.value)


def test_names_of_models_and_weights():
    for model in MODELS:
        assert weights_path("quick", model, "json") == f"weights/quick/image-{model}.json"
    for use in (check_model, lambda name: weights_path("quick", name, "csv")):
        with pytest.raises(InputError, match="there is no image model 'epadnet': use one of ipadnet"):
            use("epadnet")
