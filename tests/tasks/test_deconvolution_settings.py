"""The numbers of the image domain as one object: each changes something, each wrong one is one sentence."""

import json
from copy import deepcopy

import pytest
import torch
from small import RAW, blurred, random_networks, settings

from padnet.core.shrinkage_unit import ShrinkageUnit
from padnet.errors import InputError
from padnet.tasks.deconvolution_settings import SCHEMA, Settings, explicit_part, implicit_part, joined
from padnet.tasks.restorer import Restorer


@pytest.fixture(autouse=True)
def _one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


CHANGES = {
    "energy_p": 1.0,
    "energy_lam": 0.005,
    "energy_beta": 0.5,
    "energy_noise": 0.02,
    "explicit_mu": 0.28,
    "explicit_C_E": 0.05,
    "explicit_a": 0.1,
    "explicit_b": 0.26,
    "implicit_mu": 0.01,
    "implicit_rho0": 0.01,
    "implicit_gamma": 2.0,
    "implicit_bound": 0.0002,
    "implicit_rescale": False,
    "shrinkage_size": 5,
    "shrinkage_centres": 11,
    "shrinkage_reach": 0.03,
    "stop_epsilon": 10.0,
    "stop_implicit": 2,
    "stop_explicit": 1,
    "guard_patience": 0,
    "guard_limit": 0,
    "unit_features": 4,
    "unit_dilations": [1, 1, 2],
    "unit_scale": 0.01,
    "frame_passes": 1,
}


def test_every_number_is_tried():
    # The margin is the one number of the frame itself, which is made before the networks see it.
    assert set(CHANGES) | {"frame_margin"} == {f"{part}_{name}" for part, names in SCHEMA.items() for name in names}


def outcome(**changes):
    """Everything that both models leave behind."""
    made = settings(**changes)
    # Networks so wild that the safeguard has to take all its measures.
    restorer = Restorer(made, random_networks(made, 30.0))
    y, k, noise, seen = blurred()
    found = []
    for restore in (restorer.ipadnet, restorer.epadnet):
        result = restore(y, k, noise, seen)
        found += [result.x, *result.run.columns.values()]
        rows = [row for proof in result.certificates for row in proof.rows if "decrease" in row]
        found.append(torch.tensor([[row["decrease"], row["subgradient_bound"]] for row in rows], dtype=torch.float64))
    return found


@pytest.fixture(scope="module")
def usual():
    return outcome()


@pytest.mark.parametrize("name", CHANGES)
def test_every_number_changes_the_outcome(name, usual):
    found = outcome(**{name: CHANGES[name]})
    assert any(a.shape != b.shape or not torch.equal(a, b) for a, b in zip(found, usual, strict=True))


def test_the_weight_is_the_inverse_variance_and_the_level_its_logarithm():
    made, noise = settings(), torch.tensor([0.005, 0.01, 0.04], dtype=torch.float64)
    torch.testing.assert_close(made.weight(noise), torch.tensor([4.0, 1.0, 1 / 16], dtype=torch.float64))
    torch.testing.assert_close(made.level(noise), torch.tensor([-0.5, 0.0, 1.0], dtype=torch.float64))


def test_the_energies_have_their_numbers():
    made, (y, k, noise, _) = settings(), blurred()
    assert torch.equal(made.f_im(y, k, noise).weight, made.weight(noise))
    assert torch.equal(made.f_ex(y, k, noise).weight, made.weight(noise))
    assert made.f_ex(y, k, noise).beta == 0.05
    assert (made.prior.p, made.prior.lam) == (0.8, 0.00025)


def test_networks_are_bounded_and_told_the_noise():
    networks = settings().networks([1, 2])
    assert [len(n.units) for n in networks] == [1, 2] and networks[0].bound == 0.02
    unit = networks[1].units[1]
    assert unit.conditioned and unit.convolutions[0].in_channels == 2  # a channel tells the noise


def test_the_numbers_of_both_networks_come_apart_and_together():
    explicit, implicit = explicit_part(RAW), implicit_part(RAW)
    assert joined(implicit, explicit) == RAW == joined(RAW, RAW)
    assert explicit["energy"] == {"p": 0.8, "lam": 0.00025, "beta": 0.05} and implicit["energy"] == {"noise": 0.01}
    assert (explicit["stop"], implicit["stop"]) == ({"explicit": 2}, {"epsilon": 0.0, "implicit": 3})
    assert set(explicit) | set(implicit) == set(SCHEMA) and "guard" not in implicit and "frame" not in explicit


def test_the_first_unit_of_an_implicit_stage_is_a_shrinkage_in_units_of_its_step():
    made = settings()
    units = [network.units[0] for network in made.networks([1, 1, 1])]
    assert all(isinstance(unit, ShrinkageUnit) for unit in units)
    alphas = [made.implicit.alpha(k) for k in range(3)]
    assert [unit.reach / 0.019 for unit in units] == pytest.approx(alphas)
    assert [unit.gain for unit in units] == pytest.approx([1 / alpha for alpha in alphas])


def test_they_travel_as_json_and_disturb_no_random_numbers():
    state = torch.random.get_rng_state()
    assert Settings(json.loads(json.dumps(RAW))) == settings()
    assert torch.equal(torch.random.get_rng_state(), state)


WRONG = [
    ("energy_p", 1.5, "p must lie in"),
    ("energy_lam", 0.0, "energy.lam must be positive, got 0.0"),
    ("energy_beta", -1.0, "energy.beta must be positive, got -1.0"),
    ("energy_noise", float("nan"), "energy.noise must be positive, got nan"),
    ("explicit_mu", 0.2, "Condition 1 needs 0 < 2 C_E < mu, got C_E = 0.1225 and mu = 0.2"),
    ("explicit_C_E", 0.13, "Condition 1 needs 0 < 2 C_E < mu, got C_E = 0.13"),
    ("explicit_a", 0.13, "the descent test needs 0 < a <= mu/2 and b > mu, got a = 0.13"),
    (
        "explicit_b",
        0.31,
        "needs b <= .L . mu. / 0.99 = 0.303, L being beta, got b = 0.31: a larger b would only weaken",
    ),
    ("implicit_mu", 0.0, "mu must be positive"),
    ("implicit_rho0", -1.0, "rho0 must be positive"),
    ("implicit_gamma", 0.5, "Theorem 2 needs gamma > 1"),
    ("implicit_bound", 0.0, "the bound C_N of Condition 2 must be positive, got 0.0"),
    ("implicit_rescale", "yes", "rescale must be true or false, got 'yes'"),
    ("shrinkage_size", 4, "size, the side of the filters, must be odd"),
    ("shrinkage_centres", 7, "centres of a shrinkage must be odd and from 9 to 17, got 7"),
    ("shrinkage_reach", 0.0, "a shrinkage needs a positive reach"),
    ("stop_epsilon", -1.0, "epsilon must not be negative"),
    ("stop_implicit", 0, "k_max must be at least 1, got 0"),
    ("stop_explicit", 0, "k_max must be at least 1, got 0"),
    ("guard_patience", -1, "the safeguard needs patience >= 0"),
    ("guard_limit", -1, "the safeguard needs patience >= 0 and limit >= 0"),
    ("unit_features", 0, "a unit needs at least one feature"),
    ("unit_dilations", [1], "a unit needs at least two layers"),
    ("unit_scale", 0.0, "a unit needs at least one feature and a positive scale"),
    ("frame_margin", -1, "frame.margin must be at least 0, got -1"),
    ("frame_passes", 0, "frame.passes must be at least 1, got 0"),
]


def test_every_number_has_a_wrong_value():
    assert {name for name, *_ in WRONG} == {f"{part}_{name}" for part, names in SCHEMA.items() for name in names}


@pytest.mark.parametrize("name, value, sentence", WRONG, ids=[name for name, *_ in WRONG])
def test_a_wrong_number_is_one_sentence(name, value, sentence):
    with pytest.raises(InputError, match=sentence) as error:
        settings(**{name: value})
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("part", SCHEMA)
def test_missing_and_unknown_names_are_one_sentence(part):
    without, more, none = deepcopy(RAW), deepcopy(RAW), deepcopy(RAW)
    del without[part][next(iter(SCHEMA[part]))], none[part]
    more[part]["sigma"] = 1.0
    for raw in (without, more, none):
        with pytest.raises(InputError, match=f"the settings of {part} must be exactly {', '.join(SCHEMA[part])}"):
            Settings(raw)


@pytest.mark.parametrize("noise", [0.0, -0.01, float("nan")])
def test_a_noise_that_is_not_positive_is_one_sentence(noise):
    y, k, _, _ = blurred()
    for f in (settings().f_im, settings().f_ex):
        with pytest.raises(InputError, match="the noise of every image must be positive, got"):
            f(y, k, torch.tensor([0.01, noise]))


@pytest.mark.parametrize("name, value", [("implicit_power", 1.0), ("unit_unshuffle", 2)])
def test_numbers_that_may_be_left_out_change_the_outcome(name, value, usual):
    found = outcome(**{name: value})
    assert any(a.shape != b.shape or not torch.equal(a, b) for a, b in zip(found, usual, strict=True))
    part, key = name.split("_")
    raw = deepcopy(RAW)
    raw[part][key] = value
    assert implicit_part(raw)[part][key] == value and joined(raw, raw) == raw and key not in implicit_part(RAW)[part]


def test_less_than_the_whole_weight_of_the_noise_leaves_more_to_the_level():
    """With power 1 the weight is the root of the whole one, and stage k sees noise of sigma^(1/2) alpha^k."""
    made, noise = settings(implicit_power=1.0), torch.tensor([0.0025, 0.01, 0.04], dtype=torch.float64)
    y = torch.full((3, 1, 16, 16), 0.5, dtype=torch.float64)
    weight = made.f_im(y, torch.ones(1, 1, 3, 3, dtype=torch.float64), noise).weight
    torch.testing.assert_close(weight, torch.tensor([4.0, 1.0, 0.25], dtype=torch.float64))
    torch.testing.assert_close(made.level(noise), torch.tensor([-1.0, 0.0, 1.0], dtype=torch.float64))
    torch.testing.assert_close(
        settings(implicit_power=0.0).level(noise), torch.tensor([-2.0, 0.0, 2.0], dtype=torch.float64)
    )
    with pytest.raises(InputError, match="implicit.power must lie between 0 and 2, got 2.5"):
        settings(implicit_power=2.5)
