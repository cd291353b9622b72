"""What the lessons show: numbers on one line, gaps in curves, and tables whose cells are worked out from a run."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

import padnet.notebook
from padnet.notebook import (
    lesson_01,
    lesson_01_networks,
    lesson_02,
    lesson_02_photograph,
    lesson_03_failures,
    lesson_03_training,
    lesson_07,
)


@pytest.fixture
def tables(monkeypatch):
    """The tables that are shown, each (head, rows)."""
    found = []
    for module in (lesson_01_networks, lesson_02_photograph, lesson_03_training, lesson_03_failures, lesson_07):
        monkeypatch.setattr(module, "table", lambda head, rows: found.append((list(head), [list(row) for row in rows])))
    return found


def column(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)[:, None]


def test_numbers_stand_on_one_line_and_zero_has_no_sign():
    row = torch.tensor([[[[-1e-9, 1.25, -0.5]]]], dtype=torch.float64)
    assert lesson_01.written(row).split() == ["0.00", "1.25", "-0.50"]
    assert lesson_02.on_one_line(row).split() == ["0.000", "1.250", "-0.500"]
    assert lesson_02.on_one_line(row, ".1f") == "0.0 1.2 -0.5"
    assert lesson_07.scientific(0.00123) == "1.23e-03"


def test_a_curve_is_interrupted_where_it_jumps_and_nowhere_else():
    x, y = np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 0.005, 1.0, 1.005])
    drawn_x, drawn_y = lesson_01.interrupted(x, y)
    assert np.isnan(drawn_x).tolist() == np.isnan(drawn_y).tolist() == [False, False, True, False, False]
    np.testing.assert_array_equal(drawn_y[~np.isnan(drawn_y)], y)


def test_the_best_iterate_of_a_denoiser_is_found_and_counted_from_one(tables):
    lesson_01_networks.tabulate_plug_and_play({"net": [0.9, 0.4, 0.6]}, {"net": [3.0, 2.0, 2.5]}, {"net": [0.5, 0.01]})
    assert tables[0][1] == [["net", "0.400", "2", "0.600", "2.00", "2.50", "1e-02"]]


def test_untrained_steps_beyond_the_layers_are_left_out(tables):
    lesson_01_networks.tabulate_unrolled([1.0, 2.0], [0.1, 0.2], [[0.5, 0.4], [0.9, 0.8, 0.1]], [[2, 1], [4, 3]])
    assert tables[0][1][1] == ["2", "2.00", "0.200", "0.400", "0.800", "1.0000", "3.0000"]


def test_stages_on_a_photograph_name_what_was_accepted(tables):
    columns = {"own": column(1, 0), "energy": column(3, 2)}
    lesson_02_photograph.tabulate_explicit([(20, 21), (22, 23)], [(0.1, 0.2, -1), (0.3, 0.4, 0.5)], columns)
    assert [row[-2:] for row in tables[0][1]] == [["3.000", "own step"], ["2.000", "corrected"]]


@pytest.mark.parametrize(
    "above, units, then", [(0, 1, "stage closed"), (2, 1, "one more unit"), (2, 3, "t_max reached")]
)
def test_a_stage_is_closed_by_the_share_of_pairs_or_by_its_last_unit(tables, above, units, then):
    ratios = torch.cat([torch.full((10 - above,), 0.5), torch.full((above,), 1.5)])
    lesson_03_training.tabulate_growth([(0, units, ratios, 0.25)], SimpleNamespace(accepted=0.9, units=3))
    assert tables[0][1][0][5:] == [f"{10 - above}0%", then, "0.250"]


def test_both_runs_of_a_sleeping_network_stand_in_one_row(tables):
    columns = {"error": column(1, 2), "moved": column(4, 4), "v_moved": column(0.1, 0.2)}
    run = SimpleNamespace(columns=columns)
    halved = SimpleNamespace(columns=columns | {"error": column(0.5, 1)})
    followed = {"unguarded": (run, [0.7, 0.8]), "guarded": (halved, [0.3, 0.2])}
    lesson_03_failures.tabulate_sleep(followed, SimpleNamespace(alpha=lambda k: 2.0**-k), [1])
    assert tables[0][1] == [[1, "0.500", "2.0e-01", "4.0e+00", "2.0e+00", "0.500", "0.800", "0.250", "0.200"]]


def test_a_repeated_step_says_how_often(tables):
    row = {"own": False, "inner": 3, "energy": 1.5}
    lesson_07.tabulate_decrease([("l1", 0, row, 1e-12, 4, [0.5, 0.25, 0.125])])
    assert tables[0][1] == [["l1", 0, "after 3 repetitions", "1.00e-12", 4, "1.5000", "0.500", "0.250", "0.125"]]


def test_what_the_front_of_the_lessons_names_is_there():
    assert all(getattr(padnet.notebook, name) is not None for name in padnet.notebook.__all__)
