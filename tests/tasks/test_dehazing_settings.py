"""The haze experiment's numbers: what they make, and which are refused."""

import pytest
import torch
from hazy import haze_settings

from padnet.core.schedule import Schedule, Stop
from padnet.errors import InputError
from padnet.haze.boundary_constraint import boundary_transmission
from padnet.tasks.dehazing_settings import HazeSettings


def test_they_make_schedule_stop_networks_and_guidance(root):
    s = haze_settings(root, implicit_rho0=3.0, stop_k_max=2, unit_features=4, guidance_size=3)
    assert s.schedule == Schedule(s.raw["implicit"]["mu"], 3.0, s.raw["implicit"]["gamma"])
    assert s.stop == Stop(s.raw["stop"]["epsilon"], 2)
    (network,) = s.networks([2])
    assert len(network.units) == 2 and network.bound == s.raw["implicit"]["bound"]
    assert network.units[0].guides == 3 and network.units[0].convolutions[0].weight.shape == (4, 4, 3, 3)
    I, A = torch.rand(1, 3, 9, 8), torch.full((1, 3), 0.9)
    C0, C1 = s.raw["guidance"]["C0"], s.raw["guidance"]["C1"]
    assert torch.equal(s.guidance(I, A), boundary_transmission(I, A, C0, C1, 3))


def test_making_them_draws_no_random_number(root):
    before = torch.random.get_rng_state()
    haze_settings(root)
    assert torch.equal(torch.random.get_rng_state(), before)


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"working_reduce": 0}, "working.reduce must be at least 1, got 0"),
        ({"working_side": 8}, "working.side must be at least 16, got 8"),
        ({"working_margin": -1}, "working.margin must be at least 0, got -1"),
        ({"working_radius": 0}, "working.radius must be at least 1, got 0"),
        ({"working_eps": 0.0}, "working.eps must be positive, got 0"),
        ({"guidance_size": 4}, "guidance.size must be odd and positive, got 4"),
        ({"implicit_gamma": 1.0}, "Theorem 2 needs gamma > 1"),
        ({"stop_k_max": 0}, "k_max must be at least 1"),
        ({"unit_features": 0}, "a unit needs at least one feature"),
        ({"unit_width": 3}, "the settings of unit must be exactly features, dilations, scale"),
    ],
)
def test_a_bad_number_is_refused(root, change, sentence):
    with pytest.raises(InputError, match=sentence):
        haze_settings(root, **change)


def test_a_missing_part_and_a_bad_least_are_refused(root):
    raw = haze_settings(root).raw
    with pytest.raises(InputError, match="the settings of haze removal must be exactly implicit"):
        HazeSettings({name: value for name, value in raw.items() if name != "least"})
    with pytest.raises(InputError, match=r"least, the lower bound of t, must lie in \(0, 1\], got 0"):
        HazeSettings(raw | {"least": 0.0})
