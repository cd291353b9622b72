"""Schedules and stopping rules: the values of the paper, and what is refused."""

from math import inf, nan, sqrt

import pytest
import torch
from toys import prior, random_networks, toy

from padnet.core.conditions import ConditionOne
from padnet.core.explicit import explicit_padnet
from padnet.core.schedule import Safeguard, Schedule, Stop
from padnet.errors import InputError

GOOD = {"mu": 0.5, "rho0": 0.1, "gamma": 2.0, "C_E": 0.2}


def test_rho_grows_and_alpha_is_the_root_of_its_inverse():
    s = Schedule(**GOOD)
    for k in range(6):
        assert s.rho(k) == pytest.approx(2.0**k * 0.1, rel=1e-15)
        assert s.alpha(k) == pytest.approx(sqrt(1 / s.rho(k)), rel=1e-15)


def test_margin_is_the_constant_of_21():
    assert Schedule(**GOOD).margin == pytest.approx(0.5 / 4 - 0.2**2 / 0.5, rel=1e-15)
    assert Schedule(mu=1, rho0=1, gamma=2, C_E=0.4999).margin > 0
    with pytest.raises(InputError, match="this schedule has no C_E"):
        _ = Schedule(0.5, 0.1, 2.0).margin


def test_a_number_of_another_kind_is_kept_as_a_float():
    s = Schedule(mu=True, rho0=torch.tensor(0.5), gamma=2, nu=torch.ones(1))
    assert [type(n) for n in (s.mu, s.rho0, s.gamma, s.nu)] == [float, float, int, float]
    assert (s.mu, s.rho0, s.nu) == (1, 0.5, 1)


@pytest.mark.parametrize("C_E", [0.25, 0.3, 0.0, -0.1, nan, inf])
def test_2_C_E_must_be_under_mu(C_E):
    with pytest.raises(InputError, match=r"Condition 1 needs 0 < 2 C_E < mu, got C_E = .* and mu = 0.5: lower C_E"):
        Schedule(**GOOD | {"C_E": C_E})


@pytest.mark.parametrize("gamma", [1.0, 0.5])
def test_gamma_must_grow(gamma):
    with pytest.raises(InputError, match=f"Theorem 2 needs gamma > 1, got gamma = {gamma}"):
        Schedule(**GOOD | {"gamma": gamma})


@pytest.mark.parametrize("name", ["mu", "rho0", "gamma", "nu"])
@pytest.mark.parametrize("value", [0.0, -1.0, nan, inf])
def test_weights_must_be_positive_and_finite(name, value):
    with pytest.raises(InputError, match=f"^{name} must be positive and finite, got {value}"):
        Schedule(**GOOD | {name: value})


def test_pull_is_nu_where_it_is_given_else_mu():
    assert Schedule(**GOOD).anchor_weight == 0.5
    assert Schedule(**GOOD, nu=0.01).anchor_weight == 0.01
    assert Schedule(**GOOD, nu=0.01).margin == Schedule(**GOOD).margin


def test_nu_changes_what_the_networks_see():
    t, r, networks = toy(), prior(0.8), random_networks(2, amplitude=0.1)

    def x(**nu):
        with torch.no_grad():
            return explicit_padnet(
                t.f, r, networks, Schedule(**GOOD, **nu, test=ConditionOne()), t.x0, Stop(0, 2), None
            ).x

    assert torch.equal(x(nu=0.5), x())
    assert not torch.allclose(x(nu=0.01), x())


def test_rescaling_keeps_the_multiplier_rho_lambda():
    kept, printed = Schedule(**GOOD, rescale=True), Schedule(**GOOD)
    assert printed.multiplier_factor == 1
    assert kept.multiplier_factor * kept.rho(3) == pytest.approx(kept.rho(2), rel=1e-15)


def test_rescale_is_a_truth_value():
    with pytest.raises(InputError, match="rescale must be true or false, got 1.0"):
        Schedule(**GOOD, rescale=1.0)


@pytest.mark.parametrize("epsilon", [-1e-9, nan])
def test_epsilon_must_not_be_negative(epsilon):
    with pytest.raises(InputError, match="epsilon must not be negative, got"):
        Stop(epsilon, 5)


@pytest.mark.parametrize("k_max", [0, -3])
def test_k_max_must_be_at_least_1(k_max):
    with pytest.raises(InputError, match=f"k_max must be at least 1, got {k_max}"):
        Stop(0.01, k_max)


@pytest.mark.parametrize("name", ["mu", "rho0", "gamma", "nu", "C_E"])
@pytest.mark.parametrize("value", ["1", [1.0], 1j, 10**400])
def test_what_is_no_number_is_refused(name, value):
    with pytest.raises(InputError, match=f"^{name} must be a number, got "):
        Schedule(**GOOD | {name: value})


@pytest.mark.parametrize("test", ["descent", ConditionOne])
def test_a_test_is_an_object(test):
    with pytest.raises(InputError, match=r"^test is Descent\(a, b\), ConditionOne\(\) or None, got "):
        Schedule(**GOOD, test=test)


def test_counts_are_whole_and_epsilon_is_finite():
    for make in (
        lambda: Stop("x", 5),
        lambda: Stop(inf, 5),
        lambda: Stop(1e-3, "5"),
        lambda: Stop(1e-3, 2.5),
        lambda: Stop(1e-3, True),
    ):
        with pytest.raises(InputError, match=r"^(epsilon|k_max) must be"):
            make()
    for counts in (("x", 5), (nan, 5), (1.5, 5), (5, None)):
        with pytest.raises(InputError, match="^the safeguard needs .*: give whole numbers"):
            Safeguard(*counts)
