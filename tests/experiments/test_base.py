"""The experiment as params.yaml describes it: its objects, and the sentences for what is wrong."""

from copy import deepcopy
from dataclasses import replace

import pytest
import torch
from tiny import parameters, write_parameters

from padnet.core.conditions import Descent
from padnet.errors import InputError
from padnet.experiments.gradient import MODELS, PRIORS, Experiment, check_model, hash_seed, networks_path, weights_path


@pytest.fixture
def experiment(toy, root):
    """A function: changes to the tiny parameters, by path -> Experiment."""

    def make(changes=(), removed=None):
        raw = deepcopy(parameters(root))
        for path, value in dict(changes).items():
            *parts, last = path.split("/")
            place = raw
            for part in parts:
                place = place[part]
            place[last] = value
        if removed:
            part, name = removed.split("/")
            del raw[part][name]
        write_parameters(toy, raw)
        return Experiment("quick")

    return make


@pytest.mark.parametrize("profile", ["quick", "paper"])
def test_the_project_s_own_parameters_are_good(root, profile):
    e = Experiment(profile, root / "params.yaml")
    assert e.plan.stages == e.stop.k_max
    assert all(2 * one.C_E < one.mu for one in e.tests.values())
    assert [one.test.name for one in e.tests.values()] == ["descent", "condition1"] and e.explicit is e.tests["descent"]
    # The constants of descent are those that Condition 1 implies, and no step from x^k is refused.
    implied = Descent.implied(e.tests["condition1"], 1.0)
    assert e.explicit.test.a == pytest.approx(implied.a)
    assert e.explicit.test.b == pytest.approx(Descent.implied(e.explicit, 1.0).b, rel=2e-3)
    assert e.implicit.C_E is None
    assert e.peers_stop.epsilon == e.stop.epsilon
    assert [e.prior(name).p for name in PRIORS] == [1.0, 0.8, 0.0]
    assert [e.prior(name).lam for name in PRIORS] == list(e.raw["prior"].values())


def test_networks_take_their_shape_from_the_parameters(experiment):
    e = experiment()
    networks = e.network("epadnet-l0", [1, 2])
    assert [len(n.units) for n in networks] == [1, 2]
    assert networks[0].bound is None
    assert e.network("ipadnet", [1])[0].bound == e.bound
    unit = networks[0].units[0]
    assert (unit.first.out_channels, unit.first.kernel_size, unit.rbf.weight.shape[1]) == (3, (3, 3), 5)


def test_a_new_unit_depends_on_seed_stage_and_place_alone(experiment):
    e = experiment()
    state = torch.random.get_rng_state()
    first = [e.unit_of("ipadnet", *key).first.weight for key in ((1, 0, 0), (2, 0, 0), (1, 1, 0), (1, 0, 1))]
    assert torch.equal(torch.random.get_rng_state(), state)
    assert len({tuple(w.flatten().tolist()) for w in first}) == 4
    torch.manual_seed(99)
    assert torch.equal(e.unit_of("ipadnet", 1, 0, 0).first.weight, first[0])
    assert len({hash_seed(a, b, c) for a in range(4) for b in range(6) for c in range(6)}) == 144


@pytest.mark.parametrize("place, name", [("explicit", "tau"), ("plan", "step"), ("unit", "sise"), ("prior", "l2")])
def test_unknown_parameter(experiment, place, name):
    with pytest.raises(InputError, match=f"^unknown parameter quick.gradient.{place}.{name} in params.yaml: the keys"):
        experiment({f"{place}/{name}": 1})


@pytest.mark.parametrize(
    "path", ["explicit/mu", "plan/steps", "stop/epsilon", "data/noise", "guard/limit", "unit/scale"]
)
def test_missing_parameter(experiment, path):
    dotted = path.replace("/", ".")
    with pytest.raises(InputError, match=f"^missing parameter quick.gradient.{dotted} in params.yaml: the keys"):
        experiment(removed=path)


WRONG = [
    ({"plan/stages": 3}, "plan.stages is 3 and stop.k_max is 2: a network is trained for every stage"),
    ({"stop/k_max": 3}, "plan.stages is 2 and stop.k_max is 3"),
    ({"explicit/C_E": 0.4, "explicit/mu": 0.5}, "Condition 1 needs 0 < 2 C_E < mu, got C_E = 0.4 and mu = 0.5"),
    ({"condition1/C_E": 0.4, "condition1/mu": 0.5}, "Condition 1 needs 0 < 2 C_E < mu, got C_E = 0.4 and mu = 0.5"),
    ({"explicit/a": 0.06}, "needs 0 < a <= mu/2 and b > mu, got a = 0.06, b = 1.11 and mu = 0.1"),
    ({"explicit/b": 0.1}, "needs 0 < a <= mu/2 and b > mu, got a = 0.00297, b = 0.1 and mu = 0.1"),
    ({"explicit/a": 0.0019}, r"needs a >= 0.002 and b <= \(L \+ mu\) / 0.99 = 1.111, got a = 0.0019 and b = 1.11"),
    ({"explicit/b": 1.112}, r"needs a >= 0.002 and b <= \(L \+ mu\) / 0.99 = 1.111, got a = 0.00297 and b = 1.112"),
    ({"explicit/gamma": 1}, "Theorem 2 needs gamma > 1"),
    ({"implicit/gamma": 0.5}, "Theorem 2 needs gamma > 1"),
    ({"implicit/rho0": -1.0}, "rho0 must be positive"),
    ({"stop/epsilon": -1.0}, "epsilon must not be negative"),
    ({"guard/patience": -1}, "the safeguard needs patience >= 0"),
    ({"peers/k_max": 0}, "k_max must be at least 1"),
    ({"plan/steps": 0}, "plan.steps must be at least 1, got 0"),
    ({"plan/rate": 0.0}, "plan.rate must be positive"),
    ({"plan/batch": 7}, "plan.batch is 7: it must lie between 1 and data.pairs, 6"),
    ({"plan/batch": 0}, "plan.batch is 0: it must lie between 1"),
    ({"plan/explicit_batch": 7}, "plan.explicit_batch is 7: it must lie between 1 and data.pairs, 6"),
    ({"plan/violation": -1.0}, "plan.violation must be zero or more, got -1"),
    ({"choice/pairs": 0}, "choice.pairs must be at least 1, got 0"),
    ({"plan/checkpoint": 0}, "plan.checkpoint must be at least 1, got 0"),
    ({"benchmark/batch": 0}, "benchmark.batch must be at least 1, got 0"),
    ({"tune/pairs": 0}, "tune.pairs must be at least 1, got 0"),
    ({"plan/explicit_steps": -1}, "plan.explicit_steps must be at least 0, got -1"),
    ({"data/size": 0}, "data.size must be at least 1, got 0"),
    ({"plan/explicit_start": "admm"}, "plan.explicit_start must be one of ipadnet, scratch, got admm"),
    ({"plan/explicit_steps": 0.5}, "plan.explicit_steps in params.yaml is 0.5: it must be a whole number"),
    ({"explicit/nu": 0.0}, "nu must be positive and finite, got 0.0"),
    ({"plan/steps": "many"}, "plan.steps in params.yaml is 'many': it must be a whole number"),
    ({"tune/admm/rho": []}, "tune.admm.rho in params.yaml is .*: it must be a list of at least one entry"),
]


@pytest.mark.parametrize("changes, sentence", WRONG, ids=[next(iter(c)) for c, _ in WRONG])
def test_a_wrong_parameter_is_one_sentence(experiment, changes, sentence):
    with pytest.raises(InputError, match=sentence) as error:
        experiment(changes)
    assert "\n" not in str(error.value)


def test_an_explicit_network_that_begins_with_the_implicit_one_has_a_plan_of_its_own(experiment):
    own = {"explicit_steps": 7, "explicit_rate": 0.5, "explicit_batch": 3}
    e = experiment({"plan/explicit_start": "ipadnet"} | {f"plan/{name}": value for name, value in own.items()})
    plan = e.plan_of("epadnet-l1")
    assert (plan.joint_steps, plan.joint_rate, e.batch_of("epadnet-l1")) == (7, 0.5, 3)
    plan = e.plan_of("ipadnet")
    assert (plan.joint_steps, plan.joint_rate, e.batch_of("ipadnet")) == (6, e.raw["plan"]["joint_rate"], 2)


@pytest.mark.parametrize("start", ["ipadnet", "scratch"])
def test_a_control_lacks_the_safeguard_s_part_of_the_loss_and_nothing_else(experiment, start):
    e = experiment({"plan/explicit_start": start})
    plan, control = (e.plan_of(f"epadnet-l1{ending}") for ending in ("", "-control"))
    assert min(plan.penalty, plan.violation) > 0 and control == replace(plan, penalty=0, violation=0)


def test_names_of_models_and_weights():
    for model in MODELS:
        assert weights_path("quick", model, "json") == f"weights/quick/gradient-{model}.json"
    assert networks_path("quick", "ipadnet") == weights_path("quick", "ipadnet", "safetensors")
    assert networks_path("quick", "epadnet-l0.8") == "weights/quick/gradient-explicit-l0.8.safetensors"
    for use in (check_model, lambda name: weights_path("quick", name, "csv")):
        with pytest.raises(InputError, match="there is no model 'epadnet': use one of ipadnet, epadnet-l1"):
            use("epadnet")
